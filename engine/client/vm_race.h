#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/client/engine.h"

namespace glassdock::client {

// POST /glass/vm/races; docs/vm.md says what each means. 0 and empty are left to the engine.
struct RaceWish {
  std::string image;
  std::vector<std::string> command;
  int runs = 5;
  bool cold = true, figures = true, together = false;
  std::string kernel;
  std::uint64_t memory_bytes = 0;
  std::string root;  // "initramfs", "disk"
  int cpus = 1;
  int patience_s = 60;
  std::vector<int> containers, vms;
};
std::string to_json(const RaceWish& wish);

enum class Lane { container, vm };

struct RaceReady {
  std::string image, image_id, command;
  std::string accelerator, accelerator_reason;
  std::string kernel_path, kernel_release, kernel_entry, kernel_remark, host_release;
  std::string qemu, qemu_user;
  std::string root, root_remark;
  std::uint64_t memory_bytes = 0, layers_bytes = 0, kernel_bytes = 0, vmlinux_bytes = 0, root_bytes = 0, qemu_bytes = 0;
  std::int64_t kernel_ns = 0, root_ns = 0;
  std::uint64_t machine_memory_bytes = 0;
  int machine_cpus = 0, cpus = 0;
  std::vector<std::string> container_had, vm_had;
};

struct RaceRun {
  Lane lane = Lane::container;
  int number = 0;
  bool cold = false, together = false, stepped = false;
  std::int64_t held_ns = 0;
  std::vector<std::pair<std::string, std::int64_t>> milestones;  // nanoseconds since its begin
  std::vector<std::pair<std::string, std::string>> left_out;
  std::optional<int> exit_code;
  std::string fault, output, release, console;
  std::vector<std::string> qemu_command;
  std::optional<std::int64_t> cpu_before_command_ns;
  std::optional<std::uint64_t> peak_bytes, read_bytes;
};

struct RaceInside {
  Lane lane = Lane::container;
  std::string output, fault;
};

struct RaceStanding {
  Lane lane = Lane::container;
  std::string command, fault;
  std::vector<std::pair<std::string, std::uint64_t>> processes;
  std::uint64_t proportional_bytes = 0;
  std::optional<std::uint64_t> cgroup_peak_bytes, read_bytes;
  std::optional<std::int64_t> cpu_before_command_ns;
  std::vector<std::string> host_lines;
  bool command_is_seen = false;
};

struct RaceDensity {
  Lane lane = Lane::container;
  int count = 0;
  std::int64_t last_start_ns = 0;
  std::uint64_t proportional_bytes = 0;
  std::string stopped;
};

struct RaceSpread {
  std::string name;
  int count = 0;
  double median = 0, lower_quartile = 0, upper_quartile = 0, least = 0, most = 0;  // nanoseconds
};

struct RaceSummary {
  Lane lane = Lane::container;
  std::vector<RaceSpread> milestones;
  double memory_each_bytes = 0;
  std::optional<std::uint64_t> extrapolated_fit;

  const RaceSpread* find(std::string_view name) const;
};

// What the lines of a race say, as far as they have come.
struct RaceReport {
  std::string made;  // when and where: "2026-11-27T03:00:00Z on Linux 6.18"
  RaceReady ready;
  std::vector<RaceRun> runs;
  std::vector<RaceInside> inside;
  std::vector<RaceStanding> standing;
  std::vector<RaceDensity> density;
  std::vector<RaceSummary> summaries;

  const RaceSummary* summary(Lane lane) const;
  const RaceStanding* stands(Lane lane) const;
};

// Takes one line of the answer in. Throws Error(corrupt) for what is no such line, and the error that the line tells.
// A line of a kind that this version does not know is passed over. What came last is named by the result: "ready",
// "run" …
std::string take_race_line(RaceReport& report, std::string_view line);

// Whether the host has QEMU, as far as PATH tells, and whether it has a kernel for a guest that this user may read.
bool has_qemu();
bool has_guest_kernel();
// What a race would need and this machine has not; nothing where both are here.
struct Lacking {
  std::string what, mend;  // the command
};
std::optional<Lacking> lacking_for_race();

// A race that goes on. One thread reads.
class VmRace {
 public:
  VmRace(Engine& engine, const RaceWish& wish);
  // The next line; nothing at the end.
  std::optional<std::string> next();
  // Any thread: gives the race up.
  void shut_down();

 private:
  http::Response response_;
};

// The report as one JSON object: {"made": …, "ready": {…}, "run": [{…}, …], …}, of the lines as they came.
std::string race_json(const std::string& made, const std::vector<std::string>& lines);

}  // namespace glassdock::client
