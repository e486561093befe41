#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/terminal/process.h"

namespace glassdock::live {

// A process in a terminal of its own, whose output is fetched by a thread. The process itself belongs to the thread
// that makes the Command, which alone may call anything here.
class Command {
 public:
  // `wake` is called from another thread when there is output or the process has ended. Throws Error where it cannot be
  // started.
  Command(const terminal::Launch& launch, std::function<void()> wake);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // What was printed since the last call.
  std::string take_output();
  // How it ended, once that and all output was taken.
  std::optional<terminal::Exit> ended();
  void send(std::string_view bytes) { process_.write(bytes); }
  void resize(terminal::Size size) { process_.resize(size); }

 private:
  void watch();
  terminal::Process process_;
  const std::function<void()> wake_;
  UniqueFd stop_;
  std::atomic<bool> asked_{false};  // the owner was woken and has not taken yet
  std::thread thread_;
};

}  // namespace glassdock::live
