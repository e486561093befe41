#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "app/headless/options.h"
#include "app/headless/watcher.h"
#include "engine/client/engine.h"
#include "engine/client/place.h"

namespace glassdock::headless {

// One command's connection to its engine, which is started where none runs; watched when the options say so.
class Session {
 public:
  // `command` is what was typed. Throws Error.
  Session(const Options& options, const std::string& command, bool stdin_is_taken);

  client::Engine& engine() { return engine_; }
  const client::Place& place() const { return place_; }
  // Asks beside what `engine()` waits for, as a part of the same run. For any thread, which has it for itself.
  client::Engine beside() const;
  // The engine has answered: a question that still stands at a gate waits no longer, and what is written begins a line.
  void stop_asking();
  // Gives the command up: held gates end, and what was half made is undone. False where it belongs to no run, of which
  // somebody could hold it. Throws Error. Any thread.
  bool cancel();
  bool cancelled() const { return cancelled_.load() || (watcher_ && watcher_->cancelled()); }
  // Whether somebody else watches and holds the command.
  bool joined() const { return !joined_.empty(); }
  // The command is over: with a watcher, waits for its last event.
  void finish();

 private:
  client::Place place_;
  client::Engine engine_;
  std::string joined_;  // the run of somebody else that this is part of; empty: none
  std::atomic<bool> cancelled_{false};
  std::unique_ptr<Watcher> watcher_;
};

// The place that the options and the environment name.
client::Place place_of(const Options& options);

}  // namespace glassdock::headless
