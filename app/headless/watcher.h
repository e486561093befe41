#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/headless/options.h"
#include "app/headless/stepper.h"
#include "engine/client/glass.h"
#include "engine/trace/recording.h"
#include "engine/trace/text_view.h"

namespace glassdock::headless {

// Does with a stream of events what the options say: prints it to stderr (--explain), shows what proves it
// (--evidence), records it (--trace). One thread.
class EventSink {
 public:
  // `command` is what was typed, for the recording's header.
  EventSink(const Options& options, const std::string& command);
  // `shown`: false where somebody else prints it.
  void take(const trace::Event& event, bool shown = true);
  // What was taken so far was there before; what follows is happening.
  void end_baseline() { live_ = true; }
  // The stages with their true times, when --explain is on and anything happened.
  void print_stages() const;
  const trace::TextOptions& text() const { return text_options_; }

 private:
  const Options& options_;
  trace::TextOptions text_options_;
  trace::TextView view_;
  std::optional<trace::RecordingWriter> recording_;
  bool live_ = false;
  std::vector<trace::Event> events_;
};

trace::TextOptions text_options(const Options& options, int fd);

// The evidence of an event as text under its line; empty where it has none.
std::string evidence_text(const trace::Event& event, const trace::TextOptions& options);

// Watches one run from a thread of its own while the main thread talks to the engine.
class Watcher {
 public:
  // Opens the run. `stdin_is_taken`: stdin belongs to the container, so questions go to the terminal itself. Throws
  // Error.
  Watcher(const std::filesystem::path& socket, const Options& options, const client::RunOptions& run,
          const std::string& command, bool stdin_is_taken);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  const std::string& run() const { return stream_.run(); }
  // Gives the command up: held gates end, and what was half made is undone. Any thread.
  void cancel();
  bool cancelled() const { return cancelled_.load(); }
  // The command has its answer, so none of its gates is held any more: a question about one that another client has
  // taken down waits no longer. Any thread.
  void stop_asking() { stepper_.wake(); }
  // No more is asked of the run: waits for its last event and prints the stages. Throws what the thread met (a full
  // disk under --trace).
  void finish();
  // Until stop() or the engine's end, for `glassdock watch`.
  void follow();
  // Any thread.
  void stop();

 private:
  void watch();
  void join();
  void say_what_never_held() const;
  Ahead ahead_of(const client::Held& held) const;
  // Of two gates that are held together: the other one is told next, and is asked about for both.
  bool is_first_of_two(const client::Held& held);

  std::filesystem::path socket_;
  EventSink sink_;
  Stepper stepper_;
  const client::RunOptions wished_;
  std::string first_of_two_;
  std::set<std::uint64_t> asked_;        // numbers of what was held; the watching thread's
  std::vector<std::string> never_held_;  // of --hold; the watching thread's until it has ended
  std::string operations_;               // of the start, likewise
  client::GlassStream stream_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> stopped_{false};
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace glassdock::headless
