#include "app/live/command.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <cerrno>

namespace glassdock::live {

Command::Command(const terminal::Launch& launch, std::function<void()> wake)
    : process_(launch), wake_(std::move(wake)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  thread_ = std::thread([this] { watch(); });
}

Command::~Command() {
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

// Only says that something is there; it is read where it is shown, as much as can be shown.
void Command::watch() {
  ::pthread_setname_np(::pthread_self(), "command");
  bool output = true, runs = true;
  while (output || runs) {
    pollfd waits[] = {{stop_.get(), POLLIN, 0},
                      {output ? process_.output_fd() : -1, POLLIN, 0},
                      {runs ? process_.end_fd() : -1, POLLIN, 0}};
    if (::poll(waits, 3, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (waits[0].revents != 0) return;
    if (waits[2].revents != 0) runs = false;
    if ((waits[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 && (waits[1].revents & POLLIN) == 0) output = false;
    asked_.store(true);
    wake_();
    // Until it was taken there is nothing more to say.
    constexpr int moment_ms = 8;
    while (asked_.load()) {
      pollfd stop{stop_.get(), POLLIN, 0};
      if (::poll(&stop, 1, moment_ms) > 0) return;
    }
  }
  wake_();
}

std::string Command::take_output() {
  constexpr std::size_t most = 256 * 1024;
  std::string bytes;
  process_.read(bytes, most);
  process_.flush();
  asked_.store(false);
  return bytes;
}

std::optional<terminal::Exit> Command::ended() {
  const auto exit = process_.exit();
  if (!exit) return std::nullopt;
  return exit;
}

}  // namespace glassdock::live
