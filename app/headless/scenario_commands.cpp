#include "app/headless/scenario_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "app/headless/check_command.h"
#include "app/headless/help.h"
#include "app/headless/lab.h"
#include "app/headless/scenario_play.h"
#include "app/headless/scenario_present.h"
#include "app/headless/scenario_recording.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/lessons/folders.h"
#include "app/lessons/say.h"
#include "app/live/lab_engine.h"
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

constexpr char name[] = "scenario";

int list(const Options& options) {
  constexpr int name_width = 22, title_width = 52;
  for (const Scenario& one : scenarios::load_scenarios(lessons::shipped_folder("scenarios"))) {
    write_out(STDOUT_FILENO, fmt::format("{}{}{}\n", trace::padded(one.id, name_width),
                                         trace::padded(one.title.in(options.language), title_width),
                                         said(Say::minutes, options.language, one.minutes)));
  }
  return 0;
}

Lab lab_of(const Scenario& scenario, const live::LabEngine& engine) {
  return {engine.place(), LabKind::own, {scenario.id, scenario.images}, engine.work_folder()};
}

CheckedFile checked(const Scenario& scenario, const std::vector<StepOutcome>& outcomes) {
  CheckedFile file{scenario.file, scenario.id};
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const StepOutcome& outcome = outcomes[i];
    const scenarios::Step& step = scenario.steps[i];
    CheckedStep& one = file.steps.emplace_back();
    one = {.id = step.id,
           .faults = {},
           .seconds = outcome.seconds,
           .skipped = outcome.left_out,
           .command = step.line(),
           .exit_code = outcome.observed.exit_code,
           .output = outcome.observed.output};
    for (const scenarios::Fault& fault : outcome.faults) {
      one.faults.push_back(fault_at(scenario.file, fault.mark, fault.what.english));
    }
  }
  return file;
}

CheckedFile check_file(const std::string& file, const live::LabEngine& engine, std::chrono::seconds limit) {
  const Scenario scenario = scenarios::load_scenario(file);
  Lab lab = lab_of(scenario, engine);
  NoAudience nobody;
  ScenarioPlay play(scenario, lab, limit, nobody);
  play.set_up();
  CheckedFile found = checked(scenario, play.play());
  lab.remove_containers();
  return found;
}

int run(const Options& options, const std::string& word) {
  const Scenario scenario = scenarios::find_scenario(word);
  const live::LabEngine engine;
  Lab lab = lab_of(scenario, engine);
  Presenter presenter(scenario, lab, options);
  ScenarioPlay play(scenario, lab, {}, presenter);
  play.set_up();
  presenter.greet();
  const bool whole = play.play().size() == scenario.steps.size();
  const bool as_expected = presenter.say_good_bye();
  return whole && as_expected ? 0 : 1;
}

int record(const std::string& word, const text::ParsedFlags& flags) {
  const std::string file = flags.value("trace");
  if (file.empty()) throw usage_error("--trace OUT.gdtrace is missing", name);
  const std::chrono::seconds limit = limit_of(flags, name);
  const Scenario scenario = scenarios::find_scenario(word);
  const live::LabEngine engine;
  Lab lab = lab_of(scenario, engine);
  NoAudience nobody;
  ScenarioPlay play(scenario, lab, limit, nobody);
  play.set_up();
  ScenarioRecorder recorder(engine.place().socket, file, "scenario record " + scenario.id);
  const CheckedFile found = checked(scenario, play.play());
  recorder.finish();
  write_out(STDOUT_FILENO, report_text(found));
  return found.failures() == 0 ? 0 : 1;
}

}  // namespace

int run_scenario_command(const Options& options) {
  std::span<const std::string> words = options.words;
  if (!words.empty() && words[0] == name) words = words.subspan(1);
  if (words.empty()) throw usage_error("list, check, run, record, replay or schema", name);
  text::ParsedFlags flags;
  try {
    flags = text::parse_flags(own_command(name).flags, words.subspan(1), text::Placement::anywhere);
  } catch (const Error& error) {
    throw usage_error(error.message(), name);
  }
  const std::vector<std::string>& names = flags.words();
  if (words[0] == "check") return check_files(flags, name, check_file);
  if (words[0] == "list" && names.empty()) return list(options);
  if (words[0] == "run" && names.size() == 1) return run(options, names[0]);
  if (words[0] == "record" && names.size() == 1) return record(names[0], flags);
  if (words[0] == "replay" && names.size() == 1) return replay_scenario(options, names[0]);
  if (words[0] == "schema" && names.empty()) {
    write_out(STDOUT_FILENO, scenarios::scenario_schema());
    return 0;
  }
  throw usage_error(fmt::format("there is no \"scenario {}\", or a word is missing or too many", words[0]), name);
}

}  // namespace glassdock::headless
