#pragma once

#include <string>
#include <vector>

#include "engine/client/vm_race.h"
#include "engine/trace/recording.h"

namespace glassdock::headless {

// What a recording's last race came to, from its events: what race_text() and race_html() take. Its runs have no
// output of their own: a recording's events have its beginning.
client::RaceReport recorded_report(const trace::Recording& recording);

}  // namespace glassdock::headless
