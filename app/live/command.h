#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/terminal/process.h"

namespace glassdock::live {

struct Printed {
  std::int64_t time_ns = 0;  // CLOCK_MONOTONIC, as events have it
  std::string bytes;
};

// A process in a terminal of its own, and the thread that it belongs to. What it prints waits in a bounded queue; while
// that is full nothing is read and the process waits, as at any terminal. One thread calls the functions here; they
// return at once.
class Command {
 public:
  // `wake` is called from another thread when there is output, the process waits for input or has ended.
  // Throws Error where there is no descriptor or thread to be had.
  Command(terminal::Launch launch, std::function<void()> wake);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // What was printed since the last call.
  std::vector<Printed> take_output();
  // How it ended, once it has and all its output was taken; a code of 127 with a line of output where it could not be
  // started.
  std::optional<terminal::Exit> ended();
  // True once, as soon as it waits for what is typed.
  bool asks_for_input();
  void send(std::string_view bytes);
  // What its terminal says of itself. Dropped where it does not read: a program may ask without end.
  void answer(std::string_view bytes);
  void resize(terminal::Size size);

 private:
  void own();
  void watch(terminal::Process& process);
  void take_orders(terminal::Process& process);
  bool read(terminal::Process& process);
  void tell_question();
  void finish(terminal::Exit exit);

  const terminal::Launch launch_;
  const std::function<void()> wake_;
  UniqueFd changed_;  // eventfd(2): there is something to do for the thread

  std::mutex mutex_;
  std::vector<Printed> printed_;
  std::size_t printed_bytes_ = 0;
  std::string input_;
  std::size_t unsent_bytes_ = 0;  // of what was sent before that
  std::optional<terminal::Size> size_;
  std::optional<terminal::Exit> exit_;
  bool asks_ = false;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace glassdock::live
