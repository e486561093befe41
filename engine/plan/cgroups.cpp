#include <fmt/format.h>
#include <linux/mount.h>
#include <sched.h>

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/plan/parts.h"
#include "engine/plan/walls.h"

namespace glassdock::plan {
namespace {

constexpr std::int64_t cpu_period_us = 100'000;  // docker's, and the kernel's default

using Files = std::vector<std::string>;  // path, content, path, content …

void put(Files& files, const std::string& folder, const char* file, const std::string& content) {
  files.push_back(folder + "/" + file);
  files.push_back(content);
}

std::string folder_of(const Start& start, const char* controller) {
  return start.host.cgroup_folders.at(controller) + "/" + start.spec.id;
}

// Linux keeps operations in 32 bits, and v1 cuts off what is more: nothing would pass any more.
std::uint64_t rate_of(const Throttle& throttle) {
  const bool operations = throttle.kind == Throttle::Kind::read_iops || throttle.kind == Throttle::Kind::write_iops;
  return operations ? std::min<std::uint64_t>(throttle.rate, UINT32_MAX) : throttle.rate;
}

// What a trial may use whatever is left out of it: enough to see something, too little to hurt the machine.
constexpr std::int64_t trial_memory_bytes = 256 * 1024 * 1024;
constexpr std::int64_t trial_processes = 256;

// Of a trial, for what nothing else limits.
Limits trial_limits(const Start& start) {
  const Limits& asked = start.spec.limits;
  const bool all = start.leaves_out("isolate.limits");
  Limits limits;
  if (all || asked.memory_bytes <= 0) limits.memory_bytes = trial_memory_bytes;
  if (all || asked.pids <= 0) limits.pids = trial_processes;
  return limits;
}

// On v1 a file of each kind has a line a disk, on v2 a line has all of a disk.
void put_throttles(Files& files, const Start& start, const std::vector<Throttle>& throttles) {
  const std::string folder = folder_of(start, start.host.io_controller());
  std::vector<std::pair<std::string, std::string>> lines;  // of v2: the disk's number, and its keys
  for (const Throttle& throttle : throttles) {
    if (throttle.rate == 0) continue;
    const ThrottleNames& names = names_of(throttle.kind);
    const std::string disk = fmt::format("{}:{}", throttle.major, throttle.minor);
    if (start.host.cgroups == CgroupLayout::v1) {
      put(files, folder, names.file, fmt::format("{} {}", disk, rate_of(throttle)));
      continue;
    }
    auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) { return one.first == disk; });
    if (line == lines.end()) line = lines.insert(lines.end(), {disk, disk});
    line->second += fmt::format(" {}={}", names.key, rate_of(throttle));
  }
  for (const auto& [disk, line] : lines) put(files, folder, "io.max", line);
}

// Docker gives a container with -m as much swap again, where swap is counted.
Files limit_files(const Start& start, const Limits& limits) {
  Files files;
  const Host& host = start.host;
  bool v2 = host.cgroups == CgroupLayout::v2;
  if (limits.memory_bytes > 0 && host.has_controller("memory")) {
    std::string folder = folder_of(start, "memory");
    std::int64_t memory = limits.memory_bytes;
    put(files, folder, v2 ? "memory.max" : "memory.limit_in_bytes", std::to_string(memory));
    if (host.swap_limit) {
      // v1 limits memory and swap together, v2 swap alone.
      put(files, folder, v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes",
          std::to_string(v2 ? memory : memory_and_swap(memory)));
    }
  }
  if (limits.nano_cpus > 0 && host.has_controller("cpu")) {
    std::string folder = folder_of(start, "cpu");
    std::int64_t quota = limits.nano_cpus * cpu_period_us / 1'000'000'000;
    if (v2) {
      put(files, folder, "cpu.max", fmt::format("{} {}", quota, cpu_period_us));
    } else {
      put(files, folder, "cpu.cfs_period_us", std::to_string(cpu_period_us));
      put(files, folder, "cpu.cfs_quota_us", std::to_string(quota));
    }
  }
  if (limits.pids > 0 && host.has_controller("pids")) {
    put(files, folder_of(start, "pids"), "pids.max", std::to_string(limits.pids));
  }
  if (host.limits_io()) put_throttles(files, start, limits.throttles);
  return files;
}

void add_limits(Start& start, const char* name, const Limits& limits) {
  const Files files = limit_files(start, limits);
  if (files.empty()) return;
  std::vector<std::string> commands;
  for (std::size_t i = 0; i < files.size(); i += 2) commands.push_back(echo_command(files[i + 1], files[i]));
  start.writer.add({.name = name,
                    .code = Code::write_files,
                    .phase = Phase::prepare,
                    .text = {make_list(files)},
                    .plain_command = join(commands, "\n")});
}

void add_device_rules(Start& start) {
  Draft draft{.name = "isolate.device-rules", .phase = Phase::prepare};
  if (start.host.cgroups == CgroupLayout::v1 && start.host.has_controller("devices")) {
    std::string folder = folder_of(start, "devices");
    std::vector<std::string> rules = {"c *:* m", "b *:* m"};
    for (const DeviceRule& rule : allowed_devices) {
      rules.push_back(fmt::format("c {}:{} rwm", rule.major,
                                  rule.minor == any_minor ? std::string("*") : std::to_string(rule.minor)));
    }
    Files files = {folder + "/devices.deny", "a"};
    std::string words;
    for (const std::string& rule : rules) {
      put(files, folder, "devices.allow", rule);
      words += " " + shell_quote(rule);
    }
    draft.code = Code::write_files;
    draft.text[0] = make_list(files);
    draft.plain_command = echo_command("a", files[0]) + "\nfor rule in" + words + "; do echo \"$rule\" > " +
                          shell_quote(folder + "/devices.allow") + "; done";
    start.writer.add(draft);
  } else if (start.host.cgroups == CgroupLayout::v2 && !start.host.rootless) {
    draft.code = Code::attach_device_filter;
    draft.text[0] = start.host.unified_folder + "/" + start.spec.id;
    draft.data = device_filter();
    draft.remarked = true;
    start.writer.add(draft);
  }
}

}  // namespace

std::string echo_command(const std::string& value, const std::string& path) {
  return "echo " + shell_quote(value) + " > " + shell_quote(path);
}

std::vector<std::string> cgroups_of(const ContainerSpec& spec, const Host& host) {
  std::vector<std::string> folders;
  for (const auto& [controller, parent] : host.cgroup_folders) {
    std::string folder = parent + "/" + spec.id;
    if (parent != host.unified_folder && std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  if (!host.unified_folder.empty()) folders.push_back(host.unified_folder + "/" + spec.id);
  return folders;
}

void add_cgroups(Start& start) {
  std::vector<std::string> folders = cgroups_of(start.spec, start.host);
  if (folders.empty()) return;
  std::string command = "mkdir";
  for (const std::string& folder : folders) command += " " + shell_quote(folder);
  start.writer.add({.name = "isolate.cgroups",
                    .code = Code::create_cgroups,
                    .phase = Phase::prepare,
                    .text = {make_list(folders)},
                    .plain_command = command});
  if (start.spec.trial) add_limits(start, "isolate.trial-limits", trial_limits(start));
  add_limits(start, "isolate.limits", start.spec.limits);
  add_device_rules(start);
}

void add_clone(Start& start) {
  struct Namespace {
    const char* wall;
    std::uint64_t flag;
    const char* option;
  };
  constexpr Namespace namespaces[] = {{"namespace.pid", CLONE_NEWPID, " --pid"},
                                      {"namespace.mount", CLONE_NEWNS, " --mount"},
                                      {"namespace.network", CLONE_NEWNET, " --net"},
                                      {"namespace.uts", CLONE_NEWUTS, " --uts"},
                                      {"namespace.ipc", CLONE_NEWIPC, " --ipc"}};
  Draft draft{.name = "isolate.clone", .code = Code::clone, .phase = Phase::prepare};
  draft.plain_command = "unshare";
  if (start.spec.trial) {
    // The monitor maps the ids (docs/launcher-protocol.md): container's root is nobody of the machine. By hand it is
    // the first trial's.
    draft.number[0] |= CLONE_NEWUSER;
    draft.plain_command += fmt::format(" --user --map-users={0},0,{1} --map-groups={0},0,{1}",
                                       start.host.trial_ids.first, start.host.mapped_in_trial());
  } else if (start.host.rootless) {
    draft.plain_command += start.host.single_id ? " --user --map-root-user" : " --user --map-root-user --map-auto";
    draft.remarked = true;
  }
  for (const Namespace& one : namespaces) {
    if (start.leaves_out(one.wall)) continue;
    draft.number[0] |= one.flag;
    draft.plain_command += one.option;
  }
  draft.plain_command += " --fork --kill-child --propagation unchanged bash";
  if (!start.host.unified_folder.empty()) {
    draft.text[0] = start.host.unified_folder + "/" + start.spec.id;
    draft.plain_command += "\n" + echo_command("0", draft.text[0] + "/cgroup.procs");
  }
  start.writer.add(draft);
}

void add_cgroup_joins(Start& start) {
  // The unified one was entered by the clone itself.
  std::vector<std::string> folders = cgroups_of(start.spec, start.host);
  if (!start.host.unified_folder.empty() && !folders.empty()) folders.pop_back();
  if (!folders.empty()) {
    std::vector<std::string> commands;
    commands.reserve(folders.size());
    for (const std::string& folder : folders) commands.push_back(echo_command("0", folder + "/tasks"));
    start.writer.add({.name = "isolate.cgroup-join",
                      .code = Code::join_cgroups,
                      .text = {make_list(folders)},
                      .plain_command = join(commands, "\n")});
  }
}

void add_cgroup_namespace(Start& start) {
  // After joining: at the clone it would take the engine's cgroups for the top ("/../..").
  if (start.leaves_out("namespace.cgroup")) return;
  start.writer.add({.name = "isolate.cgroup-namespace",
                    .code = Code::unshare,
                    .number = {CLONE_NEWCGROUP, 0},
                    .plain_command = "exec unshare --cgroup bash"});
}

void add_cgroup_mounts(Start& start) {
  const Host& host = start.host;
  // Without the cgroup namespace a new mount would show the host's whole tree.
  bool own_view = !start.leaves_out("namespace.cgroup") && !start.leaves_out("isolate.cgroup-namespace");
  if (host.cgroups == CgroupLayout::none || !own_view || start.leaves_out("isolate.sysfs")) return;
  if (start.leaves_out("isolate.cgroup-mount")) return start.writer.pass_over("isolate.cgroup-mount");  // all of them
  constexpr std::uint64_t quiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  const std::string top = "/sys/fs/cgroup";
  auto mount = [&](const std::string& type, const std::string& target, const std::string& options,
                   std::uint64_t attributes, const std::string& before) {
    std::string words = mount_words(attributes) + (options.empty() ? "" : "," + options);
    start.writer.add(
        {.name = "isolate.cgroup-mount",
         .code = Code::mount_filesystem,
         .text = {type, target, options},
         .number = {attributes, 0},
         .plain_command = before + fmt::format("mount -t {0} -o {1} {0} {2}", type, words, host_path(start, target))});
  };
  if (host.cgroups == CgroupLayout::v2) {
    mount("cgroup2", top, "", quiet | MOUNT_ATTR_RDONLY, "");
    return;
  }
  mount("tmpfs", top, "mode=755", quiet, "");
  std::vector<std::string> links;
  std::vector<std::string> done;
  for (const auto& [controller, name] : host.cgroup_mounts) {
    if (controller != name) {
      links.push_back(fmt::format("{}/{}", top, controller));
      links.push_back(name);
    }
    if (std::find(done.begin(), done.end(), name) != done.end()) continue;
    done.push_back(name);
    const std::string target = fmt::format("{}/{}", top, name);
    mount("cgroup", target, name, quiet | MOUNT_ATTR_RDONLY, "mkdir " + host_path(start, target) + "\n");
  }
  std::vector<std::string> commands;
  for (std::size_t i = 0; i < links.size(); i += 2) {
    commands.push_back("ln -s " + shell_quote(links[i + 1]) + " " + host_path(start, links[i]));
  }
  // Now that all stands in it: a container that may write there fills the machine's memory past its own limit.
  commands.push_back("mount -o remount,bind,ro,nosuid,nodev,noexec " + host_path(start, top));
  start.writer.add({.name = "isolate.cgroup-links",
                    .code = Code::make_links,
                    .text = {make_list(links), top},
                    .plain_command = join(commands, "\n")});
}

void add_teardown(Start& start) {
  std::vector<std::string> folders = cgroups_of(start.spec, start.host);
  if (folders.empty()) return;
  if (start.host.has_controller("memory")) {
    std::string folder = folder_of(start, "memory");
    bool v2 = start.host.cgroups == CgroupLayout::v2;
    Files files = {folder + (v2 ? "/memory.peak" : "/memory.max_usage_in_bytes"),
                   folder + (v2 ? "/memory.events" : "/memory.oom_control")};
    start.writer.add({.name = "lifecycle.memory-report",
                      .code = Code::report_memory,
                      .phase = Phase::teardown,
                      .stage = trace::Stage::lifecycle,
                      .text = {make_list(files)},
                      .flags = may_fail,
                      .plain_command = "cat " + shell_quote(files[0]) + " " + shell_quote(files[1])});
  }
  // The unified one first: the kernel ends all in it at once, where one by one a chain of forks may be faster.
  if (!start.host.unified_folder.empty()) std::rotate(folders.begin(), folders.end() - 1, folders.end());
  std::string command = "rmdir";
  for (const std::string& folder : folders) command += " " + shell_quote(folder);
  start.writer.add({.name = "lifecycle.cgroups-remove",
                    .code = Code::remove_cgroups,
                    .phase = Phase::teardown,
                    .stage = trace::Stage::lifecycle,
                    .text = {make_list(folders)},
                    .plain_command = command});
}

}  // namespace glassdock::plan
