#include <fmt/format.h>
#include <signal.h>

#include "engine/base/error.h"
#include "engine/daemon/service.h"

namespace glassdock::daemon {

void Service::remove(std::string_view name, bool force, const Caller& caller) {
  ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  const bool was_active = end_for_removal(container, watch, force, caller.context);
  kits_.take(container->id);  // nobody starts it any more
  for (;; watch.wait(-1, -1)) {
    try {
      if (lifecycle_.remove_stopped(container, caller.context)) return;
    } catch (const Error& fault) {
      throw Error(
          fault.kind(),
          fmt::format("cannot remove container \"/{}\": {}", parts_.containers.name(*container), fault.message()),
          fault.hint());
    }
    if (stopping_) throw stopping_error();
    auto lock = parts_.containers.lock();
    if (container->work == Work::removed) return;
    // One of --rm goes by its end: whoever has waited for that waits for this as well.
    if (container->work == Work::removing && !was_active) {
      throw Error(ErrorKind::conflict, fmt::format("removal of container {} is already in progress", name));
    }
  }
}

bool Service::end_for_removal(const ContainerPtr& container, ContainerWatch& watch, bool force,
                              const trace::Context& context) {
  auto refuse_locked = [&](std::string_view why) {
    throw Error(ErrorKind::conflict, fmt::format("cannot remove container \"/{}\": {}", container->name, why));
  };
  bool killed = false;
  std::int64_t killed_run = -1;  // a restart beside this makes another one
  Clock::time_point begin;       // of the patience with it
  for (;;) {
    std::int64_t run = 0;
    bool paused = false;
    {
      auto lock = parts_.containers.lock();
      if (container->work == Work::creating) refuse_locked("container is being created");
      if (!is_active(*container)) return killed_run >= 0;
      if (!force) {
        if (container->status.state == State::paused) refuse_locked("container is paused and must be unpaused first");
        refuse_locked(fmt::format("container is {}: stop the container before removing or force remove",
                                  container->work == Work::starting ? "starting" : to_string(container->status.state)));
      }
      run = container->status.started_ns;
      paused = container->status.state == State::paused;
    }
    if (run != killed_run) begin = Clock::now();
    if (!killed || run != killed_run || paused) {
      killed = send_signal(container, SIGKILL, context);
      killed_run = run;
      let_go(container, watch, SIGKILL, context);
      // It waits for changes too, and may have taken the end's.
      auto lock = parts_.containers.lock();
      if (!is_active(*container) || container->status.started_ns != run) continue;
    }
    if (stopping_) throw stopping_error();
    {
      auto lock = parts_.containers.lock();
      try {
        check_ending_locked(*container, Clock::now() - begin);
      } catch (const Error& fault) {
        throw Error(
            fault.kind(),
            fmt::format("cannot remove container \"/{}\": could not kill: {}", container->name, fault.message()),
            fault.hint());
      }
    }
    watch.wait_until(Clock::now() + kill_tick);
  }
}

std::optional<std::uint64_t> Service::remove_stopped(const ContainerPtr& container, const Caller& caller) {
  {
    auto lock = parts_.containers.lock();
    if (is_active(*container) || container->work != Work::none || container->restarts > 0) return std::nullopt;
  }
  const std::uint64_t written = written_bytes(*container);
  kits_.take(container->id);
  if (!lifecycle_.remove_stopped(container, caller.context)) return std::nullopt;
  return written;
}

}  // namespace glassdock::daemon
