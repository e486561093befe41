#include "engine/plan/trial.h"

#include <fmt/format.h>
#include <linux/mount.h>

#include <algorithm>
#include <set>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/compile.h"
#include "engine/plan/parts.h"
#include "engine/plan/walls.h"

namespace glassdock::plan {
namespace {

// The walls of which a trial may show what happens without them. Not among them: what the start itself rests on, and
// what keeps the trial harmless (its cgroups, its ids, no-new-privileges).
constexpr const char* walls[] = {
    "namespace.pid",
    "namespace.network",
    "namespace.uts",
    "namespace.ipc",
    "namespace.cgroup",
    "isolate.limits",
    "isolate.device-rules",
    "isolate.cgroup-namespace",
    "isolate.hostname",
    "isolate.loopback",
    "isolate.sysctls",
    "isolate.proc",
    "isolate.device-links",
    "isolate.devpts",
    "isolate.shm",
    "isolate.mqueue",
    "isolate.sysfs",
    "isolate.cgroup-mount",
    "isolate.hosts",
    "isolate.hostname-file",
    "isolate.resolv",
    "isolate.tmpfs",
    "isolate.working-folder",
    "isolate.mask",
    "isolate.readonly-paths",
    "isolate.pivot",
    "isolate.readonly-root",
    "isolate.bounding",
    "isolate.seccomp",
    "isolate.capabilities",
};

// Operations of the container's first process whose places are fixed: before them stands nothing that is safe, behind
// them nothing at all.
constexpr const char* fixed[] = {"isolate.trial",
                                 "isolate.cgroup-join",
                                 "isolate.cgroup-namespace",
                                 "isolate.descriptors",
                                 "isolate.trial-root",
                                 "isolate.terminal",
                                 "isolate.no-new-privileges",
                                 "run.folder",
                                 "run.exec"};

template <typename Names>
bool has(const Names& names, const std::string& name) {
  return std::any_of(std::begin(names), std::end(names), [&](const auto& one) { return name == one; });
}

Error invalid(std::string message, std::string hint = {}) {
  return Error(ErrorKind::invalid_argument, std::move(message), std::move(hint));
}

// "isolate.volume" for "isolate.volume-2". There is one namespace of each kind.
std::string without_number(const std::string& name) {
  auto dash = name.rfind('-');
  bool numbered = starts_with(name, "isolate.") && dash != std::string::npos && dash + 1 < name.size() &&
                  name.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  return numbered ? name.substr(0, dash) : name;
}

void check_known(const std::string& name) {
  if (has(operation_names(), name) || has(walls, name) || name == "namespace.mount") return;
  throw invalid(fmt::format("no container's start has an operation \"{}\"", name), "glassdock gates lists them");
}

void check_left_out(const Trial& trial) {
  if (trial.left_out.find(',') != std::string::npos) {
    throw invalid("one wall is left out at a time", "name one operation");
  }
  const std::string wall = without_number(trial.left_out);
  check_known(wall);
  if (!has(walls, wall)) {
    throw invalid(fmt::format("{} can't be left out of a start", trial.left_out),
                  "the start itself or the machine's safety rests on it");
  }
}

void check_order(const Trial& trial) {
  if (trial.order.size() < 2) throw invalid("an order needs two operations at least", "divide them by commas");
  std::set<std::string> seen;
  for (const std::string& name : trial.order) {
    const std::string operation = without_number(name);
    check_known(operation);
    if (!seen.insert(name).second) throw invalid(fmt::format("the order has {} twice", name));
    const bool of_child = operation != "isolate.clone" && operation != "isolate.cgroups" &&
                          operation != "isolate.limits" && operation != "isolate.trial-limits" &&
                          operation != "isolate.device-rules" && !starts_with(operation, "lifecycle.") &&
                          !starts_with(operation, "namespace.");
    if (!of_child) {
      throw invalid(fmt::format("{} has no other place: it is not the container's own process that does it", name));
    }
    if (has(fixed, operation))
      throw invalid(fmt::format("{} has no other place: the trial's safety rests on it", name));
  }
}

// As find_user reads it: "", "root", "0:0".
bool is_root(const std::string& user) {
  const std::vector<std::string> parts = split(user, ':');
  return std::all_of(parts.begin(), parts.end(),
                     [](const std::string& part) { return part.empty() || part == "0" || part == "root"; });
}

void check_ids(const ContainerSpec& spec, const Host& host) {
  if (host.trial_ids.count == 0) {
    throw Error(ErrorKind::not_supported,
                "a trial needs users and groups that are nobody's, and this engine has none to give",
                "glassdock doctor says how an ordinary user gets subordinate ids");
  }
  if (host.mapped_in_trial() > 1 || (is_root(spec.user) && spec.groups.empty())) return;
  throw Error(ErrorKind::not_supported, "a trial has no user but root on this machine",
              host.has_controller("pids")
                  ? "131072 subordinate ids in /etc/subuid and /etc/subgid give a trial as many as a container has"
                  : "there is no cgroup that counts its processes, and the kernel counts them by user");
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string& word : split(text, ',')) words.emplace_back(trim(word));
  return words;
}

}  // namespace

std::optional<Trial> read_trial(const std::map<std::string, std::string>& annotations) {
  Trial trial;
  std::string asked;
  for (const auto& [key, value] : annotations) {
    if (!starts_with(key, "glassdock.")) continue;
    if (!asked.empty()) {
      throw invalid(fmt::format("{} and {} are two trials", asked, key), "make a container for each");
    }
    asked = key;
    if (trim(value).empty()) throw invalid(fmt::format("the annotation {} is empty", key));
    if (key == leave_out_key) {
      trial.left_out = trim(value);
    } else if (key == order_key) {
      trial.order = words_of(value);
    } else if (key == layers_key) {
      for (const std::string& word : words_of(value)) {
        const auto number = parse_number(word);
        if (!number) throw invalid(fmt::format("{}: \"{}\" is no layer's number", key, word), "1 is the lowest layer");
        trial.layers.push_back(*number);
      }
    } else {
      throw invalid(fmt::format("there is no annotation {}", key),
                    fmt::format("{}, {} and {} are there", leave_out_key, order_key, layers_key));
    }
  }
  return asked.empty() ? std::nullopt : std::optional(trial);
}

std::vector<std::uint64_t> order_layers(const std::vector<std::uint64_t>& layers, const Trial& trial) {
  std::vector<std::uint64_t> ordered;
  std::set<std::size_t> seen;
  for (const std::size_t number : trial.layers) {
    if (number == 0 || number > layers.size() || !seen.insert(number).second) break;
    ordered.push_back(layers[number - 1]);
  }
  if (ordered.size() == layers.size() && ordered.size() == trial.layers.size()) return ordered;
  throw invalid(fmt::format("the image has the layers 1 to {}, and each is laid once", layers.size()),
                "docker history shows them, the lowest last");
}

void check_trial(const ContainerSpec& spec, const Host& host) {
  if (!spec.trial) return;
  const Trial& trial = *spec.trial;
  if (!trial.left_out.empty()) check_left_out(trial);
  if (!trial.order.empty()) check_order(trial);
  check_ids(spec, host);
  if (trial.left_out == "namespace.pid" && host.cgroups == CgroupLayout::none) {
    throw Error(ErrorKind::not_supported,
                "without a pid namespace it takes a cgroup to end what a trial leaves behind, and there is none",
                "glassdock doctor says how to get one");
  }
  if (!spec.init_file.empty()) {
    throw invalid("a trial takes no --init", "the image's folders are not the trial's to make a file in");
  }
  if (!spec.binds.empty()) {
    throw invalid("a trial takes no folders of this machine", "leave -v out: a wall is missing that protects them");
  }
}

void add_trial(Start& start) {
  const ContainerSpec& spec = start.spec;
  if (!spec.trial) return;
  const std::string own = spec.rootfs.substr(0, spec.rootfs.rfind('/'));
  std::vector<std::string> shown = spec.lower;
  shown.push_back(own);
  start.writer.add({.name = "isolate.trial",
                    .code = Code::enter_trial,
                    .text = {make_list(shown), make_list({spec.rootfs, spec.upper, spec.work}), own},
                    .data = std::string(reinterpret_cast<const char*>(&start.host.trial_ids), sizeof(TrialIds)),
                    .number = {start.host.mapped_in_trial(), 0},
                    .remarked = true});
}

void apply_trial(Start& start) {
  const Trial& trial = *start.spec.trial;
  std::vector<std::string> named = trial.order;
  if (!trial.left_out.empty() && !starts_with(trial.left_out, "namespace.")) named.push_back(trial.left_out);
  for (const std::string& name : named) {
    if (start.writer.knows(name)) continue;
    throw invalid(fmt::format("this container's start has no operation {}", name),
                  name == "isolate.limits" ? "give it a limit: -m 64m" : "glassdock --explain docker run shows all");
  }
  if (!trial.order.empty()) start.writer.reorder(trial.order);
}

void add_trial_root(Start& start) {
  start.writer.add({.name = "isolate.trial-root",
                    .code = Code::protect_machine,
                    .number = {MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0},
                    .plain_command = "mount -o remount,bind,ro,nosuid /",
                    .remarked = true});
}

}  // namespace glassdock::plan
