// What ends a container: signals, stop, and restart, which is a stop and a start.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/daemon/container_start.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/service.h"

namespace glassdock::daemon {
namespace {

// A year is for ever; what is far beyond it does not fit the clock.
std::chrono::seconds within_a_year(std::chrono::seconds time) {
  return std::min(time, std::chrono::seconds(std::chrono::hours(24 * 365)));
}

// What docker's clients forward while nothing of the command runs yet: these give the start up. Others, such as the
// SIGWINCH of a terminal that is resized, were for the command.
bool gives_up_start(int number) {
  return number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGQUIT || number == SIGHUP;
}

}  // namespace

Error stopping_error() {
  return Error(ErrorKind::unavailable, "the engine stops");
}

Error unkilled_error() {
  return Error(ErrorKind::internal, "tried to kill container, but did not receive an exit event",
               "a process in state D, as ps has it, dies when the kernel lets go of it");
}

// Sent and told under the lock: the end that a signal brings about is told behind it.
bool Service::send_signal(const ContainerPtr& sent_to, int number, const trace::Context& context) {
  note_stop_by_hand(sent_to, number);
  Container& container = *sent_to;
  auto lock = parts_.containers.lock();
  if (!is_active(container)) return false;
  if (container.status.state == State::restarting && container.work == Work::none) {
    lifecycle_.cancel_restart_locked(container, context);
    lifecycle_.store_soon(sent_to);
    return true;
  }
  const bool starting = container.work == Work::starting;
  const std::shared_ptr<ContainerStart> start = container.start;
  const std::shared_ptr<Orphan> orphan = container.orphan;
  if (!starting) {
    const bool sent = orphan ? orphan->signal(number) : start && start->signal(number);
    if (sent) tell_signal_locked(container, number, context);
    return sent;
  }
  // While it starts, nothing of the command has run yet: the start is given up, also one that is not sent yet.
  container.given_up = true;
  lock.unlock();
  if (orphan) return orphan->signal(SIGKILL);
  if (start) start->cancel();
  return true;
}

void Service::note_stop_by_hand(const ContainerPtr& container, int number) {
  {
    auto lock = parts_.containers.lock();
    if (!is_active(*container)) return;
    if (is_ending_signal(container->config, number)) container->restarts_cancelled = true;
    if (std::exchange(container->status.stopped_by_hand, true)) return;
    if (container->status.restart_policy.when == RestartPolicy::When::never) return;
  }
  parts_.containers.store_quietly(*container);
}

void Service::tell_signal_locked(const Container& container, int number, const trace::Context& context) {
  const std::int64_t pid = container.status.pid;
  context.tell(trace::Stage::lifecycle, "container.signal", container.id,
               {{"signal", number}, {"signal_name", signal_name(number)}, {"pid", pid}},
               [&](trace::Event& event) { event.plain_command = fmt::format("kill -{} {}", number, pid); });
  parts_.events.tell_locked(container, "kill", {{"signal", std::to_string(number)}});
}

void Service::kill(std::string_view name, int number, const Caller& caller) {
  ContainerPtr container;
  try {
    container = find(name);
  } catch (const Error& fault) {
    throw Error(fault.kind(), fmt::format("cannot kill container: {}: {}", name, fault.message()));
  }
  ContainerWatch watch(parts_.containers, container);
  bool for_command_only = false;
  {
    auto lock = parts_.containers.lock();
    for_command_only = container->work == Work::starting && !gives_up_start(number);
  }
  if (for_command_only || !send_signal(container, number, caller.context)) {
    throw Error(ErrorKind::conflict,
                fmt::format("cannot kill container: {}: container {} is not running", name, container->id));
  }
  let_go(container, watch, number, caller.context);
  if (number != SIGKILL) return;
  try {
    await_kill(container, watch, caller.context);  // docker's client may remove it at once
  } catch (const Error& fault) {
    throw Error(fault.kind(), fmt::format("cannot kill container: {}: {}", name, fault.message()), fault.hint());
  }
}

bool Service::wait_for_end(const Container& container, ContainerWatch& watch, Clock::time_point end) {
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      if (!is_active(container) || watch.first_exit()) return true;  // it may run again by now
    }
    if (stopping_) throw stopping_error();
    if (Clock::now() >= end) return false;
    watch.wait_until(end);
  }
}

bool Service::process_lives_locked(const Container& container) {
  const int process = container.start    ? container.start->process()
                      : container.orphan ? container.orphan->process.get()
                                         : -1;
  pollfd end{process, POLLIN, 0};
  return process >= 0 && ::poll(&end, 1, 0) == 0;
}

void Service::check_ending_locked(const Container& container, Clock::duration waited) {
  if (waited < kill_patience) return;
  if (process_lives_locked(container)) throw unkilled_error();
  const bool will_be_told = container.start || container.orphan || container.work == Work::starting;
  if (will_be_told && waited < report_patience) return;
  std::fprintf(stderr, "glassdockd: container %.12s was killed, and nobody tells its end\n", container.id.c_str());
  throw Error(ErrorKind::internal, unkilled_error().message(), "an engine that is started anew looks for its monitor");
}

void Service::await_kill(const ContainerPtr& container, ContainerWatch& watch, const trace::Context& context) {
  const Clock::time_point begin = Clock::now();
  for (;;) {
    // A pause may begin at any moment, and on cgroup v1 holds up even SIGKILL.
    let_go(container, watch, SIGKILL, context);
    if (wait_for_end(*container, watch, Clock::now() + kill_tick)) return;
    auto lock = parts_.containers.lock();
    check_ending_locked(*container, Clock::now() - begin);
  }
}

bool Service::stop(std::string_view name, const StopWish& wish, const Caller& caller) {
  ContainerPtr container = find(name);
  {
    auto lock = parts_.containers.lock();
    if (!is_active(*container)) return false;
  }
  try {
    stop_running(container, wish, caller.context);
  } catch (const Error& fault) {
    throw Error(ErrorKind::internal, fmt::format("cannot stop container: {}: {}", name, fault.message()));
  }
  return true;
}

void Service::stop_running(const ContainerPtr& container, const StopWish& wish, const trace::Context& context) {
  using std::chrono::seconds;
  constexpr seconds docker_grace{10};
  const ContainerConfig& config = container->config;
  const int signal =
      wish.signal.empty() ? parse_signal(config.stop_signal).value_or(SIGTERM) : require_signal(wish.signal);
  const seconds wait_for =
      wish.grace ? *wish.grace : (config.stop_timeout_seconds ? seconds(*config.stop_timeout_seconds) : docker_grace);
  ContainerWatch watch(parts_.containers, container);
  trace::Span span(context, trace::Stage::lifecycle, "container.stop", container->id,
                   {{"signal", signal}, {"signal_name", signal_name(signal)}, {"grace_s", wait_for.count()}});
  const Clock::time_point end =
      wait_for.count() < 0 ? Clock::time_point::max() : Clock::now() + within_a_year(wait_for);
  // One that ends by itself in this moment cannot be signalled, and is told below.
  send_signal(container, signal, span.context());
  let_go(container, watch, signal, span.context());
  if (!wait_for_end(*container, watch, end)) {
    send_signal(container, SIGKILL, span.context());
    await_kill(container, watch, span.context());
  }
  auto lock = parts_.containers.lock();
  span.result("exit_code", watch.first_exit().value_or(container->status.exit_code));
  parts_.events.tell_locked(*container, "stop");
}

void Service::restart(std::string_view name, const StopWish& wish, const Caller& caller) {
  struct Hold {
    Hold(Containers& all, ContainerPtr held) : containers(all), container(std::move(held)) { add(1); }
    ~Hold() { add(-1); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    void add(int one) {
      auto lock = containers.lock();
      container->restarts += one;
    }
    Containers& containers;
    ContainerPtr container;
  };
  const ContainerPtr container = find(name);
  const Hold hold(parts_.containers, container);
  trace::Span span(caller.context, trace::Stage::lifecycle, "container.restart", container->id,
                   {{"name", parts_.containers.name(*container)}});
  try {
    if (is_alive(parts_.containers.status(*container).state)) stop_running(container, wish, span.context());
    if (container->config.auto_remove) parts_.layers.forget_volatile(container->id);
    start(container->id, {span.context(), caller.run}, -1);
  } catch (const Error& fault) {
    span.result("error", fault.message());
    throw Error(ErrorKind::internal, fmt::format("Cannot restart container {}: {}", name, fault.message()),
                fault.hint());
  }
  auto lock = parts_.containers.lock();
  parts_.events.tell_locked(*container, "restart");
}

}  // namespace glassdock::daemon
