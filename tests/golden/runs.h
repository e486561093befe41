#pragma once

#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/client/glass.h"

namespace glassdock::golden {

// What is done to the engine before a run.
enum class Before { image_is_here, image_is_missing };

// An event that a run must tell, with an argument's value; empty: it has the argument.
struct Tells {
  std::string event, argument, value;
};

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
  std::string hint;   // behind it, in parentheses: what to do; empty: the words before say it

  bool rootless = false;
  Before before = Before::image_is_here;
  std::vector<std::string> road = {"cache.lookup", "snapshot.prepare"};  // the daemon's gates
  std::vector<std::string> more = {};  // operations besides those of every start, anywhere in their order
  std::string ends_at = "run.exec";    // the last gate of the start; empty: there is no start
  int kill_with = 0;                   // this signal is sent to the container's process once it runs
  std::string limit;                   // a cgroup file's name and content that must be told: "pids.max=20"
  std::string stays;                   // without --rm: its state in `ps -a`
  std::vector<Tells> tells = {};
  std::optional<client::HubConditions> hub = {};  // while it runs
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
