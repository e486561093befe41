#include "engine/trace/tracer.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "engine/base/error.h"
#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

// Evidence may be a hostile file of any size: the bound is held here, for every teller.
void bound_evidence(Event& event) {
  constexpr std::string_view note = "\n(cut here)";
  for (Evidence& evidence : event.evidence) {
    for (std::string* text : {&evidence.source, &evidence.before, &evidence.content, &evidence.command}) {
      if (text->size() <= evidence_limit) continue;
      text->resize(cut_between_characters(*text, evidence_limit - note.size()).size());
      text->append(note);
    }
  }
}

}  // namespace

std::int64_t monotonic_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::shared_ptr<const Event> Subscription::next(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  ready_.wait_for(lock, timeout, [&] { return !queue_.empty() || lost_ != 0 || closed_; });
  if (!queue_.empty()) {
    Queued queued = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= queued.bytes;
    return std::move(queued.event);
  }
  if (lost_ != 0) {
    auto event = std::make_shared<Event>();
    event->sequence = last_lost_;
    event->time_ns = monotonic_ns();
    event->stage = Stage::lifecycle;
    event->pid = ::getpid();
    event->name = "trace.lost";
    event->arguments = to_arguments({{"count", std::exchange(lost_, 0)}});
    return event;
  }
  return nullptr;
}

void Subscription::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  ready_.notify_all();
}

bool Subscription::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void Tracer::emit(Event event) {
  if (!watched()) return;
  bound_evidence(event);
  const std::size_t bytes = footprint(event);
  std::lock_guard lock(mutex_);
  if (subscriptions_.empty()) return;
  if (event.time_ns == 0) event.time_ns = monotonic_ns();
  event.sequence = next_sequence_++;
  auto shared = std::make_shared<const Event>(std::move(event));
  for (const auto& subscription : subscriptions_) {
    std::lock_guard queue_lock(subscription->mutex_);
    if (subscription->lost_ != 0 || subscription->queue_.size() >= Subscription::capacity ||
        subscription->queued_bytes_ + bytes > Subscription::capacity_bytes) {
      ++subscription->lost_;
      subscription->last_lost_ = shared->sequence;
    } else {
      subscription->queue_.push_back({shared, bytes});
      subscription->queued_bytes_ += bytes;
      subscription->ready_.notify_one();
    }
  }
}

std::shared_ptr<Subscription> Tracer::subscribe(bool evidence, std::vector<Event> baseline) {
  auto subscription = std::make_shared<Subscription>();
  subscription->evidence_ = evidence;
  std::lock_guard lock(mutex_);
  push_baseline(*subscription, std::move(baseline));
  subscriptions_.push_back(subscription);
  watchers_.fetch_add(1, std::memory_order_relaxed);
  if (evidence) evidence_watchers_.fetch_add(1, std::memory_order_relaxed);
  return subscription;
}

void Tracer::baseline(const std::shared_ptr<Subscription>& subscription, std::vector<Event> events) {
  std::lock_guard lock(mutex_);
  push_baseline(*subscription, std::move(events));
}

// The caller holds mutex_.
void Tracer::push_baseline(Subscription& subscription, std::vector<Event> events) {
  std::lock_guard queue_lock(subscription.mutex_);
  for (Event& event : events) {
    bound_evidence(event);
    if (event.time_ns == 0) event.time_ns = monotonic_ns();
    event.sequence = next_sequence_++;
    subscription.queue_.push_back({std::make_shared<const Event>(std::move(event)), 0});
  }
  subscription.ready_.notify_one();
}

void Tracer::unsubscribe(const std::shared_ptr<Subscription>& subscription) {
  std::lock_guard lock(mutex_);
  auto found = std::find(subscriptions_.begin(), subscriptions_.end(), subscription);
  if (found == subscriptions_.end()) return;
  subscriptions_.erase(found);
  watchers_.fetch_sub(1, std::memory_order_relaxed);
  if (subscription->evidence_) evidence_watchers_.fetch_sub(1, std::memory_order_relaxed);
}

void Context::throw_if_cancelled() const {
  if (gates && gates->cancelled()) throw Error(ErrorKind::cancelled, "cancelled");
}

Event Context::make(Stage stage, Kind kind, std::string_view name, std::string_view subject,
                    const std::source_location& where) const {
  Event event;
  const bool point = kind == Kind::instant || kind == Kind::sample;
  event.span = point ? span : 0;
  event.parent = point ? 0 : span;
  event.stage = stage;
  event.kind = kind;
  event.actor = actor;
  event.pid = ::getpid();
  event.name = name;
  event.subject = subject;
  event.source = {where.file_name(), where.line()};
  return event;
}

Span::Span(const Context& context, Stage stage, std::string_view name, std::string_view subject, Arguments arguments,
           std::source_location where)
    : Span(context, stage, name, subject, arguments, std::string_view(), where) {}

Span::Span(const Context& context, Stage stage, std::string_view name, std::string_view subject, Arguments arguments,
           std::string_view plain_command, std::source_location where)
    : outer_(context), inner_(context) {
  if (!context.watched()) return;
  told_ = true;
  exceptions_ = std::uncaught_exceptions();
  inner_.span = context.tracer->new_span();
  Event begin = context.make(stage, Kind::begin, name, subject, where);
  begin.span = inner_.span;
  end_ = begin;
  end_.kind = Kind::end;
  begin.arguments = to_arguments(arguments);
  begin.plain_command = plain_command;
  context.tracer->emit(std::move(begin));
}

Span::~Span() {
  finish();
}

void Span::finish() noexcept {
  if (!std::exchange(told_, false)) return;
  try {
    if (std::uncaught_exceptions() > exceptions_) end_.arguments.push_back({"failed", true});
    outer_.tracer->emit(std::move(end_));
  } catch (const std::bad_alloc&) {
    // Out of memory: the span stays open in the trace, and the work itself goes on.
  }
}

void Span::result(std::string_view name, Value value) {
  if (told_) end_.arguments.push_back({std::string(name), std::move(value)});
}

void Span::evidence(Evidence evidence) {
  if (told_) end_.evidence.push_back(std::move(evidence));
}

}  // namespace glassdock::trace
