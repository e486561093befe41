#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "engine/daemon/gate_pairs.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// How a run is to be stepped: straight through, held at every gate, or held where a wish says so.
enum class RunMode { run, step, hold };
// Throws Error(invalid_argument).
RunMode parse_run_mode(std::string_view word);

// One place to hold at: a gate ("isolate.clone"), a stage ("isolate": its first gate), "after:GATE" (the gate behind)
// or "request" (the first gate of each request of a client).
struct Wish {
  std::string name;
  bool is_stage = false;
  bool after = false;
  bool used = false;  // a stage holds once a start
};
// Throws Error(invalid_argument) for what is neither a gate nor a stage.
Wish parse_wish(std::string_view text);

// The gates of one container start that are not the daemon's: one in front of each operation of its plan. What holds
// there is a mask in the memory that monitor and child share. Owned by the start; its functions are called with the
// run's lock held and must not call the run.
struct PlanGates {
  struct Gate {
    std::string name;
    trace::Stage stage;
    std::string plain_command;  // of the operation behind it; may be empty
  };
  std::vector<Gate> gates;                                              // by operation index, at most 128
  std::function<void(std::uint64_t low, std::uint64_t high)> set_hold;  // bit i: hold in front of operation i
  std::function<void(std::uint32_t operation)> open;                    // the held operation may go on
  std::function<void()> cancel;                                         // the start is given up
  std::uint32_t reached = 0;                                            // the last operation that was held at
  std::uint64_t request = 0;  // the span of the request that it is part of; 0: of none
  bool first = false;         // that has passed no gate before; the run's
};

// One command that a client watches or steps: its mode, its wishes and what is held now. Daemon threads wait in `pass`;
// the container's own process waits in the kernel, and is let go through PlanGates. Any thread may call anything.
class Run : public trace::GateKeeper {
 public:
  Run(std::string id, trace::Tracer& tracer, RunMode mode, std::vector<Wish> wishes, bool any,
      std::string data_folder = {});

  const std::string& id() const noexcept { return id_; }
  // This run also catches requests of clients that name no run.
  bool any() const noexcept { return any_; }
  // The span under which everything of this run stands.
  std::uint64_t span() const noexcept { return span_; }
  // What is done on behalf of this run. A client of no run has only its gates from it: its requests stand for
  // themselves.
  trace::Context context() { return {&tracer_, this, any_ ? 0 : span_}; }
  // From the begin of a client's request to its end it is held at the first gate that it comes to, where that is
  // wished. `request`: its span.
  void begin_request(std::uint64_t request);
  void end_request(std::uint64_t request);

  void pass(std::string_view gate, std::string_view subject, std::uint64_t request) override;
  bool cancelled() const noexcept override { return cancelled_.load(std::memory_order_relaxed); }

  // A start puts its gates under this run; `end` takes them away again and forgets what is held there.
  void begin_plan(PlanGates& gates);
  void end_plan(PlanGates& gates);
  // What is held now, for one that has begun to watch.
  void tell_held(const std::shared_ptr<trace::Subscription>& subscription);
  // The monitor reported that `operation` waits. Returns false when nothing holds it any more: the caller opens it.
  // `look` shows what stands by then; empty: the gate's own does.
  bool held_in_plan(PlanGates& gates, std::uint32_t operation, std::string_view subject, pid_t pid,
                    std::string look = {});

  // A race's lanes are walked in step: from now on mode `step` holds at the gates of `pairs` alone. Who comes first
  // waits, and nothing is told of it until the other one stands there too; both are let go together. Where the other
  // lane will not come a gate is held as any other.
  void begin_pairs(std::vector<GatePair> pairs);
  // That lane has ended.
  void leave_pairs(Lane lane);
  void end_pairs();
  bool steps() const;
  // Whether it may hold at this gate of the daemon's, as its mode and wishes are now: false where it will not.
  bool may_hold(std::string_view gate) const;
  // How long something was held so far, at all gates together. Nanoseconds.
  std::int64_t held_ns() const noexcept { return held_ns_.load(std::memory_order_relaxed); }

  // Throws Error(not_found) when `held` is not held now.
  void release(std::uint64_t held);
  // Mode run opens what is held.
  void set_mode(RunMode mode, std::vector<Wish> wishes);
  // Gives the command up: waits end with Error(cancelled), a start in hand is undone.
  void cancel();
  // Nothing more will be asked of it: `then` of on_finish is called, now or when that is set. It must not call the run.
  void finish();
  void on_finish(std::function<void()> then);
  // Its client has gone: everything opens, and the run goes on without holding.
  void abandon();

 private:
  struct Held {
    std::string gate;
    trace::Stage stage;
    std::string subject;
    pid_t pid = 0;
    PlanGates* plan = nullptr;  // null: a thread of the daemon waits
    std::uint32_t operation = 0;
    std::string next_command;  // the operation behind the gate, by hand
    std::string look;          // shows what stands
    std::uint64_t request = 0;
    std::int64_t since_ns = 0;
    bool told = true;  // that it is held; before, it waits for the gate that it is held with
    std::string with;  // that gate
  };
  trace::Context gates() { return {&tracer_, this, span_}; }
  bool wants_hold(std::string_view gate, trace::Stage stage, std::uint64_t request);
  bool wishes_each_request() const;
  void set_masks(PlanGates& gates);
  // Whether mode `step` holds at the gate.
  bool is_step(std::string_view gate) const { return !pairs_ || pairs_->has(gate); }
  void leave_missing(const PlanGates& gates);
  std::map<std::uint64_t, Held>::iterator find_held(std::string_view gate);
  // Those that wait for a gate which nobody will come to.
  void tell_alone();
  void tell(std::uint64_t id, Held& held);
  bool plan_wish(const PlanGates& gates, std::uint32_t index, bool first_of_stage) const;
  std::uint64_t hold(Held held);
  trace::Event held_event(std::string_view name, std::uint64_t id, const Held& held,
                          std::source_location where = std::source_location::current());
  void open(std::map<std::uint64_t, Held>::iterator held);
  void open_all();

  const std::string id_;
  trace::Tracer& tracer_;
  const bool any_;
  const std::string data_folder_;
  const std::uint64_t span_;
  std::atomic<bool> cancelled_{false};
  std::atomic<std::int64_t> held_ns_{0};

  mutable std::mutex mutex_;
  std::condition_variable opened_;
  RunMode mode_;
  std::vector<Wish> wishes_;
  bool next_ = false;                  // hold at whatever gate comes next
  std::set<std::uint64_t> untouched_;  // requests that have come to no gate
  std::uint64_t last_held_ = 0;
  std::map<std::uint64_t, Held> held_;
  std::list<PlanGates*> plans_;
  std::optional<GatePairs> pairs_;  // of a race that is walked in step
  bool finished_ = false;
  std::function<void()> on_finish_;
};

// The runs that clients own now.
class Runs {
 public:
  // `data_folder`: the engine's, for those who look at what stands while a run is held.
  explicit Runs(trace::Tracer& tracer, std::string data_folder = {})
      : tracer_(tracer), data_folder_(std::move(data_folder)) {}
  std::shared_ptr<Run> begin(RunMode mode, std::vector<Wish> wishes, bool any);
  // Forgets it; it goes on unheld.
  void end(const std::shared_ptr<Run>& run);
  // Throws Error(not_found).
  std::shared_ptr<Run> find(std::string_view id) const;
  // Null where there is none.
  std::shared_ptr<Run> look_up(std::string_view id) const;
  // For a request that names no run: the newest that catches any; null where none does.
  std::shared_ptr<Run> any() const;
  // The baseline of what the runs hold; their releases come behind it.
  void tell_held(const std::shared_ptr<trace::Subscription>& subscription) const;
  // All go on unheld.
  void end_all();

 private:
  trace::Tracer& tracer_;
  const std::string data_folder_;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<Run>> runs_;
};

}  // namespace glassdock::daemon
