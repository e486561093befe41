#include <fmt/format.h>
#include <linux/mount.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/parts.h"

namespace glassdock::plan {
namespace {

constexpr std::int64_t least_memory = 6 * 1024 * 1024;  // docker's; below it no process starts
constexpr std::int64_t least_nano_cpus = 10'000'000;    // 0.01 CPU: the kernel's least quota, 1 ms in 100 ms
constexpr std::size_t most_hostname = 64;               // sethostname(2)
constexpr std::uint64_t largest_id = std::numeric_limits<std::int32_t>::max();

[[noreturn]] void refuse(std::string message, std::string hint = {}) {
  throw Error(ErrorKind::invalid_argument, std::move(message), std::move(hint));
}

void refuse_nul(const std::string& text, const char* what) {
  if (text.find('\0') != std::string::npos) refuse(fmt::format("{} contains a NUL byte", what));
}

void check_texts(const ContainerSpec& spec) {
  for (const std::string& argument : spec.arguments) refuse_nul(argument, "the command");
  for (const std::string& variable : spec.environment) {
    refuse_nul(variable, "the environment");
    if (variable.empty() || variable[0] == '=') refuse("invalid environment variable: " + variable);
  }
  for (const Bind& bind : spec.binds) refuse_nul(bind.source + bind.target, "a volume");
  for (const Tmpfs& tmpfs : spec.tmpfs) refuse_nul(tmpfs.target + tmpfs.options, "a tmpfs");
  for (const std::string& group : spec.groups) {
    refuse_nul(group, "a group");
    if (group.empty()) refuse("a group without a name");
  }
  for (const Throttle& throttle : spec.limits.throttles) refuse_nul(throttle.path, "a disk");
  refuse_nul(spec.user + spec.hostname + spec.working_folder, "the user, host name or working folder");
}

// It goes into /etc/hosts and /etc/hostname as it is. Docker takes anything, also a line of one's own for /etc/hosts;
// its names have underscores in practice, so these stay.
void check_hostname(const std::string& name) {
  if (name.empty() || name.size() > most_hostname) {
    refuse("invalid hostname: " + name, "a host name has 1 to 64 characters");
  }
  constexpr char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  if (name.find_first_not_of(allowed) != std::string::npos) {
    refuse("invalid hostname format: " + name, "a host name has letters, digits, '-', '.' and '_'");
  }
}

void check_limits(const Limits& limits, const Host& host) {
  if (limits.memory_bytes < 0 || (limits.memory_bytes != 0 && limits.memory_bytes < least_memory)) {
    refuse("Minimum memory limit allowed is 6MB");
  }
  if (limits.nano_cpus == 0) return;
  bool in_range = limits.nano_cpus >= least_nano_cpus && limits.nano_cpus <= host.cpus * std::int64_t{1'000'000'000};
  if (!in_range) {
    refuse(fmt::format("Range of CPUs is from 0.01 to {0}.00, as there are only {0} CPUs available", host.cpus));
  }
  if (!host.has_controller("cpu")) {
    throw Error(
        ErrorKind::not_supported,
        "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted",
        host.rootless
            ? "an ordinary user's engine needs a cgroup that was delegated to it: glassdock doctor says how to "
              "get one"
            : "glassdock doctor says how to get it");
  }
}

void check_id(const std::string& word) {
  bool digits = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return;
  auto number = parse_number(word);
  if (!number || *number > largest_id) refuse("uids and gids must be in range 0-2147483647");
}

void check_user(const ContainerSpec& spec, const Host& host) {
  std::vector<std::string> parts = split(spec.user, ':');
  if (parts.size() > 2) refuse("invalid user: " + spec.user, "give NAME, UID, NAME:GROUP or UID:GID");
  for (const std::string& part : parts) check_id(part);
  for (const std::string& group : spec.groups) check_id(group);
  auto number = parts.empty() ? std::nullopt : parse_number(parts[0]);
  if (host.single_id && number && *number != 0) {
    throw Error(ErrorKind::not_supported,
                "only root is there in a container on this machine: one user id alone is mapped",
                "add a line for your user to /etc/subuid and /etc/subgid, and install uidmap");
  }
}

void check_target(const std::string& target, std::vector<std::string>& seen) {
  if (target.empty() || target[0] != '/') {
    refuse(fmt::format("invalid mount path: '{}' mount path must be absolute", target));
  }
  std::string clean = clean_path(target);
  if (clean == "/") refuse("invalid specification: destination can't be '/'");
  if (clean == "/proc" || starts_with(clean, "/proc/")) {
    refuse(fmt::format("\"{}\" cannot be mounted because it is inside /proc", clean));
  }
  if (std::find(seen.begin(), seen.end(), clean) != seen.end()) refuse("Duplicate mount point: " + clean);
  seen.push_back(clean);
}

void check_mounts(const ContainerSpec& spec) {
  std::vector<std::string> seen;
  for (const Bind& bind : spec.binds) {
    check_target(bind.target, seen);
    if (bind.source.empty()) refuse("invalid volume specification: the source of " + bind.target + " is empty");
  }
  for (const Tmpfs& tmpfs : spec.tmpfs) {
    check_target(tmpfs.target, seen);
    parse_tmpfs_options(tmpfs.options);
  }
}

struct AttributeWord {
  const char* word;
  std::uint64_t set, clear;
};
constexpr AttributeWord attribute_words[] = {
    {"ro", MOUNT_ATTR_RDONLY, 0},           {"rw", 0, MOUNT_ATTR_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID, 0},       {"suid", 0, MOUNT_ATTR_NOSUID},
    {"nodev", MOUNT_ATTR_NODEV, 0},         {"dev", 0, MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC, 0},       {"exec", 0, MOUNT_ATTR_NOEXEC},
    {"relatime", 0, MOUNT_ATTR__ATIME},     {"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    {"atime", 0, MOUNT_ATTR__ATIME},        {"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    {"diratime", 0, MOUNT_ATTR_NODIRATIME}, {"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
};
constexpr const char* tmpfs_keys[] = {"size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"};  // tmpfs(5)

}  // namespace

MountOptions parse_tmpfs_options(std::string_view options) {
  MountOptions result;
  result.attributes = MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  for (const std::string& option : split(options, ',')) {
    if (option.empty()) continue;
    auto word = std::find_if(std::begin(attribute_words), std::end(attribute_words),
                             [&](const AttributeWord& entry) { return option == entry.word; });
    if (word != std::end(attribute_words)) {
      result.attributes = (result.attributes & ~word->clear) | word->set;
      continue;
    }
    std::string key = option.substr(0, option.find('='));
    bool known = key.size() + 1 < option.size() && std::any_of(std::begin(tmpfs_keys), std::end(tmpfs_keys),
                                                               [&](const char* name) { return key == name; });
    if (!known) refuse(fmt::format("invalid tmpfs option \"{}\"", key));
    result.options += (result.options.empty() ? "" : ",") + option;
  }
  return result;
}

void check_command(const ContainerSpec& spec, const Host& host) {
  if (spec.arguments.empty()) refuse("no command specified");
  check_texts(spec);
  check_user(spec, host);
}

void check(const ContainerSpec& spec, const Host& host) {
  check_command(spec, host);
  check_limits(spec.limits, host);
  check_mounts(spec);
  if (!spec.working_folder.empty() && spec.working_folder[0] != '/') {
    refuse(fmt::format("the working directory '{}' is invalid, it needs to be an absolute path", spec.working_folder));
  }
  check_hostname(spec.hostname);
  if (spec.shm_bytes <= 0) refuse("SHM size can not be less than 0");
  check_trial(spec, host);
}

std::string dropped_limits(const ContainerSpec& spec, const Host& host) {
  std::vector<std::string> lines;
  const auto note = [&](const char* controller, std::string_view file, std::int64_t limit) {
    if (limit > 0 && !host.has_controller(controller)) lines.push_back(fmt::format("{}={}", file, limit));
  };
  note("memory", "memory.max", spec.limits.memory_bytes);
  note("pids", "pids.max", spec.limits.pids);
  for (const Throttle& throttle : spec.limits.throttles) {
    if (throttle.rate == 0 || host.limits_io()) continue;
    lines.push_back(fmt::format("io.max={} {}={}", throttle.path, names_of(throttle.kind).key, throttle.rate));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::vector<std::string> warnings(const ContainerSpec& spec, const Host& host) {
  std::vector<std::string> lines;
  if (spec.limits.memory_bytes > 0 && !host.has_controller("memory")) {
    lines.push_back(
        "Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.");
  } else if (spec.limits.memory_bytes > 0 && !host.swap_limit) {
    lines.push_back(
        "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without "
        "swap.");
  }
  if (spec.limits.pids > 0 && !host.has_controller("pids")) {
    lines.push_back(
        "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs limit discarded.");
  }
  for (const ThrottleNames& names : throttle_names) {
    const auto& asked = spec.limits.throttles;
    const bool any = std::any_of(asked.begin(), asked.end(),
                                 [&](const Throttle& one) { return one.kind == names.kind && one.rate > 0; });
    if (any && !host.limits_io()) lines.emplace_back(names.warning);
  }
  // Those are docker's words; mostly it is not the kernel that is wanting.
  const bool discarded = !dropped_limits(spec, host).empty();
  if (discarded && host.rootless) {
    lines.push_back(
        "An ordinary user's engine sets limits only in a cgroup that was delegated to it, and here none was. Run: "
        "glassdock doctor. It says how to get one.");
  } else if (discarded) {
    lines.push_back("Run: glassdock doctor. It says how to get it.");
  }
  return lines;
}

}  // namespace glassdock::plan
