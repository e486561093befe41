#include "app/headless/scenario_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "app/headless/check_command.h"
#include "app/headless/help.h"
#include "app/headless/lab.h"
#include "app/headless/lecture_commands.h"
#include "app/headless/scenario_author.h"
#include "app/headless/scenario_play.h"
#include "app/headless/scenario_recording.h"
#include "app/headless/scenario_show.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/lessons/common_format.h"
#include "app/lessons/folders.h"
#include "app/lessons/say.h"
#include "app/scenarios/lecture.h"
#include "app/scenarios/scenario.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {
namespace {

using lessons::said;
using lessons::Say;
namespace fs = std::filesystem;
using scenarios::Scenario;

constexpr char name[] = "scenario", folder_name[] = "scenarios";

void list_row(const std::string& id, const lessons::Words& title, int minutes, const Options& options) {
  constexpr int name_width = 26, title_width = 52;
  write_out(STDOUT_FILENO, fmt::format("{}{}{}\n", trace::padded(id, name_width),
                                       trace::padded(title.in(options.language), title_width),
                                       said(Say::minutes, options.language, minutes)));
}

int list(const Options& options) {
  const fs::path folder = lessons::shipped_folder(folder_name);
  for (const Scenario& one : scenarios::load_scenarios(folder)) list_row(one.id, one.title, one.minutes, options);
  write_out(STDOUT_FILENO, "\n" + said(Say::lectures, options.language) + "\n");
  for (const std::string& file : lessons::yaml_files(scenarios::lectures_in(folder))) {
    const scenarios::Lecture lecture = scenarios::load_lecture(file);
    list_row(lecture.id, lecture.title, lecture.minutes, options);
  }
  return 0;
}

CheckedFile check_file(const std::string& file, const live::LabEngine& engine, std::chrono::seconds limit) {
  const lessons::Source source = lessons::read_source(file);
  if (scenarios::is_lecture(source)) return check_lecture(scenarios::parse_lecture(source), engine, limit);
  return check_scenario(scenarios::parse_scenario(source), engine, limit);
}

// The files that come with the program: its scenarios, behind them its lectures.
std::vector<std::string> shipped_files() {
  const fs::path folder = lessons::shipped_folder(folder_name);
  std::vector<std::string> files = lessons::yaml_files(folder);
  for (std::string& lecture : lessons::yaml_files(scenarios::lectures_in(folder))) files.push_back(std::move(lecture));
  return files;
}

// A lecture by its name, or a file of one; nothing where the word names none.
std::optional<scenarios::Lecture> find_lecture(const std::string& word) {
  fs::path file = scenarios::lectures_in(lessons::shipped_folder(folder_name)) / (word + ".yaml");
  if (lessons::is_file_name(word)) file = word;
  if (!fs::exists(file)) return std::nullopt;
  const lessons::Source source = lessons::read_source(file.native());
  if (!scenarios::is_lecture(source)) return std::nullopt;
  return scenarios::parse_lecture(source);
}

int run(const Options& options, const std::string& word, const text::ParsedFlags& flags) {
  check_report_name(flags, name);
  if (const auto lecture = find_lecture(word)) {
    const ShownLecture shown = show_lecture(*lecture, options);
    write_report(flags, {shown.file});
    return shown.as_expected ? 0 : 1;
  }
  Scenario scenario = scenarios::find_scenario(word);
  const live::LabEngine engine;
  const Shown shown = show_scenario(std::move(scenario), engine, options);
  write_report(flags, {shown.file});
  return shown.as_expected ? 0 : 1;
}

int record(const std::string& word, const text::ParsedFlags& flags) {
  const std::string file = flags.value("trace");
  if (file.empty()) throw usage_error("--trace OUT.gdtrace is missing", name);
  const std::chrono::seconds limit = limit_of(flags, name);
  if (find_lecture(word)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} is a lecture: its scenarios are recorded one by one", word));
  }
  const Scenario scenario = scenarios::find_scenario(word);
  const live::LabEngine engine;
  Lab lab = lab_of(scenario, engine);
  NoAudience nobody;
  ScenarioPlay play(scenario, lab, limit, nobody);
  play.set_up();
  ScenarioRecorder recorder(engine.place().socket, file, "scenario record " + scenario.id);
  CheckedFile found{scenario.file, scenario.id};
  add_outcomes(found, scenario, 0, play.play());
  recorder.finish();
  write_out(STDOUT_FILENO, report_text(found));
  return found.failures() == 0 ? 0 : 1;
}

}  // namespace

int run_scenario_command(const Options& options) {
  std::span<const std::string> words = options.words;
  if (!words.empty() && words[0] == name) words = words.subspan(1);
  if (words.empty()) throw usage_error("list, check, run, record, replay, author, from or schema", name);
  text::ParsedFlags flags;
  try {
    flags = text::parse_flags(own_command(name).flags, words.subspan(1), text::Placement::anywhere);
  } catch (const Error& error) {
    throw usage_error(error.message(), name);
  }
  const std::vector<std::string>& names = flags.words();
  if (words[0] == "check") return check_files(flags, name, shipped_files(), check_file);
  if (words[0] == "list" && names.empty()) return list(options);
  if (words[0] == "run" && names.size() == 1) return run(options, names[0], flags);
  if (words[0] == "record" && names.size() == 1) return record(names[0], flags);
  if (words[0] == "replay" && names.size() == 1) return replay_scenario(options, names[0]);
  if (words[0] == "author" && names.empty()) {
    constexpr int wrong_use = 2;
    throw Error(ErrorKind::invalid_argument, "author takes the name of a new file",
                "glassdock scenario author NEW.yaml")
        .with_exit_code(wrong_use);
  }
  if (words[0] == "author" && names.size() == 1) return author_scenario(options, names[0], flags.values("image"));
  if (words[0] == "from" && names.size() == 1) return draft_from_recording(names[0]);
  if (words[0] == "schema" && names.empty()) {
    write_out(STDOUT_FILENO, scenarios::scenario_schema());
    return 0;
  }
  if (words[0] == "schema" && names == std::vector<std::string>{"lecture"}) {
    write_out(STDOUT_FILENO, scenarios::lecture_schema());
    return 0;
  }
  throw usage_error(fmt::format("there is no \"scenario {}\", or a word is missing or too many", words[0]), name);
}

}  // namespace glassdock::headless
