#include "tests/bench/daemon_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <numeric>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"

extern char** environ;

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;

std::string read_line(int fd) {
  std::string line;
  for (char byte = 0; ::read(fd, &byte, 1) == 1 && byte != '\n';) line += byte;
  return line;
}

// "Pss:                 60 kB" of a file in /proc.
double mib_of(const fs::path& file, std::string_view key) {
  std::string text = os::try_read_file(file).value_or("");
  auto at = text.find(key);
  if (at == std::string::npos) throw Error(ErrorKind::not_found, fmt::format("{} has no {}", file.string(), key));
  return std::strtod(text.c_str() + at + key.size(), nullptr) / 1024;
}

}  // namespace

double proportional_mib(const fs::path& process) {
  return mib_of(process / "smaps_rollup", "\nPss:");
}

std::string name_of(const fs::path& process) {
  return std::string(trim(os::try_read_file(process / "comm").value_or("")));
}

DaemonProcess::DaemonProcess(fs::path programs, const fs::path& data, const fs::path& hub_images)
    : programs_(std::move(programs)) {
  os::make_folders(data, 0711);
  data_ = fs::canonical(data);
  socket_ = (data_ / "engine.sock").string();
  int ready[2];
  if (::pipe2(ready, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe2", "for the engine");
  UniqueFd reading(ready[0]), writing(ready[1]);
  std::string program = (programs_ / "glassdockd").string();
  std::vector<std::string> words = {program, "--data",       data_.string(),     "--socket",
                                    socket_, "--hub-images", hub_images.string()};
  const std::vector<char*> arguments = os::argument_pointers(words);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, writing.get(), 1);
  int error = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw Error::from_errno(error, "start", program);
  writing.reset();
  std::string line = read_line(reading.get());
  constexpr std::string_view mark = "hub ";
  auto at = line.find(mark);
  if (at == std::string::npos) throw Error(ErrorKind::unavailable, "the engine did not start: " + line);
  hub_ = line.substr(at + mark.size());
  hub_ = hub_.substr(0, hub_.find_first_of(",)"));
}

DaemonProcess::~DaemonProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

std::vector<std::string> DaemonProcess::docker(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {(programs_ / "glassdock").string(), "--socket", socket_, "docker"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

double DaemonProcess::status_mib(std::string_view key) const {
  return mib_of(fmt::format("/proc/{}/status", pid_), key);
}
double DaemonProcess::resident_mib() const {
  return status_mib("VmRSS:");
}
double DaemonProcess::peak_resident_mib() const {
  return status_mib("VmHWM:");
}

double DaemonProcess::processor_seconds() const {
  std::string text = os::read_file(fmt::format("/proc/{}/stat", pid_));
  // Fields 14 and 15 (proc_pid_stat(5)), counted behind the bracket that ends field 2.
  std::vector<std::string> fields = split(std::string_view(text).substr(text.rfind(')') + 2), ' ');
  auto ticks = parse_number(fields.at(11)).value_or(0) + parse_number(fields.at(12)).value_or(0);
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// The kernel keeps 15 characters of a name (proc_pid_comm(5)).
std::vector<double> DaemonProcess::sizes_mib(std::string_view name, const OfThisEngine& of_this_engine) {
  constexpr std::size_t kept = 15;
  name = name.substr(0, kept);
  std::vector<double> sizes;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (!parse_number(entry.path().filename().string())) continue;
    if (name_of(entry.path()) != name || !of_this_engine(entry.path())) continue;
    sizes.push_back(bench::proportional_mib(entry.path()));
  }
  return sizes;
}

// They work in its folder.
std::vector<double> DaemonProcess::monitors_mib() const {
  return sizes_mib("glassdock-mon", [&](const fs::path& process) {
    std::error_code gone;
    return fs::read_symlink(process / "cwd", gone) == data_;
  });
}

double DaemonProcess::proportional_mib() const {
  const std::string parent = fmt::format("\nPPid:\t{}\n", pid_);
  const std::vector<double> launchers = sizes_mib("glassdock-launcher", [&](const fs::path& process) {
    return os::try_read_file(process / "status").value_or("").find(parent) != std::string::npos;
  });
  if (launchers.empty()) throw Error(ErrorKind::not_found, "the engine's launcher is not to be seen in /proc");
  return std::accumulate(launchers.begin(), launchers.end(), bench::proportional_mib(fmt::format("/proc/{}", pid_)));
}

}  // namespace glassdock::bench
