#include "app/headless/session.h"

#include <unistd.h>

#include <cstdlib>

#include "app/headless/terminal.h"
#include "engine/base/error.h"
#include "engine/client/spawn.h"

namespace glassdock::headless {
namespace {

UniqueFd reach(const client::Place& place, const Options& options) {
  client::Reached reached = client::reach_engine(place, client::find_engine_program());
  if (reached.started && options.explain) {
    write_out(STDERR_FILENO, trace::words_with(trace::Phrase::engine_started, options.language,
                                               {place.data.native(), place.socket.native()}) +
                                 "\n");
  }
  return std::move(reached.connection);
}

}  // namespace

client::Place place_of(const Options& options) {
  return client::find_place(::geteuid(), options.place, [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
}

Session::Session(const Options& options, const std::string& command, bool stdin_is_taken)
    : place_(place_of(options)), engine_(place_.socket, reach(place_, options)) {
  // Somebody else watches and holds the run: the studio, in whose terminal this was typed.
  if (const char* run = std::getenv("GLASSDOCK_RUN")) joined_ = run;
  if (!joined_.empty()) engine_.set_run(joined_);
  if (!options.watches()) return;
  watcher_ = std::make_unique<Watcher>(place_.socket, options, run_options(options), command, stdin_is_taken);
  engine_.set_run(watcher_->run());
}

client::Engine Session::beside() const {
  client::Engine engine(place_.socket);
  engine.set_run(engine_.run());
  return engine;
}

void Session::stop_asking() {
  if (watcher_) watcher_->stop_asking();
}

bool Session::cancel() {
  if (!watcher_ && joined_.empty()) return false;
  if (watcher_) {
    watcher_->cancel();
    return true;
  }
  cancelled_ = true;
  try {
    client::Glass(place_.socket).cancel(joined_);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    cancelled_ = false;  // its owner has gone: this command is nobody's run any more
  }
  return cancelled_;
}

void Session::finish() {
  if (watcher_) watcher_->finish();
}

}  // namespace glassdock::headless
