// Made-up machines and containers, and what a plan for them looks like as text.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>

#include "engine/os/id_map.h"
#include "engine/plan/compile.h"
#include "engine/plan/host.h"
#include "engine/plan/plan.h"
#include "engine/plan/seccomp.h"

namespace glassdock::plan::samples {

inline constexpr char id[] = "4f1c2a7be09d4f1c2a7be09d4f1c2a7be09d4f1c2a7be09d4f1c2a7be09d4f1c";

// A v1 machine with a cgroup2 tree beside it, as Debian's "hybrid" layout has; root.
inline Host v1() {
  Host host;
  host.cgroups = CgroupLayout::v1;
  host.cgroup_folders = {
      {"blkio", "/sys/fs/cgroup/blkio/glassdock-00"},         {"cpu", "/sys/fs/cgroup/cpu,cpuacct/glassdock-00"},
      {"cpuacct", "/sys/fs/cgroup/cpu,cpuacct/glassdock-00"}, {"devices", "/sys/fs/cgroup/devices/glassdock-00"},
      {"memory", "/sys/fs/cgroup/memory/glassdock-00"},       {"pids", "/sys/fs/cgroup/pids/glassdock-00"}};
  host.cgroup_mounts = {{"blkio", "blkio"},     {"cpu", "cpu,cpuacct"}, {"cpuacct", "cpu,cpuacct"},
                        {"devices", "devices"}, {"memory", "memory"},   {"pids", "pids"}};
  host.unified_folder = "/sys/fs/cgroup/unified/glassdock-00";
  host.swap_limit = true;
  host.cpus = 4;
  host.trial_ids = trial_ids_of(os::every_id);
  host.data_folder = "/var/lib/glassdock";
  return host;
}

inline Host v2() {
  Host host;
  host.cgroups = CgroupLayout::v2;
  host.unified_folder = "/sys/fs/cgroup/glassdock-00";
  for (const char* name : {"cpu", "io", "memory", "pids"}) host.cgroup_folders[name] = host.unified_folder;
  host.swap_limit = true;
  host.cpus = 4;
  host.trial_ids = trial_ids_of(os::every_id);
  host.data_folder = "/var/lib/glassdock";
  return host;
}

// An ordinary user's, with subordinate ids and a delegated cgroup.
inline Host rootless() {
  Host host = v2();
  host.rootless = true;
  host.trial_ids = trial_ids_of(65537);
  host.data_folder = "/home/ann/.local/share/glassdock";
  return host;
}

// An ordinary user's, without either.
inline Host single_id() {
  Host host;
  host.rootless = host.single_id = true;
  host.cpus = 2;
  host.data_folder = "/home/bob/.local/share/glassdock";
  return host;
}

inline ContainerSpec container() {
  ContainerSpec spec;
  const std::string folder = std::string("containers/") + id;
  spec.id = id;
  spec.hostname = spec.id.substr(0, 12);
  spec.arguments = {"ls", "-l", "/"};
  spec.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  spec.lower = {"layers/2", "layers/1"};
  spec.upper = folder + "/upper";
  spec.work = folder + "/work";
  spec.rootfs = folder + "/rootfs";
  spec.hosts_file = folder + "/hosts";
  spec.hostname_file = folder + "/hostname";
  spec.resolv_file = folder + "/resolv.conf";
  return spec;
}

// Compiled once for all tests of a program.
inline const SeccompProgram& seccomp() {
  static const SeccompProgram program;
  return program;
}

namespace detail {

inline const char* code_name(Code code) {
  static constexpr const char* names[] = {"none",
                                          "create_cgroups",
                                          "write_files",
                                          "attach_device_filter",
                                          "join_namespaces",
                                          "clone",
                                          "keep_descriptors",
                                          "join_cgroups",
                                          "unshare",
                                          "set_hostname",
                                          "set_propagation",
                                          "raise_loopback",
                                          "mount_overlay",
                                          "mount_filesystem",
                                          "make_devices",
                                          "make_links",
                                          "bind_mount",
                                          "mask_paths",
                                          "protect_paths",
                                          "make_folder",
                                          "open_terminal",
                                          "pivot_root",
                                          "protect_root",
                                          "find_user",
                                          "set_seccomp",
                                          "drop_bounding",
                                          "set_user",
                                          "set_capabilities",
                                          "set_no_new_privileges",
                                          "change_folder",
                                          "execute",
                                          "report_memory",
                                          "remove_cgroups",
                                          "enter_trial",
                                          "protect_machine"};
  static_assert(std::size(names) == static_cast<std::size_t>(Code::protect_machine) + 1);
  return names[static_cast<std::size_t>(code)];
}

inline bool is_list(Code code, int text) {
  switch (code) {
    case Code::create_cgroups:
    case Code::write_files:
    case Code::join_cgroups:
    case Code::make_devices:
    case Code::make_links:
    case Code::mask_paths:
    case Code::protect_paths:
    case Code::report_memory:
    case Code::remove_cgroups:
      return text == 0;
    case Code::enter_trial:
      return text < 2;
    case Code::find_user:
      return text == 1;
    default:
      return false;
  }
}

inline std::string indented(const char* key, std::string_view lines) {
  std::string text = fmt::format("    {} ", key);
  for (char c : lines) {
    text += c;
    if (c == '\n') text += "      ";
  }
  return text + "\n";
}

inline std::string strings(const char* text, std::uint32_t count) {
  std::string line;
  for (; count > 0; --count, text = next_in_list(text)) line += fmt::format(" [{}]", text);
  return line;
}

}  // namespace detail

// One paragraph an operation: all that it carries but the line of source and raw bytes.
inline std::string dump(const View& plan) {
  std::string text = fmt::format("data folder {}\n", plan.text(plan.header().data_folder));
  static constexpr const char* phases[] = {"prepare", "child", "teardown"};
  for (std::uint32_t i = 0; i < plan.count(); ++i) {
    const Operation& operation = plan.operation(i);
    text += fmt::format("\n{}: {} {}{}\n", plan.text(operation.name), phases[static_cast<int>(operation.phase)],
                        detail::code_name(operation.code), (operation.flags & may_fail) != 0 ? ", may fail" : "");
    for (int t = 0; t < 3; ++t) {
      const char* value = plan.text(operation.text[t]);
      std::string line;
      if (operation.code == Code::execute && t < 2) {
        line = detail::strings(value, t == 0 ? plan.header().argument_count : plan.header().environment_count);
      } else if (detail::is_list(operation.code, t)) {
        std::uint32_t count = 0;
        for (const char* one = value; *one; one = next_in_list(one)) ++count;
        line = detail::strings(value, count);
      } else if (*value) {
        line = fmt::format(" {}", value);
      }
      if (!line.empty()) text += fmt::format("    text {}:{}\n", t, line);
    }
    for (int n = 0; n < 2; ++n) {
      if (operation.number[n] != 0) text += fmt::format("    number {}: {:#x}\n", n, operation.number[n]);
    }
    if (plan.data(operation)) text += "    data\n";
    if (operation.injected_errno != 0) text += fmt::format("    fails with {}\n", operation.injected_errno);
    if (*plan.text(operation.plain_command)) text += detail::indented("$", plan.text(operation.plain_command));
    if (*plan.text(operation.remark)) text += detail::indented("#", plan.text(operation.remark));
  }
  return text;
}

}  // namespace glassdock::plan::samples
