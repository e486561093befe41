#include "app/headless/exec_command.h"

#include <unistd.h>

#include "app/headless/attached.h"
#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"

namespace glassdock::headless {
namespace {

constexpr int failed = 1;

int execute_attached(Session& session, const text::ExecCommand& command, const std::string& id) {
  // A command that is executed gets no signals but its terminal's: as docker's, it goes on when this program ends.
  AttachedSignals signals(nullptr);
  const client::TerminalSize size = command.create.tty ? terminal_size() : client::TerminalSize{};
  AttachedStream stream{
      .stream = session.engine().start_exec(id, command.create.tty, size),
      .stdin_too = command.interactive,
      .tty = command.create.tty,
      .keys = detach_keys_of(command.create.detach_keys),
      .resize = [&session, id](client::TerminalSize size_now) { session.beside().resize_exec(id, size_now); }};
  if (relay_stream(std::move(stream), signals) == StdioRelay::End::detached) {
    write_out(STDERR_FILENO, "read escape sequence\n");
    return failed;
  }
  return session.engine().exec(id).exit_code;  // the stream ends behind its end
}

}  // namespace

int execute_in_container(const Options& options, const std::string& line, const text::ExecCommand& command) {
  if (!command.detach && !has_input_for(command.interactive, command.create.tty)) return failed;
  Session session(options, line, command.interactive);
  int code = failed;
  try {
    const std::string id = session.engine().create_exec(command.container, command.create);
    if (command.detach) {
      session.engine().start_exec_detached(id, command.create.tty);
      code = 0;
    } else {
      code = execute_attached(session, command, id);
    }
  } catch (const client::EngineError& error) {
    write_out(STDERR_FILENO, daemon_words(error.what(), options.language) + "\n");
  }
  session.finish();
  return code;
}

}  // namespace glassdock::headless
