#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "app/text/manage_line.h"
#include "engine/client/types.h"

namespace glassdock::text {

// docker system df: a line for each kind, or with --verbose one for each thing. Throws as formatted.
std::string disk_usage_table(const client::DiskUsage& usage, std::int64_t now_s, const DiskUsageCommand& command);

// docker stats: what each took between two samples of it. `asked` is how it was named. Throws as formatted.
struct UsageLine {
  std::string asked;
  client::UsageSample before, now;
};
// In percent of one processor, as docker counts it.
double cpu_share(const client::UsageSample& before, const client::UsageSample& now);
std::string stats_table(std::span<const UsageLine> lines, const StatsCommand& command);

// A line of docker events. Throws as formatted.
std::string event_line(const client::EngineEvent& event, const std::string& format);

// docker top.
std::string processes_table(const client::ProcessTable& processes);

// What a prune asks before it begins, and what it says behind it.
std::string prune_warning(const PruneCommand& command);
std::string prune_lines(const client::PruneReport& report, std::string_view title);
std::string reclaimed_line(std::int64_t bytes);

}  // namespace glassdock::text
