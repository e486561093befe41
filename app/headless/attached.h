#pragma once

#include <functional>
#include <string>

#include "app/headless/container_terminal.h"
#include "app/headless/signals.h"
#include "app/headless/stdio_relay.h"
#include "engine/base/detach_keys.h"

namespace glassdock::headless {

// Whether keys can be typed where a terminal in a container wants them; says docker's words where not.
bool has_input_for(bool interactive, bool tty);
// Docker's own where nothing is typed. Keys that docker refuses detach nobody: the engine says so.
DetachKeys detach_keys_of(const std::string& typed);

// Signals to a program that is attached to a process in a container. Made before the engine is spoken to.
class AttachedSignals {
 public:
  // `forward`: hands a signal on to the process; empty where nobody takes it: then it ends this program, with the
  // terminal as it was, and so does a user who insists (SignalWatch). Called on a thread of its own.
  explicit AttachedSignals(std::function<void(int signal)> forward);
  // The stream's own; null: no more.
  void set_terminal(ContainerTerminal* terminal);

 private:
  void on_signal(int signal);
  // With the terminal as it was.
  [[noreturn]] void leave(int signal);

  std::function<void(int)> forward_;
  std::mutex asks_;  // held while the engine is asked, for as long as that takes
  std::mutex mutex_;
  ContainerTerminal* terminal_ = nullptr;  // changed with both
  SignalWatch watch_;
};

// Relays until the output ends or the user detaches. `resize` is for the process's terminal.
struct AttachedStream {
  http::Hijacked stream;
  bool stdin_too = false;
  bool tty = false;
  DetachKeys keys;
  ContainerTerminal::Resize resize;
};
StdioRelay::End relay_stream(AttachedStream attached, AttachedSignals& signals);

}  // namespace glassdock::headless
