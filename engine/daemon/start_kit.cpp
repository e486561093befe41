#include "engine/daemon/start_kit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/start_failure.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/os/files.h"
#include "engine/runtime/init_file.h"
#include "engine/runtime/shared_memory.h"

namespace glassdock::daemon {
namespace {

// Below the data folder: the engine's init, for all containers that have one.
constexpr char init_file[] = "init";

constexpr char terminal_type[] = "TERM=xterm";

UniqueFd open_file(os::System& system, const std::filesystem::path& path, int flags) {
  UniqueFd file(system.openat(AT_FDCWD, path.c_str(), flags | O_CLOEXEC | O_CREAT | O_NOFOLLOW, 0600));
  if (!file) throw os::write_error(errno, "open", path);
  return file;
}

// What the engine sets stands before what image and user have set.
void set_environment(plan::ContainerSpec& spec, const ContainerConfig& config) {
  spec.preset_variables = config.preset_variables;
  auto named = [&](std::string_view prefix) {
    for (const std::string& variable : config.environment) {
      if (starts_with(variable, prefix)) return true;
    }
    return false;
  };
  if (!named("PATH=")) {
    spec.environment.emplace_back(default_path);
    spec.preset_variables.emplace_back("PATH");
  }
  if (!named("HOSTNAME=")) {
    spec.environment.push_back("HOSTNAME=" + config.hostname);
    spec.preset_variables.emplace_back("HOSTNAME");
  }
  if (config.tty && !named("TERM=")) {
    spec.environment.emplace_back(terminal_type);
    spec.preset_variables.emplace_back("TERM");
  }
  // "NAME" without "=" has taken a variable of the image away, and is none itself.
  std::copy_if(config.environment.begin(), config.environment.end(), std::back_inserter(spec.environment),
               [](const std::string& variable) { return variable.find('=') != std::string::npos; });
}

// Where the container's start put it.
void find_cgroups(const plan::View& plan, plan::ExecSpec& exec) {
  for (std::uint32_t i = 0; i < plan.header().first_teardown; ++i) {
    const plan::Operation& operation = plan.operation(i);
    const char* text = plan.text(operation.text[0]);
    if (operation.code == plan::Code::clone) exec.unified_cgroup = text;
    if (operation.code != plan::Code::join_cgroups) continue;
    for (; *text; text = plan::next_in_list(text)) exec.v1_cgroups.emplace_back(text);
  }
}

// What is named again takes the place of what was, "NAME" alone takes it away (moby container/env.go).
void override_environment(std::vector<std::string>& environment, const std::vector<std::string>& more) {
  for (const std::string& variable : more) {
    const auto equals = variable.find('=');
    const std::string prefix = variable.substr(0, equals) + "=";
    const auto known = std::find_if(environment.begin(), environment.end(),
                                    [&](const std::string& one) { return starts_with(one, prefix); });
    if (equals == std::string::npos) {
      if (known != environment.end()) environment.erase(known);
    } else if (known != environment.end()) {
      *known = variable;
    } else {
      environment.push_back(variable);
    }
  }
}

// Docker looks them up at the start: a disk may come later, or be another one then.
void find_disks(std::vector<plan::Throttle>& throttles) {
  for (plan::Throttle& throttle : throttles) {
    struct stat disk {};
    if (::stat(throttle.path.c_str(), &disk) != 0) throw to_disk_error(throttle.path, errno);
    throttle.major = major(disk.st_rdev);
    throttle.minor = minor(disk.st_rdev);
  }
}

bool is_loopback(std::string_view address) {
  return starts_with(address, "127.") || address == "::1";
}

std::string host_names(const std::string& hostname) {
  return "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost "
         "ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n"
         "ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n127.0.1.1\t" +
         hostname + "\n";
}

}  // namespace

std::string container_resolver(std::string_view of_host) {
  std::string kept;
  bool any_server = false;
  for (const std::string& line : split(of_host, '\n')) {
    bool server = starts_with(line, "nameserver");
    if (server && is_loopback(trim(std::string_view(line).substr(std::string_view("nameserver").size())))) continue;
    any_server = any_server || server;
    if (!line.empty()) kept += line + "\n";
  }
  // Docker's choice where the host has none (libnetwork resolvconf).
  if (!any_server) kept += "nameserver 8.8.8.8\nnameserver 8.8.4.4\n";
  return kept;
}

std::array<int, runtime::start_descriptors> StartKit::descriptors() const {
  std::array<int, runtime::start_descriptors> all{};
  all[runtime::fd_plan] = plan_memory.get();
  all[runtime::fd_shared] = shared.get();
  all[runtime::fd_control] = monitor_control.get();
  all[runtime::fd_folder] = folder.get();
  all[runtime::fd_log] = log.get();
  all[runtime::fd_status] = status.get();
  return all;
}

plan::ContainerSpec StartKitMaker::spec(const std::string& id, const ContainerConfig& config) const {
  std::string folder = "containers/" + id + "/";
  plan::ContainerSpec spec;
  spec.id = id;
  spec.hostname = config.hostname;
  spec.arguments = config.arguments();
  set_environment(spec, config);
  spec.working_folder = config.working_folder;
  spec.user = config.user;
  spec.groups = config.groups_added;
  spec.rootfs = folder + rootfs_folder;
  spec.hostname_file = folder + hostname_file;
  spec.hosts_file = folder + hosts_file;
  spec.resolv_file = folder + resolv_file;
  spec.limits = {config.memory_bytes, config.nano_cpus, config.pids_limit, config.throttles};
  if (config.init) spec.init_file = init_file;
  spec.read_only = config.read_only_root;
  spec.volatile_overlay = config.auto_remove;
  for (const auto& [target, options] : config.tmpfs) spec.tmpfs.push_back({target, options});
  for (const Bind& bind : config.binds) spec.binds.push_back({bind.source, bind.target, bind.read_only});
  spec.shm_bytes = config.shm_bytes;
  spec.no_new_privileges = config.no_new_privileges;
  spec.trial = plan::read_trial(config.annotations);
  if (config.tty) {
    spec.terminal = {static_cast<std::uint16_t>(config.console_size[0]),
                     static_cast<std::uint16_t>(config.console_size[1])};
  }
  const bool ordered = spec.trial && !spec.trial->layers.empty();
  snapshot::OverlayFolders folders =
      parts_.layers.folders(id, ordered ? plan::order_layers(config.layers, *spec.trial) : config.layers);
  auto from_data = [&](const std::filesystem::path& path) {
    return (folders.base / path).lexically_normal().lexically_relative(parts_.data).string();
  };
  for (const auto& lower : folders.lower) spec.lower.push_back(from_data(lower));
  spec.upper = from_data(folders.upper);
  spec.work = from_data(folders.work);
  return spec;
}

void StartKitMaker::check(const std::string& id, const ContainerConfig& config) const {
  plan::check(spec(id, config), parts_.host);
}

std::string StartKitMaker::dropped_limits(const Container& container) const {
  return plan::dropped_limits(spec(container.id, container.config), parts_.host);
}

std::vector<std::string> StartKitMaker::warnings(const Container& container) const {
  return plan::warnings(spec(container.id, container.config), parts_.host);
}

void StartKitMaker::write_files(const Container& container) const {
  os::make_folders(container.folder / rootfs_folder, 0700);
  auto write = [&](const char* name, std::string_view content) {
    if (os::try_read_file(container.folder / name, content.size()) == content) return;
    // Bound into the container, whose users must be able to read them.
    os::write_file_atomically(parts_.system, container.folder / name, content, 0644);
  };
  write(hostname_file, container.config.hostname + "\n");
  write(hosts_file, host_names(container.config.hostname));
  write(resolv_file, container_resolver(os::try_read_file("/etc/resolv.conf", 64 * 1024).value_or(std::string())));
  if (container.config.init) runtime::write_init(parts_.system, parts_.data / init_file);
  for (const Bind& bind : container.config.binds) {
    if (struct stat found{}; ::stat(bind.source.c_str(), &found) != 0 && errno == ENOENT) {
      os::make_folders(bind.source, 0755);
    }
  }
}

std::string start_operations(const StartKit& kit) {
  const plan::View plan(kit.plan.data(), kit.plan.size());
  std::string names;
  for (std::uint32_t i = 0; i < plan.count(); ++i) {
    const plan::Operation& operation = plan.operation(i);
    if (operation.phase == plan::Phase::teardown) break;
    if (!names.empty()) names += ' ';
    names += plan.text(operation.name);
  }
  return names;
}

std::shared_ptr<StartKit> StartKitMaker::make(const Container& container, const plan::PlanOptions& options) const {
  auto kit = std::make_shared<StartKit>();
  plan::ContainerSpec wanted = spec(container.id, container.config);
  if (parts_.host.limits_io()) find_disks(wanted.limits.throttles);
  kit->plan = plan::compile(wanted, parts_.host, parts_.seccomp, options);
  // A later daemon may come up in another cgroup, and would not find them.
  const std::vector<std::string> cgroups = cgroups_of(plan::View(kit->plan.data(), kit->plan.size()));
  if (!cgroups.empty()) {
    os::write_file_atomically(parts_.system, container.folder / cgroups_file, join(cgroups, "\n"));
  }
  kit->log = open_file(parts_.system, container.folder / log_file, O_RDWR | O_APPEND);
  open_rest(*kit, container.folder);
  return kit;
}

void StartKitMaker::open_rest(StartKit& kit, const std::filesystem::path& folder) const {
  kit.plan_memory = runtime::seal_plan(kit.plan);
  kit.shared = runtime::make_shared_state();
  kit.folder = os::open_folder(folder);
  kit.status = open_file(parts_.system, folder / status_file, O_WRONLY | O_APPEND | O_TRUNC);
  auto [link, monitors_end] = runtime::MonitorLink::pair();
  kit.link.emplace(std::move(link));
  kit.monitor_control = std::move(monitors_end);
}

std::shared_ptr<StartKit> StartKitMaker::make_exec(const Container& container, const ExecConfig& config,
                                                   const RunningContainer& running,
                                                   const std::filesystem::path& folder) const {
  plan::ExecSpec exec;
  exec.process = running.pid;
  find_cgroups(running.plan, exec);
  plan::ContainerSpec& spec = exec.command;
  spec.id = container.id;
  spec.arguments = config.arguments;
  ContainerConfig of_container = container.config;
  of_container.tty = config.tty;
  set_environment(spec, of_container);
  override_environment(spec.environment, config.environment);
  spec.working_folder = config.working_folder.empty() ? container.config.working_folder : config.working_folder;
  spec.user = config.user.empty() ? container.config.user : config.user;
  spec.groups = container.config.groups_added;
  spec.no_new_privileges = container.config.no_new_privileges;
  if (spec.working_folder.substr(0, 1) != "/" && !spec.working_folder.empty()) {
    throw Error(ErrorKind::invalid_argument,
                "OCI runtime exec failed: exec failed: Cwd must be an absolute path: unknown");
  }
  if (config.tty) {
    spec.terminal = {static_cast<std::uint16_t>(config.console_size[0]),
                     static_cast<std::uint16_t>(config.console_size[1])};
  }
  auto kit = std::make_shared<StartKit>();
  kit->plan = plan::compile_exec(exec, parts_.host, parts_.seccomp);
  kit->log.reset(::fcntl(running.process, F_DUPFD_CLOEXEC, 3));
  open_rest(*kit, folder);
  return kit;
}

}  // namespace glassdock::daemon
