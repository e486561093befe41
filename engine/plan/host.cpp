#include "engine/plan/host.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/os/cgroups.h"
#include "engine/os/files.h"
#include "engine/os/id_map.h"

namespace glassdock::plan {
namespace {

constexpr const char* engine_leaf = "/glassdock-engine";

struct CgroupMount {
  std::string root, point;
  std::vector<std::string> options;  // of the file system: "rw", "cpu", "cpuacct"
  bool unified = false;
};

// proc_pid_mountinfo(5): id parent device root point options optional-fields - type source super-options
std::vector<CgroupMount> parse_mounts(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  for (const std::string& line : split(mountinfo, '\n')) {
    auto dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    auto left = split(std::string_view(line).substr(0, dash), ' ');
    auto right = split(std::string_view(line).substr(dash + 3), ' ');
    if (left.size() < 6 || right.size() < 3 || (right[0] != "cgroup" && right[0] != "cgroup2")) continue;
    mounts.push_back({left[3], left[4], split(right[2], ','), right[0] == "cgroup2"});
  }
  return mounts;
}

// cgroups(7): hierarchy:controller,controller:path
std::map<std::string, std::string> parse_own(std::string_view self_cgroup) {
  std::map<std::string, std::string> paths;  // the unified one under ""
  for (const std::string& line : split(self_cgroup, '\n')) {
    auto first = line.find(':');
    auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string names = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (names.empty()) paths[""] = path;
    for (const std::string& name : split(names, ',')) paths[name] = path;
  }
  return paths;
}

// Where a cgroup's path is in the file system, or "" where this mount does not show it.
std::string folder_of(const CgroupMount& mount, const std::string& path) {
  if (path.find("/..") != std::string::npos) return {};
  std::string below = path;
  if (mount.root != "/") {
    if (path != mount.root && !starts_with(path, mount.root + "/")) return {};
    below = path.substr(mount.root.size());
  }
  while (ends_with(below, "/")) below.pop_back();
  return mount.point + below;
}

// A name of our own for each data folder, so that two engines never meet and each finds its own again.
std::string parent_name(const std::string& data_folder) {
  return "/glassdock-" + Digest::of(data_folder).hex().substr(0, 8);
}

void read_v1(Host& host, const CgroupMount& mount, const std::map<std::string, std::string>& own, bool has_unified) {
  std::vector<std::string> wanted = {"memory", "cpu", "pids", "devices", "blkio"};
  // The unified tree freezes, kills and counts CPU time too; where it is missing, these do.
  if (!has_unified) wanted.insert(wanted.end(), {"freezer", "cpuacct"});
  std::vector<std::string> controllers;
  for (const std::string& option : mount.options) {
    if (own.count(option) != 0) controllers.push_back(option);
  }
  bool serves = std::any_of(controllers.begin(), controllers.end(), [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end() && host.cgroup_folders.count(name) == 0;
  });
  if (!serves) return;
  std::string folder = folder_of(mount, own.at(controllers[0]));
  if (folder.empty()) {
    host.remarks.push_back(
        fmt::format("no {} limits: this process's own cgroup is not below {}", join(controllers, ","), mount.point));
    return;
  }
  for (const std::string& controller : controllers) {
    host.cgroup_folders[controller] = folder + parent_name(host.data_folder);
    host.cgroup_mounts[controller] = join(controllers, ",");
  }
}

// A folder is made in it, or stands in it already.
bool can_make(const std::string& folder) {
  std::string above = folder.substr(0, folder.rfind('/'));
  return ::access(folder.c_str(), F_OK) == 0 ? ::access(folder.c_str(), W_OK) == 0 : ::access(above.c_str(), W_OK) == 0;
}

constexpr char kept_groups[] =
    "containers keep this user's groups: where one id alone is mapped, the kernel lets nobody give them up";

// Groups of this process besides its primary one.
bool has_other_groups() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(0, count)));
  return std::any_of(groups.begin(), groups.end(), [](gid_t group) { return group != ::getegid(); });
}

// Where securityfs is not mounted: what the two that docker has profiles for say of themselves.
std::string fallback_modules() {
  bool apparmor = trim(os::try_read_file("/sys/module/apparmor/parameters/enabled").value_or("")) == "Y";
  bool selinux = ::access("/sys/fs/selinux/enforce", F_OK) == 0;
  return std::string(apparmor ? "apparmor" : "") + (selinux ? ",selinux" : "");
}

void drop_unwritable(Host& host) {
  for (auto entry = host.cgroup_folders.begin(); entry != host.cgroup_folders.end();) {
    if (can_make(entry->second)) {
      ++entry;
      continue;
    }
    host.remarks.push_back(fmt::format("no {} limits: {} may not be written", entry->first, entry->second));
    host.cgroup_mounts.erase(entry->first);
    entry = host.cgroup_folders.erase(entry);
  }
  if (!host.unified_folder.empty() && !can_make(host.unified_folder)) {
    if (host.cgroups == CgroupLayout::v2) {
      host.remarks.push_back(
          fmt::format("no cgroups: {} may not be written; an ordinary user gets one by: systemd-run --user --scope "
                      "-p Delegate=yes glassdockd …",
                      host.unified_folder.substr(0, host.unified_folder.rfind('/'))));
    }
    host.unified_folder.clear();
  }
  if (host.unified_folder.empty() && host.cgroup_folders.empty()) host.cgroups = CgroupLayout::none;
}

}  // namespace

std::string_view to_string(CgroupLayout layout) {
  switch (layout) {
    case CgroupLayout::none:
      return "none";
    case CgroupLayout::v1:
      return "v1";
    case CgroupLayout::v2:
      return "v2";
  }
  return "none";
}

void read_cgroups(Host& host, std::string_view self_cgroup, std::string_view mountinfo) {
  auto own = parse_own(self_cgroup);
  auto mounts = parse_mounts(mountinfo);
  for (const CgroupMount& mount : mounts) {
    if (!mount.unified || own.count("") == 0 || !host.unified_folder.empty()) continue;
    std::string path = own[""];
    if (ends_with(path, engine_leaf)) path.resize(path.size() - std::string_view(engine_leaf).size());
    std::string folder = folder_of(mount, path);
    if (folder.empty()) continue;
    host.unified_base = folder;
    host.unified_top = mount.point;
    host.unified_folder = folder + parent_name(host.data_folder);
  }
  for (const CgroupMount& mount : mounts) {
    if (!mount.unified) read_v1(host, mount, own, !host.unified_folder.empty());
  }
  if (!host.cgroup_folders.empty()) {
    host.cgroups = CgroupLayout::v1;
  } else if (!host.unified_folder.empty()) {
    host.cgroups = CgroupLayout::v2;
  } else {
    host.remarks.push_back("no cgroups: no cgroup file system is mounted that shows this process's own");
  }
}

void read_security_modules(Host& host, std::string_view modules) {
  for (const std::string& name : split(trim(modules), ',')) {
    if (name != "apparmor" && name != "selinux") continue;
    host.remarks.push_back(fmt::format(
        "no {} profile: containers run without one (docker's root engine uses {}); namespaces, capabilities and "
        "seccomp are their walls",
        name == "apparmor" ? "AppArmor" : "SELinux", name == "apparmor" ? "docker-default" : "container_t"));
  }
}

TrialIds trial_ids_of(std::uint64_t mapped) {
  constexpr std::uint32_t of_container = 65536;
  // "Unused", and below the range for files from elsewhere (0x7ffe0000) that systemd 258 has added.
  constexpr std::uint32_t unused = 0x70000000, unused_end = 0x7ffe0000;
  if (mapped == os::every_id) return {unused, of_container, (unused_end - unused) / of_container};
  // An ordinary user's: 0 is the user, and containers have those up to 65535.
  const auto whole = static_cast<std::uint32_t>(std::min(mapped / of_container, std::uint64_t{4096}));
  if (whole > 1) return {of_container, of_container, whole - 1};
  constexpr std::uint32_t spare = 65520, spare_end = 65534;  // "unused", between dynamic service users and nobody
  if (mapped >= spare_end) return {spare, 1, spare_end - spare};
  return {};
}

void probe_ids(Host& host) {
  std::uint64_t ids = os::own_mapped_ids();
  host.rootless = ::geteuid() != 0 || ids != os::every_id;
  host.single_id = host.rootless && ids == 1;
  host.trial_ids = trial_ids_of(host.rootless ? ids : os::every_id);
  bool known = std::find(host.remarks.begin(), host.remarks.end(), kept_groups) != host.remarks.end();
  if (host.single_id && has_other_groups() && !known) host.remarks.push_back(kept_groups);
}

Host probe_host(const std::string& data_folder) {
  Host host;
  host.data_folder = data_folder;
  probe_ids(host);
  if (!host.rootless) {
    read_security_modules(host, os::try_read_file("/sys/kernel/security/lsm").value_or(fallback_modules()));
  }
  cpu_set_t cpus;
  if (::sched_getaffinity(0, sizeof cpus, &cpus) == 0) host.cpus = std::max(1, CPU_COUNT(&cpus));
  utsname names{};
  if (::uname(&names) == 0) std::sscanf(names.release, "%d.%d", &host.kernel_major, &host.kernel_minor);
  read_cgroups(host, os::try_read_file("/proc/self/cgroup").value_or(""),
               os::try_read_file("/proc/self/mountinfo").value_or(""));
  drop_unwritable(host);
  if (host.cgroups == CgroupLayout::v2) {
    host.unified_top = os::highest_writable_cgroup(host.unified_base, host.unified_top);
    auto available = os::try_read_file(host.unified_top + "/cgroup.controllers").value_or("");
    for (const std::string& name : split(trim(available), ' ')) {
      if (name == "memory" || name == "cpu" || name == "pids" || name == "io") {
        host.cgroup_folders[name] = host.unified_folder;
      }
    }
  }
  for (const char* name : {"memory", "cpu", "pids"}) {
    if (host.cgroups != CgroupLayout::none && !host.has_controller(name)) {
      host.remarks.push_back(fmt::format("no {} limits: the controller is not there", name));
    }
  }
  if (!host.guards_devices()) {
    host.remarks.push_back(
        "no device rules: there is no devices cgroup; containers may make no device node, and theirs do not open");
  }
  return host;
}

}  // namespace glassdock::plan
