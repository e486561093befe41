#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "app/headless/child_probe.h"
#include "app/headless/doctor.h"
#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/user_namespaces.h"

namespace glassdock::headless {
namespace {

namespace fs = std::filesystem;

struct NeededCall {
  long number;
  std::string_view name;
  std::string_view since;
};
constexpr std::array needed_calls{
    NeededCall{SYS_fsopen, "fsopen", "5.2"},
    NeededCall{SYS_clone3, "clone3", "5.3"},
    NeededCall{SYS_openat2, "openat2", "5.6"},
    NeededCall{SYS_close_range, "close_range", "5.9"},
    NeededCall{SYS_mount_setattr, "mount_setattr", "5.12"},
};

int try_walls() {
  if (int error = enter_private_mounts()) return error;
  constexpr int walls = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;
  if (::unshare(walls) != 0) return errno;
  // AppArmor lets the namespace be made and takes its powers away: only a mount shows it.
  return ::mount("none", "/proc", "tmpfs", 0, nullptr) == 0 ? 0 : errno;
}

// `rootless`: overlay(5)'s trusted.* attributes are out of reach, its user.* ones are used instead.
int try_overlay(const fs::path& folder, bool rootless) {
  if (int error = enter_private_mounts()) return error;
  for (const char* name : {"lower", "upper", "work", "merged"}) {
    if (::mkdir((folder / name).c_str(), 0700) != 0) return errno;
  }
  std::string options = fmt::format("lowerdir={0}/lower,upperdir={0}/upper,workdir={0}/work{1}", folder.native(),
                                    rootless ? ",userxattr" : "");
  return ::mount("overlay", (folder / "merged").c_str(), "overlay", 0, options.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Finding examine_kernel() {
  utsname name{};
  ::uname(&name);
  std::string missing;
  for (const NeededCall& call : needed_calls) {
    // Nonsense arguments: a kernel that has the call says so with another error than ENOSYS.
    bool there = ::syscall(call.number, -1L, 0L, 0L, 0L, 0L) >= 0 || errno != ENOSYS;
    if (!there) missing += fmt::format("{}{} (Linux {})", missing.empty() ? "" : ", ", call.name, call.since);
  }
  if (missing.empty()) {
    return {Health::good,
            "kernel",
            fmt::format("{} {} has every system call that containers need", name.sysname, name.release),
            {}};
  }
  return {Health::broken, "kernel",
          fmt::format("{} {} lacks these system calls: {}", name.sysname, name.release, missing),
          "sudo apt full-upgrade, then reboot"};
}

Finding examine_namespaces() {
  int error = in_child(try_walls);
  if (error == 0)
    return {Health::good, "namespaces", "every kind of namespace can be made: the walls of a container", {}};
  if (::geteuid() != 0) {
    auto refusal = os::refused_user_namespaces(error, os::read_user_namespace_switches());
    return {Health::broken, "namespaces", std::move(refusal.says), std::move(refusal.mend)};
  }
  return {Health::broken, "namespaces",
          fmt::format("root may not make namespaces and mounts here ({})", std::strerror(error)),
          "docker run --privileged …, if this is a container itself"};
}

Finding examine_overlay(const client::Place& place) {
  Finding finding{Health::good, "overlay", "an overlay mount joins layers without copying them", {}};
  try {
    os::TempDir temp(nearest_folder(place.data), "glassdock-doctor.");
    bool rootless = ::geteuid() != 0;
    int error = in_child([&] { return try_overlay(temp.path(), rootless); });
    if (error == 0) return finding;
    finding.health = Health::limited;
    finding.says = fmt::format("no overlay mount in {} ({}): layers are copied, which is slower and takes more room",
                               temp.path().parent_path().native(), std::strerror(error));
    finding.mend = "sudo modprobe overlay, or --data DIR on another file system";
  } catch (const Error& error) {
    finding = {Health::limited, "overlay", fmt::format("not tried: {}", error.message()), {}};
  }
  return finding;
}

Finding examine_seccomp() {
  std::uint32_t action = SECCOMP_RET_ERRNO;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) {
    return {Health::good, "seccomp", "system calls can be filtered", {}};
  }
  return {Health::broken, "seccomp", "this kernel cannot filter system calls",
          "a kernel with CONFIG_SECCOMP_FILTER, as Debian's and Ubuntu's have"};
}

}  // namespace glassdock::headless
