#pragma once

#include <string>
#include <string_view>

#include "engine/client/vm_race.h"
#include "engine/trace/shipped.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

// A race in words and tables. Pure functions.

std::string_view lane_words(client::Lane lane, trace::Language language);
// What a milestone of that name is, in a few words; the name itself where it is unknown.
std::string milestone_words(std::string_view name, trace::Language language);

// One line for a run that has just ended.
std::string run_line(const client::RaceRun& run, trace::Language language);

struct RaceRow {
  std::string name, container, vm, ratio;
};
// What is compared, one row each; an empty cell was not measured.
std::vector<RaceRow> comparison(const client::RaceReport& report, trace::Language language);

// "*** Recorded 2026-03-01 on lab-07 with TCG ***", and on what.
std::string recorded_words(const trace::ShippedRecording& race, trace::Language language);
// The whole report as text.
std::string race_text(const client::RaceReport& report, trace::Language language);
// The same as a page that needs nothing else.
std::string race_html(const client::RaceReport& report, trace::Language language);

}  // namespace glassdock::headless
