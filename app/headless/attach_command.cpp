#include "app/headless/attach_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "app/headless/attached.h"
#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"

namespace glassdock::headless {
namespace {

constexpr int failed = 1;
constexpr char detached_words[] = "read escape sequence\n";

int refuse(std::string_view words) {
  write_out(STDERR_FILENO, fmt::format("{}\n", words));
  return failed;
}

// Where a container cannot be attached to, why.
std::string_view refusal_of(const client::ContainerDetails& container) {
  if (!container.running) return "You cannot attach to a stopped container, start it first";
  if (container.paused) return "You cannot attach to a paused container, unpause it first";
  if (container.restarting) return "You cannot attach to a restarting container, wait until it is running";
  return {};
}

std::function<void(int)> forward_to(const Session& session, const client::ContainerDetails& container) {
  return [socket = session.place().socket, id = container.id](int signal) {
    client::Engine(socket).kill(id, signal_name(signal));
  };
}

AttachedStream stream_of(Session& session, const client::ContainerDetails& container, bool stdin_too,
                         const std::string& keys) {
  return {.stream = session.engine().attach(container.id, {.in = stdin_too, .out = true, .err = true}, keys),
          .stdin_too = stdin_too,
          .tty = container.tty,
          .keys = detach_keys_of(keys),
          .resize = [&session, id = container.id](client::TerminalSize size) { session.beside().resize(id, size); }};
}

// A program in the terminal draws anew only when the size has changed: it is made another one first, as docker does.
void ask_to_redraw(Session& session, const client::ContainerDetails& container) {
  client::TerminalSize size = terminal_size();
  if (!container.tty || size.rows == 0 || size.columns == 0) return;
  ++size.rows;
  ++size.columns;
  try {
    session.engine().resize(container.id, size);
  } catch (const client::EngineError&) {  // it has just ended
  }
}

int attach(Session& session, const text::AttachCommand& command) {
  const client::ContainerDetails container = session.engine().container(command.container);
  if (const std::string_view why = refusal_of(container); !why.empty()) return refuse(why);
  const bool stdin_too = !command.no_stdin && container.open_stdin;
  if (!has_input_for(!command.no_stdin, container.tty)) return failed;
  const bool forwards = command.forwards_signals && !container.tty;
  AttachedSignals signals(forwards ? forward_to(session, container) : nullptr);
  client::Waiting waiting =
      client::Engine(session.place().socket).wait(container.id, client::WaitCondition::not_running);
  AttachedStream stream = stream_of(session, container, stdin_too, command.detach_keys);
  // It may have ended since: the stream would wait for its next start.
  if (const std::string_view why = refusal_of(session.engine().container(container.id)); !why.empty()) {
    return refuse(why);
  }
  ask_to_redraw(session, container);
  if (relay_stream(std::move(stream), signals) == StdioRelay::End::detached) {
    write_out(STDERR_FILENO, detached_words);
    return failed;
  }
  return waiting.result().exit_code;
}

int start_attached(Session& session, const text::StartCommand& command) {
  const client::ContainerDetails container = session.engine().container(command.containers[0]);
  const bool stdin_too = command.interactive && container.open_stdin;
  AttachedSignals signals(container.tty ? nullptr : forward_to(session, container));
  AttachedStream stream = stream_of(session, container, stdin_too, command.detach_keys);
  const auto condition = container.auto_remove ? client::WaitCondition::removed : client::WaitCondition::next_exit;
  client::Waiting waiting = client::Engine(session.place().socket).wait(container.id, condition);
  session.engine().start(container.id);
  if (relay_stream(std::move(stream), signals) == StdioRelay::End::detached) return 0;
  return waiting.result().exit_code;
}

int start_each(Session& session, const text::StartCommand& command, trace::Language language) {
  std::vector<std::string> not_started;
  for (const std::string& name : command.containers) {
    try {
      session.engine().start(name);
      write_out(STDOUT_FILENO, name + "\n");
    } catch (const client::EngineError& error) {
      write_out(STDERR_FILENO, daemon_words(error.what(), language) + "\n");
      not_started.push_back(name);
    }
  }
  if (not_started.empty()) return 0;
  return refuse("Error: failed to start containers: " + join(not_started, ", "));
}

// As each command: a session, what is done in it, the end of what is watched.
int in_session(const Options& options, const std::string& line, bool reads_stdin,
               const std::function<int(Session&)>& act) {
  Session session(options, line, reads_stdin);
  int code = failed;
  try {
    code = act(session);
  } catch (const client::EngineError& error) {
    write_out(STDERR_FILENO, daemon_words(error.what(), options.language) + "\n");
  }
  session.finish();
  return code;
}

}  // namespace

int attach_container(const Options& options, const std::string& line, const text::AttachCommand& command) {
  return in_session(options, line, !command.no_stdin, [&](Session& session) { return attach(session, command); });
}

int start_containers(const Options& options, const std::string& line, const text::StartCommand& command) {
  const bool attaches = command.attach || command.interactive;
  if (attaches && command.containers.size() > 1)
    return refuse("you cannot start and attach multiple containers at once");
  return in_session(options, line, command.interactive, [&](Session& session) {
    return attaches ? start_attached(session, command) : start_each(session, command, options.language);
  });
}

}  // namespace glassdock::headless
