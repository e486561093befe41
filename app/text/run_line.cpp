#include "app/text/run_line.h"

#include <fmt/format.h>
#include <strings.h>

#include <array>
#include <filesystem>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

using enum FlagType;

constexpr std::array flags_of_run{
    Flag{"add-host", 0, unsupported},
    Flag{"annotation", 0, list, "map", "Add an annotation to the container: a trial (docs/trials.md)"},
    Flag{"attach", 'a', list, "list", "Attach to STDIN, STDOUT or STDERR"},
    Flag{"blkio-weight", 0, unsupported},
    Flag{"blkio-weight-device", 0, unsupported},
    Flag{"cap-add", 0, unsupported},
    Flag{"cap-drop", 0, unsupported},
    Flag{"cgroup-parent", 0, unsupported},
    Flag{"cgroupns", 0, unsupported},
    Flag{"cidfile", 0, word, "string", "Write the container ID to the file"},
    Flag{"cpu-period", 0, unsupported},
    Flag{"cpu-quota", 0, unsupported},
    Flag{"cpu-rt-period", 0, unsupported},
    Flag{"cpu-rt-runtime", 0, unsupported},
    Flag{"cpu-shares", 'c', unsupported},
    Flag{"cpus", 0, cpus, "decimal", "Number of CPUs"},
    Flag{"cpuset-cpus", 0, unsupported},
    Flag{"cpuset-mems", 0, unsupported},
    Flag{"detach", 'd', boolean, "", "Run container in background and print container ID"},
    Flag{"detach-keys", 0, word, "string", "Override the key sequence for detaching a container"},
    Flag{"device", 0, unsupported},
    Flag{"device-cgroup-rule", 0, unsupported},
    Flag{"device-read-bps", 0, device_bps, "list", "Limit read rate (bytes per second) from a device"},
    Flag{"device-read-iops", 0, device_iops, "list", "Limit read rate (IO per second) from a device"},
    Flag{"device-write-bps", 0, device_bps, "list", "Limit write rate (bytes per second) to a device"},
    Flag{"device-write-iops", 0, device_iops, "list", "Limit write rate (IO per second) to a device"},
    Flag{"disable-content-trust", 0, unsupported},
    Flag{"dns", 0, unsupported},
    Flag{"dns-opt", 0, unsupported},
    Flag{"dns-option", 0, unsupported},
    Flag{"dns-search", 0, unsupported},
    Flag{"domainname", 0, unsupported},
    Flag{"entrypoint", 0, word, "string", "Overwrite the default ENTRYPOINT of the image"},
    Flag{"env", 'e', list, "list", "Set environment variables"},
    Flag{"env-file", 0, list, "list", "Read in a file of environment variables"},
    Flag{"expose", 0, unsupported},
    Flag{"gpus", 0, unsupported},
    Flag{"group-add", 0, unsupported},
    Flag{"health-cmd", 0, unsupported},
    Flag{"health-interval", 0, unsupported},
    Flag{"health-retries", 0, unsupported},
    Flag{"health-start-interval", 0, unsupported},
    Flag{"health-start-period", 0, unsupported},
    Flag{"health-timeout", 0, unsupported},
    Flag{"help", 0, boolean, "", "Print usage"},
    Flag{"hostname", 'h', word, "string", "Container host name"},
    Flag{"init", 0, boolean, "", "Run an init inside the container that forwards signals and reaps processes"},
    Flag{"interactive", 'i', boolean, "", "Keep STDIN open even if not attached"},
    Flag{"ip", 0, unsupported},
    Flag{"ip6", 0, unsupported},
    Flag{"ipc", 0, unsupported},
    Flag{"isolation", 0, unsupported},
    Flag{"kernel-memory", 0, unsupported},
    Flag{"label", 'l', list, "list", "Set meta data on a container"},
    Flag{"label-file", 0, list, "list", "Read in a line delimited file of labels"},
    Flag{"link", 0, unsupported},
    Flag{"link-local-ip", 0, unsupported},
    Flag{"log-driver", 0, word, "string", "Logging driver for the container"},
    Flag{"log-opt", 0, list, "list", "Log driver options"},
    Flag{"mac-address", 0, unsupported},
    Flag{"memory", 'm', bytes, "bytes", "Memory limit"},
    Flag{"memory-reservation", 0, unsupported},
    Flag{"memory-swap", 0, unsupported},
    Flag{"memory-swappiness", 0, unsupported},
    Flag{"mount", 0, unsupported},
    Flag{"name", 0, word, "string", "Assign a name to the container"},
    Flag{"net", 0, word, "network", "The same as --network"},
    Flag{"network", 0, word, "network", "Connect a container to a network: default or none"},
    Flag{"net-alias", 0, unsupported},
    Flag{"network-alias", 0, unsupported},
    Flag{"no-healthcheck", 0, unsupported},
    Flag{"oom-kill-disable", 0, unsupported},
    Flag{"oom-score-adj", 0, unsupported},
    Flag{"pid", 0, unsupported},
    Flag{"pids-limit", 0, whole, "int", "Tune container pids limit (set -1 for unlimited)"},
    Flag{"platform", 0, unsupported},
    Flag{"privileged", 0, unsupported},
    Flag{"publish", 'p', unsupported},
    Flag{"publish-all", 'P', unsupported},
    Flag{"pull", 0, word, "string", "Pull image before running (always, missing, never)"},
    Flag{"quiet", 'q', boolean, "", "Suppress the pull output"},
    Flag{"read-only", 0, boolean, "", "Mount the container's root filesystem as read only"},
    Flag{"restart", 0, word, "string", "Restart policy to apply when a container exits (default \"no\")"},
    Flag{"rm", 0, boolean, "", "Automatically remove the container when it exits"},
    Flag{"runtime", 0, unsupported},
    Flag{"security-opt", 0, unsupported},
    Flag{"shm-size", 0, unsupported},
    Flag{"sig-proxy", 0, boolean, "", "Proxy received signals to the process (default true)"},
    Flag{"stop-signal", 0, word, "string", "Signal to stop the container"},
    Flag{"stop-timeout", 0, whole, "int", "Timeout (in seconds) to stop a container"},
    Flag{"storage-opt", 0, unsupported},
    Flag{"sysctl", 0, unsupported},
    Flag{"tmpfs", 0, list, "list", "Mount a tmpfs directory"},
    Flag{"tty", 't', boolean, "", "Allocate a pseudo-TTY"},
    Flag{"ulimit", 0, unsupported},
    Flag{"use-api-socket", 0, unsupported},
    Flag{"user", 'u', word, "string", "Username or UID (format: <name|uid>[:<group|gid>])"},
    Flag{"userns", 0, unsupported},
    Flag{"uts", 0, unsupported},
    Flag{"volume", 'v', list, "list", "Bind mount a folder: HOSTPATH:PATH[:ro]"},
    Flag{"volume-driver", 0, unsupported},
    Flag{"volumes-from", 0, unsupported},
    Flag{"workdir", 'w', word, "string", "Working directory inside the container"},
};

Error bad(std::string message) {
  return Error(ErrorKind::invalid_argument, std::move(message));
}

constexpr int conflict_code = 1;

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string&)>;

// "NAME" alone takes the value it has where the line was typed; without one it stays alone, which unsets it.
std::string resolve_variable(const std::string& variable, const EnvironmentLookup& environment) {
  if (variable.empty() || variable[0] == '=') {
    throw bad(fmt::format("invalid argument \"{}\" for \"-e, --env\" flag: invalid environment variable: {}", variable,
                          variable));
  }
  if (variable.find('=') != std::string::npos) return variable;
  auto value = environment(variable);
  return value ? variable + "=" + *value : variable;
}

// "NAME=value"; "NAME" alone is an empty one. --label comes behind what a file says.
std::map<std::string, std::string> labels_of(const ParsedFlags& flags, const Surroundings& surroundings) {
  const EnvironmentLookup alone = [](const std::string&) { return std::optional<std::string>(std::string()); };
  std::vector<std::string> all;
  for (const std::string& path : flags.values("label-file")) {
    const auto lines = parse_env_file(surroundings.read_file(path), path, alone);
    all.insert(all.end(), lines.begin(), lines.end());
  }
  for (const std::string& label : flags.values("label")) {
    if (label.empty() || label[0] == '=') {
      throw bad(
          fmt::format("invalid argument \"{0}\" for \"-l, --label\" flag: invalid label '{0}': empty name", label));
    }
    all.push_back(label);
  }
  std::map<std::string, std::string> labels;
  for (const std::string& label : all) {
    const auto equals = label.find('=');
    labels[label.substr(0, equals)] = equals == std::string::npos ? std::string() : label.substr(equals + 1);
  }
  return labels;
}

PullPolicy parse_pull_policy(const std::string& word) {
  if (word == "missing" || word.empty()) return PullPolicy::missing;
  if (word == "always") return PullPolicy::always;
  if (word == "never") return PullPolicy::never;
  throw bad(
      fmt::format("docker: invalid pull option: '{}': must be one of \"always\", \"missing\" or \"never\"", word));
}

// Sorts "-v SPEC" into binds and anonymous volumes, as docker's client does; what the paths may be is the engine's to
// say.
void add_volume(client::ContainerCreate& create, const std::string& spec, const std::string& current_folder) {
  std::vector<std::string> parts = split(spec, ':');
  if (parts.size() > 3) throw bad(fmt::format("docker: invalid spec: {}: too many colons", spec));
  if (parts.empty()) throw bad("docker: invalid empty volume spec");
  for (const std::string& part : parts) {
    if (part.empty()) throw bad(fmt::format("docker: invalid spec: {}: empty section between colons", spec));
  }
  if (parts.size() == 1) {
    create.anonymous_volumes.push_back(spec);
    return;
  }
  bool relative = parts[0] == "." || parts[0] == ".." || starts_with(parts[0], "./") || starts_with(parts[0], "../");
  if (relative) {
    auto path = (std::filesystem::path(current_folder) / parts[0]).lexically_normal().string();
    parts[0] = path.size() > 1 && ends_with(path, "/") ? path.substr(0, path.size() - 1) : path;
  }
  create.binds.push_back(join(parts, ":"));
}

// docker's client says only so much about drivers; the rest is the engine's.
void set_logging(client::ContainerCreate& create, const ParsedFlags& flags) {
  create.log_driver = flags.value("log-driver");
  for (const std::string& option : flags.values("log-opt")) {
    const auto equals = option.find('=');
    create.log_options[option.substr(0, equals)] = equals == std::string::npos ? "" : option.substr(equals + 1);
  }
  if (create.log_driver == "none" && !create.log_options.empty()) {
    throw bad("docker: invalid logging opts for driver none");
  }
}

void set_restart(client::ContainerCreate& create, const ParsedFlags& flags) {
  if (!flags.has("restart")) return;
  try {
    const RestartWish wish = parse_restart(flags.value("restart"));
    create.restart = wish.policy;
    create.most_restarts = wish.most_restarts;
  } catch (const Error& fault) {
    throw bad("docker: " + fault.message());
  }
  if (create.auto_remove && !create.restart.empty() && create.restart != "no") {
    throw bad("docker: conflicting options: cannot specify both --restart and --rm");
  }
}

std::vector<client::DeviceRate> device_rates(const ParsedFlags& flags, FlagType type, std::string_view name) {
  std::vector<client::DeviceRate> rates;
  for (const std::string& value : flags.values(name)) rates.push_back(parse_device_rate(type, value));
  return rates;
}

// Docker's client attaches to what -a names, to both outputs where it names nothing, and to stdin with -i as well; with
// -d to nothing.
client::Streams attached_streams(const ParsedFlags& flags) {
  client::Streams streams;
  for (const std::string& typed : flags.values("attach")) {
    const auto is = [&](const char* name) { return ::strcasecmp(typed.c_str(), name) == 0; };
    if (!is("stdin") && !is("stdout") && !is("stderr")) {
      throw bad(fmt::format(
          "invalid argument \"{}\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR", typed));
    }
    (is("stdin") ? streams.in : is("stdout") ? streams.out : streams.err) = true;
  }
  const bool names_some = flags.has("attach");
  if (flags.on("detach")) {
    if (!names_some) return streams;
    throw bad("docker: conflicting options: cannot specify both --attach and --detach").with_exit_code(conflict_code);
  }
  if (!names_some) streams.out = streams.err = true;
  if (flags.on("interactive")) streams.in = true;
  return streams;
}

std::string parse_network(const ParsedFlags& flags) {
  std::string network = flags.value("network", flags.value("net", "default"));
  if (network != "default" && network != "none") {
    throw Error(
        ErrorKind::not_supported,
        fmt::format("docker: network \"{}\" is not supported yet: there are only \"default\" and \"none\", each "
                    "with a loopback interface alone",
                    network));
  }
  return network;
}

}  // namespace

std::span<const Flag> run_flags() {
  return flags_of_run;
}

std::span<const Flag> create_flags() {
  static const std::vector<Flag> flags = [] {
    std::vector<Flag> all(flags_of_run.begin(), flags_of_run.end());
    std::erase_if(all, [](const Flag& flag) {
      return flag.name == "detach" || flag.name == "detach-keys" || flag.name == "sig-proxy";
    });
    return all;
  }();
  return flags;
}

RestartWish parse_restart(const std::string& word) {
  const auto colon = word.find(':');
  if (colon == 0) throw bad("invalid restart policy format: no policy provided before colon");
  RestartWish wish{word.substr(0, colon)};
  const std::string count = colon == std::string::npos ? "" : word.substr(colon + 1);
  if (count.empty()) return wish;
  const bool negative = count[0] == '-';
  const auto number = parse_number(std::string_view(count).substr(negative || count[0] == '+' ? 1 : 0));
  if (!number || *number > INT32_MAX) {
    throw bad("invalid restart policy format: maximum retry count must be an integer");
  }
  wish.most_restarts = negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
  return wish;
}

std::vector<std::string> environment_of(const ParsedFlags& flags, const Surroundings& surroundings) {
  std::vector<std::string> variables;
  for (const std::string& path : flags.values("env-file")) {
    auto more = parse_env_file(surroundings.read_file(path), path, surroundings.environment);
    variables.insert(variables.end(), more.begin(), more.end());
  }
  for (const std::string& variable : flags.values("env")) {
    variables.push_back(resolve_variable(variable, surroundings.environment));
  }
  return variables;
}

RunCommand make_run(const ParsedFlags& flags, const Surroundings& surroundings) {
  RunCommand run;
  run.forwards_signals = !flags.has("sig-proxy") || flags.on("sig-proxy");
  run.detach = flags.on("detach");
  run.quiet_pull = flags.on("quiet");
  run.pull = parse_pull_policy(flags.value("pull"));

  client::ContainerCreate& create = run.create;
  create.image = flags.words()[0];
  create.command.assign(flags.words().begin() + 1, flags.words().end());
  create.name = flags.value("name");
  create.environment = environment_of(flags, surroundings);
  create.working_folder = flags.value("workdir");
  create.user = flags.value("user");
  create.hostname = flags.value("hostname");
  if (flags.has("entrypoint")) create.entrypoint = std::vector<std::string>{flags.value("entrypoint")};
  run.detach_keys = flags.value("detach-keys");
  create.tty = flags.on("tty");
  create.open_stdin = flags.on("interactive");
  create.attach = attached_streams(flags);
  create.auto_remove = flags.on("rm");
  set_restart(create, flags);
  if (flags.has("init")) create.init = flags.on("init");
  set_logging(create, flags);
  create.read_only_root = flags.on("read-only");
  run.id_file = flags.value("cidfile");
  create.labels = labels_of(flags, surroundings);
  create.stop_signal = flags.value("stop-signal");
  if (flags.has("stop-timeout")) create.stop_timeout_seconds = std::stoll(flags.value("stop-timeout"));
  run.memory = flags.value("memory");
  if (flags.has("memory")) create.memory_bytes = *parse_memory_size(run.memory);
  if (flags.has("cpus")) create.nano_cpus = parse_nano_cpus(flags.value("cpus"));
  if (flags.has("pids-limit")) create.pids_limit = std::stoll(flags.value("pids-limit"));
  create.read_bps = device_rates(flags, device_bps, "device-read-bps");
  create.write_bps = device_rates(flags, device_bps, "device-write-bps");
  create.read_iops = device_rates(flags, device_iops, "device-read-iops");
  create.write_iops = device_rates(flags, device_iops, "device-write-iops");
  for (const std::string& spec : flags.values("tmpfs")) {
    auto colon = spec.find(':');
    create.tmpfs[spec.substr(0, colon)] = colon == std::string::npos ? std::string() : spec.substr(colon + 1);
  }
  for (const std::string& annotation : flags.values("annotation")) {
    const auto equals = annotation.find('=');
    create.annotations[annotation.substr(0, equals)] =
        equals == std::string::npos ? std::string() : annotation.substr(equals + 1);
  }
  for (const std::string& spec : flags.values("volume")) add_volume(create, spec, surroundings.current_folder);
  create.network = parse_network(flags);
  return run;
}

std::vector<std::string> parse_env_file(std::string_view content, std::string_view path,
                                        const EnvironmentLookup& environment) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  constexpr std::string_view blanks = " \t";
  if (starts_with(content, byte_order_mark)) content.remove_prefix(byte_order_mark.size());
  std::vector<std::string> variables;
  for (std::string line : split(content, '\n')) {
    if (ends_with(line, "\r")) line.pop_back();
    line.erase(0, std::min(line.find_first_not_of(blanks), line.size()));
    if (line.empty() || line[0] == '#') continue;
    auto equals = line.find('=');
    std::string name = line.substr(0, equals);
    if (name.empty())
      throw bad(fmt::format("docker: invalid env file ({}): no variable name on line '{}'", path, line));
    if (name.find_first_of(blanks) != std::string::npos) {
      throw bad(fmt::format("docker: invalid env file ({}): variable '{}' contains whitespaces", path, name));
    }
    if (equals != std::string::npos) {
      variables.push_back(line);
    } else if (auto value = environment(name)) {
      variables.push_back(name + "=" + *value);
    }
  }
  return variables;
}

}  // namespace glassdock::text
