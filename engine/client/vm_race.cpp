#include "engine/client/vm_race.h"

#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/client/json_fields.h"
#include "engine/os/find_program.h"

namespace glassdock::client {

using nlohmann::json;

namespace {

template <typename Value>
std::optional<Value> get_optional(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::nullopt : std::optional(found->get<Value>());
}

Lane lane_of(const json& object) {
  return field<std::string>(object, "lane") == "vm" ? Lane::vm : Lane::container;
}

template <typename Value>
std::vector<std::pair<std::string, Value>> pairs_of(const json& list, const char* name, const char* value) {
  std::vector<std::pair<std::string, Value>> pairs;
  for (const json& entry : list) pairs.emplace_back(field<std::string>(entry, name), field<Value>(entry, value));
  return pairs;
}

RaceReady ready_of(const json& line) {
  RaceReady ready;
  ready.image = field<std::string>(line, "image");
  ready.image_id = field<std::string>(line, "image_id");
  ready.command = field<std::string>(line, "command");
  const json accelerator = field<json>(line, "accelerator");
  ready.accelerator = field<std::string>(accelerator, "name");
  ready.accelerator_reason = field<std::string>(accelerator, "reason");
  ready.kernel_path = field<std::string>(line, "kernel_path");
  ready.kernel_release = field<std::string>(line, "kernel_release");
  ready.kernel_entry = field<std::string>(line, "kernel_entry");
  ready.kernel_remark = field<std::string>(line, "kernel_remark");
  ready.host_release = field<std::string>(line, "host_release");
  ready.qemu = field<std::string>(line, "qemu");
  ready.qemu_user = field<std::string>(line, "qemu_user");
  ready.root = field<std::string>(line, "root");
  ready.root_remark = field<std::string>(line, "root_remark");
  ready.memory_bytes = field<std::uint64_t>(line, "memory_bytes");
  ready.layers_bytes = field<std::uint64_t>(line, "layers_bytes");
  ready.kernel_bytes = field<std::uint64_t>(line, "kernel_bytes");
  ready.vmlinux_bytes = field<std::uint64_t>(line, "vmlinux_bytes");
  ready.root_bytes = field<std::uint64_t>(line, "root_bytes");
  ready.qemu_bytes = field<std::uint64_t>(line, "qemu_bytes");
  ready.kernel_ns = field<std::int64_t>(line, "kernel_ns");
  ready.root_ns = field<std::int64_t>(line, "root_ns");
  ready.machine_memory_bytes = field<std::uint64_t>(line, "machine_memory_bytes");
  ready.machine_cpus = field<int>(line, "machine_cpus");
  ready.cpus = field<int>(line, "cpus");
  const json had = field<json>(line, "had");
  ready.container_had = field<std::vector<std::string>>(had, "container");
  ready.vm_had = field<std::vector<std::string>>(had, "vm");
  return ready;
}

RaceRun run_of(const json& line) {
  RaceRun run;
  run.lane = lane_of(line);
  run.number = field<int>(line, "number");
  run.cold = field<bool>(line, "cold");
  run.together = field<bool>(line, "together");
  run.stepped = field<bool>(line, "stepped");
  run.held_ns = field<std::int64_t>(line, "held_ns");
  run.milestones = pairs_of<std::int64_t>(field<json>(line, "milestones"), "name", "ns");
  run.left_out = pairs_of<std::string>(field<json>(line, "left_out"), "name", "why");
  run.exit_code = get_optional<int>(line, "exit_code");
  run.fault = field<std::string>(line, "fault");
  run.output = field<std::string>(line, "output");
  run.release = field<std::string>(line, "release");
  run.console = field<std::string>(line, "console");
  run.qemu_command = field<std::vector<std::string>>(line, "qemu_command");
  run.cpu_before_command_ns = get_optional<std::int64_t>(line, "cpu_before_command_ns");
  run.peak_bytes = get_optional<std::uint64_t>(line, "peak_bytes");
  run.read_bytes = get_optional<std::uint64_t>(line, "read_bytes");
  return run;
}

RaceStanding standing_of(const json& line) {
  RaceStanding standing;
  standing.lane = lane_of(line);
  standing.command = field<std::string>(line, "command");
  standing.fault = field<std::string>(line, "fault");
  standing.processes = pairs_of<std::uint64_t>(field<json>(line, "processes"), "command", "proportional_bytes");
  standing.proportional_bytes = field<std::uint64_t>(line, "proportional_bytes");
  standing.cgroup_peak_bytes = get_optional<std::uint64_t>(line, "cgroup_peak_bytes");
  standing.read_bytes = get_optional<std::uint64_t>(line, "read_bytes");
  standing.cpu_before_command_ns = get_optional<std::int64_t>(line, "cpu_before_command_ns");
  standing.host_lines = field<std::vector<std::string>>(line, "host_lines");
  standing.command_is_seen = field<bool>(line, "command_is_seen");
  return standing;
}

RaceSummary summary_of(const json& line) {
  RaceSummary summary;
  summary.lane = lane_of(line);
  for (const json& entry : field<json>(line, "milestones")) {
    summary.milestones.push_back({field<std::string>(entry, "name"), field<int>(entry, "count"),
                                  field<double>(entry, "median"), field<double>(entry, "lower_quartile"),
                                  field<double>(entry, "upper_quartile"), field<double>(entry, "least"),
                                  field<double>(entry, "most")});
  }
  summary.memory_each_bytes = field<double>(line, "memory_each_bytes");
  summary.extrapolated_fit = get_optional<std::uint64_t>(line, "extrapolated_fit");
  return summary;
}

std::string take(RaceReport& report, const json& object) {
  if (!object.is_object() || object.size() != 1 || !object.begin().value().is_object()) {
    throw Error(ErrorKind::corrupt, "the engine's race is damaged");
  }
  std::string kind = object.begin().key();
  const json& line = object.begin().value();
  if (kind == "ready") report.ready = ready_of(line);
  if (kind == "run") report.runs.push_back(run_of(line));
  if (kind == "inside") {
    report.inside.push_back({lane_of(line), field<std::string>(line, "output"), field<std::string>(line, "fault")});
  }
  if (kind == "standing") report.standing.push_back(standing_of(line));
  if (kind == "density") {
    report.density.push_back({lane_of(line), field<int>(line, "count"), field<std::int64_t>(line, "last_start_ns"),
                              field<std::uint64_t>(line, "proportional_bytes"), field<std::string>(line, "stopped")});
  }
  if (kind == "summary") report.summaries.push_back(summary_of(line));
  if (kind == "error") {
    throw Error(ErrorKind::internal, field<std::string>(line, "message"), field<std::string>(line, "hint"));
  }
  return kind;
}

}  // namespace

std::string to_json(const RaceWish& wish) {
  json body = {{"image", wish.image}, {"command", wish.command},      {"runs", wish.runs},
               {"cold", wish.cold},   {"figures", wish.figures},      {"together", wish.together},
               {"cpus", wish.cpus},   {"patience_s", wish.patience_s}};
  if (!wish.kernel.empty()) body["kernel"] = wish.kernel;
  if (wish.memory_bytes != 0) body["memory_bytes"] = wish.memory_bytes;
  if (!wish.root.empty()) body["root"] = wish.root;
  if (!wish.containers.empty()) body["containers"] = wish.containers;
  if (!wish.vms.empty()) body["vms"] = wish.vms;
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

const RaceSpread* RaceSummary::find(std::string_view name) const {
  for (const RaceSpread& spread : milestones) {
    if (spread.name == name) return &spread;
  }
  return nullptr;
}

const RaceSummary* RaceReport::summary(Lane lane) const {
  for (const RaceSummary& summary : summaries) {
    if (summary.lane == lane) return &summary;
  }
  return nullptr;
}

const RaceStanding* RaceReport::stands(Lane lane) const {
  for (const RaceStanding& one : standing) {
    if (one.lane == lane) return &one;
  }
  return nullptr;
}

std::string take_race_line(RaceReport& report, std::string_view line) {
  try {
    return take(report, json::parse(line, nullptr, false));
  } catch (const json::exception&) {
    throw Error(ErrorKind::corrupt, "the engine's race is damaged");
  }
}

bool has_qemu() {
  return !os::find_program("qemu-system-x86_64").empty();
}

// As the engine looks for one (vm::find_kernels).
bool has_guest_kernel() {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/boot", none)) {
    const bool kernel = starts_with(entry.path().filename().native(), "vmlinuz-");
    if (kernel && ::access(entry.path().c_str(), R_OK) == 0) return true;
  }
  return false;
}

std::optional<Lacking> lacking_for_race() {
  if (!has_qemu()) {
    return Lacking{"there is no QEMU: glassdock vm-race cannot run",
                   "sudo apt install qemu-system-x86 linux-image-cloud-amd64"};
  }
  if (!has_guest_kernel()) {
    return Lacking{"there is no kernel for a guest in /boot that you can read",
                   "sudo apt install linux-image-cloud-amd64, or glassdock vm-race --kernel PATH"};
  }
  return std::nullopt;
}

VmRace::VmRace(Engine& engine, const RaceWish& wish)
    : response_(engine.ask("POST", "/glass/vm/races", to_json(wish))) {}

std::optional<std::string> VmRace::next() {
  return response_.read_line();
}

void VmRace::shut_down() {
  ::shutdown(response_.socket(), SHUT_RDWR);
}

std::string race_json(const std::string& made, const std::vector<std::string>& lines) {
  json report = {{"made", made}};
  for (const std::string& text : lines) {
    const json line = json::parse(text, nullptr, false);
    if (!line.is_object() || line.empty()) continue;
    const std::string kind = line.begin().key();
    if (kind == "ready") {
      report[kind] = line.begin().value();
    } else {
      report[kind].push_back(line.begin().value());
    }
  }
  return report.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace glassdock::client
