#include "engine/daemon/container_lane.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "engine/base/error.h"
#include "engine/base/stream_frames.h"
#include "engine/daemon/process_list.h"
#include "engine/os/files.h"
#include "engine/runtime/protocol.h"
#include "engine/vm/figures.h"

namespace glassdock::daemon {
namespace {

constexpr std::size_t kept_output = 64 * 1024;

CreateRequest request_for(const std::string& image, const std::vector<std::string>& command) {
  CreateRequest request;
  request.config.image = image;
  request.config.command = command;
  request.config.attach_stdout = request.config.attach_stderr = true;
  request.config.network_mode = "default";
  request.config.labels[race_label] = "true";
  // A command may print without an end.
  request.config.log_options = {{"max-size", "1m"}};
  return request;
}

std::int64_t to_monotonic(std::int64_t realtime) {
  return realtime == 0 ? 0 : realtime - realtime_ns() + trace::monotonic_ns();
}

}  // namespace

LaneContainer::LaneContainer(Service& service, const Caller& caller, const std::string& image,
                             const std::vector<std::string>& command)
    : service_(service), caller_(caller) {
  container_ = service_.find(service_.create(request_for(image, command), caller_).id);
  watch_ = std::make_unique<ContainerWatch>(service_.containers(), container_);
}

LaneContainer::~LaneContainer() {
  try {
    remove();
  } catch (const std::exception&) {
    // It stays to be seen and removed by hand, with its state saying why.
  }
}

void LaneContainer::start(int client) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    throw Error::from_errno(errno, "socketpair", "for a container's output");
  }
  stream_.reset(pair[0]);
  UniqueFd theirs(pair[1]);
  service_.attach(container_->id, [&] {
    return Attachment{std::move(theirs), runtime::attach_stdout | runtime::attach_stderr, {}, {}};
  });
  reader_ = std::thread([this] { read_output(); });
  try {
    service_.start(container_->id, caller_, client);
  } catch (...) {
    ::shutdown(stream_.get(), SHUT_RDWR);
    reader_.join();
    throw;
  }
  executed_ns_ = to_monotonic(service_.containers().status(*container_).started_ns);
}

void LaneContainer::read_output() {
  FrameReader frames([&](Stream, std::string_view text) {
    output_bytes_ += text.size();
    output_ += text.substr(0, kept_output - std::min(kept_output, output_.size()));
  });
  std::array<char, 64 * 1024> piece;
  for (;;) {
    const ssize_t got = ::recv(stream_.get(), piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    if (first_output_ns_ == 0) first_output_ns_ = trace::monotonic_ns();
    try {
      frames.feed({piece.data(), static_cast<std::size_t>(got)});
    } catch (const Error&) {
      return;  // a damaged stream ends where it is damaged
    }
  }
}

bool LaneContainer::wait_for_end(std::chrono::milliseconds patience, int client) {
  const auto end = std::chrono::steady_clock::now() + patience;
  bool in_time = true;
  for (;;) {
    {
      const auto lock = service_.containers().lock();
      exit_code_ = watch_->first_exit();
      if (exit_code_) {
        ended_ns_ = to_monotonic(container_->status.finished_ns);
        break;
      }
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      if (!in_time) break;  // not even SIGKILL ends it
      in_time = false;
      service_.kill(container_->id, SIGKILL, caller_);
      continue;
    }
    if (!watch_->wait(client, static_cast<int>(left))) {
      throw Error(ErrorKind::cancelled, "whoever asked for the race has gone");
    }
  }
  if (reader_.joinable()) reader_.join();
  return in_time;
}

void LaneContainer::remove() {
  if (removed_) return;
  removed_ = true;
  if (reader_.joinable()) {
    ::shutdown(stream_.get(), SHUT_RDWR);
    reader_.join();
  }
  service_.remove(container_->id, true, caller_);
}

pid_t LaneContainer::first_process() const {
  return service_.containers().status(*container_).pid;
}

pid_t LaneContainer::monitor() const {
  const auto status = os::try_read_file(fmt::format("/proc/{}/status", first_process()));
  return status ? static_cast<pid_t>(vm::proc_field(*status, "PPid").value_or(0)) : 0;
}

std::vector<pid_t> LaneContainer::processes() const {
  const std::set<pid_t> inside = processes_of(container_->folder, first_process());
  std::vector<pid_t> all(inside.begin(), inside.end());
  if (const pid_t parent = monitor(); parent > 1) all.push_back(parent);
  return all;
}

}  // namespace glassdock::daemon
