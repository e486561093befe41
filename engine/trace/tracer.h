#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trace/event.h"

namespace glassdock::trace {

// One watcher's queue of events. Made by Tracer::subscribe; its owner reads, the Tracer fills. When the reader is too
// slow the queue drops what comes and counts it; once the rest is read, next() gives an event "trace.lost" with
// argument `count` and the sequence of the last event dropped, after which the reader must ask for a new baseline
// (Tracer::baseline).
class Subscription {
 public:
  // Waits up to `timeout`; nullptr when nothing came or after close().
  std::shared_ptr<const Event> next(std::chrono::milliseconds timeout);
  // Wakes the reader for ever; any thread.
  void close();
  bool closed() const;
  // Whether this watcher asked for evidence; others see it too while it is there.
  bool evidence() const noexcept { return evidence_; }

  // What a queue holds at most: the daemon stays under 64 MiB however slow a watcher is.
  static constexpr std::size_t capacity = 64 * 1024;              // events
  static constexpr std::size_t capacity_bytes = 8 * 1024 * 1024;  // by footprint()

 private:
  friend class Tracer;
  struct Queued {
    std::shared_ptr<const Event> event;
    std::size_t bytes = 0;
  };
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Queued> queue_;
  std::size_t queued_bytes_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t last_lost_ = 0;  // its sequence
  bool evidence_ = false;
  bool closed_ = false;
};

// Gives events their numbers and hands them to those who watch. With nobody watching, an event costs one relaxed load.
// Any thread may call anything.
class Tracer {
 public:
  bool watched() const noexcept { return GLASSDOCK_TRACE && watchers_.load(std::memory_order_relaxed) != 0; }
  bool wants_evidence() const noexcept {
    return GLASSDOCK_TRACE && evidence_watchers_.load(std::memory_order_relaxed) != 0;
  }
  // Numbers the event, cuts evidence to evidence_limit, and queues it for every watcher; dropped when there is none. A
  // time_ns of 0 becomes now, under the lock that gives the number: what this process tells never runs backwards.
  void emit(Event event);
  std::uint64_t new_span() noexcept { return next_span_.fetch_add(1, std::memory_order_relaxed); }
  // Events emitted from now on reach it. `baseline` (all that exists already) is queued for it alone, before anything
  // else. So that nothing falls between, the caller reads the baseline and calls this under the lock under which it
  // changes and tells what the baseline describes; the Tracer's own locks are the innermost.
  std::shared_ptr<Subscription> subscribe(bool evidence, std::vector<Event> baseline = {});
  // The same for one that has lost events. Never dropped.
  void baseline(const std::shared_ptr<Subscription>& subscription, std::vector<Event> events);
  void unsubscribe(const std::shared_ptr<Subscription>& subscription);

 private:
  void push_baseline(Subscription& subscription, std::vector<Event> events);

  std::atomic<int> watchers_{0};
  std::atomic<int> evidence_watchers_{0};
  std::atomic<std::uint64_t> next_span_{1};
  std::mutex mutex_;
  std::uint64_t next_sequence_ = 1;
  std::vector<std::shared_ptr<Subscription>> subscriptions_;
};

std::int64_t monotonic_ns() noexcept;

// Where a run can be held in the daemon. Implemented by daemon/; the rooms below only pass through it.
class GateKeeper {
 public:
  virtual ~GateKeeper() = default;
  // Returns at once unless this run is to be held at `gate`; then blocks until released. `request`: Context's. Throws
  // Error(cancelled) when the run was given up.
  virtual void pass(std::string_view gate, std::string_view subject, std::uint64_t request) = 0;
  // Cheap; true when the run was given up. Long loops ask it.
  virtual bool cancelled() const noexcept { return false; }
};

// What work is part of: handed down by value through every call that tells events. The pointed-to objects outlive it.
struct Context {
  Tracer* tracer = nullptr;     // may be null: nothing is told
  GateKeeper* gates = nullptr;  // may be null: never held
  std::uint64_t span = 0;       // parent of what is told with it
  Actor actor = Actor::daemon;  // the lane of what is told with it
  std::uint64_t request = 0;    // the span of the client's request that it is done for; 0: of none

  bool watched() const noexcept { return tracer && tracer->watched(); }
  bool wants_evidence() const noexcept { return tracer && tracer->wants_evidence(); }
  void gate(std::string_view name, std::string_view subject = {}) const {
    if (gates) gates->pass(name, subject, request);
  }
  // Throws Error(cancelled) when the run was given up.
  void throw_if_cancelled() const;

  // Tells one thing that happened here: context.tell(Stage::pull, "pull.resolve", reference, {{"digest", digest}}).
  // `more` may add evidence or a plain command to the Event&; it is called only when watched.
  template <typename Fill>
  void tell(Stage stage, std::string_view name, std::string_view subject, Arguments arguments, Fill&& more,
            std::source_location where = std::source_location::current()) const {
    if (!watched()) return;
    Event event = make(stage, Kind::instant, name, subject, where);
    event.arguments = to_arguments(arguments);
    more(event);
    tracer->emit(std::move(event));
  }
  void tell(Stage stage, std::string_view name, std::string_view subject, Arguments arguments = {},
            std::source_location where = std::source_location::current()) const {
    tell(
        stage, name, subject, arguments, [](Event&) {}, where);
  }

  // An event of this context, for those who send it themselves. Its time is that of its emission unless they set one.
  Event make(Stage stage, Kind kind, std::string_view name, std::string_view subject,
             const std::source_location& where) const;
};

// A piece of work with a beginning and an end: tells `begin` when made and `end` when destroyed, with argument `failed`
// (true) when it ends by an exception; where the words of the fault are known, result("error", words) adds them. The
// end repeats no argument of the begin. One thread.
class Span {
 public:
  Span(const Context& context, Stage stage, std::string_view name, std::string_view subject, Arguments arguments = {},
       std::source_location where = std::source_location::current());
  // The begin event carries the command that does the same by hand.
  Span(const Context& context, Stage stage, std::string_view name, std::string_view subject, Arguments arguments,
       std::string_view plain_command, std::source_location where = std::source_location::current());
  ~Span();
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  // For what happens inside.
  const Context& context() const noexcept { return inner_; }
  // Added to the end event; dropped when nobody watched at the beginning.
  void result(std::string_view name, Value value);
  void evidence(Evidence evidence);
  bool told() const noexcept { return told_; }
  // Tells the end now, where others are woken by what was done: they find it told. What comes after adds nothing.
  void finish() noexcept;

 private:
  Context outer_;
  Context inner_;
  Event end_;
  int exceptions_ = 0;
  bool told_ = false;
};

}  // namespace glassdock::trace
