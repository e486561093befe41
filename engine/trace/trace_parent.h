#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glassdock::trace {

// The span that a request is part of, as the HTTP header `traceparent` carries it (W3C Trace Context, 3.2): what the
// embedded hub tells of a request belongs to the run that made it.
std::string trace_parent(std::uint64_t span);
// 0 for a header that trace_parent() did not make.
std::uint64_t span_of_trace_parent(std::string_view header);

}  // namespace glassdock::trace
