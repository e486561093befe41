#include "app/headless/scenario_show.h"

#include <fmt/format.h>

#include <utility>

#include "app/headless/live_file.h"
#include "app/headless/scenario_present.h"

namespace glassdock::headless {
namespace {

using scenarios::Scenario;

// Where the newer version goes on when the older one has come to `next`; its size where there is nothing more to show.
std::size_t place_to_go_on(const Scenario& newer, const Scenario& older, std::size_t next) {
  if (next < older.steps.size())
    return lessons::place_in(lessons::ids_of(newer.steps), lessons::ids_of(older.steps), next);
  return lessons::place_in(lessons::ids_of(newer.steps), lessons::ids_of(older.steps), next - 1) + 1;
}

}  // namespace

Lab lab_of(const Scenario& scenario, const live::LabEngine& engine) {
  return {engine.place(),
          LabKind::own,
          {scenario.id, scenario.images, place_in_file(scenario.file, scenario.images_mark)},
          engine.work_folder()};
}

void add_outcomes(CheckedFile& file, const Scenario& scenario, std::size_t first,
                  const std::vector<StepOutcome>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const StepOutcome& outcome = outcomes[i];
    const scenarios::Step& step = scenario.steps[first + i];
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
    const bool says_nothing = step.expect.empty() && !step.predict && one.faults.empty();
    if (says_nothing && one.exit_code.value_or(0) != 0) {
      file.warnings.push_back(
          fault_at(scenario.file, step.mark,
                   fmt::format("warning: step {} ended with code {}, and expects nothing", step.id, *one.exit_code)));
    }
  }
}

CheckedFile check_scenario(const Scenario& scenario, const live::LabEngine& engine, std::chrono::seconds limit) {
  Lab lab = lab_of(scenario, engine);
  NoAudience nobody;
  ScenarioPlay play(scenario, lab, limit, nobody);
  play.set_up();
  CheckedFile found{scenario.file, scenario.id};
  add_outcomes(found, scenario, 0, play.play());
  lab.remove_containers();
  return found;
}

Shown show_scenario(Scenario scenario, const live::LabEngine& engine, const Options& options) {
  LiveFile file(scenario.file);
  Lab lab = lab_of(scenario, engine);
  Shown shown{{scenario.file, scenario.id}};
  for (std::size_t first = 0; first < scenario.steps.size();) {
    Presenter presenter(scenario, lab, options, file);
    ScenarioPlay play(scenario, lab, {}, presenter);
    if (shown.file.steps.empty() && first == 0) {
      play.set_up();
      presenter.greet();
    }
    const std::vector<StepOutcome> outcomes = play.play(first);
    add_outcomes(shown.file, scenario, first, outcomes);
    shown.as_expected = shown.as_expected && presenter.as_expected();
    first += outcomes.size();
    if (!presenter.newer()) {
      presenter.say_good_bye();
      for (; first < scenario.steps.size(); ++first) {
        shown.file.steps.push_back({.id = scenario.steps[first].id, .skipped = "not come to"});
      }
      break;
    }
    Scenario newer = std::move(*presenter.newer());
    first = place_to_go_on(newer, scenario, first);
    scenario = std::move(newer);
  }
  return shown;
}

}  // namespace glassdock::headless
