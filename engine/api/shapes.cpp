#include "engine/api/shapes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <time.h>

#include "engine/api/answers.h"
#include "engine/base/status_text.h"
#include "engine/base/text.h"
#include "engine/content/json_reader.h"
#include "engine/daemon/start_kit.h"
#include "engine/plan/throttle.h"
#include "engine/plan/walls.h"

namespace glassdock::api {
namespace {

using nlohmann::json;
// What docker's client prints as it comes keeps docker's order.
using Ordered = nlohmann::ordered_json;

constexpr std::int64_t second_ns = 1'000'000'000;

// Docker prints [] as null where nobody set a list.
Ordered list_or_null(const std::vector<std::string>& list) {
  return list.empty() ? Ordered(nullptr) : Ordered(list);
}

Ordered networks(const daemon::ContainerConfig& config) {
  if (config.network_mode != "none") return Ordered::object();
  return {{"none",
           {{"IPAMConfig", nullptr},
            {"Links", nullptr},
            {"Aliases", nullptr},
            {"MacAddress", ""},
            {"NetworkID", ""},
            {"EndpointID", ""},
            {"Gateway", ""},
            {"IPAddress", ""},
            {"IPPrefixLen", 0},
            {"IPv6Gateway", ""},
            {"GlobalIPv6Address", ""},
            {"GlobalIPv6PrefixLen", 0},
            {"DriverOpts", nullptr},
            {"DNSNames", nullptr}}}};
}

Ordered mounts(const daemon::ContainerConfig& config) {
  Ordered list = Ordered::array();
  for (const daemon::Bind& bind : config.binds) {
    list.push_back({{"Type", "bind"},
                    {"Source", bind.source},
                    {"Destination", bind.target},
                    {"Mode", bind.read_only ? "ro" : ""},
                    {"RW", !bind.read_only},
                    {"Propagation", "rprivate"}});
  }
  return list;
}

Ordered state(const daemon::Status& status) {
  using daemon::State;
  return {{"Status", daemon::to_string(status.state)},
          {"Running", daemon::is_alive(status.state)},
          {"Paused", status.state == State::paused},
          {"Restarting", status.state == State::restarting},
          {"OOMKilled", status.oom_killed},
          {"Dead", status.state == State::dead},
          {"Pid", status.pid},
          {"ExitCode", status.exit_code},
          {"Error", status.error},
          {"StartedAt", time_text(status.started_ns)},
          {"FinishedAt", time_text(status.finished_ns)}};
}

Ordered restart_policy(const daemon::RestartPolicy& policy) {
  return {{"Name", daemon::to_string(policy.when)}, {"MaximumRetryCount", policy.most_restarts}};
}

Ordered log_config(const daemon::ContainerConfig& config) {
  Ordered options = Ordered::object();
  for (const auto& [name, value] : config.log_options) options[name] = value;
  return {{"Type", config.log_driver}, {"Config", options}};
}

Ordered host_config(const daemon::ContainerConfig& config, const daemon::RestartPolicy& restart) {
  std::vector<std::string> binds;
  binds.reserve(config.binds.size());
  for (const daemon::Bind& bind : config.binds) binds.push_back(bind.text);
  Ordered host = {{"Binds", list_or_null(binds)},
                  {"ContainerIDFile", ""},
                  {"LogConfig", log_config(config)},
                  {"NetworkMode", config.network_mode},
                  {"PortBindings", Ordered::object()},
                  {"RestartPolicy", restart_policy(restart)},
                  {"AutoRemove", config.auto_remove},
                  {"VolumeDriver", ""},
                  {"VolumesFrom", nullptr},
                  {"ConsoleSize", config.console_size},
                  {"CapAdd", nullptr},
                  {"CapDrop", nullptr},
                  {"CgroupnsMode", "private"},
                  {"Dns", Ordered::array()},
                  {"DnsOptions", Ordered::array()},
                  {"DnsSearch", Ordered::array()},
                  {"ExtraHosts", nullptr},
                  {"GroupAdd", list_or_null(config.groups_added)},
                  {"IpcMode", "private"},
                  {"Cgroup", ""},
                  {"Links", nullptr},
                  {"OomScoreAdj", 0},
                  {"PidMode", ""},
                  {"Privileged", false},
                  {"PublishAllPorts", false},
                  {"ReadonlyRootfs", config.read_only_root},
                  {"SecurityOpt", config.no_new_privileges ? Ordered::array({"no-new-privileges"}) : Ordered(nullptr)},
                  {"UTSMode", ""},
                  {"UsernsMode", ""},
                  {"ShmSize", config.shm_bytes},
                  {"Runtime", runtime_name},
                  {"Isolation", ""},
                  {"CpuShares", 0},
                  {"Memory", config.memory_bytes},
                  {"NanoCpus", config.nano_cpus},
                  {"CgroupParent", ""},
                  {"BlkioWeight", 0},
                  {"BlkioWeightDevice", Ordered::array()},
                  {"BlkioDeviceReadBps", Ordered::array()},
                  {"BlkioDeviceWriteBps", Ordered::array()},
                  {"BlkioDeviceReadIOps", Ordered::array()},
                  {"BlkioDeviceWriteIOps", Ordered::array()},
                  {"CpuPeriod", 0},
                  {"CpuQuota", 0},
                  {"CpuRealtimePeriod", 0},
                  {"CpuRealtimeRuntime", 0},
                  {"CpusetCpus", ""},
                  {"CpusetMems", ""},
                  {"Devices", Ordered::array()},
                  {"DeviceCgroupRules", nullptr},
                  {"DeviceRequests", nullptr},
                  {"MemoryReservation", 0},
                  {"MemorySwap", plan::memory_and_swap(config.memory_bytes)},
                  {"MemorySwappiness", nullptr},
                  {"OomKillDisable", false},
                  {"PidsLimit", config.pids_limit > 0 ? Ordered(config.pids_limit) : Ordered(nullptr)},
                  {"Ulimits", Ordered::array()},
                  {"CpuCount", 0},
                  {"CpuPercent", 0},
                  {"IOMaximumIOps", 0},
                  {"IOMaximumBandwidth", 0},
                  {"MaskedPaths", plan::masked_paths},
                  {"ReadonlyPaths", plan::read_only_paths}};
  for (const plan::Throttle& one : config.throttles) {
    host[plan::names_of(one.kind).setting].push_back({{"Path", one.path}, {"Rate", one.rate}});
  }
  if (!config.annotations.empty()) host["Annotations"] = config.annotations;
  if (!config.tmpfs.empty()) host["Tmpfs"] = config.tmpfs;
  if (config.init) host["Init"] = true;
  return host;
}

// An image's configuration as docker fills it up (moby api/types/container.Config); what docker leaves out where it is
// empty comes last.
Ordered image_config(const json& stored) {
  Ordered config = {{"Hostname", ""},       {"Domainname", ""},      {"User", ""},
                    {"AttachStdin", false}, {"AttachStdout", false}, {"AttachStderr", false},
                    {"Tty", false},         {"OpenStdin", false},    {"StdinOnce", false},
                    {"Env", nullptr},       {"Cmd", nullptr},        {"Image", ""},
                    {"Volumes", nullptr},   {"WorkingDir", ""},      {"Entrypoint", nullptr},
                    {"OnBuild", nullptr},   {"Labels", nullptr}};
  if (stored.is_object()) {
    for (const auto& [name, value] : stored.items()) config[name] = Ordered(value);
  }
  return config;
}

}  // namespace

std::string status_words(const daemon::Status& status, std::int64_t now_unix) {
  const bool up = daemon::is_alive(status.state) && status.state != daemon::State::restarting;
  const std::int64_t since_ns = up ? status.started_ns : status.finished_ns;
  return status_text(daemon::to_string(status.state), status.exit_code, now_unix - since_ns / second_ns);
}

std::int64_t unix_of(const std::string& rfc3339) {
  tm parts{};
  const char* rest = ::strptime(rfc3339.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  return rest ? ::timegm(&parts) : 0;
}

Ordered container_details(const daemon::Container& container, const std::string& name, const daemon::Status& status,
                          const ContainerExtras& extras) {
  const daemon::ContainerConfig& config = container.config;
  std::vector<std::string> arguments = config.arguments();
  std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  auto file = [&](const char* part) { return (container.folder / part).string(); };
  Ordered details = {
      {"Id", container.id},
      {"Created", time_text(container.created_ns)},
      {"Path", arguments.front()},
      {"Args", rest},
      {"State", state(status)},
      {"Image", config.image_id.text()},
      {"ResolvConfPath", file(daemon::resolv_file)},
      {"HostnamePath", file(daemon::hostname_file)},
      {"HostsPath", file(daemon::hosts_file)},
      {"LogPath", config.log_driver == "none" ? std::string() : file(daemon::log_file)},
      {"Name", "/" + name},
      {"RestartCount", status.restart_count},
      {"Driver", "overlay2"},
      {"Platform", "linux"},
      {"MountLabel", ""},
      {"ProcessLabel", ""},
      {"AppArmorProfile", ""},
      {"ExecIDs", list_or_null(extras.execs)},
      {"HostConfig", host_config(config, status.restart_policy)},
      {"GraphDriver",
       {{"Data", {{"MergedDir", file("rootfs")}, {"UpperDir", file("upper")}, {"WorkDir", file("work")}}},
        {"Name", "overlay2"}}}};
  if (extras.sizes) {
    details["SizeRw"] = extras.sizes->written_bytes;
    details["SizeRootFs"] = extras.sizes->root_bytes;
  }
  details["Mounts"] = mounts(config);
  Ordered& shown = details["Config"] = {{"Hostname", config.hostname},
                                        {"Domainname", ""},
                                        {"User", config.user},
                                        {"AttachStdin", config.attach_stdin},
                                        {"AttachStdout", config.attach_stdout},
                                        {"AttachStderr", config.attach_stderr},
                                        {"Tty", config.tty},
                                        {"OpenStdin", config.open_stdin},
                                        {"StdinOnce", config.stdin_once},
                                        {"Env", config.environment},
                                        {"Cmd", list_or_null(config.command)},
                                        {"Image", config.image},
                                        {"Volumes", nullptr},
                                        {"WorkingDir", config.working_folder},
                                        {"Entrypoint", list_or_null(config.entrypoint)},
                                        {"OnBuild", nullptr},
                                        {"Labels", config.labels}};
  if (!config.stop_signal.empty()) shown["StopSignal"] = config.stop_signal;
  if (config.stop_timeout_seconds) shown["StopTimeout"] = *config.stop_timeout_seconds;
  details["NetworkSettings"] = {{"Bridge", ""},
                                {"SandboxID", ""},
                                {"SandboxKey", status.pid > 0 ? fmt::format("/proc/{}/ns/net", status.pid) : ""},
                                {"Ports", Ordered::object()},
                                {"HairpinMode", false},
                                {"LinkLocalIPv6Address", ""},
                                {"LinkLocalIPv6PrefixLen", 0},
                                {"SecondaryIPAddresses", nullptr},
                                {"SecondaryIPv6Addresses", nullptr},
                                {"EndpointID", ""},
                                {"Gateway", ""},
                                {"GlobalIPv6Address", ""},
                                {"GlobalIPv6PrefixLen", 0},
                                {"IPAddress", ""},
                                {"IPPrefixLen", 0},
                                {"IPv6Gateway", ""},
                                {"MacAddress", ""},
                                {"Networks", networks(config)}};
  return details;
}

json container_summary(const daemon::Container& container, const std::string& name, const daemon::Status& status,
                       const std::string& image, std::int64_t now_unix) {
  const daemon::ContainerConfig& config = container.config;
  return {{"Id", container.id},
          {"Names", json::array({"/" + name})},
          {"Image", image},
          {"ImageID", config.image_id.text()},
          {"Command", config.command_line()},
          {"Created", container.created_ns / second_ns},
          {"Ports", json::array()},
          {"Labels", config.labels},
          {"State", daemon::to_string(status.state)},
          {"Status", status_words(status, now_unix)},
          {"HostConfig", {{"NetworkMode", config.network_mode}}},
          {"NetworkSettings", {{"Networks", networks(config)}}},
          {"Mounts", mounts(config)}};
}

Ordered image_details(const daemon::NamedImage& named, const std::string& config_json) {
  const daemon::Image& image = *named.image;
  json stored = content::parse_json(config_json);
  std::vector<std::string> layers;
  layers.reserve(image.config.diff_ids.size());
  for (const Digest& layer : image.config.diff_ids) layers.push_back(layer.text());
  return {{"Id", image.id.text()},
          {"RepoTags", named.tags},
          {"RepoDigests", named.digests},
          {"Parent", ""},
          {"Comment", ""},
          {"Created", image.config.created},
          {"DockerVersion", ""},
          {"Author", image.config.author},
          {"Config", image_config(stored.is_object() && stored.contains("config") ? stored["config"] : json())},
          {"Architecture", image.config.platform.architecture},
          {"Os", image.config.platform.os},
          {"Size", image.bytes},
          {"GraphDriver", {{"Data", nullptr}, {"Name", "overlay2"}}},
          {"RootFS", {{"Type", "layers"}, {"Layers", layers}}},
          {"Metadata", {{"LastTagTime", time_text(image.stored_unix * second_ns)}}}};
}

json removed_item(const daemon::RemovedItem& item) {
  return item.untagged.empty() ? json{{"Deleted", item.deleted}} : json{{"Untagged", item.untagged}};
}

json image_summary(const daemon::NamedImage& named, int minor_version) {
  const daemon::Image& image = *named.image;
  json summary = {
      {"Containers", -1},       {"Created", unix_of(image.config.created)},
      {"Id", image.id.text()},  {"Labels", image.config.labels.empty() ? json(nullptr) : json(image.config.labels)},
      {"ParentId", ""},         {"RepoDigests", named.digests},
      {"RepoTags", named.tags}, {"SharedSize", -1},
      {"Size", image.bytes}};
  constexpr int without_virtual_size = 44;
  if (minor_version < without_virtual_size) summary["VirtualSize"] = image.bytes;
  return summary;
}

}  // namespace glassdock::api
