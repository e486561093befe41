#include "app/headless/race_command.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <optional>

#include "app/headless/help.h"
#include "app/headless/race_recorded.h"
#include "app/headless/race_text.h"
#include "app/headless/session.h"
#include "app/headless/studio_program.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/client/vm_race.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/shipped.h"

namespace glassdock::headless {
namespace {

constexpr char name[] = "vm-race";

int whole_number(const text::ParsedFlags& parsed, const char* flag, int otherwise) {
  const std::string text = parsed.value(flag);
  if (text.empty()) return otherwise;
  const auto number = parse_number(text);
  constexpr std::uint64_t most = 100'000;
  if (!number || *number > most) throw usage_error(fmt::format("--{} takes a number", flag), name);
  return static_cast<int>(*number);
}

// "ls /" is two words; what needs a shell gets the image's.
std::vector<std::string> command_words(const std::string& line) {
  if (line.find_first_of("'\"\\|&;<>()$`*?[#~=%!{}\n") != std::string::npos) return {"sh", "-c", line};
  return split_words(line);
}

client::RaceWish wish_of(const text::ParsedFlags& parsed) {
  client::RaceWish wish;
  wish.image = parsed.value("image", "alpine");
  wish.command = command_words(parsed.value("command"));
  wish.runs = whole_number(parsed, "runs", wish.runs);
  wish.cpus = whole_number(parsed, "cpus", wish.cpus);
  wish.patience_s = whole_number(parsed, "timeout", wish.patience_s);
  wish.kernel = parsed.value("kernel");
  // As the engine's own working folder is another.
  if (!wish.kernel.empty()) wish.kernel = std::filesystem::absolute(wish.kernel);
  if (const std::string memory = parsed.value("memory"); !memory.empty()) {
    wish.memory_bytes = static_cast<std::uint64_t>(parse_memory_size(memory).value_or(0));
  }
  wish.root = parsed.value("root");
  if (!wish.root.empty() && wish.root != "initramfs" && wish.root != "disk") {
    throw usage_error(fmt::format("--root takes initramfs or disk, not {}", wish.root), name);
  }
  wish.together = parsed.on("together");
  wish.cold = !parsed.on("no-cold");
  wish.figures = !parsed.on("times-only");
  if (parsed.on("density")) {
    wish.containers = {1, 50, 200};
    wish.vms = {1, 5, 10};
  }
  return wish;
}

// Before anything runs: a report that cannot be written is no news for the end.
void check_reports(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (!ends_with(file, ".json") && !ends_with(file, ".html") && !ends_with(file, ".png")) {
      throw usage_error(fmt::format("--report writes .json, .html or .png, not {}", file), name);
    }
  }
}

std::string made_words() {
  utsname host{};
  ::uname(&host);
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return fmt::format("{}, {} {} {}", text, host.sysname, host.release, host.machine);
}

// As docker run does where the image is not here.
void pull_where_missing(client::Engine& engine, const std::string& image) {
  if (!engine.images(image).empty()) return;
  write_out(STDERR_FILENO, fmt::format("Unable to find image '{}' locally\n", image));
  engine.pull(image, [](const client::PullProgress&) {});
}

// The studio draws a picture from the race's events alone.
void draw_report(const std::string& file, const Options& options) {
  run_studio({"picture", language_word(options), "--", options.trace_file, file});
}

void write_report(const std::string& file, const client::RaceReport& report, const std::vector<std::string>& lines,
                  trace::Language language) {
  constexpr mode_t readable = 0644;
  const std::string text =
      ends_with(file, ".json") ? client::race_json(report.made, lines) : race_html(report, language);
  os::write_file_atomically(os::real_system(), file, text, readable);
}

// The races that came with the program: where there is no QEMU they are what there is to see.
int show_recorded(const Options& options, const std::vector<std::string>& reports) {
  std::vector<trace::ShippedRecording> races = trace::find_recordings(trace::shipped_recordings_folder());
  std::erase_if(races, [](const trace::ShippedRecording& one) { return !starts_with(one.header.command, name); });
  if (races.empty()) {
    throw Error(ErrorKind::not_found, "no recorded race came with this program",
                fmt::format("they stand in {}", trace::shipped_recordings_folder().native()));
  }
  for (const trace::ShippedRecording& race : races) {
    const client::RaceReport report = recorded_report(trace::Recording(race.file));
    write_out(STDOUT_FILENO, recorded_words(race, options.language));
    write_out(STDOUT_FILENO, race_text(report, options.language));
    write_out(STDOUT_FILENO, fmt::format("\nglassdock {}\n\n", shell_quote(race.file.native())));
    // Of several the first is the one that a report is of.
    if (&race != &races.front()) continue;
    Options drawn = options;
    drawn.trace_file = race.file;
    for (const std::string& file : reports) {
      ends_with(file, ".png") ? draw_report(file, drawn) : write_report(file, report, {}, options.language);
    }
  }
  return 0;
}

int race_live(const Options& given, const text::ParsedFlags& parsed) {
  const std::vector<std::string>& reports = parsed.values("report");
  Options options = given;
  std::optional<os::TempDir> recordings;
  const bool draws =
      std::any_of(reports.begin(), reports.end(), [](const std::string& file) { return ends_with(file, ".png"); });
  if (draws && options.trace_file.empty()) {
    recordings.emplace(std::filesystem::temp_directory_path(), "glassdock-race.");
    options.trace_file = recordings->path() / "race.gdtrace";
  }
  const client::RaceWish wish = wish_of(parsed);
  Session session(options, fmt::format("{} --image {}", name, wish.image), false);
  pull_where_missing(session.engine(), wish.image);
  client::RaceReport report;
  report.made = made_words();
  std::vector<std::string> lines;
  client::VmRace race(session.engine(), wish);
  while (auto line = race.next()) {
    if (take_race_line(report, *line) == "run") {
      write_out(STDERR_FILENO, run_line(report.runs.back(), options.language));
    }
    lines.push_back(std::move(*line));
  }
  session.finish();
  for (const std::string& file : reports) {
    ends_with(file, ".png") ? draw_report(file, options) : write_report(file, report, lines, options.language);
  }
  write_out(STDOUT_FILENO, race_text(report, options.language));
  return 0;
}

}  // namespace

int race_vm(const Options& options, std::span<const std::string> words) {
  const text::ParsedFlags parsed = parse_own(name, words, 0);
  const std::vector<std::string>& reports = parsed.values("report");
  check_reports(reports);
  if (parsed.on("recorded")) {
    if (std::any_of(reports.begin(), reports.end(), [](const std::string& file) { return ends_with(file, ".json"); })) {
      throw usage_error("a recorded race has no .json: its recording has all of it", name);
    }
    return show_recorded(options, reports);
  }
  try {
    return race_live(options, parsed);
  } catch (const Error& error) {
    // What the engine says has its own hint in it.
    const bool can_race = client::has_qemu() && client::has_guest_kernel();
    if (can_race || !error.hint().empty()) throw;
    throw Error(error.kind(), error.message(), "glassdock vm-race --recorded shows one that was recorded");
  }
}

}  // namespace glassdock::headless
