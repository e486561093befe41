#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/plan/host.h"
#include "engine/plan/throttle.h"

namespace glassdock::plan {
namespace {

int write_word(const std::string& path, std::string_view word) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return ::write(file.get(), word.data(), word.size()) == static_cast<ssize_t>(word.size()) ? 0 : errno;
}

int make_folder(const std::string& path) {
  return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST ? 0 : errno;
}

bool has_word(const std::string& file, const std::string& word) {
  auto words = split(trim(os::try_read_file(file).value_or("")), ' ');
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Lets the children of `folder` use the controllers; those that it refuses are taken out of `controllers`. The errno of
// the last refusal.
int hand_down(const std::string& folder, std::set<std::string>& controllers) {
  const std::string file = folder + "/cgroup.subtree_control";
  int error = 0;
  std::string enable, disable;
  std::set<std::string> asked;
  for (const std::string& name : std::set<std::string>(controllers)) {
    if (!has_word(folder + "/cgroup.controllers", name)) {
      error = ENOENT;
      controllers.erase(name);
    } else if (!has_word(file, name)) {
      enable += "+" + name + " ";
      disable += "-" + name + " ";
      asked.insert(name);
    }
  }
  if (asked.empty()) return error;
  // All at once: a cgroup with processes in it refuses memory, but would take cpu and pids and become the top of a
  // threaded domain, below which no process can be started (cgroups(7), "Thread mode").
  int refusal = write_word(file, enable);
  if (refusal == 0 && trim(os::try_read_file(folder + "/cgroup.type").value_or("")) == "domain threaded") {
    write_word(file, disable);
    refusal = EBUSY;
  }
  if (refusal == 0) return error;
  for (const std::string& name : asked) controllers.erase(name);
  return refusal;
}

std::set<std::string> names_of(const Host& host) {
  std::set<std::string> names;
  for (const auto& [name, folder] : host.cgroup_folders) names.insert(name);
  return names;
}

std::string leaf_of(const Host& host) {
  return host.unified_base + "/glassdock-engine";
}

// Moves all processes of one cgroup that the kernel lets us move.
void move_all(const std::string& from, const std::string& to) {
  auto members = os::try_read_file(from + "/cgroup.procs").value_or("");
  for (const std::string& pid : split(trim(members), '\n')) write_word(to + "/cgroup.procs", pid);
}

// Lets the children of the engine's own cgroup use the controllers; answers as hand_down does.
int hand_down_own(const Host& host, std::set<std::string>& controllers) {
  const std::set<std::string> wanted = controllers;
  int error = hand_down(host.unified_base, controllers);
  if (error != EBUSY || make_folder(leaf_of(host)) != 0) return error;
  // "No internal processes" (cgroups(7)): ourselves we can move; if others are in there too, it stays refused.
  write_word(leaf_of(host) + "/cgroup.procs", "0");
  controllers = wanted;
  error = hand_down(host.unified_base, controllers);
  if (error == EBUSY) {
    write_word(host.unified_base + "/cgroup.procs", "0");
    ::rmdir(leaf_of(host).c_str());
  }
  return error;
}

bool offers_all(const std::string& folder, const std::set<std::string>& controllers) {
  return std::all_of(controllers.begin(), controllers.end(),
                     [&](const std::string& name) { return has_word(folder + "/cgroup.controllers", name); });
}

// Which cgroup holds the parent: the own one, or where that can't hand everything down, the highest that may be
// written. The errno of the last refusal.
int choose_base(Host& host, std::set<std::string>& controllers) {
  const std::set<std::string> wanted = controllers;
  int error = EBUSY;
  if (offers_all(host.unified_base, wanted)) error = hand_down_own(host, controllers);
  if (error != EBUSY || host.unified_base == host.unified_top) return error;
  host.unified_folder = host.unified_top + host.unified_folder.substr(host.unified_folder.rfind('/'));
  host.unified_base = host.unified_top;
  controllers = wanted;
  return hand_down(host.unified_base, controllers);
}

// A kernel without CONFIG_BLK_DEV_THROTTLING has the controller, but no such file.
void drop_io_without(Host& host, const std::string& file) {
  if (!host.limits_io() || ::access(file.c_str(), F_OK) == 0) return;
  host.cgroup_mounts.erase(host.io_controller());
  host.cgroup_folders.erase(host.io_controller());
}

void prepare_v2(Host& host) {
  std::set<std::string> wanted = names_of(host);
  // The cgroup is chosen for the others: none is lost for I/O, which session managers seldom hand down.
  std::set<std::string> io;
  if (wanted.erase("io") != 0) io.insert("io");
  std::set<std::string> given = wanted;
  int error = choose_base(host, given);
  hand_down(host.unified_base, io);
  int refusal = make_folder(host.unified_folder);
  if (refusal == 0) {
    hand_down(host.unified_folder, given);
    hand_down(host.unified_folder, io);
    given.merge(io);
  }
  host.cgroup_folders.clear();
  if (refusal != 0) {
    host.remarks.push_back(fmt::format("no cgroups: {}: {}", host.unified_folder, ::strerror(refusal)));
    host.unified_folder.clear();
    host.cgroups = CgroupLayout::none;
    return;
  }
  for (const std::string& controller : given) host.cgroup_folders[controller] = host.unified_folder;
  for (const std::string& controller : wanted) {
    if (given.count(controller) == 0) {
      host.remarks.push_back(fmt::format("no {} limits: {} does not hand its controllers down: {}", controller,
                                         host.unified_base, ::strerror(error)));
    }
  }
  host.swap_limit = ::access((host.unified_folder + "/memory.swap.max").c_str(), F_OK) == 0;
  drop_io_without(host, host.unified_folder + "/io.max");
}

void prepare_v1(Host& host) {
  if (host.limits_io()) {
    const std::string& folder = host.cgroup_folders[host.io_controller()];
    drop_io_without(host, folder.substr(0, folder.rfind('/') + 1) + throttle_names[0].file);
  }
  for (auto entry = host.cgroup_folders.begin(); entry != host.cgroup_folders.end();) {
    int refusal = make_folder(entry->second);
    if (refusal == 0) {
      ++entry;
      continue;
    }
    host.remarks.push_back(fmt::format("no {} limits: {}: {}", entry->first, entry->second, ::strerror(refusal)));
    host.cgroup_mounts.erase(entry->first);
    entry = host.cgroup_folders.erase(entry);
  }
  if (!host.unified_folder.empty() && make_folder(host.unified_folder) != 0) host.unified_folder.clear();
  if (host.has_controller("memory")) {
    std::string file = host.cgroup_folders["memory"] + "/memory.memsw.limit_in_bytes";
    host.swap_limit = ::access(file.c_str(), F_OK) == 0;
  }
  if (host.cgroup_folders.empty() && host.unified_folder.empty()) host.cgroups = CgroupLayout::none;
}

}  // namespace

void prepare_cgroups(Host& host) {
  if (host.cgroups == CgroupLayout::v2) prepare_v2(host);
  if (host.cgroups == CgroupLayout::v1) prepare_v1(host);
}

void remove_cgroups(const Host& host) {
  std::set<std::string> folders;
  for (const auto& [controller, folder] : host.cgroup_folders) folders.insert(folder);
  if (!host.unified_folder.empty()) folders.insert(host.unified_folder);
  bool all_gone = true;
  for (const std::string& folder : folders) all_gone = (::rmdir(folder.c_str()) == 0 || errno == ENOENT) && all_gone;
  std::string leaf = leaf_of(host);
  if (host.cgroups != CgroupLayout::v2 || !all_gone || ::access(leaf.c_str(), F_OK) != 0) return;
  // Back to where the engine was started: first the controllers, then the processes (the keeper is one), then the empty
  // cgroup.
  for (const std::string& name : names_of(host)) {
    write_word(host.unified_base + "/cgroup.subtree_control", "-" + name);
  }
  move_all(leaf, host.unified_base);
  ::rmdir(leaf.c_str());
}

}  // namespace glassdock::plan
