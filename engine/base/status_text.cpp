#include "engine/base/status_text.h"

#include <fmt/format.h>

namespace glassdock {

std::string human_duration(std::int64_t seconds) {
  constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24;
  if (seconds < 1) return "Less than a second";
  if (seconds == 1) return "1 second";
  if (seconds < minute) return fmt::format("{} seconds", seconds);
  std::int64_t minutes = seconds / minute;
  if (minutes == 1) return "About a minute";
  if (minutes < 60) return fmt::format("{} minutes", minutes);
  std::int64_t hours = (seconds + hour / 2) / hour;
  if (hours == 1) return "About an hour";
  if (hours < 2 * day) return fmt::format("{} hours", hours);
  if (hours < 2 * 7 * day) return fmt::format("{} days", hours / day);
  if (hours < 2 * 30 * day) return fmt::format("{} weeks", hours / day / 7);
  if (hours < 2 * 365 * day) return fmt::format("{} months", hours / day / 30);
  return fmt::format("{} years", seconds / hour / day / 365);
}

std::string status_text(std::string_view state, std::int64_t exit_code, std::int64_t since_s) {
  if (state == "created") return "Created";
  if (state == "removing") return "Removal In Progress";
  if (state == "dead") return "Dead";
  const std::string since = human_duration(since_s);
  if (state == "running") return "Up " + since;
  if (state == "paused") return "Up " + since + " (Paused)";
  return fmt::format("{} ({}) {} ago", state == "restarting" ? "Restarting" : "Exited", exit_code, since);
}

}  // namespace glassdock
