#pragma once

#include <termios.h>

#include <functional>
#include <mutex>

#include "engine/client/types.h"

namespace glassdock::headless {

// The size of the terminal at standard output; zero where there is none.
client::TerminalSize terminal_size();

// While it lives, this program's terminal belongs to the process in the container: its keys come unread by the kernel
// (raw mode, termios(3)), and the other terminal is as large. It is as before at the end, whatever the end is.
class ContainerTerminal {
 public:
  using Resize = std::function<void(client::TerminalSize)>;
  // `typed_into`: with keys from standard input. `resize` is called on any thread, now as well.
  ContainerTerminal(bool typed_into, Resize resize);
  ~ContainerTerminal();
  ContainerTerminal(const ContainerTerminal&) = delete;
  ContainerTerminal& operator=(const ContainerTerminal&) = delete;

  // After SIGWINCH. A failure is not told: the process has ended, or the main thread is about to learn it. Any thread.
  void follow_size();
  // The terminal as it was, for whoever is about to leave the program. Any thread, as often as wanted.
  void restore();

 private:
  Resize resize_;
  std::mutex mutex_;
  bool raw_ = false;
  termios before_{};
  void (*on_pipe_)(int) = nullptr;
};

// While it lives, `Signals` knows the terminal, so that a signal finds it as it should be.
template <typename Signals>
class KnownTerminal {
 public:
  KnownTerminal(Signals& signals, ContainerTerminal& terminal) : signals_(signals) { signals_.set_terminal(&terminal); }
  ~KnownTerminal() { signals_.set_terminal(nullptr); }
  KnownTerminal(const KnownTerminal&) = delete;
  KnownTerminal& operator=(const KnownTerminal&) = delete;

 private:
  Signals& signals_;
};

}  // namespace glassdock::headless
