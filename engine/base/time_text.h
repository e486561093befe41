#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glassdock {

// "1h30m", "10s", "1.5m", "-300ms" in nanoseconds, as Go writes lengths of time (time.ParseDuration). Nothing on
// anything else.
std::optional<std::int64_t> parse_duration(std::string_view text);

// What docker takes for a moment (moby api/types/time): a length of time before `now_ns`, seconds since 1970 with or
// without a fraction, a date, or an RFC 3339 time whose end may be left out, in the local time zone where it names
// none. Nanoseconds since 1970. Throws Error(invalid_argument) in docker's words.
std::int64_t parse_moment(std::string_view text, std::int64_t now_ns);

}  // namespace glassdock
