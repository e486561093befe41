#include "app/headless/run_command.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "app/headless/attached.h"
#include "app/headless/container_terminal.h"
#include "app/headless/create_container.h"
#include "app/headless/session.h"
#include "app/headless/signals.h"
#include "app/headless/stdio_relay.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/text/hints.h"
#include "app/text/words.h"
#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"

namespace glassdock::headless {
namespace {

// docker's exit codes (docker run reference, "Exit status").
constexpr int refused_code = 125;

// What a signal to this program means depends on how far the run is: before there is a process in the container it
// gives the run up; from then on it belongs to that process.
class Interruption {
 public:
  Interruption(const Options& options, const text::RunCommand& command)
      : options_(options), place_(place_of(options)), name_(command.create.name), forwards_(command.forwards_signals) {}
  ~Interruption() {
    set_ended();
    if (reminder_.joinable()) reminder_.join();
  }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // On the thread of the SignalWatch; what came before the start, on that of set_running().
  void on_signal(int signal) {
    std::lock_guard asks(asks_);
    if (signal == SIGWINCH) {
      if (container_terminal_) container_terminal_->follow_size();
      return;
    }
    // The window in whose terminal this was typed has gone, and with it what could hold the run: that goes on.
    if (signal == SIGHUP && !runs() && session_ && session_->joined()) return leave_terminal(terminal_);
    {
      std::lock_guard lock(mutex_);
      if (running_ && !forwards_) leave(signal);
      last_signal_ = signal;
    }
    try {
      if (!runs() && session_ && session_->cancel()) return;
      if (!keeps_for_start(signal)) forward(signal);
    } catch (const Error&) {
      // The container ended, or the engine did: the main thread is about to learn it.
    }
  }
  // As docker: the third Ctrl-C ends this program whatever the container does, and the engine.
  void on_insistence(int signal) {
    std::lock_guard lock(mutex_);
    leave(signal);
  }

  // While the run has one; null: no more.
  void set_terminal(ContainerTerminal* terminal) {
    std::scoped_lock lock(asks_, mutex_);
    container_terminal_ = terminal;
  }

  // While it lives, a signal before the container's start cancels the run that is watched.
  class Watching {
   public:
    Watching(Interruption& interruption, Session& session) : interruption_(interruption) { set(&session); }
    ~Watching() { set(nullptr); }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

   private:
    void set(Session* session) {
      std::lock_guard lock(interruption_.asks_);
      interruption_.session_ = session;
    }
    Interruption& interruption_;
  };

  void set_container(const std::string& id) {
    std::lock_guard lock(mutex_);
    container_ = id;
  }
  // The container's process runs: what came while it was being started is for it.
  void set_running() {
    std::optional<int> signal;
    {
      std::lock_guard lock(mutex_);
      running_ = true;
      signal = std::exchange(pending_, std::nullopt);
    }
    if (signal) on_signal(*signal);
  }
  // Its process is gone, so that nothing is to be said of it any more.
  void set_ended() {
    std::lock_guard lock(mutex_);
    running_ = false;
    ended_ = true;
    end_.notify_all();
  }
  std::string container() const {
    std::lock_guard lock(mutex_);
    return container_;
  }
  int last_signal() const {
    std::lock_guard lock(mutex_);
    return last_signal_;
  }

 private:
  bool runs() const {
    std::lock_guard lock(mutex_);
    return running_;
  }
  // False where its process runs.
  bool keeps_for_start(int signal) {
    std::lock_guard lock(mutex_);
    if (running_) return false;
    if (container_.empty()) leave_program(signal_base + signal);  // the engine sees the request's end and gives it up
    pending_ = signal;
    return true;
  }
  void forward(int signal) {
    client::Engine(place_.socket).kill(container(), signal_name(signal));
    const bool ends = signal == SIGINT || signal == SIGTERM;
    if (ends && !reminder_.joinable()) reminder_ = std::thread([this, signal] { remind(signal); });
  }
  // docker leaves without a word, and so does this program where a script reads what it says.
  void say_to_user(const std::string& words) const {
    if (::isatty(STDERR_FILENO) == 0) return;
    write_out(STDERR_FILENO, "\n");  // behind the terminal's ^C
    say_beside(words, options_.language);
  }
  std::string name() const { return name_.empty() ? text::short_id(container_) : name_; }
  std::string command_that_ends_it() const { return glassdock_line(options_, "docker rm -f " + shell_quote(name())); }
  [[noreturn]] void leave(int signal) const {
    if (running_) say_to_user(fmt::format("{} still runs; this ends it: {}", name(), command_that_ends_it()));
    leave_program(signal_base + signal);
  }
  [[noreturn]] void leave_program(int code) const {
    if (container_terminal_) container_terminal_->restore();
    ::_exit(code);
  }
  // A moment after the first signal: who has not ended by then may never do so.
  void remind(int signal) {
    constexpr std::chrono::seconds moment(1);
    std::unique_lock lock(mutex_);
    if (end_.wait_for(lock, moment, [&] { return ended_; })) return;
    say_to_user(
        fmt::format("{} still runs: it was sent {}, which a process 1 without a handler for it never gets "
                    "(pid_namespaces(7)). This ends it: {}",
                    name(), signal_name(signal), command_that_ends_it()));
  }

  std::mutex asks_;  // held while the engine is asked, for as long as that takes
  mutable std::mutex mutex_;
  const Options& options_;
  const client::Place place_;
  const std::array<bool, 3> terminal_ = terminal_streams();
  const std::string name_;                           // given; else the engine makes one
  const bool forwards_;                              // --sig-proxy
  Session* session_ = nullptr;                       // changed with the first
  ContainerTerminal* container_terminal_ = nullptr;  // with both
  std::string container_;
  bool running_ = false;
  bool ended_ = false;
  std::condition_variable end_;
  std::thread reminder_;
  std::optional<int> pending_;
  int last_signal_ = SIGINT;
};

// Docker's client reads the exit code of a failed start out of the engine's message.
int code_of_failed_start(const std::string& message) {
  auto says = [&](std::string_view words) { return message.find(words) != std::string::npos; };
  if (says("executable file not found") || says("no such file or directory")) return not_found_code;
  if (says("permission denied") || says("is a directory") || says("exec format error")) return not_executable_code;
  return refused_code;
}

void say(std::string_view message) {
  write_out(STDERR_FILENO, fmt::format("docker: {}\n", message));
}

// How a run ended.
struct Ending {
  int code = 0;
  bool given_up = false;  // the engine says so: by this client or another
};

Ending refused(Session& session, const Error& error, const text::RunCommand& command, trace::Language language) {
  session.stop_asking();
  say(daemon_words(error.what(), language));
  say_beside(text::hint_for_refusal(command, error.message()), language);
  const bool given_up = error.message().find("the start was cancelled") != std::string::npos;
  return {code_of_failed_start(error.message()), given_up};
}

Ending start_detached(Session& session, const text::RunCommand& command, const std::string& id,
                      trace::Language language) {
  try {
    session.engine().start(id);
  } catch (const client::EngineError& error) {
    write_out(STDOUT_FILENO, id + "\n");
    return refused(session, error, command, language);
  }
  write_out(STDOUT_FILENO, id + "\n");
  return {};
}

StdioRelay::End run_in_terminal(StdioRelay& relay, Session& session, const text::RunCommand& command,
                                const std::string& id, Interruption& interruption) {
  // Not before the command runs: until then questions are asked and answered on the same terminal.
  ContainerTerminal terminal(command.create.attach.in,
                             [&](client::TerminalSize size) { session.beside().resize(id, size); });
  const KnownTerminal known(interruption, terminal);
  return relay.run();
}

Ending start_attached(Session& session, const text::RunCommand& command, const std::string& id,
                      Interruption& interruption, trace::Language language) {
  client::Engine& engine = session.engine();
  const bool tty = command.create.tty;
  const client::Streams streams = command.create.attach;
  http::Hijacked stream = engine.attach(id, streams, command.detach_keys);
  StdioRelay relay = tty ? StdioRelay(std::move(stream), streams.in, detach_keys_of(command.detach_keys))
                         : StdioRelay(std::move(stream), streams.in);
  auto condition = command.create.auto_remove ? client::WaitCondition::removed : client::WaitCondition::next_exit;
  client::Waiting waiting = engine.wait(id, condition);
  try {
    engine.start(id);
  } catch (const client::EngineError& error) {
    const Ending ending = refused(session, error, command, language);
    // As docker's: once the command has ended, its container is gone and its name is free.
    if (command.create.auto_remove) waiting.result();
    return ending;
  }
  interruption.set_running();
  const StdioRelay::End end = tty ? run_in_terminal(relay, session, command, id, interruption) : relay.run();
  if (end == StdioRelay::End::detached) {
    interruption.set_ended();
    return {};
  }
  client::WaitResult result = waiting.result();
  interruption.set_ended();
  if (!result.error.empty()) {
    say(daemon_words(result.error, language));
    return {refused_code};
  }
  return {result.exit_code};
}

Ending run(Session& session, const text::RunCommand& command, Interruption& interruption, const Options& options) {
  client::CreatedContainer created;
  try {
    created = create_container(session.engine(), command, options);
  } catch (const client::EngineError& error) {
    session.stop_asking();
    say(daemon_words(error.what(), options.language) + "\nSee 'docker run --help'.");
    say_beside(text::hint_for_refusal(command, error.message()), options.language);
    return {refused_code, error.message() == "cancelled"};
  } catch (const IdFileError& error) {
    say(error.message() + "\nSee 'docker run --help'.");
    return {refused_code};
  }
  interruption.set_container(created.id);
  if (command.detach) return start_detached(session, command, created.id, options.language);
  return start_attached(session, command, created.id, interruption, options.language);
}

// Whether the container goes, within the moment in which another client's `docker rm -f`, which gave its start up,
// comes to its removal.
bool is_removed(client::Engine engine, const std::string& container) {
  constexpr int moment_ms = 1500;
  try {
    client::Waiting removal = engine.wait(container, client::WaitCondition::removed);
    pollfd gone{removal.socket(), POLLIN, 0};
    return ::poll(&gone, 1, moment_ms) > 0;
  } catch (const client::EngineError& error) {
    return error.kind() == ErrorKind::not_found;
  }
}

// After a run that was given up: its container stays where it was not to be removed, as docker's does.
void say_what_is_left(const client::Place& place, const std::string& container, bool given_up_here, bool auto_remove,
                      const Options& options) {
  const bool removed_by_other =
      !given_up_here && !auto_remove && !container.empty() && is_removed(client::Engine(place.socket), container);
  if (removed_by_other) {
    return say_beside("Another client removed the container, so its start was given up.", options.language);
  }
  std::vector<client::ContainerSummary> left;
  if (!container.empty()) left = client::Engine(place.socket).containers(true, 0, {{"id", {container}}});
  const std::string_view what = given_up_here ? "Given up." : "Another client gave the start up.";
  std::string words = fmt::format("{} No container of it is left.", what);
  if (!left.empty()) {
    const client::ContainerSummary& one = left.front();
    const std::string id = text::short_id(one.id);
    const std::string name = one.names.empty() ? id : one.names[0].substr(1);
    const std::string state = one.state == "created" ? "not started" : one.state;
    words = fmt::format("{} Container {} ({}) is left, {}. This removes it: {}", what, name, id, state,
                        glassdock_line(options, "docker rm -f " + shell_quote(name)));
  }
  say_beside(words, options.language);
}

}  // namespace

int run_container(const Options& options, const std::string& line, const text::RunCommand& typed) {
  text::RunCommand command = typed;
  if (!command.detach && !has_input_for(command.create.attach.in, command.create.tty)) return 1;
  if (command.create.tty) command.create.console = terminal_size();
  Interruption interruption(options, command);
  SignalWatch signals([&](int signal) { interruption.on_signal(signal); },
                      [&](int signal) { interruption.on_insistence(signal); });
  Session session(options, line, command.create.attach.in);
  Interruption::Watching watching(interruption, session);
  const Ending ending = run(session, command, interruption, options);
  session.finish();  // behind it the watcher's thread has said whether the run was given up
  const bool given_up_here = session.cancelled();
  if (!given_up_here && !ending.given_up) return ending.code;
  say_what_is_left(session.place(), interruption.container(), given_up_here, command.create.auto_remove, options);
  return given_up_here ? signal_base + interruption.last_signal() : ending.code;
}

}  // namespace glassdock::headless
