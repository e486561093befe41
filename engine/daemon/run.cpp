#include "engine/daemon/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/plan/compile.h"
#include "engine/trace/gates.h"

namespace glassdock::daemon {
namespace {

trace::Stage stage_of(std::string_view gate) {
  if (const trace::Gate* known = trace::find_gate(gate)) return known->stage;
  return trace::parse_stage(gate.substr(0, gate.find('.')));
}

// Who waits at a gate; the daemon's threads pass only their own.
trace::Actor waits_at(std::string_view gate) {
  const trace::Gate* known = trace::find_gate(gate);
  return known ? known->waits : trace::Actor::child;
}

}  // namespace

RunMode parse_run_mode(std::string_view word) {
  if (word == "run") return RunMode::run;
  if (word == "step") return RunMode::step;
  if (word == "hold") return RunMode::hold;
  throw Error(ErrorKind::invalid_argument, fmt::format("unknown run mode \"{}\"", word.substr(0, 64)),
              "use run, step or hold");
}

Wish parse_wish(std::string_view text) {
  Wish wish;
  const auto passed = trace::gate_before(text);
  wish.after = passed.has_value();
  wish.name = passed.value_or(text);
  const auto& operations = plan::operation_names();
  bool of_plan = std::find(operations.begin(), operations.end(), wish.name) != operations.end();
  if (wish.after || !of_plan) trace::check_hold(text);
  wish.is_stage = wish.name.find('.') == std::string::npos;
  return wish;
}

Run::Run(std::string id, trace::Tracer& tracer, RunMode mode, std::vector<Wish> wishes, bool any,
         std::string data_folder)
    : id_(std::move(id)),
      tracer_(tracer),
      any_(any),
      data_folder_(std::move(data_folder)),
      span_(tracer.new_span()),
      mode_(mode),
      wishes_(std::move(wishes)) {}

bool Run::wishes_each_request() const {
  return std::any_of(wishes_.begin(), wishes_.end(), [](const Wish& wish) { return wish.name == trace::each_request; });
}

bool Run::wants_hold(std::string_view gate, trace::Stage stage, std::uint64_t request) {
  const bool first = untouched_.erase(request) > 0;
  if (mode_ != RunMode::hold) return mode_ == RunMode::step && is_step(gate);
  bool wanted = std::exchange(next_, false) || (first && wishes_each_request());
  for (Wish& wish : wishes_) {
    if (wish.is_stage) {
      if (wish.used || wish.name != trace::to_string(stage)) continue;
      wish.used = true;
      wanted = true;
    } else if (wish.name == gate) {
      (wish.after ? next_ : wanted) = true;
    }
  }
  return wanted;
}

void Run::pass(std::string_view gate, std::string_view subject, std::uint64_t request) {
  std::unique_lock lock(mutex_);
  if (cancelled()) throw Error(ErrorKind::cancelled, "cancelled");
  trace::Stage stage = stage_of(gate);
  if (!wants_hold(gate, stage, request)) return;
  std::uint64_t id = hold({.gate = std::string(gate),
                           .stage = stage,
                           .subject = std::string(subject),
                           .pid = ::getpid(),
                           .request = request});
  opened_.wait(lock, [&] { return !held_.contains(id) || cancelled(); });
  if (cancelled()) throw Error(ErrorKind::cancelled, "cancelled");
}

void Run::begin_request(std::uint64_t request) {
  std::lock_guard lock(mutex_);
  if (request != 0) untouched_.insert(request);
}

void Run::end_request(std::uint64_t request) {
  std::lock_guard lock(mutex_);
  untouched_.erase(request);
}

void Run::begin_plan(PlanGates& gates) {
  std::lock_guard lock(mutex_);
  plans_.push_back(&gates);
  gates.first = untouched_.erase(gates.request) > 0;
  leave_missing(gates);
  set_masks(gates);
  if (cancelled()) gates.cancel();
}

void Run::end_plan(PlanGates& gates) {
  std::lock_guard lock(mutex_);
  plans_.remove(&gates);
  for (auto it = held_.begin(); it != held_.end();) {
    auto next = std::next(it);
    if (it->second.plan == &gates) {
      it->second.plan = nullptr;
      open(it);
    }
    it = next;
  }
  for (Wish& wish : wishes_) wish.used = false;
  if (!pairs_) return;
  pairs_->leave(Lane::container);
  tell_alone();
}

bool Run::held_in_plan(PlanGates& gates, std::uint32_t operation, std::string_view subject, pid_t pid,
                       std::string look) {
  std::lock_guard lock(mutex_);
  if (operation >= gates.gates.size()) return false;
  const PlanGates::Gate& gate = gates.gates[operation];
  gates.reached = operation;
  // The mask said so when it was set; the mode may have changed since.
  if (mode_ == RunMode::run) return false;
  for (Wish& wish : wishes_) {
    if (wish.is_stage && wish.name == trace::to_string(gate.stage)) wish.used = true;
  }
  next_ = gates.first = false;
  hold({gate.name, gate.stage, std::string(subject), pid, &gates, operation, gate.plain_command, std::move(look),
        gates.request});
  return true;
}

bool Run::plan_wish(const PlanGates& gates, std::uint32_t index, bool first_of_stage) const {
  const PlanGates::Gate& gate = gates.gates[index];
  if (index == 0 && (next_ || (gates.first && wishes_each_request()))) return true;
  for (const Wish& wish : wishes_) {
    if (wish.is_stage) {
      if (first_of_stage && !wish.used && wish.name == trace::to_string(gate.stage)) return true;
    } else if (wish.after) {
      if (index > 0 && gates.gates[index - 1].name == wish.name) return true;
    } else if (wish.name == gate.name) {
      return true;
    }
  }
  return false;
}

void Run::set_masks(PlanGates& gates) {
  std::uint64_t mask[2] = {0, 0};
  std::vector<trace::Stage> seen;
  for (std::uint32_t i = 0; i < gates.gates.size() && i < 128; ++i) {
    bool first = std::find(seen.begin(), seen.end(), gates.gates[i].stage) == seen.end();
    if (first) seen.push_back(gates.gates[i].stage);
    if ((mode_ == RunMode::step && is_step(gates.gates[i].name)) ||
        (mode_ == RunMode::hold && plan_wish(gates, i, first))) {
      mask[i / 64] |= std::uint64_t{1} << (i % 64);
    }
  }
  gates.set_hold(mask[0], mask[1]);
}

std::uint64_t Run::hold(Held held) {
  std::uint64_t id = ++last_held_;
  const trace::Gate* known = trace::find_gate(held.gate);
  if (held.look.empty() && known) held.look = trace::look_command(*known, held.pid, data_folder_);
  held.since_ns = trace::monotonic_ns();
  held.told = false;
  const std::string_view with = pairs_ ? pairs_->partner(held.gate) : std::string_view();
  const auto other = with.empty() ? held_.end() : find_held(with);
  const auto here = held_.emplace(id, std::move(held)).first;
  if (other != held_.end()) tell(other->first, other->second);
  if (with.empty() || other != held_.end()) tell(id, here->second);
  return id;
}

void Run::tell(std::uint64_t id, Held& held) {
  if (std::exchange(held.told, true)) return;
  if (pairs_) held.with = pairs_->partner(held.gate);
  tracer_.emit(held_event("gate.held", id, held));
}

std::map<std::uint64_t, Run::Held>::iterator Run::find_held(std::string_view gate) {
  return std::find_if(held_.begin(), held_.end(), [&](const auto& one) { return one.second.gate == gate; });
}

void Run::tell_alone() {
  for (auto& [id, held] : held_) {
    if (pairs_ && pairs_->partner(held.gate).empty()) tell(id, held);
  }
}

void Run::leave_missing(const PlanGates& gates) {
  if (!pairs_) return;
  pairs_->leave_missing([&](std::string_view name) {
    return std::any_of(gates.gates.begin(), gates.gates.end(), [&](const auto& gate) { return gate.name == name; });
  });
  tell_alone();
}

void Run::begin_pairs(std::vector<GatePair> pairs) {
  std::lock_guard lock(mutex_);
  pairs_.emplace(std::move(pairs));
  for (PlanGates* gates : plans_) set_masks(*gates);
}

void Run::leave_pairs(Lane lane) {
  std::lock_guard lock(mutex_);
  if (pairs_) pairs_->leave(lane);
  tell_alone();
}

void Run::end_pairs() {
  std::lock_guard lock(mutex_);
  pairs_.reset();
}

bool Run::steps() const {
  std::lock_guard lock(mutex_);
  return mode_ == RunMode::step;
}

bool Run::may_hold(std::string_view gate) const {
  std::lock_guard lock(mutex_);
  if (mode_ != RunMode::hold) return mode_ == RunMode::step && is_step(gate);
  if (next_ || (wishes_each_request() && !untouched_.empty())) return true;
  return std::any_of(wishes_.begin(), wishes_.end(), [&](const Wish& wish) {
    if (wish.is_stage) return wish.name == trace::to_string(stage_of(gate));
    return wish.after ? stage_of(wish.name) == stage_of(gate) : wish.name == gate;
  });
}

trace::Event Run::held_event(std::string_view name, std::uint64_t id, const Held& held, std::source_location where) {
  trace::Event event = gates().make(trace::Stage::lifecycle, trace::Kind::instant, name, held.subject, where);
  event.arguments =
      trace::to_arguments({{"id", static_cast<std::int64_t>(id)},
                           {"gate", held.gate},
                           {"stage", trace::to_string(held.stage)},
                           {"waits", trace::to_string(held.plan ? waits_at(held.gate) : trace::Actor::daemon)},
                           {"pid", static_cast<std::int64_t>(held.pid)},
                           {"next_command", held.next_command},
                           {"look", held.look},
                           {"any_client", any_},
                           {"request", static_cast<std::int64_t>(held.request)}});
  if (!held.with.empty()) event.arguments.push_back({"with", held.with});
  return event;
}

void Run::tell_held(const std::shared_ptr<trace::Subscription>& subscription) {
  std::lock_guard lock(mutex_);
  std::vector<trace::Event> events;
  events.reserve(held_.size());
  for (const auto& [id, held] : held_) {
    if (held.told) events.push_back(held_event("baseline.held", id, held));
  }
  tracer_.baseline(subscription, std::move(events));
}

void Run::open(std::map<std::uint64_t, Held>::iterator held) {
  const Held& gate = held->second;
  const std::int64_t waited_ns = trace::monotonic_ns() - gate.since_ns;
  held_ns_.fetch_add(waited_ns, std::memory_order_relaxed);
  if (gate.told) {
    gates().tell(trace::Stage::lifecycle, "gate.released", gate.subject,
                 {{"id", static_cast<std::int64_t>(held->first)},
                  {"gate", gate.gate},
                  {"stage", trace::to_string(gate.stage)},
                  {"held_ns", waited_ns},
                  {"given_up", cancelled()},
                  {"any_client", any_},
                  {"request", static_cast<std::int64_t>(gate.request)}});
  }
  if (pairs_) pairs_->leave(gate.gate);
  if (gate.plan) gate.plan->open(gate.operation);
  held_.erase(held);
  opened_.notify_all();
}

void Run::open_all() {
  while (!held_.empty()) open(held_.begin());
}

void Run::release(std::uint64_t held) {
  std::lock_guard lock(mutex_);
  auto found = held_.find(held);
  if (found == held_.end()) {
    throw Error(ErrorKind::not_found, fmt::format("nothing is held as {} in run {}", held, id_));
  }
  const std::string with = found->second.with;
  open(found);
  const auto other = with.empty() ? held_.end() : find_held(with);
  if (other != held_.end()) open(other);
}

void Run::set_mode(RunMode mode, std::vector<Wish> wishes) {
  std::lock_guard lock(mutex_);
  mode_ = mode;
  wishes_ = std::move(wishes);
  next_ = false;
  for (PlanGates* gates : plans_) set_masks(*gates);
  if (mode != RunMode::run) return;
  // From here on the lanes are no longer in step: whoever steps again is held at each gate that is still to come.
  if (pairs_) {
    for (const Lane lane : {Lane::container, Lane::machine}) pairs_->leave(lane);
  }
  open_all();
}

void Run::cancel() {
  std::lock_guard lock(mutex_);
  cancelled_.store(true, std::memory_order_relaxed);
  mode_ = RunMode::run;
  for (PlanGates* gates : plans_) {
    set_masks(*gates);
    gates->cancel();
  }
  // Threads of the daemon wake and see it; a process in a plan's gate is ended by its monitor.
  for (auto& [id, held] : held_) held.plan = nullptr;
  open_all();
}

void Run::finish() {
  std::lock_guard lock(mutex_);
  finished_ = true;
  if (on_finish_) on_finish_();
}

void Run::on_finish(std::function<void()> then) {
  std::lock_guard lock(mutex_);
  on_finish_ = std::move(then);
  if (finished_ && on_finish_) on_finish_();
}

void Run::abandon() {
  set_mode(RunMode::run, {});
}

std::shared_ptr<Run> Runs::begin(RunMode mode, std::vector<Wish> wishes, bool any) {
  constexpr std::size_t id_digits = 12;
  auto run = std::make_shared<Run>(random_hex(id_digits), tracer_, mode, std::move(wishes), any, data_folder_);
  std::lock_guard lock(mutex_);
  runs_.push_back(run);
  return run;
}

void Runs::end(const std::shared_ptr<Run>& run) {
  run->abandon();
  std::lock_guard lock(mutex_);
  runs_.remove(run);
}

std::shared_ptr<Run> Runs::find(std::string_view id) const {
  if (std::shared_ptr<Run> run = look_up(id)) return run;
  throw Error(ErrorKind::not_found, fmt::format("No such run: {}", id));
}

std::shared_ptr<Run> Runs::look_up(std::string_view id) const {
  std::lock_guard lock(mutex_);
  for (const auto& run : runs_) {
    if (run->id() == id) return run;
  }
  return nullptr;
}

std::shared_ptr<Run> Runs::any() const {
  std::lock_guard lock(mutex_);
  for (auto it = runs_.rbegin(); it != runs_.rend(); ++it) {
    if ((*it)->any()) return *it;
  }
  return nullptr;
}

void Runs::tell_held(const std::shared_ptr<trace::Subscription>& subscription) const {
  std::lock_guard lock(mutex_);
  for (const auto& run : runs_) run->tell_held(subscription);
}

void Runs::end_all() {
  std::list<std::shared_ptr<Run>> runs;
  {
    std::lock_guard lock(mutex_);
    runs.swap(runs_);
  }
  for (const auto& run : runs) run->abandon();
}

}  // namespace glassdock::daemon
