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
#include <stdexcept>
#include <thread>

#include "engine/base/random_id.h"
#include "engine/base/text.h"

namespace fs = std::filesystem;

namespace glassdock::support {
namespace {

constexpr char busybox[] = "/bin/busybox";
constexpr std::chrono::seconds patience(10);

void make_layer(const fs::path& layer) {
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

bool works_in(const fs::path& process, const std::string& folder) {
  std::error_code gone;
  return starts_with(fs::read_symlink(process / "cwd", gone).string(), folder);
}

}  // namespace

Leftovers count_leftovers(const plan::Host& host) {
  Leftovers left;
  left.mounts = split(os::read_file("/proc/self/mountinfo"), '\n');
  std::error_code ignored;
  std::vector<std::string> tops = {host.unified_folder};
  for (auto& [controller, folder] : host.cgroup_folders) tops.push_back(folder);
  for (const std::string& top : tops) {
    if (top.empty() || !fs::exists(top)) continue;
    left.cgroups.push_back(top);
    for (fs::recursive_directory_iterator i(top, ignored), end; i != end; i.increment(ignored)) {
      if (i->is_directory(ignored)) left.cgroups.push_back(i->path().string());
    }
  }
  for (auto& entry : fs::directory_iterator("/proc", ignored)) {
    if (!parse_number(entry.path().filename().string())) continue;
    if (works_in(entry.path(), host.data_folder)) left.processes.push_back(entry.path().filename().string());
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
  make_layer(data() / "layers/1");
  os::make_folders(data() / "containers");
  launcher_ = runtime::LauncherLink::start(data());
  plan::prepare_cgroups(host_);
}

StartLab::~StartLab() {
  launcher_.reset();
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
    return UniqueFd(::open((start.folder / name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  };
  UniqueFd log = open("log"), status = open("status");
  runtime::StartMessage message{};
  message.version = runtime::protocol_version;
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
