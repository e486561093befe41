#include "app/live/command.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "engine/base/error.h"
#include "engine/trace/tracer.h"

namespace glassdock::live {
namespace {

constexpr std::size_t most_waiting = 512 * 1024;  // bytes
constexpr std::size_t most_unread = 4096;         // bytes: nobody reads what is typed
constexpr std::size_t chunk = 64 * 1024;          // a terminal holds 12 KiB (drivers/tty/pty.c and n_tty.c)
// Between two looks at whether the process waits for input: soon while it may be about to ask, seldom later.
constexpr std::chrono::milliseconds first_look{100}, last_look{1000};

}  // namespace

Command::Command(terminal::Launch launch, std::function<void()> wake)
    : launch_(std::move(launch)), wake_(std::move(wake)), changed_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!changed_) throw Error::from_errno(errno, "create", "an eventfd");
  try {
    thread_ = std::thread([this] { own(); });
  } catch (const std::system_error& error) {
    throw Error::from_errno(error.code().value(), "start", "a thread");
  }
}

Command::~Command() {
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
  }
  ::eventfd_write(changed_.get(), 1);
  thread_.join();
}

void Command::own() {
  ::pthread_setname_np(::pthread_self(), "command");
  constexpr int not_started = 127;
  try {
    terminal::Process process(launch_);
    watch(process);
    if (auto exit = process.exit()) return finish(*exit);
  } catch (const Error& error) {
    std::lock_guard lock(mutex_);
    printed_.push_back({trace::monotonic_ns(), std::string(error.what()) + "\r\n"});
  }
  finish({.code = not_started});
}

void Command::finish(terminal::Exit exit) {
  {
    std::lock_guard lock(mutex_);
    exit_ = exit;
  }
  wake_();
}

// Until the process has ended and what it printed was read, or nobody wants it any more.
void Command::watch(terminal::Process& process) {
  bool output = true, runs = true;
  std::chrono::milliseconds between_looks = first_look;
  std::optional<std::chrono::steady_clock::time_point> look = std::chrono::steady_clock::now() + between_looks;
  for (;;) {
    if (look && std::chrono::steady_clock::now() >= *look) {
      between_looks = std::min(between_looks * 3 / 2, last_look);
      look = std::chrono::steady_clock::now() + between_looks;
      if (process.waits_for_input()) tell_question(), look.reset();
    }
    bool full = false;
    {
      std::lock_guard lock(mutex_);
      if (ends_) return;
      full = printed_bytes_ >= most_waiting;
      unsent_bytes_ = process.unsent_bytes();
    }
    const short wanted = static_cast<short>((full ? 0 : POLLIN) | (process.unsent_bytes() > 0 ? POLLOUT : 0));
    pollfd waits[] = {{changed_.get(), POLLIN, 0},
                      {output && wanted != 0 ? process.output_fd() : -1, wanted, 0},
                      {runs ? process.end_fd() : -1, POLLIN, 0}};
    if (::poll(waits, 3, look ? static_cast<int>(between_looks.count()) : -1) < 0 && errno != EINTR) return;
    if (waits[0].revents != 0) take_orders(process);
    if (waits[2].revents != 0) runs = false, look.reset();
    if (waits[1].revents != 0) process.flush();
    if (output && !full && (waits[1].revents != 0 || !runs)) output = read(process);
    // One read with room takes more than a terminal holds, so nothing that the process printed is left in it. What
    // stays behind in the background keeps no line waiting, nor does what it prints.
    if (!runs && !full) return;
  }
}

void Command::tell_question() {
  {
    std::lock_guard lock(mutex_);
    asks_ = true;
  }
  wake_();
}

bool Command::asks_for_input() {
  std::lock_guard lock(mutex_);
  return std::exchange(asks_, false);
}

void Command::take_orders(terminal::Process& process) {
  eventfd_t count = 0;
  ::eventfd_read(changed_.get(), &count);
  std::string input;
  std::optional<terminal::Size> size;
  {
    std::lock_guard lock(mutex_);
    input = std::exchange(input_, {});
    size = std::exchange(size_, std::nullopt);
  }
  if (size) process.resize(*size);
  if (!input.empty()) process.write(input);
}

// False at the end of the output.
bool Command::read(terminal::Process& process) {
  Printed printed{trace::monotonic_ns(), {}};
  const bool more = process.read(printed.bytes, chunk);
  if (!printed.bytes.empty()) {
    std::lock_guard lock(mutex_);
    printed_bytes_ += printed.bytes.size();
    printed_.push_back(std::move(printed));
  }
  wake_();
  return more;
}

std::vector<Printed> Command::take_output() {
  std::vector<Printed> taken;
  {
    std::lock_guard lock(mutex_);
    taken.swap(printed_);
    printed_bytes_ = 0;
  }
  if (!taken.empty()) ::eventfd_write(changed_.get(), 1);  // there is room again
  return taken;
}

std::optional<terminal::Exit> Command::ended() {
  std::lock_guard lock(mutex_);
  return printed_.empty() ? exit_ : std::nullopt;
}

void Command::send(std::string_view bytes) {
  {
    std::lock_guard lock(mutex_);
    input_ += bytes;
  }
  ::eventfd_write(changed_.get(), 1);
}

void Command::answer(std::string_view bytes) {
  {
    std::lock_guard lock(mutex_);
    if (input_.size() + unsent_bytes_ > most_unread) return;
  }
  send(bytes);
}

void Command::resize(terminal::Size size) {
  {
    std::lock_guard lock(mutex_);
    size_ = size;
  }
  ::eventfd_write(changed_.get(), 1);
}

}  // namespace glassdock::live
