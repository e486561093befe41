#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/host.h"
#include "engine/plan/throttle.h"
#include "engine/plan/trial.h"

namespace glassdock::plan {

class SeccompProgram;

// What docker's HostConfig says about the cgroup; 0 means no limit.
struct Limits {
  std::int64_t memory_bytes = 0;
  std::int64_t nano_cpus = 0;  // billionths of a CPU, as in docker's NanoCpus
  std::int64_t pids = 0;       // below 0 is no limit too
  std::vector<Throttle> throttles = {};
};

// Memory and swap together of a container with a limit of memory: docker gives as much swap again. The largest number
// is the kernel's "no limit", and so is twice as much.
constexpr std::int64_t memory_and_swap(std::int64_t memory_bytes) {
  return memory_bytes > INT64_MAX / 2 ? INT64_MAX : 2 * memory_bytes;
}

struct Tmpfs {
  std::string target;
  std::string options;  // as docker's --tmpfs: "size=10m,mode=1777,exec"; added to noexec, nosuid, nodev
};

struct Bind {
  std::string source;  // on the host, absolute or below the data folder; exists already
  std::string target;
  bool read_only = false;
};

// A terminal of the container's own; no size where nobody knows one yet.
struct Terminal {
  unsigned short rows = 0, columns = 0;
};

// One container as the start needs it: everything is resolved (the image's settings and the user's are merged).
struct ContainerSpec {
  std::string id;
  std::string hostname;
  std::vector<std::string> arguments;         // ENTRYPOINT and CMD; at least one
  std::vector<std::string> environment;       // "NAME=VALUE"; HOME is added at the start where it is missing
  std::vector<std::string> preset_variables;  // names in it that image and engine have set, not the user
  std::string working_folder;                 // absolute; empty is "/"
  std::string user;                           // "name|uid[:group|gid]"; empty is root
  std::vector<std::string> groups;            // supplementary ones besides, by name or number
  // Folders and files below the data folder, or absolute where the container's text says so (files, not folders).
  std::vector<std::string> lower;  // top first: "layers/12"; of a trial in the order that it asks for
  std::string upper, work;
  std::string rootfs;                                  // "containers/ID/rootfs"
  std::string hostname_file, hosts_file, resolv_file;  // an empty one is not mounted
  Limits limits;
  std::string init_file;  // the engine's init, which is process 1 and starts the command; empty: there is none
  bool read_only = false;
  bool volatile_overlay = false;  // overlay's `volatile`: for --rm, whose upper folder is never used twice
  std::vector<Tmpfs> tmpfs;
  std::vector<Bind> binds;
  std::int64_t shm_bytes = 64 * 1024 * 1024;  // docker's default
  std::optional<Terminal> terminal;
  bool no_new_privileges = false;  // a trial has it in any case, except where it would hide what leaks
  std::optional<Trial> trial;
};

struct PlanOptions {
  std::map<std::string, int> injected;  // operation name -> errno with which it fails instead of being done
};

// The plan of a start: the bytes of a PlanHeader and what follows it (plan.h; View reads it). A pure function: it
// touches nothing of the machine. Names of operations are stable and unique: the second of a kind is called
// "isolate.volume-2". Throws Error(invalid_argument), in docker's words where docker has some, for what no start can
// do; Error(not_supported) for what this host can't.
std::string compile(const ContainerSpec& spec, const Host& host, const SeccompProgram& seccomp,
                    const PlanOptions& options = {});

// The checks of compile() that docker makes at `create`, without making the plan. Throws as compile() does.
void check(const ContainerSpec& spec, const Host& host);

// Limits that were asked for and that this host cannot set, docker's warnings, as "memory.max=67108864" and
// "io.max=/dev/sda rbps=1048576", a line each.
std::string dropped_limits(const ContainerSpec& spec, const Host& host);

// What docker only warns about: limits that this host can't set, in docker's words, and
// after them one line on what is missing. For the answer to `create`.
std::vector<std::string> warnings(const ContainerSpec& spec, const Host& host);

// A command that is to run in a container that runs already.
struct ExecSpec {
  // Of the container: id, groups, no_new_privileges. Of the command: arguments, environment, preset_variables,
  // working_folder, user, terminal. Nothing else is read.
  ContainerSpec command;
  std::int32_t process = 0;             // process 1, as the machine counts; for the plain commands alone
  std::string unified_cgroup;           // the container's in the tree of cgroup v2, or empty
  std::vector<std::string> v1_cgroups;  // the others
};

// The plan of such a command: it is made behind the container's walls. As compile().
std::string compile_exec(const ExecSpec& spec, const Host& host, const SeccompProgram& seccomp,
                         const PlanOptions& options = {});

// Every name of an operation that a plan may have, without the numbered ones, in order: for the list of gates.
const std::vector<std::string>& operation_names();
// The same of compile_exec().
const std::vector<std::string>& exec_operation_names();

}  // namespace glassdock::plan
