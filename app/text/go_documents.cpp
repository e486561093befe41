// The types of what docker inspect gets, after moby 26.1: api/types/container (config.go, hostconfig.go), api/types
// (types.go, graph_driver_data.go) and api/types/network.
#include <array>

#include "app/text/go_types.h"

namespace glassdock::text {
namespace {

using Kind = GoType::Kind;

constexpr GoType text{Kind::text};
constexpr GoType number{Kind::number};
constexpr GoType truth{Kind::truth};
constexpr GoType time{Kind::time};
constexpr GoType number_or_nil{Kind::number, true};
constexpr GoType truth_or_nil{Kind::truth, true};
constexpr GoType texts{Kind::list, false, &text};
constexpr GoType numbers{Kind::list, false, &number};
constexpr GoType text_map{Kind::map, false, &text};
// Lists and maps of what this engine has none of.
constexpr GoType others{Kind::list};
constexpr GoType nothing{Kind::structure};
constexpr GoType set_of_texts{Kind::map, false, &nothing};

constexpr GoType structure(std::span<const GoField> fields, bool pointer = false) {
  return {Kind::structure, pointer, nullptr, fields};
}

constexpr std::array fields_of_health{
    GoField{"Status", "Status", &text},
    GoField{"FailingStreak", "FailingStreak", &number},
    GoField{"Log", "Log", &others},
};
constexpr GoType health = structure(fields_of_health, true);

constexpr std::array fields_of_state{
    GoField{"Status", "Status", &text},
    GoField{"Running", "Running", &truth},
    GoField{"Paused", "Paused", &truth},
    GoField{"Restarting", "Restarting", &truth},
    GoField{"OOMKilled", "OOMKilled", &truth},
    GoField{"Dead", "Dead", &truth},
    GoField{"Pid", "Pid", &number},
    GoField{"ExitCode", "ExitCode", &number},
    GoField{"Error", "Error", &text},
    GoField{"StartedAt", "StartedAt", &text},
    GoField{"FinishedAt", "FinishedAt", &text},
    GoField{"Health", "Health", &health},
};
constexpr GoType state = structure(fields_of_state, true);

constexpr std::array fields_of_log_config{GoField{"Type", "Type", &text}, GoField{"Config", "Config", &text_map}};
constexpr GoType log_config = structure(fields_of_log_config);

constexpr std::array fields_of_binding{GoField{"HostIP", "HostIp", &text}, GoField{"HostPort", "HostPort", &text}};
constexpr GoType binding = structure(fields_of_binding);
constexpr GoType bindings{Kind::list, false, &binding};
constexpr GoType ports{Kind::map, false, &bindings};

constexpr std::array fields_of_restart{
    GoField{"Name", "Name", &text},
    GoField{"MaximumRetryCount", "MaximumRetryCount", &number},
};
constexpr GoType restart = structure(fields_of_restart);

constexpr std::array fields_of_throttle{GoField{"Path", "Path", &text}, GoField{"Rate", "Rate", &number}};
constexpr GoType throttle{Kind::structure, true, nullptr, fields_of_throttle, true};
constexpr GoType throttles{Kind::list, false, &throttle};

constexpr std::array fields_of_resources{
    GoField{"CPUShares", "CpuShares", &number},
    GoField{"Memory", "Memory", &number},
    GoField{"NanoCPUs", "NanoCpus", &number},
    GoField{"CgroupParent", "CgroupParent", &text},
    GoField{"BlkioWeight", "BlkioWeight", &number},
    GoField{"BlkioWeightDevice", "BlkioWeightDevice", &others},
    GoField{"BlkioDeviceReadBps", "BlkioDeviceReadBps", &throttles},
    GoField{"BlkioDeviceWriteBps", "BlkioDeviceWriteBps", &throttles},
    GoField{"BlkioDeviceReadIOps", "BlkioDeviceReadIOps", &throttles},
    GoField{"BlkioDeviceWriteIOps", "BlkioDeviceWriteIOps", &throttles},
    GoField{"CPUPeriod", "CpuPeriod", &number},
    GoField{"CPUQuota", "CpuQuota", &number},
    GoField{"CPURealtimePeriod", "CpuRealtimePeriod", &number},
    GoField{"CPURealtimeRuntime", "CpuRealtimeRuntime", &number},
    GoField{"CpusetCpus", "CpusetCpus", &text},
    GoField{"CpusetMems", "CpusetMems", &text},
    GoField{"Devices", "Devices", &others},
    GoField{"DeviceCgroupRules", "DeviceCgroupRules", &texts},
    GoField{"DeviceRequests", "DeviceRequests", &others},
    GoField{"KernelMemory", "KernelMemory", &number},
    GoField{"KernelMemoryTCP", "KernelMemoryTCP", &number},
    GoField{"MemoryReservation", "MemoryReservation", &number},
    GoField{"MemorySwap", "MemorySwap", &number},
    GoField{"MemorySwappiness", "MemorySwappiness", &number_or_nil},
    GoField{"OomKillDisable", "OomKillDisable", &truth_or_nil},
    GoField{"PidsLimit", "PidsLimit", &number_or_nil},
    GoField{"Ulimits", "Ulimits", &others},
    GoField{"CPUCount", "CpuCount", &number},
    GoField{"CPUPercent", "CpuPercent", &number},
    GoField{"IOMaximumIOps", "IOMaximumIOps", &number},
    GoField{"IOMaximumBandwidth", "IOMaximumBandwidth", &number},
};
constexpr GoType resources = structure(fields_of_resources);

constexpr std::array fields_of_host_config{
    GoField{"Binds", "Binds", &texts},
    GoField{"ContainerIDFile", "ContainerIDFile", &text},
    GoField{"LogConfig", "LogConfig", &log_config},
    GoField{"NetworkMode", "NetworkMode", &text},
    GoField{"PortBindings", "PortBindings", &ports},
    GoField{"RestartPolicy", "RestartPolicy", &restart},
    GoField{"AutoRemove", "AutoRemove", &truth},
    GoField{"VolumeDriver", "VolumeDriver", &text},
    GoField{"VolumesFrom", "VolumesFrom", &texts},
    GoField{"ConsoleSize", "ConsoleSize", &numbers},
    GoField{"Annotations", "Annotations", &text_map},
    GoField{"CapAdd", "CapAdd", &texts},
    GoField{"CapDrop", "CapDrop", &texts},
    GoField{"CgroupnsMode", "CgroupnsMode", &text},
    GoField{"DNS", "Dns", &texts},
    GoField{"DNSOptions", "DnsOptions", &texts},
    GoField{"DNSSearch", "DnsSearch", &texts},
    GoField{"ExtraHosts", "ExtraHosts", &texts},
    GoField{"GroupAdd", "GroupAdd", &texts},
    GoField{"IpcMode", "IpcMode", &text},
    GoField{"Cgroup", "Cgroup", &text},
    GoField{"Links", "Links", &texts},
    GoField{"OomScoreAdj", "OomScoreAdj", &number},
    GoField{"PidMode", "PidMode", &text},
    GoField{"Privileged", "Privileged", &truth},
    GoField{"PublishAllPorts", "PublishAllPorts", &truth},
    GoField{"ReadonlyRootfs", "ReadonlyRootfs", &truth},
    GoField{"SecurityOpt", "SecurityOpt", &texts},
    GoField{"StorageOpt", "StorageOpt", &text_map},
    GoField{"Tmpfs", "Tmpfs", &text_map},
    GoField{"UTSMode", "UTSMode", &text},
    GoField{"UsernsMode", "UsernsMode", &text},
    GoField{"ShmSize", "ShmSize", &number},
    GoField{"Sysctls", "Sysctls", &text_map},
    GoField{"Runtime", "Runtime", &text},
    GoField{"Isolation", "Isolation", &text},
    GoField{"Resources", "", &resources},
    GoField{"Mounts", "Mounts", &others},
    GoField{"MaskedPaths", "MaskedPaths", &texts},
    GoField{"ReadonlyPaths", "ReadonlyPaths", &texts},
    GoField{"Init", "Init", &truth_or_nil},
};
constexpr GoType host_config = structure(fields_of_host_config, true);

constexpr std::array fields_of_driver{GoField{"Data", "Data", &text_map}, GoField{"Name", "Name", &text}};
constexpr GoType driver = structure(fields_of_driver);

constexpr std::array fields_of_mount{
    GoField{"Type", "Type", &text},     GoField{"Name", "Name", &text},
    GoField{"Source", "Source", &text}, GoField{"Destination", "Destination", &text},
    GoField{"Driver", "Driver", &text}, GoField{"Mode", "Mode", &text},
    GoField{"RW", "RW", &truth},        GoField{"Propagation", "Propagation", &text},
};
constexpr GoType mount = structure(fields_of_mount);
constexpr GoType mounts{Kind::list, false, &mount};

constexpr GoType health_check = structure({}, true);  // this engine has none

constexpr std::array fields_of_config{
    GoField{"Hostname", "Hostname", &text},
    GoField{"Domainname", "Domainname", &text},
    GoField{"User", "User", &text},
    GoField{"AttachStdin", "AttachStdin", &truth},
    GoField{"AttachStdout", "AttachStdout", &truth},
    GoField{"AttachStderr", "AttachStderr", &truth},
    GoField{"ExposedPorts", "ExposedPorts", &set_of_texts},
    GoField{"Tty", "Tty", &truth},
    GoField{"OpenStdin", "OpenStdin", &truth},
    GoField{"StdinOnce", "StdinOnce", &truth},
    GoField{"Env", "Env", &texts},
    GoField{"Cmd", "Cmd", &texts},
    GoField{"Healthcheck", "Healthcheck", &health_check},
    GoField{"ArgsEscaped", "ArgsEscaped", &truth},
    GoField{"Image", "Image", &text},
    GoField{"Volumes", "Volumes", &set_of_texts},
    GoField{"WorkingDir", "WorkingDir", &text},
    GoField{"Entrypoint", "Entrypoint", &texts},
    GoField{"NetworkDisabled", "NetworkDisabled", &truth},
    GoField{"MacAddress", "MacAddress", &text},
    GoField{"OnBuild", "OnBuild", &texts},
    GoField{"Labels", "Labels", &text_map},
    GoField{"StopSignal", "StopSignal", &text},
    GoField{"StopTimeout", "StopTimeout", &number_or_nil},
    GoField{"Shell", "Shell", &texts},
};
constexpr GoType config = structure(fields_of_config, true);

constexpr GoType ipam = structure({}, true);  // nobody can give an address yet

constexpr std::array fields_of_endpoint{
    GoField{"IPAMConfig", "IPAMConfig", &ipam},
    GoField{"Links", "Links", &texts},
    GoField{"Aliases", "Aliases", &texts},
    GoField{"MacAddress", "MacAddress", &text},
    GoField{"DriverOpts", "DriverOpts", &text_map},
    GoField{"NetworkID", "NetworkID", &text},
    GoField{"EndpointID", "EndpointID", &text},
    GoField{"Gateway", "Gateway", &text},
    GoField{"IPAddress", "IPAddress", &text},
    GoField{"IPPrefixLen", "IPPrefixLen", &number},
    GoField{"IPv6Gateway", "IPv6Gateway", &text},
    GoField{"GlobalIPv6Address", "GlobalIPv6Address", &text},
    GoField{"GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", &number},
    GoField{"DNSNames", "DNSNames", &texts},
};
constexpr GoType endpoint = structure(fields_of_endpoint, true);
constexpr GoType endpoints{Kind::map, false, &endpoint};

constexpr std::array fields_of_network_base{
    GoField{"Bridge", "Bridge", &text},
    GoField{"SandboxID", "SandboxID", &text},
    GoField{"SandboxKey", "SandboxKey", &text},
    GoField{"Ports", "Ports", &ports},
    GoField{"HairpinMode", "HairpinMode", &truth},
    GoField{"LinkLocalIPv6Address", "LinkLocalIPv6Address", &text},
    GoField{"LinkLocalIPv6PrefixLen", "LinkLocalIPv6PrefixLen", &number},
    GoField{"SecondaryIPAddresses", "SecondaryIPAddresses", &others},
    GoField{"SecondaryIPv6Addresses", "SecondaryIPv6Addresses", &others},
};
constexpr GoType network_base = structure(fields_of_network_base);

constexpr std::array fields_of_default_network{
    GoField{"EndpointID", "EndpointID", &text},
    GoField{"Gateway", "Gateway", &text},
    GoField{"GlobalIPv6Address", "GlobalIPv6Address", &text},
    GoField{"GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", &number},
    GoField{"IPAddress", "IPAddress", &text},
    GoField{"IPPrefixLen", "IPPrefixLen", &number},
    GoField{"IPv6Gateway", "IPv6Gateway", &text},
    GoField{"MacAddress", "MacAddress", &text},
};
constexpr GoType default_network = structure(fields_of_default_network);

constexpr std::array fields_of_network{
    GoField{"NetworkSettingsBase", "", &network_base},
    GoField{"DefaultNetworkSettings", "", &default_network},
    GoField{"Networks", "Networks", &endpoints},
};
constexpr GoType network = structure(fields_of_network, true);

constexpr std::array fields_of_base{
    GoField{"ID", "Id", &text},
    GoField{"Created", "Created", &text},
    GoField{"Path", "Path", &text},
    GoField{"Args", "Args", &texts},
    GoField{"State", "State", &state},
    GoField{"Image", "Image", &text},
    GoField{"ResolvConfPath", "ResolvConfPath", &text},
    GoField{"HostnamePath", "HostnamePath", &text},
    GoField{"HostsPath", "HostsPath", &text},
    GoField{"LogPath", "LogPath", &text},
    GoField{"Name", "Name", &text},
    GoField{"RestartCount", "RestartCount", &number},
    GoField{"Driver", "Driver", &text},
    GoField{"Platform", "Platform", &text},
    GoField{"MountLabel", "MountLabel", &text},
    GoField{"ProcessLabel", "ProcessLabel", &text},
    GoField{"AppArmorProfile", "AppArmorProfile", &text},
    GoField{"ExecIDs", "ExecIDs", &texts},
    GoField{"HostConfig", "HostConfig", &host_config},
    GoField{"GraphDriver", "GraphDriver", &driver},
    GoField{"SizeRw", "SizeRw", &number_or_nil},
    GoField{"SizeRootFs", "SizeRootFs", &number_or_nil},
};
constexpr GoType base = structure(fields_of_base, true);

constexpr std::array fields_of_container{
    GoField{"ContainerJSONBase", "", &base},
    GoField{"Mounts", "Mounts", &mounts},
    GoField{"Config", "Config", &config},
    GoField{"NetworkSettings", "NetworkSettings", &network},
};

constexpr std::array fields_of_root{GoField{"Type", "Type", &text}, GoField{"Layers", "Layers", &texts}};
constexpr GoType root = structure(fields_of_root);

constexpr std::array fields_of_metadata{GoField{"LastTagTime", "LastTagTime", &time}};
constexpr GoType metadata = structure(fields_of_metadata);

constexpr std::array fields_of_image{
    GoField{"ID", "Id", &text},
    GoField{"RepoTags", "RepoTags", &texts},
    GoField{"RepoDigests", "RepoDigests", &texts},
    GoField{"Parent", "Parent", &text},
    GoField{"Comment", "Comment", &text},
    GoField{"Created", "Created", &text},
    GoField{"Container", "Container", &text},
    GoField{"ContainerConfig", "ContainerConfig", &config},
    GoField{"DockerVersion", "DockerVersion", &text},
    GoField{"Author", "Author", &text},
    GoField{"Config", "Config", &config},
    GoField{"Architecture", "Architecture", &text},
    GoField{"Variant", "Variant", &text},
    GoField{"Os", "Os", &text},
    GoField{"OsVersion", "OsVersion", &text},
    GoField{"Size", "Size", &number},
    GoField{"VirtualSize", "VirtualSize", &number},
    GoField{"GraphDriver", "GraphDriver", &driver},
    GoField{"RootFS", "RootFS", &root},
    GoField{"Metadata", "Metadata", &metadata},
};

}  // namespace

const GoType container_document = structure(fields_of_container);
const GoType image_document = structure(fields_of_image);

}  // namespace glassdock::text
