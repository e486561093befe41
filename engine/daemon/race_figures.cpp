// What a race measures besides its runs: both sides while they stand, what a command inside sees, and how many fit.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/container_lane.h"
#include "engine/daemon/container_usage.h"
#include "engine/daemon/process_list.h"
#include "engine/daemon/race_course.h"
#include "engine/vm/figures.h"

namespace glassdock::daemon {
namespace {

// Nobody else runs a sleep of this many seconds: so it is found in a list of processes.
const std::vector<std::string> standing_command{"sleep", "98765"};

// What each is asked from inside; an image without a shell is not asked.
const std::vector<std::string> inside_command{
    "sh", "-c",
    "echo kernel: $(uname -r); echo processors: $(grep -c ^processor /proc/cpuinfo) of $(grep -m1 'model name' "
    "/proc/cpuinfo | cut -d: -f2); echo memory: $(grep MemTotal /proc/meminfo | cut -d: -f2); echo processes: $(ls -d "
    "/proc/[0-9]* | wc -l); echo devices: $(ls /dev); echo up: $(cut -d' ' -f1 /proc/uptime) s"};

constexpr char takes_no_command[] = "the image's entrypoint takes whatever else is run as its argument";

// The machine must have this many times what the next one is going to take.
constexpr std::uint64_t reserve = 2;

// The loader of a command that has just been executed is done then.
void wait_for_loader() {
  ::usleep(200'000);
}

std::uint64_t proportional_sum(const std::vector<pid_t>& processes) {
  return std::accumulate(processes.begin(), processes.end(), std::uint64_t{0}, [](std::uint64_t sum, pid_t process) {
    return sum + vm::proportional_memory(process).value_or(0);
  });
}

// Whether any process that this host knows of is the long command, whoever's it is.
bool host_sees_standing_command() {
  const std::string line = join(standing_command, " ");
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", none)) {
    const auto process = parse_number(entry.path().filename().native());
    if (process && vm::process_line(static_cast<pid_t>(*process)) == line) return true;
  }
  return false;
}

void add_processes(RaceStanding& standing, const std::vector<pid_t>& processes) {
  std::uint64_t read = 0;
  bool read_known = false;
  for (const pid_t process : processes) {
    const std::uint64_t bytes = vm::proportional_memory(process).value_or(0);
    standing.processes.emplace_back(vm::process_line(process), bytes);
    standing.proportional_bytes += bytes;
    if (const auto of_disk = vm::disk_read_bytes(process)) {
      read += *of_disk;
      read_known = true;
    }
  }
  if (read_known) standing.read_bytes = read;
}

}  // namespace

void RaceCourse::ask_inside() {
  if (!config_.entrypoint.empty()) {
    for (const Lane lane : {Lane::container, Lane::machine}) report(RaceInside{lane, "", takes_no_command});
    return;
  }
  const auto own_command = config_.command;
  config_.command = inside_command;
  for (const Lane lane : {Lane::container, Lane::machine}) {
    const RaceRun asked = run(lane, 0, Way::question);
    const bool answered = asked.exit_code == 0;
    report(
        RaceInside{lane, answered ? asked.output : "", answered ? "" : "the image has no shell that could be asked"});
  }
  config_.command = own_command;
  throw_if_gone();
}

void RaceCourse::add_host_lines(RaceStanding& standing, const std::vector<pid_t>& processes) const {
  try {
    const ProcessTable table =
        list_processes("-eo pid,ppid,user,rss,stat,args", std::set<pid_t>(processes.begin(), processes.end()));
    standing.host_lines.push_back(join(table.titles, "  "));
    for (const auto& row : table.rows) {
      // QEMU's own line is longer than anybody reads.
      constexpr std::size_t widest = 160;
      std::string line = join(row, "  ");
      if (line.size() > widest) line = line.substr(0, widest) + " …";
      standing.host_lines.push_back(line);
    }
  } catch (const Error& fault) {
    standing.host_lines = {fault.message()};
  }
}

void RaceCourse::look_at_standing() {
  if (!config_.entrypoint.empty()) {
    for (const Lane lane : {Lane::container, Lane::machine}) {
      RaceStanding standing;
      standing.lane = lane;
      standing.fault = takes_no_command;
      report(standing);
    }
    return;
  }
  stand_container();
  throw_if_gone();
  stand_machine();
  throw_if_gone();
}

void RaceCourse::stand_container() {
  RaceStanding standing;
  standing.lane = Lane::container;
  standing.command = join(standing_command, " ");
  try {
    LaneContainer container(parts_.service, parts_.caller, parts_.request.image, standing_command);
    container.start(parts_.client);
    const std::vector<pid_t> processes = container.processes();
    std::int64_t cpu = 0;
    for (const pid_t process : processes) cpu += vm::cpu_time_ns(process).value_or(0);
    standing.cpu_before_command_ns = cpu;
    wait_for_loader();
    add_processes(standing, processes);
    if (const auto usage = measure(container.folder())) standing.cgroup_peak_bytes = usage->most_memory_bytes;
    add_host_lines(standing, processes);
    standing.command_is_seen = host_sees_standing_command();
  } catch (const Error& fault) {
    if (fault.kind() == ErrorKind::cancelled) throw;
    standing.fault = fault.message();
  }
  report(standing);
}

void RaceCourse::stand_machine() {
  RaceStanding standing;
  standing.lane = Lane::machine;
  standing.command = join(standing_command, " ");
  vm::Machine machine(machine_spec(standing_command, "standing machine"), parts_.caller.context, machine_limits());
  if (machine.reach(vm::Milestone::command, parts_.client)) {
    standing.cpu_before_command_ns = machine.before_command().cpu_ns;
    wait_for_loader();
    add_processes(standing, {machine.pid()});
    add_host_lines(standing, {machine.pid()});
    standing.command_is_seen = host_sees_standing_command();
  }
  standing.fault = machine.end().fault;
  report(standing);
}

void RaceCourse::measure_density() {
  const bool asked = !parts_.request.containers.empty() || !parts_.request.machines.empty();
  if (asked && !config_.entrypoint.empty()) throw Error(ErrorKind::invalid_argument, takes_no_command);
  fill_containers();
  fill_machines();
}

void RaceCourse::fill_containers() {
  std::vector<std::unique_ptr<LaneContainer>> standing;
  for (const int count : parts_.request.containers) {
    DensityPoint point;
    point.lane = Lane::container;
    try {
      while (static_cast<int>(standing.size()) < count) {
        const std::int64_t begin = trace::monotonic_ns();
        auto next =
            std::make_unique<LaneContainer>(parts_.service, parts_.caller, parts_.request.image, standing_command);
        next->start(parts_.client);
        point.last_start_ns = next->executed_ns() - begin;
        standing.push_back(std::move(next));
        throw_if_gone();
      }
    } catch (const Error& fault) {
      if (fault.kind() == ErrorKind::cancelled) throw;
      point.stopped = fault.message();
    }
    point.count = static_cast<int>(standing.size());
    for (const auto& container : standing) point.proportional_bytes += proportional_sum(container->processes());
    report(point);
    if (!point.stopped.empty()) return;
  }
}

void RaceCourse::fill_machines() {
  std::vector<std::unique_ptr<vm::Machine>> standing;
  std::uint64_t largest = prepared_.memory_bytes;
  for (const int count : parts_.request.machines) {
    DensityPoint point;
    point.lane = Lane::machine;
    while (static_cast<int>(standing.size()) < count && point.stopped.empty()) {
      if (vm::machine_memory("MemAvailable") < reserve * largest) {
        point.stopped = "the next one would need memory that this machine has not";
        break;
      }
      const std::int64_t begin = trace::monotonic_ns();
      auto next = std::make_unique<vm::Machine>(
          machine_spec(standing_command, fmt::format("machine {} of {}", standing.size() + 1, count)),
          parts_.caller.context, machine_limits());
      if (next->reach(vm::Milestone::command, parts_.client)) {
        point.last_start_ns = *next->milestones()[vm::Milestone::command] - begin;
        standing.push_back(std::move(next));
      } else {
        point.stopped = next->end().fault;
      }
    }
    point.count = static_cast<int>(standing.size());
    for (const auto& machine : standing) point.proportional_bytes += proportional_sum({machine->pid()});
    report(point);
    if (!point.stopped.empty()) return;
  }
}

}  // namespace glassdock::daemon
