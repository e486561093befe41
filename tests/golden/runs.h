#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::golden {

// What is done to the engine before a run.
enum class Before { image_is_here, image_is_missing };

// One run: what is typed, how it must end, and the gates that it must come to, in their order. An event has the name of
// its gate, so the same words are the events that must be told.
struct GoldenRun {
  const char* name;
  // After `docker run`. REGISTRY is a registry on loopback with images that are bad in one way each (bad_registry.h),
  // FOLDER the engine's folder, in which `shared` is a folder of the host.
  std::vector<std::string> words;
  int exit_code = 0;
  std::string out;    // stdout, whole
  std::string error;  // in the one line that begins with "docker: "; empty: there is none

  bool rootless = false;
  Before before = Before::image_is_here;
  std::vector<std::string> road = {"cache.lookup", "snapshot.prepare"};  // the daemon's gates
  std::vector<std::string> more = {};  // operations besides those of every start, anywhere in their order
  std::string ends_at = "run.exec";    // the last gate of the start; empty: there is no start
  int kill_with = 0;                   // this signal is sent to the container's process once it runs
  std::string limit;                   // a cgroup file's name and content that must be told: "pids.max=20"
};

inline void PrintTo(const GoldenRun& run, std::ostream* out) {
  *out << run.name;
}

std::span<const GoldenRun> golden_runs();

// Gates of a start in their order. What only some starts have: see `GoldenRun::more`.
struct StartGate {
  const char* name;
  enum class On { every_start, request, cgroups, cgroups_v1, cgroup_mounts, device_rules } on;
};
std::span<const StartGate> start_gates();

}  // namespace glassdock::golden
