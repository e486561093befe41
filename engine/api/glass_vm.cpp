// /glass/vm: what this machine has for virtual machines, and races against containers. docs/vm.md has the lines.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

#include "engine/api/answers.h"
#include "engine/api/request_fields.h"
#include "engine/daemon/race_told.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

constexpr int most_runs = 100;
constexpr int most_containers = 1000, most_machines = 100;

template <typename Value>
void put(json& object, const char* key, const std::optional<Value>& value) {
  if (value) object[key] = *value;
}

void put(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

json accelerator_json(const vm::Accelerator& accelerator) {
  return {{"name", accelerator.name()}, {"reason", accelerator.reason}};
}

json ready_json(const daemon::RaceReady& ready) {
  json line = {{"image", ready.image},
               {"accelerator", accelerator_json(ready.accelerator)},
               {"had", {{"container", ready.container_had}, {"vm", ready.machine_had}}}};
  daemon::each_figure(ready, [&](const char* name, const auto& value) { line[name] = value; });
  return line;
}

json run_json(const daemon::RaceRun& run) {
  json milestones = json::array(), left_out = json::array();
  for (const auto& [name, at] : run.milestones) milestones.push_back({{"name", name}, {"ns", at}});
  for (const auto& [name, why] : run.left_out) left_out.push_back({{"name", name}, {"why", why}});
  json line = {{"lane", to_string(run.lane)}, {"number", run.number},     {"cold", run.cold},
               {"together", run.together},    {"begin_ns", run.begin_ns}, {"milestones", milestones},
               {"left_out", left_out},        {"output", run.output},     {"output_bytes", run.output_bytes},
               {"stepped", run.stepped},      {"held_ns", run.held_ns},   {"qemu_command", run.words}};
  put(line, "exit_code", run.exit_code);
  put(line, "fault", run.fault);
  put(line, "cpu_before_command_ns", run.cpu_before_command_ns);
  put(line, "peak_bytes", run.peak_bytes);
  put(line, "read_bytes", run.read_bytes);
  put(line, "release", run.release);
  put(line, "console", run.console);
  return line;
}

json standing_json(const daemon::RaceStanding& standing) {
  json processes = json::array();
  for (const auto& [line, bytes] : standing.processes) {
    processes.push_back({{"command", line}, {"proportional_bytes", bytes}});
  }
  json line = {{"lane", to_string(standing.lane)},
               {"command", standing.command},
               {"processes", processes},
               {"proportional_bytes", standing.proportional_bytes},
               {"host_lines", standing.host_lines},
               {"command_is_seen", standing.command_is_seen}};
  put(line, "fault", standing.fault);
  put(line, "cgroup_peak_bytes", standing.cgroup_peak_bytes);
  put(line, "read_bytes", standing.read_bytes);
  put(line, "cpu_before_command_ns", standing.cpu_before_command_ns);
  return line;
}

json spread_json(const vm::Spread& spread) {
  return {{"count", spread.count},
          {"median", spread.median},
          {"lower_quartile", spread.lower_quartile},
          {"upper_quartile", spread.upper_quartile},
          {"least", spread.least},
          {"most", spread.most}};
}

json summary_json(const daemon::RaceSummary& summary) {
  json milestones = json::array();
  for (const auto& [name, spread] : summary.milestones) {
    json entry = spread_json(spread);
    entry["name"] = name;
    milestones.push_back(entry);
  }
  json line = {{"lane", to_string(summary.lane)}, {"milestones", milestones}};
  if (summary.fit_on_machine) {
    line["memory_each_bytes"] = summary.memory.each;
    line["extrapolated_fit"] = *summary.fit_on_machine;
  }
  return line;
}

// One JSON object a line, as it happens. The answer begins with the first: what fails before that is an ordinary error.
class LineWriter : public daemon::RaceWatcher {
 public:
  explicit LineWriter(http::ResponseWriter& answer) : answer_(answer) {}

  void ready(const daemon::RaceReady& ready) override { write("ready", ready_json(ready)); }
  void run(const daemon::RaceRun& run) override { write("run", run_json(run)); }
  void inside(const daemon::RaceInside& inside) override {
    json line = {{"lane", to_string(inside.lane)}, {"output", inside.output}};
    put(line, "fault", inside.fault);
    write("inside", line);
  }
  void standing(const daemon::RaceStanding& standing) override { write("standing", standing_json(standing)); }
  void density(const daemon::DensityPoint& point) override {
    json line = {{"lane", to_string(point.lane)},
                 {"count", point.count},
                 {"last_start_ns", point.last_start_ns},
                 {"proportional_bytes", point.proportional_bytes}};
    put(line, "stopped", point.stopped);
    write("density", line);
  }
  void summary(const daemon::RaceSummary& summary) override { write("summary", summary_json(summary)); }

  void write(const char* name, const json& value) {
    if (!answer_.started()) answer_.start(200, {{"Content-Type", "application/x-ndjson"}});
    answer_.write(to_text({{name, value}}));
  }

 private:
  http::ResponseWriter& answer_;
};

int read_bounded(const json& body, const char* key, int otherwise, int least, int most) {
  const auto number = read<std::int64_t>(body, key, otherwise);
  if (number >= least && number <= most) return static_cast<int>(number);
  throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" is {} to {}", key, least, most));
}

std::vector<int> read_counts(const json& body, const char* key, int most) {
  auto counts = read<std::vector<std::int64_t>>(body, key);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 1 || counts[i] > most || (i > 0 && counts[i] <= counts[i - 1])) {
      throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" are rising numbers from 1 to {}", key, most));
    }
  }
  return {counts.begin(), counts.end()};
}

daemon::RootWish read_root(const json& body) {
  const auto word = read<std::string>(body, "root");
  if (word.empty()) return daemon::RootWish::automatic;
  if (word == "initramfs") return daemon::RootWish::initramfs;
  if (word == "disk") return daemon::RootWish::disk;
  throw Error(ErrorKind::invalid_argument, "\"root\" is initramfs or disk");
}

daemon::RaceRequest read_race(const json& body) {
  static const std::initializer_list<std::string_view> known{
      "image",        "command", "runs",       "cold",       "figures", "together", "kernel",
      "memory_bytes", "cpus",    "patience_s", "containers", "vms",     "root"};
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      throw Error(ErrorKind::invalid_argument, "a race knows no \"" + key.substr(0, 64) + "\"");
    }
  }
  daemon::RaceRequest race;
  race.image = read<std::string>(body, "image");
  if (race.image.empty()) throw Error(ErrorKind::invalid_argument, "\"image\" is missing");
  race.command = read<std::vector<std::string>>(body, "command");
  race.runs = read_bounded(body, "runs", race.runs, 1, most_runs);
  race.cold = read<bool>(body, "cold", race.cold);
  race.figures = read<bool>(body, "figures", race.figures);
  race.together = read<bool>(body, "together", race.together);
  race.kernel = read<std::string>(body, "kernel");
  constexpr std::int64_t most_memory = std::int64_t{1} << 40;
  const auto memory = read<std::int64_t>(body, "memory_bytes");
  if (memory < 0 || memory > most_memory) throw Error(ErrorKind::invalid_argument, "\"memory_bytes\" is out of range");
  race.memory_bytes = static_cast<std::uint64_t>(memory);
  race.root = read_root(body);
  race.cpus = read_bounded(body, "cpus", race.cpus, 1, 64);
  race.patience = std::chrono::seconds(read_bounded(body, "patience_s", 60, 1, 3600));
  race.containers = read_counts(body, "containers", most_containers);
  race.machines = read_counts(body, "vms", most_machines);
  return race;
}

}  // namespace

void Api::glass_vm(Call& call) {
  const daemon::VmStatus status = lab_.status();
  json answer = {{"accelerator", accelerator_json(status.accelerator)}, {"qemu_user", status.user}};
  put(answer, "qemu", status.qemu);
  put(answer, "qemu_fault", status.qemu_fault);
  put(answer, "kernel", status.kernel);
  put(answer, "kernel_release", status.kernel_release);
  put(answer, "kernel_fault", status.kernel_fault);
  send_json(call, 200, answer);
}

void Api::glass_vm_race(Call& call) {
  const daemon::RaceRequest race = read_race(read_json(call));
  call.caller = caller_of(call.request);
  LineWriter lines(call.answer);
  try {
    lab_.race(race, call.caller, call.answer.socket(), lines);
  } catch (const Error& fault) {
    if (!call.answer.started() || fault.kind() == ErrorKind::cancelled) throw;
    lines.write("error", {{"message", fault.message()}, {"hint", fault.hint()}});
  }
  call.answer.finish();
}

}  // namespace glassdock::api
