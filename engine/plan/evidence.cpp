#include "engine/plan/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"

namespace glassdock::plan {
namespace {

using Kind = EvidencePath::Kind;

std::vector<std::string> list_at(const View& plan, std::uint32_t offset, std::size_t step = 1) {
  std::vector<std::string> items;
  std::size_t count = 0;
  for (const char* text = plan.text(offset); *text; text = next_in_list(text)) {
    if (count++ % step == 0) items.emplace_back(text);
  }
  return items;
}

std::string proc(pid_t pid, const std::string& file) {
  return fmt::format("/proc/{}/{}", pid, file);
}

// "ls /a '/b c'".
std::string command_of(std::string command, const std::vector<std::string>& words) {
  for (const std::string& word : words) command += " " + shell_quote(word);
  return command;
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// The files that tell what was written: devices.allow can only be written, devices.list tells.
std::vector<std::string> written_files(const View& plan, const Operation& operation) {
  std::vector<std::string> files;
  for (std::string& path : list_at(plan, operation.text[0], 2)) {
    std::string name = path.substr(path.rfind('/') + 1);
    if (name == "devices.deny" || name == "devices.allow") path = parent_of(path) + "/devices.list";
    if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(std::move(path));
  }
  return files;
}

// The container's root as mountinfo calls it until pivot_root: below the data folder.
std::string root_on_host(const View& plan) {
  for (std::uint32_t i = 0; i < plan.count(); ++i) {
    const Operation& operation = plan.operation(i);
    if (operation.code == Code::mount_overlay) {
      return fmt::format("{}/{}", plan.text(plan.header().data_folder), plan.text(operation.text[0]));
    }
  }
  return {};
}

bool is_mount(Code code) {
  return code == Code::mount_overlay || code == Code::mount_filesystem || code == Code::bind_mount ||
         code == Code::mask_paths || code == Code::protect_paths || code == Code::set_propagation ||
         code == Code::pivot_root || code == Code::protect_root || code == Code::protect_machine ||
         code == Code::open_terminal;
}

// How the lines of mountinfo that an operation made can be told from the others. Mount points are followed by a blank.
std::vector<std::string> mount_lines(const View& plan, const Operation& operation) {
  std::string root = root_on_host(plan);
  switch (operation.code) {
    case Code::mount_overlay:
      return {" " + root + " "};
    case Code::mount_filesystem:
    case Code::bind_mount:
      return {" " + root + plan.text(operation.text[1]) + " "};
    case Code::mask_paths:
    case Code::protect_paths: {
      std::vector<std::string> lines;
      for (const std::string& path : list_at(plan, operation.text[0]))
        lines.push_back(fmt::format(" {}{} ", root, path));
      return lines;
    }
    case Code::protect_root:
      return {" / / "};
    case Code::open_terminal:
      if (*plan.text(operation.text[0]) == 0) return {};
      return {" " + root + plan.text(operation.text[0]) + " "};
    default:
      return {};
  }
}

// nsenter(1) into namespaces of the process; an ordinary user gets there through the user namespace alone.
std::string enter(const View& plan, pid_t pid, const char* namespaces) {
  return fmt::format("nsenter {}{} -t {}", plan.header().rootless ? "-U --preserve-credentials " : "", namespaces, pid);
}

std::vector<std::string> status_lines(Code code) {
  switch (code) {
    case Code::drop_bounding:
      return {"CapBnd:"};
    case Code::set_capabilities:
      return {"CapInh:", "CapPrm:", "CapEff:", "CapAmb:"};
    case Code::set_seccomp:
      return {"Seccomp"};
    case Code::set_user:
      return {"Uid:", "Gid:", "Groups:"};
    case Code::set_no_new_privileges:
      return {"NoNewPrivs:"};
    default:
      return {};
  }
}

}  // namespace

std::vector<EvidencePath> evidence_of(const View& plan, std::uint32_t index, pid_t pid) {
  const Operation& operation = plan.operation(index);
  std::vector<EvidencePath> paths;
  auto add = [&](Kind kind, std::string path, std::vector<std::string> lines = {}) {
    paths.push_back({kind, std::move(path), std::move(lines), {}});
  };
  switch (operation.code) {
    case Code::create_cgroups:
    case Code::remove_cgroups:
      for (std::string& folder : list_at(plan, operation.text[0])) add(Kind::folder, std::move(folder));
      return paths;
    case Code::report_memory:
      for (std::string& file : list_at(plan, operation.text[0])) add(Kind::file, std::move(file));
      return paths;
    case Code::write_files:
      // /proc/sys/net shows the network namespace of whoever reads it: nothing to be seen from outside.
      if (operation.phase != Phase::prepare) return paths;
      for (std::string& file : written_files(plan, operation)) add(Kind::file, std::move(file));
      return paths;
    default:
      break;
  }
  if (pid <= 0) return paths;
  if (is_mount(operation.code)) add(Kind::file, proc(pid, "mountinfo"), mount_lines(plan, operation));
  if (auto lines = status_lines(operation.code); !lines.empty()) add(Kind::file, proc(pid, "status"), lines);
  switch (operation.code) {
    case Code::clone:
      // First of all that root in there is an ordinary user out here.
      if (plan.header().rootless != 0) {
        add(Kind::file, proc(pid, "uid_map"));
        paths.back().command = "cat " + proc(pid, "uid_map");
      }
      for (const char* name : {"pid", "mnt", "net", "uts", "ipc", "user"}) {
        add(Kind::link, proc(pid, std::string("ns/") + name));
      }
      if (*plan.text(operation.text[0])) add(Kind::file, proc(pid, "cgroup"));
      break;
    case Code::enter_trial:
      for (const char* name : {"uid_map", "gid_map"}) add(Kind::file, proc(pid, name));
      break;
    case Code::join_cgroups:
      add(Kind::file, proc(pid, "cgroup"));
      break;
    case Code::unshare:
      add(Kind::link, proc(pid, "ns/cgroup"));
      break;
    case Code::set_hostname:
      add(Kind::link, proc(pid, "ns/uts"));
      break;
    case Code::raise_loopback:
      add(Kind::file, proc(pid, "net/if_inet6"));
      break;
    case Code::keep_descriptors:
      add(Kind::folder, proc(pid, "fd"));
      break;
    case Code::make_devices:
    case Code::make_links: {
      auto items = list_at(plan, operation.text[0]);
      if (!items.empty()) {
        // All stand in one folder, a mount of our own.
        add(Kind::folder, proc(pid, "root") + root_on_host(plan) + parent_of(items[0]));
      }
      if (operation.code != Code::make_links || *plan.text(operation.text[1]) == 0) break;
      add(Kind::file, proc(pid, "mountinfo"), {" " + root_on_host(plan) + plan.text(operation.text[1]) + " "});
      break;
    }
    case Code::change_folder:
      add(Kind::link, proc(pid, "cwd"));
      break;
    case Code::execute:
      add(Kind::link, proc(pid, "exe"));
      paths.back().command = "readlink " + proc(pid, "exe");
      break;
    default:
      break;
  }
  return paths;
}

std::string shows(const View& plan, std::uint32_t index, pid_t pid) {
  const Operation& operation = plan.operation(index);
  switch (operation.code) {
    case Code::create_cgroups:
    case Code::remove_cgroups:
      return command_of("ls", list_at(plan, operation.text[0]));
    case Code::report_memory:
      return command_of("grep .", list_at(plan, operation.text[0]));
    case Code::attach_device_filter:
      return command_of("bpftool cgroup list", {plan.text(operation.text[0])});
    case Code::write_files:
      if (operation.phase == Phase::prepare) return command_of("grep .", written_files(plan, operation));
      return command_of(enter(plan, pid, "-n") + " grep .", list_at(plan, operation.text[0], 2));
    default:
      break;
  }
  if (is_mount(operation.code)) {
    bool all = operation.code == Code::pivot_root || operation.code == Code::set_propagation;
    return fmt::format("findmnt -N {}{}", pid, all ? " -o TARGET,PROPAGATION" : "");
  }
  if (auto lines = status_lines(operation.code); !lines.empty()) {
    return fmt::format("grep -E '{}' /proc/{}/status", join(lines, "|"), pid);
  }
  switch (operation.code) {
    case Code::clone:
      return fmt::format("lsns -p {}", pid);
    case Code::enter_trial:
      return fmt::format("cat /proc/{0}/uid_map; grep -E 'Uid:|CapEff:' /proc/{0}/status", pid);
    case Code::join_cgroups:
      return fmt::format("cat /proc/{}/cgroup", pid);
    case Code::join_namespaces:
      return fmt::format("lsns -p {}", pid);
    case Code::unshare:
      return fmt::format("readlink /proc/{}/ns/cgroup", pid);
    case Code::set_hostname:
      return enter(plan, pid, "-u") + " hostname";
    case Code::raise_loopback:
      return enter(plan, pid, "-n") + " ip address show lo";
    case Code::keep_descriptors:
      return fmt::format("ls -l /proc/{}/fd", pid);
    case Code::make_devices:
    case Code::make_links: {
      auto paths = evidence_of(plan, index, pid);
      if (paths.empty()) return {};
      return paths[0].kind == Kind::folder ? "ls -l " + shell_quote(paths[0].path) : fmt::format("findmnt -N {}", pid);
    }
    case Code::make_folder:
      return enter(plan, pid, "-m") + " ls -ld " + shell_quote(root_on_host(plan) + plan.text(operation.text[0]));
    case Code::change_folder:
      return fmt::format("readlink /proc/{}/cwd", pid);
    case Code::find_user:
      // -l shows a link of the image itself, where plain ls follows an absolute one to the files of whoever looks.
      return fmt::format("ls -l /proc/{}/root/etc", pid);
    case Code::execute:
      return fmt::format("ps -o pid,user,args -p {}", pid);
    default:
      return {};
  }
}

std::string shows_before(const View& plan, std::uint32_t index, pid_t pid) {
  const Operation& operation = plan.operation(index);
  if (operation.phase != Phase::prepare && operation.code != Code::clone) return {};
  // The monitor, and the container's process, which is not there yet.
  const std::string processes = fmt::format("ps -o pid,ppid,args -p {0} --ppid {0}", pid);
  std::vector<std::string> parents;
  switch (operation.code) {
    case Code::create_cgroups:
      for (const std::string& cgroup : list_at(plan, operation.text[0])) parents.push_back(parent_of(cgroup));
      return command_of(processes + "; ls", parents);
    case Code::clone:
      return fmt::format("{}; lsns -p {}", processes, pid);
    case Code::attach_device_filter:
      return command_of("ls", {plan.text(operation.text[0])});  // no command that every machine has lists filters
    default:
      return shows(plan, index, pid);
  }
}

}  // namespace glassdock::plan
