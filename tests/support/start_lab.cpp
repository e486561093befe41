#include "tests/support/start_lab.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <stdexcept>
#include <thread>

#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/runtime/cgroup_removal.h"

namespace fs = std::filesystem;

namespace glassdock::support {
namespace {

constexpr char busybox[] = "/bin/busybox";
constexpr std::chrono::seconds patience(10);

// A line of /proc/PID/mountinfo (proc_pid_mountinfo(5)), without what is numbered anew in each mount namespace.
struct MountLine {
  std::string device, root, point, rest;
};

std::vector<MountLine> read_mounts(const fs::path& process) {
  std::vector<MountLine> mounts;
  for (const std::string& line : split(os::try_read_file(process / "mountinfo").value_or(""), '\n')) {
    const auto dash = line.find(" - ");
    const auto fields = split(line, ' ');
    if (dash == std::string::npos || fields.size() < 6) continue;
    mounts.push_back({fields[2], fields[3], fields[4], fields[5] + line.substr(dash)});
  }
  return mounts;
}

bool is_below(const std::string& path, const std::string& folder) {
  return starts_with(path, folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// The data folder of one engine, as the links and the mounts of processes name it.
class Territory {
 public:
  explicit Territory(const std::string& data) : data_(data) {
    std::size_t longest = 0;
    for (const MountLine& mount : read_mounts("/proc/self")) {
      const std::string point = mount.point == "/" ? "" : mount.point;
      if (!is_below(data, point) || point.size() < longest) continue;
      longest = point.size();
      device_ = mount.device;
      containers_ = (mount.root == "/" ? "" : mount.root) + data.substr(point.size()) + "/containers";
    }
  }

  // Launcher and monitors work in the folder, the engine and its keeper have files of it open. A container's process
  // has neither after pivot_root(2), but its hosts file and its like are mounted from there.
  bool holds(const fs::path& process) const {
    std::error_code gone;
    if (is_below(fs::read_symlink(process / "cwd", gone).string(), data_)) return true;
    for (fs::directory_iterator fd(process / "fd", gone), end; !gone && fd != end; fd.increment(gone)) {
      std::error_code closed;
      if (is_below(fs::read_symlink(fd->path(), closed).string(), data_)) return true;
    }
    for (const MountLine& mount : read_mounts(process)) {
      if (mount.device == device_ && is_below(mount.root, containers_)) return true;
    }
    return false;
  }

 private:
  std::string data_;
  std::string device_, containers_;  // where its containers' folders are in the file system that has them
};

}  // namespace

void make_busybox_layer(const fs::path& layer) {
  for (const char* folder : {"bin", "etc", "proc", "sys", "dev", "tmp", "root"}) os::make_folders(layer / folder, 0755);
  fs::copy_file(busybox, layer / "bin/busybox");
  for (const char* applet :
       {"sh",  "ls",    "cat",   "true",  "false", "id",       "sleep", "hostname", "echo", "kill", "pwd",
        "env", "mknod", "mount", "touch", "stat",  "readlink", "head",  "dd",       "wc",   "grep", "yes"}) {
    fs::create_symlink("busybox", layer / "bin" / applet);
  }
  std::ofstream(layer / "etc/passwd") << "root:x:0:0:root:/root:/bin/sh\nguest:x:405:100:guest:/home/guest:/bin/sh\n";
  std::ofstream(layer / "etc/group") << "root:x:0:\nusers:x:100:\naudio:x:18:guest\n";
}

Leftovers count_leftovers(const plan::Host& host, pid_t mounts_of) {
  Leftovers left;
  const std::string whose = mounts_of == 0 ? "self" : std::to_string(mounts_of);
  for (const MountLine& mount : read_mounts(fs::path("/proc") / whose)) {
    left.mounts.push_back(fmt::format("{} {} {}", mount.root, mount.point, mount.rest));
  }
  std::error_code ignored;
  // On v2 an engine with root's power may stand at the top instead of below its own cgroup.
  const fs::path at_top = fs::path(host.unified_top) / fs::path(host.unified_folder).filename();
  std::set<std::string> tops = {host.unified_folder, host.unified_folder.empty() ? "" : at_top.string()};
  for (auto& [controller, folder] : host.cgroup_folders) tops.insert(folder);
  for (const std::string& top : tops) {
    if (top.empty() || !fs::exists(top)) continue;
    left.cgroups.push_back(top);
    for (fs::recursive_directory_iterator i(top, ignored), end; i != end; i.increment(ignored)) {
      if (i->is_directory(ignored)) left.cgroups.push_back(i->path().string());
    }
  }
  const Territory territory(host.data_folder);
  for (auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string pid = entry.path().filename().string();
    if (!parse_number(pid) || pid == std::to_string(::getpid())) continue;
    if (territory.holds(entry.path())) left.processes.push_back(pid);
  }
  std::sort(left.cgroups.begin(), left.cgroups.end());
  left.cgroups.erase(std::unique(left.cgroups.begin(), left.cgroups.end()), left.cgroups.end());
  return left;
}

std::string describe(const Leftovers& leftovers) {
  return fmt::format("{} mounts; cgroups: {}; processes: {}", leftovers.mounts.size(), join(leftovers.cgroups, " "),
                     join(leftovers.processes, " "));
}

std::uint32_t LabStart::operation(const std::string& name) const {
  plan::View all = view();
  for (std::uint32_t i = 0; i < all.count(); ++i) {
    if (name == all.text(all.operation(i).name)) return i;
  }
  throw std::runtime_error("the plan has no operation " + name);
}

void LabStart::hold_at(const std::string& name) {
  std::uint32_t index = operation(name);
  state().hold[index / 64].fetch_or(std::uint64_t{1} << (index % 64));
}

std::optional<runtime::ReportMessage> LabStart::next() {
  std::vector<UniqueFd> descriptors;
  try {
    auto report = link->receive(descriptors, patience);
    if (!report) return std::nullopt;
    if (report->report == runtime::Report::started || report->report == runtime::Report::hello) {
      pid = report->pid;
      if (!descriptors.empty()) pidfd = std::move(descriptors.back());
    }
    reports.push_back(*report);
    return report;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<runtime::ReportMessage> LabStart::until(runtime::Report kind) {
  for (;;) {
    auto report = next();
    if (!report || report->report == kind) return report;
    if (report->report == runtime::Report::failed || report->report == runtime::Report::exited) return std::nullopt;
  }
}

int LabStart::exit_code() const {
  if (reports.empty() || reports.back().report != runtime::Report::exited) return -1;
  int status = reports.back().number;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string LabStart::log() const {
  return os::read_file(folder / "log");
}

StartLab::StartLab() : data_("/tmp", "glassdock-lab."), host_(plan::probe_host(data_.path().string())) {
  make_busybox_layer(data() / "layers/1");
  os::make_folders(data() / "containers");
  launcher_ = runtime::LauncherLink::start(data());
  plan::prepare_cgroups(host_);
}

// A monitor that was killed leaves its cgroup to a daemon's next start, and here is none.
StartLab::~StartLab() {
  launcher_.reset();
  std::set<std::string> parents{host_.unified_folder};
  for (const auto& [controller, folder] : host_.cgroup_folders) parents.insert(folder);
  constexpr std::size_t id_length = 64;
  std::error_code none;
  for (const std::string& parent : parents) {
    for (const auto& one : std::filesystem::directory_iterator(parent, none)) {
      if (one.path().filename().native().size() == id_length) runtime::remove_cgroup(one.path().c_str());
    }
  }
  plan::remove_cgroups(host_);
}

std::string StartLab::missing() {
  if (::access(busybox, X_OK) != 0) return "no /bin/busybox here (package busybox-static)";
  if (::geteuid() != 0) return "needs root: an ordinary user's starts are tested through the daemon";
  return {};
}

plan::ContainerSpec StartLab::spec(std::vector<std::string> arguments) const {
  plan::ContainerSpec spec;
  spec.id = random_hex(64);
  spec.hostname = spec.id.substr(0, 12);
  spec.arguments = std::move(arguments);
  spec.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  std::string folder = "containers/" + spec.id;
  spec.lower = {"layers/1"};
  spec.upper = folder + "/upper";
  spec.work = folder + "/work";
  spec.rootfs = folder + "/rootfs";
  return spec;
}

std::unique_ptr<LabStart> StartLab::prepare(const plan::ContainerSpec& spec, const plan::PlanOptions& options,
                                            std::uint32_t flags) {
  auto start = std::make_unique<LabStart>();
  start->id = spec.id;
  start->folder = data() / "containers" / spec.id;
  for (const char* folder : {"upper", "work", "rootfs"}) os::make_folders(start->folder / folder, 0755);
  start->plan = plan::compile(spec, host_, seccomp_, options);
  start->shared = runtime::make_shared_state();
  start->mapping = std::make_unique<runtime::Mapping>(start->shared.get(), true, sizeof(trace::SharedState));
  flags_[spec.id] = flags;
  return start;
}

void StartLab::start(LabStart& start) {
  auto [link, theirs] = runtime::MonitorLink::pair();
  if (start.link) {
    // A test that attached before the start brought its own pair.
    throw std::runtime_error("started twice");
  }
  start.link = std::move(link);
  UniqueFd plan = runtime::seal_plan(start.plan);
  UniqueFd folder = os::open_folder(start.folder);
  auto open = [&](const char* name) {
    return UniqueFd(::open((start.folder / name).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  };
  UniqueFd log = open("log"), status = open("status");
  runtime::StartMessage message{};
  message.version = runtime::protocol_version;
  message.log_files = 1;
  message.flags = flags_[start.id];
  launcher_->begin(message, {plan.get(), start.shared.get(), theirs.get(), folder.get(), log.get(), status.get()});
}

std::unique_ptr<LabStart> StartLab::run(const plan::ContainerSpec& spec, const plan::PlanOptions& options) {
  auto start = prepare(spec, options);
  this->start(*start);
  start->until(runtime::Report::exited);
  return start;
}

}  // namespace glassdock::support
