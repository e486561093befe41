// GET /containers/NAME/stats: what the container's cgroups measure (Docker Engine API 1.45, ContainerStats).
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <filesystem>

#include "engine/api/answers.h"
#include "engine/daemon/container_usage.h"
#include "engine/daemon/undo_cgroups.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

using daemon::ContainerUsage;

json cpu_stats(const ContainerUsage& usage) {
  json stats = {
      {"cpu_usage",
       {{"total_usage", usage.cpu_ns}, {"usage_in_kernelmode", usage.kernel_ns}, {"usage_in_usermode", usage.user_ns}}},
      {"throttling_data",
       {{"periods", usage.periods},
        {"throttled_periods", usage.throttled_periods},
        {"throttled_time", usage.throttled_ns}}}};
  if (usage.read_ns != 0) {
    stats["system_cpu_usage"] = usage.machine_cpu_ns;
    stats["online_cpus"] = usage.cpus;
  }
  return stats;
}

json memory_stats(const ContainerUsage& usage) {
  json stats = {{"usage", usage.memory_bytes}, {"stats", usage.memory}, {"limit", usage.memory_limit_bytes}};
  if (usage.most_memory_bytes) stats["max_usage"] = *usage.most_memory_bytes;
  return stats;
}

json block_stats(const ContainerUsage& usage, bool measured) {
  json bytes = measured ? json::array() : json(nullptr);
  const json none = bytes;
  for (const daemon::DeviceUsage& device : usage.devices) {
    for (const auto& [operation, value] :
         {std::pair{"read", device.read_bytes}, std::pair{"write", device.written_bytes}}) {
      bytes.push_back({{"major", device.major}, {"minor", device.minor}, {"op", operation}, {"value", value}});
    }
  }
  return {{"io_service_bytes_recursive", bytes}, {"io_serviced_recursive", none},  {"io_queue_recursive", none},
          {"io_service_time_recursive", none},   {"io_wait_time_recursive", none}, {"io_merged_recursive", none},
          {"io_time_recursive", none},           {"sectors_recursive", none}};
}

// Whether its monitor has begun to remove its cgroups: its end is told a moment later.
bool is_torn_down(const std::filesystem::path& folder) {
  const std::vector<std::string> cgroups = daemon::recorded_cgroups(folder);
  return std::any_of(cgroups.begin(), cgroups.end(), [](const std::string& cgroup) {
    std::error_code ignored;
    return !std::filesystem::exists(cgroup, ignored);
  });
}

// Of a container that does not run all is zero, as with docker. `before`: the sample that came before.
json stats_of(const std::string& id, const std::string& name, const std::optional<ContainerUsage>& now,
              const ContainerUsage& before) {
  const ContainerUsage usage = now.value_or(ContainerUsage{});
  json processes = json::object();
  if (now) processes["current"] = usage.processes;
  if (usage.processes_limit) processes["limit"] = *usage.processes_limit;
  return {{"read", time_text(usage.read_ns)},
          {"preread", time_text(before.read_ns)},
          {"pids_stats", processes},
          {"blkio_stats", block_stats(usage, now.has_value())},
          {"num_procs", 0},
          {"storage_stats", json::object()},
          {"cpu_stats", cpu_stats(usage)},
          {"precpu_stats", cpu_stats(before)},
          {"memory_stats", now ? memory_stats(usage) : json::object()},
          {"name", "/" + name},
          {"id", id}};
}

// False where the client has gone meanwhile.
bool wait_a_second(const http::ResponseWriter& answer) {
  constexpr int second_ms = 1000;
  pollfd client{answer.socket(), POLLRDHUP, 0};
  return ::poll(&client, 1, second_ms) == 0 || !answer.peer_closed();
}

}  // namespace

void Api::container_stats(Call& call) {
  const daemon::ContainerPtr container = service_.find(call.name);
  // Absent means yes.
  const bool stream = !call.request.query("stream") || query_flag(call.request, "stream");
  const bool once = query_flag(call.request, "one-shot") && !stream;
  auto runs = [&] { return daemon::has_processes(service_.containers().status(*container).state); };
  auto measured = [&] { return runs() ? daemon::measure(container->folder) : std::nullopt; };
  auto told = [&](const std::optional<ContainerUsage>& now, const ContainerUsage& before) {
    return stats_of(container->id, service_.containers().name(*container), now, before);
  };
  const bool ran = runs();
  std::optional<ContainerUsage> last = measured();
  if (ran && !last && !is_torn_down(container->folder) && runs()) {
    throw Error(ErrorKind::not_supported,
                fmt::format("cannot measure container {}: it has no cgroup that counts what it takes", call.name),
                "glassdock doctor says how to get one");
  }
  if (!stream) {
    const ContainerUsage before = last.value_or(ContainerUsage{});
    if (once || !last) return send_json(call, 200, told(last, {}));
    if (!wait_a_second(call.answer)) return;
    return send_json(call, 200, told(measured(), before));
  }
  call.answer.start(200, {{"Content-Type", "application/json"}});
  ContainerUsage before;
  while (!service_.events().over() && service_.containers().knows(container->id)) {
    call.answer.write(to_text(told(last, before)));
    if (!wait_a_second(call.answer)) return;
    before = last.value_or(ContainerUsage{});
    last = measured();
  }
  call.answer.finish();
}

}  // namespace glassdock::api
