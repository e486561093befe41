#include "app/headless/signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "engine/base/error.h"

namespace glassdock::headless {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) sigaddset(&set, signal);
  return set;
}

}  // namespace

SignalWatch::SignalWatch(Handle handle, Handle insists) : handle_(std::move(handle)), insists_(std::move(insists)) {
  sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC));
  if (!signals_) throw Error::from_errno(errno, "signalfd", "for Ctrl-C");
  stop_.reset(::eventfd(0, EFD_CLOEXEC));
  if (!stop_) throw Error::from_errno(errno, "eventfd", "for Ctrl-C");
  reader_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  ::eventfd_write(stop_.get(), 1);
  reader_.join();
  if (handler_.joinable()) {
    {
      std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_one();
    handler_.join();
  }
  sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalWatch::watch() {
  for (;;) {
    pollfd waits[] = {{stop_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0) continue;  // EINTR
    if (waits[0].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof(info)) == sizeof(info)) take(static_cast<int>(info.ssi_signo));
  }
}

void SignalWatch::take(int signal) {
  constexpr int patience = 3;  // as docker
  const bool asks_to_end = signal == SIGINT || signal == SIGTERM;
  if (asks_to_end && ++asked_to_end_ >= patience && insists_) insists_(signal);
  {
    std::lock_guard lock(mutex_);
    came_.push_back(signal);
  }
  changed_.notify_one();
  if (!handler_.joinable()) handler_ = std::thread([this] { hand_over(); });
}

void SignalWatch::hand_over() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ends_ || !came_.empty(); });
    if (came_.empty()) return;
    const int signal = came_.front();
    came_.pop_front();
    lock.unlock();
    handle_(signal);
  }
}

}  // namespace glassdock::headless
