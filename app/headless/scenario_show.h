#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "app/headless/check_report.h"
#include "app/headless/lab.h"
#include "app/headless/options.h"
#include "app/headless/scenario_play.h"
#include "app/live/lab_engine.h"
#include "app/scenarios/scenario.h"

namespace glassdock::headless {

// The lab of the scenario, in that engine.
Lab lab_of(const scenarios::Scenario& scenario, const live::LabEngine& engine);

// What the steps from `first` on came to, behind what `file` has already.
void add_outcomes(CheckedFile& file, const scenarios::Scenario& scenario, std::size_t first,
                  const std::vector<StepOutcome>& outcomes);

// Plays it without waiting for anybody; a line may run for `limit`. Throws Error.
CheckedFile check_scenario(const scenarios::Scenario& scenario, const live::LabEngine& engine,
                           std::chrono::seconds limit);

struct Shown {
  CheckedFile file;
  bool as_expected = true;  // as far as it was shown
};
// A presenter shows the scenario at this terminal. When its file is saved meanwhile, it goes on with the newer version,
// at the same step. Throws Error.
Shown show_scenario(scenarios::Scenario scenario, const live::LabEngine& engine, const Options& options);

}  // namespace glassdock::headless
