#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glassdock::text {

// "2026-11-26 19:30:58 +0000 UTC" in the local time zone, as Go prints a time; and as RFC 3339 has it. `seconds` since
// 1970.
std::string local_time(std::int64_t seconds);
std::string local_rfc3339(std::int64_t seconds);

// "1.234MB" with four significant digits, as docker's progress bars print bytes.
std::string progress_size(double bytes);

// "1.5MiB": units of 1024, four significant digits, as docker prints memory.
std::string binary_size(double bytes);

// "sha256:abc…" or a bare id to its first 12 digits.
std::string short_id(std::string_view id);

// "alpine" as "docker.io/library/alpine", as docker prints what it has pulled.
std::string full_name(std::string_view name);

// At most `columns` characters of UTF-8 text, the last one '…' where some were cut.
std::string ellipsis(std::string_view text, std::size_t columns);

// In double quotes with \", \\ and control characters escaped, as Go's strconv.Quote does.
std::string quote(std::string_view text);

// How many columns UTF-8 text takes, each character counted as one, as docker's tables do.
std::size_t width_of(std::string_view text);

}  // namespace glassdock::text
