#pragma once

#include <string>
#include <string_view>

#include "engine/trace/event.h"

namespace glassdock::trace {

// One event as one line of JSON without the line feed: the form of the stream and of a recording
// (docs/trace-format.md).
std::string to_json_line(const Event& event);
// Throws Error(corrupt) naming the fault. Unknown keys are ignored, so that newer recordings of the same major version
// open.
Event from_json_line(std::string_view line);

}  // namespace glassdock::trace
