// What a race tells those who watch the trace: the figures of its client's lines (vm_race.h), as events. docs/events.md
// lists the arguments.
#pragma once

#include <string_view>

#include "engine/daemon/vm_race.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// "container", "vm".
std::string_view to_string(Lane lane);

void tell(const trace::Context& context, const RaceReady& ready);
void tell(const trace::Context& context, const RaceInside& inside);
void tell(const trace::Context& context, const RaceStanding& standing);
void tell(const trace::Context& context, const DensityPoint& point);
void tell(const trace::Context& context, const RaceSummary& summary);

// To the end of the span in which it ran.
void add_results(trace::Span& span, const RaceRun& run);

}  // namespace glassdock::daemon
