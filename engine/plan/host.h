#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/plan.h"

namespace glassdock::plan {

enum class CgroupLayout {
  none,  // no folder in which we may make cgroups
  v1,    // controllers as hierarchies of their own; also hybrid, where a cgroup2 tree without controllers stands beside
  v2,
};

// "none", "v1", "v2".
std::string_view to_string(CgroupLayout layout);

// What of this machine decides how a container is started. Plain data: tests write their own.
struct Host {
  bool rootless = false;   // the engine is not root of the machine, but of a user namespace at most
  bool single_id = false;  // rootless, and only one id is mapped: no chown, no gid 5 for terminals
  TrialIds trial_ids;
  CgroupLayout cgroups = CgroupLayout::none;
  // v1: controller -> the engine's own parent folder ("memory" -> "/sys/fs/cgroup/memory/glassdock-1f2e3d4c").
  // Controllers that share a hierarchy (cpu,cpuacct) have the same folder. v2: controller -> the unified folder.
  std::map<std::string, std::string> cgroup_folders;
  std::map<std::string, std::string> cgroup_mounts;  // v1: controller -> the name below /sys/fs/cgroup: "cpu,cpuacct"
  std::string unified_folder;                        // the parent in the cgroup2 tree (v2 and hybrid), or empty
  std::string unified_base;  // v2: the cgroup in which the parent stands, whose controllers are to be handed down
  std::string unified_top;   // where the cgroup2 tree is mounted; of probe_host: the highest that we may write there
  bool swap_limit = false;   // memory.memsw.limit_in_bytes or memory.swap.max is there
  int cpus = 1;              // that may be used: the most that --cpus takes
  int kernel_major = 0, kernel_minor = 0;
  std::string data_folder;           // absolute; a plan's relative paths start here
  std::vector<std::string> remarks;  // what is missing and why, one line each, for `doctor`

  bool has_controller(const std::string& name) const { return cgroup_folders.count(name) != 0; }
  // How many of its ids a trial gets. One alone where no cgroup counts its processes: the kernel counts by user then
  // (RLIMIT_NPROC, getrlimit(2)), and who has many users has no limit.
  std::uint32_t mapped_in_trial() const { return has_controller("pids") ? trial_ids.count : trial_ids.count > 0; }
  // What limits disks.
  const char* io_controller() const { return cgroups == CgroupLayout::v2 ? "io" : "blkio"; }
  bool limits_io() const { return has_controller(io_controller()); }
  // Whether a cgroup can say which devices a container opens; an ordinary user's can open none but those it is given.
  bool guards_devices() const {
    return rootless || cgroups == CgroupLayout::v2 || (cgroups == CgroupLayout::v1 && has_controller("devices"));
  }
};

// Reads /proc/self/cgroup, mountinfo and uid_map; changes nothing. Folders named in the answer need not exist yet. Only
// children of the engine's own cgroup are used, as the kernel's rules for delegation want it. On v2, where the own
// cgroup lacks controllers that the highest writable one has, or holds other processes and so can't hand them down,
// prepare_cgroups takes a child of the highest: as root of the tree's top (as docker's /docker), as an ordinary user of
// the part that a session manager gave.
Host probe_host(const std::string& data_folder);
// The part of probe_host that says who we are: once more after a keeper's namespaces were entered.
void probe_ids(Host& host);

// Of `mapped` user ids of this process's user namespace, from 0 on, those that nobody has by the list of systemd's
// UIDS-GIDS.md (https://systemd.io/UIDS-GIDS/). No trial may share an id with a container or with another trial: where
// one sees the other's processes, for want of a pid namespace, it could end them (kill(2)).
TrialIds trial_ids_of(std::uint64_t mapped);

// The part of probe_host that is a pure function of two files' texts: fills the fields about cgroups, writability
// aside.
void read_cgroups(Host& host, std::string_view self_cgroup, std::string_view mountinfo);

// Adds a remark for each security module of the text of /sys/kernel/security/lsm for which docker has a profile.
void read_security_modules(Host& host, std::string_view modules);

// Makes the parent folders, hands down the controllers (v2), and takes out of `host` what the kernel refuses, with a
// remark. On v2 the calling process moves into a cgroup of its own beside them, for a cgroup that hands down
// controllers may hold no process: call it before the keeper and the launcher are started, so that they stand there
// too. May be called again; what exists is fine.
void prepare_cgroups(Host& host);
// Removes the parent folders again where they are empty, and moves the engine's processes back to where they were;
// keeps silent where not.
void remove_cgroups(const Host& host);

}  // namespace glassdock::plan
