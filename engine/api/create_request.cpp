#include "engine/api/create_request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/api/request_fields.h"
#include "engine/api/shapes.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/compile.h"
#include "engine/plan/throttle.h"

namespace glassdock::api {
namespace {

using nlohmann::json;

// A list of words, or one word alone, as docker takes Cmd and Entrypoint.
std::vector<std::string> read_words(const json& object, const char* key) {
  if (field(object, key).is_string()) return {field(object, key).get<std::string>()};
  return read<std::vector<std::string>>(object, key);
}

struct Refusal {
  const char* key;
  const char* words;
};

void refuse(const json& object, const Refusal& refusal) {
  if (!is_unset(field(object, refusal.key))) {
    throw Error(ErrorKind::not_supported, fmt::format("{} ({}) is not supported yet by Glassdock {}", refusal.words,
                                                      refusal.key, GLASSDOCK_VERSION));
  }
}

void refuse_unknown(const json& body, const json& host) {
  static constexpr Refusal in_config[] = {
      {"Volumes", "an anonymous volume, -v PATH"},
      {"MacAddress", "a MAC address"},
      {"Domainname", "--domainname"},
  };
  static constexpr Refusal in_host[] = {
      {"PortBindings", "publishing a port, -p"},
      {"PublishAllPorts", "publishing ports, -P"},
      {"Privileged", "a privileged container"},
      {"CapAdd", "adding capabilities"},
      {"CapDrop", "dropping capabilities"},
      {"Devices", "a device"},
      {"DeviceCgroupRules", "a device rule"},
      {"DeviceRequests", "a GPU"},
      {"VolumesFrom", "--volumes-from"},
      {"VolumeDriver", "a volume driver"},
      {"Mounts", "--mount"},
      {"Links", "--link"},
      {"Dns", "--dns"},
      {"DnsOptions", "--dns-option"},
      {"DnsSearch", "--dns-search"},
      {"ExtraHosts", "--add-host"},
      {"PidMode", "another pid namespace"},
      {"UTSMode", "another UTS namespace"},
      {"UsernsMode", "another user namespace"},
      {"CgroupParent", "--cgroup-parent"},
      {"CpuShares", "--cpu-shares"},
      {"CpuPeriod", "--cpu-period"},
      {"CpuQuota", "--cpu-quota"},
      {"CpuRealtimePeriod", "--cpu-rt-period"},
      {"CpuRealtimeRuntime", "--cpu-rt-runtime"},
      {"CpusetCpus", "--cpuset-cpus"},
      {"CpusetMems", "--cpuset-mems"},
      {"BlkioWeight", "--blkio-weight"},
      {"BlkioWeightDevice", "--blkio-weight-device"},
      {"MemoryReservation", "--memory-reservation"},
      {"OomKillDisable", "--oom-kill-disable"},
      {"OomScoreAdj", "--oom-score-adj"},
      {"Sysctls", "--sysctl"},
      {"StorageOpt", "--storage-opt"},
      {"Ulimits", "--ulimit"},
      {"Isolation", "--isolation"},
  };
  for (const Refusal& refusal : in_config) refuse(body, refusal);
  for (const Refusal& refusal : in_host) refuse(host, refusal);
}

void read_runtime(const json& body, const json& host) {
  if (const std::string runtime = read<std::string>(host, "Runtime"); !runtime.empty() && runtime != runtime_name) {
    throw Error(ErrorKind::invalid_argument, "unknown or invalid runtime name: " + runtime,
                fmt::format("leave --runtime out: there is {} only", runtime_name));
  }
  const auto test = read<std::vector<std::string>>(field(body, "Healthcheck"), "Test");
  if (!test.empty() && test.front() != "NONE") {
    throw Error(ErrorKind::not_supported,
                fmt::format("a health check, --health-cmd, is not supported yet by Glassdock {}", GLASSDOCK_VERSION));
  }
}

void read_security_options(daemon::ContainerConfig& config, const json& host) {
  for (const std::string& option : read<std::vector<std::string>>(host, "SecurityOpt")) {
    if (option == "no-new-privileges" || option == "no-new-privileges:true" || option == "no-new-privileges=true") {
      config.no_new_privileges = true;
    } else if (option != "no-new-privileges:false" && option != "no-new-privileges=false") {
      throw Error(ErrorKind::not_supported,
                  fmt::format("security option {} is not supported yet by Glassdock {}", option, GLASSDOCK_VERSION));
    }
  }
}

// [{"Path": "/dev/sda", "Rate": 1048576}, …]
void read_throttles(daemon::ContainerConfig& config, const json& host) {
  for (const plan::ThrottleNames& names : plan::throttle_names) {
    for (const json& one : read<std::vector<json>>(host, names.setting)) {
      config.throttles.push_back({names.kind, read<std::string>(one, "Path"), read<std::uint64_t>(one, "Rate")});
    }
  }
}

void read_host_config(daemon::ContainerConfig& config, const json& host) {
  config.network_mode = read<std::string>(host, "NetworkMode");
  if (config.network_mode.empty()) config.network_mode = "default";
  if (config.network_mode != "default" && config.network_mode != "none") {
    throw Error(ErrorKind::not_supported,
                fmt::format("network {} is not supported yet by Glassdock {}", config.network_mode, GLASSDOCK_VERSION),
                "leave --network out: the container gets a network of its own with lo only");
  }
  for (const char* key : {"IpcMode", "CgroupnsMode"}) {
    std::string mode = read<std::string>(host, key);
    if (!mode.empty() && mode != "private") {
      throw Error(ErrorKind::not_supported,
                  fmt::format("{} {} is not supported yet by Glassdock {}", key, mode, GLASSDOCK_VERSION));
    }
  }
  const json& log = field(host, "LogConfig");
  if (const std::string driver = read<std::string>(log, "Type"); !driver.empty()) config.log_driver = driver;
  config.log_options = read<std::map<std::string, std::string>>(log, "Config");
  config.init = read<bool>(host, "Init");
  std::int64_t swap = read<std::int64_t>(host, "MemorySwap");
  config.memory_bytes = read<std::int64_t>(host, "Memory");
  // Docker's own default is twice the memory; a client may say the same. Too little is plan::check()'s to refuse.
  if (config.memory_bytes >= 0 && swap != 0 && swap != plan::memory_and_swap(config.memory_bytes)) {
    throw Error(ErrorKind::not_supported,
                fmt::format("--memory-swap is not supported yet by Glassdock {}", GLASSDOCK_VERSION));
  }
  std::int64_t swappiness = read<std::int64_t>(host, "MemorySwappiness", -1);
  if (swappiness != -1) {
    throw Error(ErrorKind::not_supported,
                fmt::format("--memory-swappiness is not supported yet by Glassdock {}", GLASSDOCK_VERSION));
  }
  for (const std::string& text : read<std::vector<std::string>>(host, "Binds")) {
    config.binds.push_back(daemon::parse_bind(text));
  }
  config.tmpfs = read<std::map<std::string, std::string>>(host, "Tmpfs");
  config.annotations = read<std::map<std::string, std::string>>(host, "Annotations");
  config.console_size = read<std::array<std::uint32_t, 2>>(host, "ConsoleSize");
  config.auto_remove = read<bool>(host, "AutoRemove");
  config.read_only_root = read<bool>(host, "ReadonlyRootfs");
  config.groups_added = read<std::vector<std::string>>(host, "GroupAdd");
  config.nano_cpus = read<std::int64_t>(host, "NanoCpus");
  config.pids_limit = read<std::int64_t>(host, "PidsLimit");
  read_throttles(config, host);
  if (std::int64_t shm = read<std::int64_t>(host, "ShmSize"); shm > 0) config.shm_bytes = shm;
  if (read<std::int64_t>(host, "ShmSize") < 0) {
    throw Error(ErrorKind::invalid_argument, "SHM size can not be less than 0");
  }
  read_security_options(config, host);
}

}  // namespace

daemon::RestartPolicy read_restart_policy(const json& host) {
  const json& policy = field(host, "RestartPolicy");
  return daemon::parse_restart_policy(read<std::string>(policy, "Name"),
                                      read<std::int64_t>(policy, "MaximumRetryCount"));
}

daemon::CreateRequest parse_create_request(const json& body) {
  daemon::CreateRequest request;
  daemon::ContainerConfig& config = request.config;
  config.image = read<std::string>(body, "Image");
  if (config.image.empty()) {
    throw Error(ErrorKind::invalid_argument,
                body.empty() ? "config cannot be empty in order to create a container" : "no image specified");
  }
  const json& host = field(body, "HostConfig");
  if (!host.is_null() && !host.is_object()) {
    throw Error(ErrorKind::invalid_argument, "invalid JSON: HostConfig has a wrong type");
  }
  refuse_unknown(body, host);
  read_runtime(body, host);
  if (!field(body, "Entrypoint").is_null()) request.entrypoint = read_words(body, "Entrypoint");
  config.command = read_words(body, "Cmd");
  config.environment = read<std::vector<std::string>>(body, "Env");
  config.working_folder = read<std::string>(body, "WorkingDir");
  config.user = read<std::string>(body, "User");
  config.hostname = read<std::string>(body, "Hostname");
  config.labels = read<std::map<std::string, std::string>>(body, "Labels");
  config.attach_stdin = read<bool>(body, "AttachStdin");
  config.attach_stdout = read<bool>(body, "AttachStdout");
  config.attach_stderr = read<bool>(body, "AttachStderr");
  config.open_stdin = read<bool>(body, "OpenStdin");
  config.stdin_once = read<bool>(body, "StdinOnce");
  config.tty = read<bool>(body, "Tty");
  config.stop_signal = read<std::string>(body, "StopSignal");
  if (!field(body, "StopTimeout").is_null()) config.stop_timeout_seconds = read<std::int64_t>(body, "StopTimeout");
  read_host_config(config, host);
  request.restart_policy = read_restart_policy(host);
  if (config.auto_remove && request.restart_policy.when != daemon::RestartPolicy::When::never) {
    throw Error(ErrorKind::invalid_argument, "can't create 'AutoRemove' container with restart policy");
  }
  return request;
}

}  // namespace glassdock::api
