// Pause and unpause by the freezer, and rename.
#include <fmt/format.h>
#include <signal.h>

#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/daemon/freezer.h"
#include "engine/daemon/service.h"

namespace glassdock::daemon {
namespace {

constexpr std::chrono::seconds freeze_patience{10};

Error not_running(const Container& container) {
  return Error(ErrorKind::conflict, fmt::format("container {} is not running", container.id));
}

}  // namespace

class Service::FreezeTurn {
 public:
  template <typename Check>
  FreezeTurn(Containers& containers, ContainerPtr container, ContainerWatch& watch, const Check& check)
      : containers_(containers), container_(std::move(container)) {
    for (;; watch.wait(-1, -1)) {
      auto lock = containers_.lock();
      check(*container_);
      if (container_->freezing) continue;
      container_->freezing = true;
      started_ns_ = container_->status.started_ns;
      return;
    }
  }
  ~FreezeTurn() {
    auto lock = containers_.lock();
    container_->freezing = false;
    containers_.ring(*container_);
  }
  FreezeTurn(const FreezeTurn&) = delete;
  FreezeTurn& operator=(const FreezeTurn&) = delete;

  // Whether it is still the run of then, in this state; lock held by the caller.
  bool is_still_locked(State state) const {
    return container_->status.state == state && container_->status.started_ns == started_ns_;
  }

 private:
  Containers& containers_;
  const ContainerPtr container_;
  std::int64_t started_ns_ = 0;
};

void Service::pause(std::string_view name, const Caller& caller) {
  const ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  const FreezeTurn turn(parts_.containers, container, watch, [](const Container& now) {
    if (now.status.state == State::paused) {
      throw Error(ErrorKind::conflict, fmt::format("Container {} is already paused", now.id));
    }
    if (now.status.state == State::restarting) throw restarting_error("Container " + now.id);
    if (now.status.state != State::running) throw not_running(now);
  });
  const auto freezer = Freezer::open(container->folder);
  if (!freezer) {
    throw Error(ErrorKind::not_supported,
                fmt::format("cannot pause container {}: it has no cgroup in which its processes could be held", name),
                "glassdock doctor says how to get one");
  }
  const std::int64_t began_ns = trace::monotonic_ns();
  try {
    freezer->freeze(freeze_patience);
  } catch (const Error& fault) {
    if (fault.kind() == ErrorKind::not_found) throw not_running(*container);  // it ended meanwhile
    throw Error(fault.kind(), fmt::format("cannot pause container {}: {}", name, fault.message()), fault.hint());
  }
  {
    auto lock = parts_.containers.lock();
    if (!turn.is_still_locked(State::running)) throw not_running(*container);
    parts_.containers.move_locked(*container, Move::pause);
    caller.context.tell(trace::Stage::lifecycle, event_name(Move::pause), container->id,
                        {{"duration_ns", trace::monotonic_ns() - began_ns}},
                        [&](trace::Event& event) { event.plain_command = freezer->command(true); });
    parts_.events.tell_locked(*container, "pause");
    parts_.containers.ring(*container);
  }
  // Where the disk is full the next daemon asks the freezer.
  parts_.containers.store_quietly(*container);
}

void Service::unpause(std::string_view name, const Caller& caller) {
  const ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  auto check = [](const Container& now) {
    if (now.status.state != State::paused) {
      throw Error(ErrorKind::internal, fmt::format("Container {} is not paused", now.id));
    }
  };
  const FreezeTurn turn(parts_.containers, container, watch, check);
  const auto freezer = Freezer::open(container->folder);
  {
    auto lock = parts_.containers.lock();
    check(*container);
    if (!freezer || !turn.is_still_locked(State::paused)) throw not_running(*container);
    freezer->thaw();
    parts_.containers.move_locked(*container, Move::unpause);
    caller.context.tell(trace::Stage::lifecycle, event_name(Move::unpause), container->id, {},
                        [&](trace::Event& event) { event.plain_command = freezer->command(false); });
    parts_.events.tell_locked(*container, "unpause");
    parts_.containers.ring(*container);
  }
  parts_.containers.store_quietly(*container);
}

void Service::let_go(const ContainerPtr& container, ContainerWatch& watch, int number, const trace::Context& context) {
  if (!is_ending_signal(container->config, number)) return;
  for (;; watch.wait(-1, -1)) {
    auto lock = parts_.containers.lock();
    if (container->freezing) continue;  // a pause may be under way, in which the signal would be held up
    if (container->status.state != State::paused) return;
    break;
  }
  try {
    unpause(container->id, {context, nullptr});
  } catch (const Error&) {
    // It has ended, or somebody else lets it go on.
  }
}

void Service::rename(std::string_view name, const std::string& to, const Caller& caller) {
  if (to.empty()) throw Error(ErrorKind::invalid_argument, "Neither old nor new names may be empty");
  const ContainerPtr container = find(name);
  parts_.containers.rename(*container, to, [&](const std::string& before) {
    caller.context.tell(trace::Stage::lifecycle, "container.rename", container->id,
                        {{"name", container->name}, {"old_name", before}});
    parts_.events.tell_locked(*container, "rename", {{"oldName", "/" + before}});
  });
}

}  // namespace glassdock::daemon
