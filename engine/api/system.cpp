#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "engine/api/answers.h"
#include "engine/api/shapes.h"
#include "engine/base/text.h"
#include "engine/content/platform.h"
#include "engine/os/disks.h"
#include "engine/os/files.h"

namespace glassdock::api {

// In docker's order, in which its client prints it.
using json = nlohmann::ordered_json;

namespace {

std::string pretty_name_of_host() {
  auto release = os::try_read_file("/etc/os-release", 64 * 1024);
  for (const std::string& line : split(release.value_or(std::string()), '\n')) {
    constexpr std::string_view key = "PRETTY_NAME=";
    if (!starts_with(line, key)) continue;
    std::string value = line.substr(key.size());
    std::erase(value, '"');
    return value;
  }
  return "Linux";
}

}  // namespace

void Api::ping(Call& call) {
  call.answer.send(200,
                   {{"Content-Type", "text/plain; charset=utf-8"},
                    {"Swarm", "inactive"},
                    {"Cache-Control", "no-cache, no-store, must-revalidate"},
                    {"Pragma", "no-cache"}},
                   "OK");
}

void Api::version(Call& call) {
  utsname kernel{};
  ::uname(&kernel);
  content::Platform platform = content::Platform::of_this_machine();
  json details = {{"ApiVersion", api_version},
                  {"MinAPIVersion", least_api_version},
                  {"Arch", platform.architecture},
                  {"Os", "linux"},
                  {"KernelVersion", kernel.release},
                  {"Experimental", "false"},
                  {"GitCommit", ""},
                  {"GoVersion", ""},
                  {"BuildTime", ""}};
  send_ordered(
      call, 200,
      {{"Platform", {{"Name", "Glassdock"}}},
       {"Components", json::array({{{"Name", "Engine"}, {"Version", GLASSDOCK_VERSION}, {"Details", details}}})},
       {"Version", GLASSDOCK_VERSION},
       {"ApiVersion", api_version},
       {"MinAPIVersion", least_api_version},
       {"GitCommit", ""},
       {"GoVersion", ""},
       {"Os", "linux"},
       {"Arch", platform.architecture},
       {"KernelVersion", kernel.release},
       {"BuildTime", ""}});
}

void Api::system_info(Call& call) {
  utsname kernel{};
  ::uname(&kernel);
  struct sysinfo memory {};
  ::sysinfo(&memory);
  const plan::Host& host = service_.host();
  std::int64_t running = 0, paused = 0, all = 0;
  for (const daemon::ContainerPtr& container : service_.containers().all()) {
    daemon::State state = service_.containers().status(*container).state;
    ++all;
    if (state == daemon::State::running) ++running;
    if (state == daemon::State::paused) ++paused;
  }
  json security = json::array({"name=seccomp,profile=builtin"});
  if (info_.rootless) security.push_back("name=rootless");
  std::string cgroup_version = host.cgroups == plan::CgroupLayout::v2 ? "2" : "1";
  send_ordered(call, 200,
               {{"ID", info_.id},
                {"Containers", all},
                {"ContainersRunning", running},
                {"ContainersPaused", paused},
                {"ContainersStopped", all - running - paused},
                {"Images", service_.images().list().size()},
                {"Driver", "overlay2"},
                {"DriverStatus", json::array()},
                {"Plugins",
                 {{"Volume", json::array()},
                  {"Network", json::array({"null"})},
                  {"Authorization", nullptr},
                  {"Log", json::array({"json-file"})}}},
                {"Trials", host.trial_ids.count != 0},
                {"MemoryLimit", host.has_controller("memory")},
                {"SwapLimit", host.swap_limit},
                {"CpuCfsPeriod", host.has_controller("cpu")},
                {"CpuCfsQuota", host.has_controller("cpu")},
                {"CPUShares", false},
                {"CPUSet", false},
                {"PidsLimit", host.has_controller("pids")},
                // Of the containers' files, where it can be limited; empty: it cannot.
                {"IOLimitDisk", host.limits_io() ? os::disk_below(info_.data_folder) : std::string()},
                {"OomKillDisable", false},
                {"IPv4Forwarding", true},
                {"BridgeNfIptables", false},
                {"BridgeNfIp6tables", false},
                {"Debug", false},
                {"SystemTime", time_text(daemon::realtime_ns())},
                {"LoggingDriver", "json-file"},
                {"CgroupDriver", host.cgroups == plan::CgroupLayout::none ? "none" : "cgroupfs"},
                {"CgroupVersion", cgroup_version},
                {"NEventsListener", 0},
                {"KernelVersion", kernel.release},
                {"OperatingSystem", pretty_name_of_host()},
                {"OSType", "linux"},
                {"Architecture", kernel.machine},
                {"IndexServerAddress", "https://index.docker.io/v1/"},
                {"RegistryConfig",
                 {{"IndexConfigs", json::object()},
                  {"InsecureRegistryCIDRs", {"127.0.0.0/8"}},
                  {"Mirrors", info_.hub.empty() ? json::array() : json::array({"http://" + info_.hub})}}},
                {"NCPU", host.cpus},
                {"MemTotal", static_cast<std::int64_t>(memory.totalram) * memory.mem_unit},
                {"DockerRootDir", info_.data_folder},
                {"HttpProxy", ""},
                {"HttpsProxy", ""},
                {"NoProxy", ""},
                {"Name", kernel.nodename},
                {"Labels", json::array()},
                {"ExperimentalBuild", false},
                {"ServerVersion", GLASSDOCK_VERSION},
                {"Runtimes", {{runtime_name, {{"path", "glassdock-launcher"}}}}},
                {"DefaultRuntime", runtime_name},
                {"Swarm", {{"NodeID", ""}, {"LocalNodeState", "inactive"}, {"ControlAvailable", false}}},
                {"LiveRestoreEnabled", true},
                {"Isolation", ""},
                {"InitBinary", ""},
                {"SecurityOptions", security},
                {"Warnings", host.remarks}});
}

void Api::not_yet(Call& call) {
  throw Error(ErrorKind::not_supported, fmt::format("{} {} is not supported yet by Glassdock {}", call.request.method(),
                                                    call.path, GLASSDOCK_VERSION));
}

}  // namespace glassdock::api
