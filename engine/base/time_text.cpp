#include "engine/base/time_text.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"

namespace glassdock {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t minute_s = 60;
constexpr std::int64_t hour_s = 3600;
constexpr std::size_t fraction_digits = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The number in front, and takes it off; nothing where there is none.
std::optional<double> take_number(std::string_view& text) {
  std::size_t size = 0;
  bool digits = false;
  for (bool point = false; size < text.size(); ++size) {
    if (is_digit(text[size])) {
      digits = true;
    } else if (text[size] == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (!digits) return std::nullopt;
  double number = 0;
  if (std::from_chars(text.data(), text.data() + size, number).ec != std::errc()) return std::nullopt;
  text.remove_prefix(size);
  return number;
}

std::optional<double> take_unit(std::string_view& text) {
  static constexpr std::array<std::pair<std::string_view, double>, 8> units{{
      {"ns", 1},
      {"us", 1e3},
      {"µs", 1e3},
      {"ms", 1e6},
      {"s", 1e9},
      {"m", 60e9},
      {"h", 3600e9},
      {"μs", 1e3},
  }};
  for (const auto& [unit, nanoseconds] : units) {
    if (!starts_with(text, unit)) continue;
    text.remove_prefix(unit.size());
    return nanoseconds;
  }
  return std::nullopt;
}

// ".5" as 500000000; nothing for what is no fraction.
std::optional<std::int64_t> fraction_ns(std::string_view digits) {
  if (digits.empty() || digits.size() > fraction_digits) return std::nullopt;
  std::string padded(digits);
  padded.resize(fraction_digits, '0');
  const auto number = parse_number(padded);
  return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

// "1700000000", "1700000000.5", "-1".
std::optional<std::int64_t> parse_unix(std::string_view text) {
  const bool negative = starts_with(text, "-");
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto seconds = parse_number(text.substr(0, point));
  constexpr std::uint64_t most_seconds = INT64_MAX / second_ns - 1;
  if (!seconds || *seconds > most_seconds) return std::nullopt;
  std::int64_t time_ns = static_cast<std::int64_t>(*seconds) * second_ns;
  if (point != std::string_view::npos) {
    const auto fraction = fraction_ns(text.substr(point + 1));
    if (!fraction) return std::nullopt;
    time_ns += *fraction;
  }
  return negative ? -time_ns : time_ns;
}

// "Z" or "+09:00" at the end, taken off: seconds to the east of Greenwich. Nothing where no zone stands there.
std::optional<std::int64_t> take_zone(std::string& text) {
  if (ends_with(text, "Z") || ends_with(text, "z")) {
    text.pop_back();
    return 0;
  }
  constexpr std::size_t size = 6;
  if (text.size() <= size) return std::nullopt;
  const std::string zone = text.substr(text.size() - size);
  if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = parse_number(zone.substr(1, 2));
  const auto minutes = parse_number(zone.substr(4));
  if (!hours || !minutes) return std::nullopt;
  text.resize(text.size() - size);
  const auto east = static_cast<std::int64_t>(*hours) * hour_s + static_cast<std::int64_t>(*minutes) * minute_s;
  return zone[0] == '-' ? -east : east;
}

std::optional<std::int64_t> parse_date(std::string text) {
  const auto zone = take_zone(text);
  std::int64_t fraction = 0;
  if (const auto point = text.find('.'); point != std::string::npos) {
    const auto parsed = fraction_ns(std::string_view(text).substr(point + 1));
    if (!parsed) return std::nullopt;
    fraction = *parsed;
    text.resize(point);
  }
  for (const char* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H", "%Y-%m-%d"}) {
    tm parts{};
    parts.tm_isdst = -1;
    const char* rest = ::strptime(text.c_str(), form, &parts);
    if (!rest || *rest != 0) continue;
    const time_t seconds = zone ? ::timegm(&parts) - static_cast<time_t>(*zone) : ::mktime(&parts);
    // What lies beyond the year 2262 is as far as nanoseconds reach.
    constexpr time_t farthest = INT64_MAX / second_ns - 1;
    return static_cast<std::int64_t>(std::clamp(seconds, -farthest, farthest)) * second_ns + fraction;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  const bool negative = starts_with(text, "-");
  if (negative || starts_with(text, "+")) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const auto unit = number ? take_unit(text) : std::nullopt;
    if (!unit) return std::nullopt;
    total += *number * *unit;
  }
  if (!(total < static_cast<double>(INT64_MAX))) return std::nullopt;
  const auto nanoseconds = static_cast<std::int64_t>(std::llround(total));
  return negative ? -nanoseconds : nanoseconds;
}

std::int64_t parse_moment(std::string_view text, std::int64_t now_ns) {
  if (text != "0") {
    if (const auto before = parse_duration(text)) return saturating_sub(now_ns, *before);
  }
  if (const auto date = parse_date(std::string(text))) return *date;
  if (const auto seconds = parse_unix(text)) return *seconds;
  throw Error(ErrorKind::invalid_argument, fmt::format("failed to parse value as time or duration: \"{}\"", text));
}

}  // namespace glassdock
