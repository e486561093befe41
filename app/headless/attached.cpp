#include "app/headless/attached.h"

#include <unistd.h>

#include <csignal>

#include "app/headless/terminal.h"
#include "engine/base/error.h"
#include "engine/base/signals.h"

namespace glassdock::headless {
bool has_input_for(bool interactive, bool tty) {
  if (!interactive || !tty || ::isatty(STDIN_FILENO) != 0) return true;
  write_out(STDERR_FILENO, "the input device is not a TTY\n");
  return false;
}

DetachKeys detach_keys_of(const std::string& typed) try {
  return parse_detach_keys(typed.empty() ? std::string_view(default_detach_keys) : std::string_view(typed));
} catch (const Error&) {
  return {};
}

AttachedSignals::AttachedSignals(std::function<void(int)> forward)
    : forward_(std::move(forward)),
      watch_([this](int signal) { on_signal(signal); }, [this](int signal) { leave(signal); }) {}

void AttachedSignals::set_terminal(ContainerTerminal* terminal) {
  std::scoped_lock lock(asks_, mutex_);
  terminal_ = terminal;
}

void AttachedSignals::on_signal(int signal) {
  std::lock_guard lock(asks_);
  if (signal == SIGWINCH) {
    if (terminal_) terminal_->follow_size();
    return;
  }
  if (forward_) {
    try {
      return forward_(signal);
    } catch (const Error&) {  // the process has ended, or the main thread is about to learn it
      return;
    }
  }
  leave(signal);
}

void AttachedSignals::leave(int signal) {
  std::lock_guard lock(mutex_);
  if (terminal_) terminal_->restore();
  ::_exit(signal_base + signal);
}

StdioRelay::End relay_stream(AttachedStream attached, AttachedSignals& signals) {
  if (!attached.tty) return StdioRelay(std::move(attached.stream), attached.stdin_too).run();
  ContainerTerminal terminal(attached.stdin_too, std::move(attached.resize));
  const KnownTerminal known(signals, terminal);
  return StdioRelay(std::move(attached.stream), attached.stdin_too, attached.keys).run();
}

}  // namespace glassdock::headless
