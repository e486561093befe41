#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/vm/accelerator.h"
#include "engine/vm/spread.h"

namespace glassdock::daemon {

// Where a guest has its root: `automatic` is a disk only where the image does not fit the guest's memory.
enum class RootWish { automatic, initramfs, disk };

// What a client asks for: the same command of the same image in a container and in a virtual machine.
struct RaceRequest {
  std::string image;
  std::vector<std::string> command;  // empty: the image's own
  int runs = 5;                      // measured ones of each, behind a cold one
  bool cold = true;                // the first of each begins with nothing in the page cache, and is not in the medians
  bool figures = true;             // also look at what stands, and ask from inside
  bool together = false;           // one more of both at once, for show
  std::filesystem::path kernel;    // empty: the best of /boot
  std::uint64_t memory_bytes = 0;  // of the guest; 0: what it needs, 128 MiB at least
  int cpus = 1;
  RootWish root = RootWish::automatic;
  std::chrono::seconds patience{60};      // for each command
  std::vector<int> containers, machines;  // how many stand at once, for the density; empty: none
};

// What each side had before its runs began, and what that took.
struct RaceReady {
  std::string image, image_id, command;
  vm::Accelerator accelerator;
  std::string kernel_path, kernel_release, kernel_entry, kernel_remark;
  std::string host_release;
  std::string qemu;
  std::string user;               // that QEMU runs as
  std::string root, root_remark;  // "initramfs" or "disk"; why not the latter, where it was tried
  std::uint64_t memory_bytes = 0;
  int cpus = 1;
  std::uint64_t layers_bytes = 0;           // of the image, unpacked: what the container uses
  std::uint64_t kernel_bytes = 0;           // of the kernel's file
  std::uint64_t vmlinux_bytes = 0;          // as QEMU loads it
  std::uint64_t root_bytes = 0;             // the image once more, as an archive or a disk
  std::uint64_t qemu_bytes = 0;             // QEMU's program
  std::int64_t kernel_ns = 0, root_ns = 0;  // to take the kernel out, and to make the root
  std::uint64_t machine_memory_bytes = 0;   // of this host
  int machine_cpus = 0;
  std::vector<std::string> container_had, machine_had;  // in words
};

enum class Lane { container, machine };

// One run of one side.
struct RaceRun {
  Lane lane = Lane::container;
  int number = 0;  // from 0, of its side
  bool cold = false, together = false;
  bool stepped = false;                                          // both lanes were walked in step
  std::int64_t held_ns = 0;                                      // at gates
  std::int64_t begin_ns = 0;                                     // CLOCK_MONOTONIC
  std::vector<std::pair<std::string, std::int64_t>> milestones;  // nanoseconds since its begin
  std::vector<std::pair<std::string, std::string>> left_out;     // a milestone or figure, and why it is not there
  std::optional<int> exit_code;
  std::string fault;   // why there is no exit code
  std::string output;  // its beginning
  std::uint64_t output_bytes = 0;
  std::optional<std::int64_t> cpu_before_command_ns;
  std::optional<std::uint64_t> peak_bytes, read_bytes;
  std::string release;             // of the kernel, where the run told
  std::vector<std::string> words;  // QEMU's command line
  std::string console;             // the end of the guest kernel's log

  std::optional<std::int64_t> milestone(const std::string& name) const {
    for (const auto& [known, at] : milestones) {
      if (known == name) return at;
    }
    return std::nullopt;
  }
  // What a cache, the other lane, a gate or a fault disturbed is no measurement.
  bool counts() const { return !cold && !together && !stepped && held_ns == 0 && fault.empty(); }
};

// Both while they stand with the same long command.
struct RaceStanding {
  Lane lane = Lane::container;
  std::string command;
  std::string fault;                                             // why it could not be looked at
  std::vector<std::pair<std::string, std::uint64_t>> processes;  // command line and proportional memory
  std::uint64_t proportional_bytes = 0;
  std::optional<std::uint64_t> cgroup_peak_bytes;
  std::optional<std::uint64_t> read_bytes;
  std::optional<std::int64_t> cpu_before_command_ns;
  std::vector<std::string> host_lines;  // what the host's ps shows of `processes`, behind its titles
  bool command_is_seen = false;         // among all of the host's processes
};

// What a command inside says.
struct RaceInside {
  Lane lane = Lane::container;
  std::string output;
  std::string fault;
};

struct DensityPoint {
  Lane lane = Lane::container;
  int count = 0;
  std::int64_t last_start_ns = 0;        // of the last one that was added, until its command ran
  std::uint64_t proportional_bytes = 0;  // of all of them
  std::string stopped;                   // why no more were started; empty where all were
};

// What all runs of a side say that count.
struct RaceSummary {
  Lane lane = Lane::container;
  std::vector<std::pair<std::string, vm::Spread>> milestones;  // nanoseconds
  vm::Line memory;                                             // of the density
  std::optional<std::uint64_t> fit_on_machine;                 // extrapolated
};

// Told while the race goes on, by the thread that runs it. What one throws ends the race.
class RaceWatcher {
 public:
  virtual ~RaceWatcher() = default;
  virtual void ready(const RaceReady& ready) = 0;
  virtual void run(const RaceRun& run) = 0;
  virtual void inside(const RaceInside& inside) = 0;
  virtual void standing(const RaceStanding& standing) = 0;
  virtual void density(const DensityPoint& point) = 0;
  virtual void summary(const RaceSummary& summary) = 0;
};

}  // namespace glassdock::daemon
