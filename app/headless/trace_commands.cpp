#include "app/headless/trace_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "app/headless/studio_program.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/export.h"
#include "engine/trace/recording.h"
#include "engine/trace/stages.h"
#include "engine/trace/text_view.h"

namespace glassdock::headless {
namespace {

// What stood before the recording began, in one line; the events of it are not this run's.
std::string baseline_text(const std::vector<trace::Event>& events, trace::Language language) {
  std::size_t images = 0, containers = 0;
  for (const trace::Event& event : events) {
    if (event.name == "baseline.image") ++images;
    if (event.name == "baseline.container") ++containers;
  }
  if (images + containers == 0) return {};
  using trace::Phrase;
  const auto counted = [&](std::size_t count, Phrase many, Phrase one) {
    return trace::words_with(count == 1 ? one : many, language, {std::to_string(count)});
  };
  return trace::words_with(Phrase::was_here, language,
                           {counted(images, Phrase::images, Phrase::one_image),
                            counted(containers, Phrase::containers, Phrase::one_container)}) +
         "\n\n";
}

// The number of the event in front of its lines, as --at takes it.
std::string numbered(std::uint64_t number, std::string_view lines, std::size_t digits) {
  std::string out;
  std::string front = fmt::format("{:>{}} ", number, digits);
  for (; !lines.empty(); front.assign(digits + 1, ' ')) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    out += front;
    out += lines.substr(0, end);
    lines.remove_prefix(end);
  }
  return out;
}

// For the program that draws; words that it does not understand it refuses itself.
std::vector<std::string> drawing_line(std::string command, const Options& options, const text::ParsedFlags& parsed,
                                      std::span<const char* const> flags) {
  std::vector<std::string> line{std::move(command)};
  for (const char* flag : flags) {
    if (std::string value = parsed.value(flag); !value.empty()) line.push_back(fmt::format("--{}={}", flag, value));
  }
  if (options.language_given) line.push_back(language_word(options));
  return line;
}

[[noreturn]] void draw_picture(const Options& options, const text::ParsedFlags& parsed) {
  constexpr std::array flags{"at", "view", "size", "theme"};
  std::vector<std::string> line = drawing_line("picture", options, parsed, flags);
  if (parsed.on("class")) line.emplace_back("--class");
  line.insert(line.end(), {"--", parsed.words()[0], parsed.value("picture")});
  become_studio(std::move(line));
}

constexpr std::array film_flags{"speed", "fps", "size", "theme"};

// Where the export goes: where -o says, and without it to whoever reads stdout, or into a file named after the
// recording where that is a terminal, which can show none of the formats.
std::string output_of(const text::ParsedFlags& parsed, std::string_view suffix) {
  if (std::string given = parsed.value("output"); !given.empty()) return given;
  if (::isatty(STDOUT_FILENO) == 0) return "-";
  std::filesystem::path name = std::filesystem::path(parsed.words()[0]).filename();
  name.replace_extension(suffix);
  if (std::filesystem::exists(std::filesystem::symlink_status(name))) {
    throw Error(ErrorKind::conflict, fmt::format("{} exists; without -o it is not overwritten", name.native()),
                fmt::format("-o {} overwrites it, -o - writes to the terminal", shell_quote(name.native())));
  }
  return name;
}

[[noreturn]] void make_film(const Options& options, const text::ParsedFlags& parsed) {
  const std::string output = output_of(parsed, "." + parsed.value("to"));
  if (output == "-") throw usage_error("a film needs -o FILE", "export");
  std::vector<std::string> line = drawing_line("film", options, parsed, film_flags);
  line.push_back("--to=" + parsed.value("to"));
  line.insert(line.end(), {"--", parsed.words()[0], output});
  become_studio(std::move(line));
}

}  // namespace

std::string header_text(const trace::RecordingHeader& header, trace::Language language) {
  const std::string line =
      fmt::format("Recorded {} on {} ({}, {}): {}", trace::visible(header.started), trace::visible(header.machine),
                  trace::visible(header.kernel), trace::visible(header.mode), trace::visible(header.command));
  return in_language(line, language) + "\n\n";
}

void say_notice(const trace::Recording& recording, trace::Language language) {
  if (!recording.notice().empty()) write_out(STDERR_FILENO, in_language(recording.notice(), language) + "\n");
}

int replay(const Options& options, std::span<const std::string> words) {
  auto parsed = parse_own("replay", words, 1);
  if (!parsed.value("picture").empty()) draw_picture(options, parsed);
  for (const char* name : {"at", "view", "size", "theme"}) {
    if (!parsed.value(name).empty()) throw usage_error(fmt::format("--{} needs --picture", name), "replay");
  }
  if (parsed.on("class")) throw usage_error("--class needs --picture", "replay");
  bool evidence = options.evidence || parsed.on("evidence");
  trace::Recording recording(parsed.words()[0]);
  const trace::TextOptions text = text_options(options, STDOUT_FILENO);
  // Read whole first: of a damaged recording nothing is shown as if it were all.
  std::vector<trace::Event> events = recording.events();
  write_out(STDOUT_FILENO, header_text(recording.header(), options.language));
  write_out(STDOUT_FILENO, baseline_text(events, options.language));
  const std::size_t digits = events.empty() ? 0 : std::to_string(events.back().sequence).size();
  trace::TextOptions beside = text;
  if (beside.width > 0) beside.width -= static_cast<int>(digits) + 1;
  trace::TextView view(beside);
  for (const trace::Event& event : events) {
    if (trace::is_baseline(event)) continue;
    const std::string said = view.add(event) + (evidence ? evidence_text(event, beside) : std::string());
    write_out(STDOUT_FILENO, numbered(event.sequence, said, digits));
  }
  write_out(STDOUT_FILENO, "\n" + trace::stage_table(trace::summarize(events), text));
  say_notice(recording, options.language);
  return 0;
}

int export_recording(const Options& options, std::span<const std::string> words) {
  auto parsed = parse_own("export", words, 1);
  std::string format = parsed.value("to");
  if (format == "mp4" || format == "gif") make_film(options, parsed);
  for (const char* name : film_flags) {
    if (!parsed.value(name).empty()) throw usage_error(fmt::format("--{} needs --to mp4 or --to gif", name), "export");
  }
  if (format != "perfetto" && format != "html") {
    throw usage_error(format.empty() ? "--to is missing" : fmt::format("there is no format \"{}\"", format), "export");
  }
  trace::Recording recording(parsed.words()[0]);
  trace::ExportOptions exported{.show_environment = options.show_environment || parsed.on("show-env")};
  std::vector<trace::Event> events = recording.events();
  std::string text = format == "html" ? trace::to_html(recording.header(), events, exported, options.language)
                                      : trace::to_perfetto(recording.header(), events, exported);
  say_notice(recording, options.language);
  const std::string output = output_of(parsed, format == "html" ? ".html" : ".perfetto.json");
  if (output == "-") {
    write_out(STDOUT_FILENO, text);
  } else {
    constexpr mode_t readable = 0644;
    os::write_file_atomically(os::real_system(), output, text, readable);
    const trace::Phrase opens = format == "html" ? trace::Phrase::wrote_html : trace::Phrase::wrote_perfetto;
    const std::string size = trace::bytes_text(static_cast<std::int64_t>(text.size()));
    write_out(STDERR_FILENO, trace::words_with(opens, options.language, {output, size}) + "\n");
  }
  return 0;
}

int list_gates(const Options& options, std::span<const std::string> words) {
  parse_own("gates", words, 0);
  write_out(STDOUT_FILENO, trace::gate_table(text_options(options, STDOUT_FILENO)));
  return 0;
}

int list_events(const Options& options, std::span<const std::string> words) {
  parse_own("events", words, 0);
  write_out(STDOUT_FILENO, trace::event_table(text_options(options, STDOUT_FILENO)));
  return 0;
}

}  // namespace glassdock::headless
