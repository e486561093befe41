#pragma once

#include <string>
#include <string_view>

#include "engine/trace/event.h"

namespace glassdock::trace {

// One event as one line of JSON without the line feed: the form of the stream and of a recording
// (docs/trace-format.md). Bytes that are not UTF-8 become U+FFFD, so that every line is valid JSON whatever a container
// wrote. Keys whose values are empty are left out.
std::string to_json_line(const Event& event);
void append_json_line(std::string& out, const Event& event);

// Throws Error(corrupt) naming the fault in one line. Unknown keys are skipped, so that newer recordings of the same
// version open. Safe on hostile input: nesting, text and list sizes are bounded, nothing recurses without a limit.
Event from_json_line(std::string_view line);
inline constexpr std::size_t json_line_limit = 4 * 1024 * 1024;  // longer lines are refused
inline constexpr int json_depth_limit = 32;

// `text` in quotes, escaped as above: for those who write JSON beside events.
void append_json_text(std::string& out, std::string_view text);

}  // namespace glassdock::trace
