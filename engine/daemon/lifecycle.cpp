#include "engine/daemon/lifecycle.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "engine/base/signals.h"
#include "engine/base/text.h"
#include "engine/daemon/container_start.h"
#include "engine/daemon/freezer.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/start_kit.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

// An ordinary user's container holds files of other ids, and overlay's folder of mode 0: only the root of a user
// namespace may remove them.
std::string remove_command(const plan::Host& host, const std::string& folder) {
  std::string command = "rm -rf " + shell_quote(folder);
  if (!host.rootless) return command;
  return std::string("unshare --user --map-root-user ") + (host.single_id ? "" : "--map-auto ") + command;
}

void tell_unremoved(const Container& container, const std::exception& fault) {
  std::fprintf(stderr, "glassdockd: container %.12s could not be removed: %s\n", container.id.c_str(), fault.what());
}

}  // namespace

Ending to_ending(int wait_status, bool oom_killed, std::int64_t finished_ns) {
  const int signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  return {signal != 0 ? signal_base + signal : WEXITSTATUS(wait_status), signal, oom_killed, {}, finished_ns};
}

void Lifecycle::begin_by_hand_locked(Container& container) {
  container.status.restart_count = 0;
  container.status.stopped_by_hand = false;
  container.restarts_cancelled = false;
  container.restart_delay = {};
}

void Lifecycle::started_locked(Container& container, pid_t pid, std::int64_t executed_ns) {
  parts_.containers.move_locked(container, Move::start);
  container.work = Work::none;
  container.told_end.reset();
  container.status.pid = pid;
  container.status.exit_code = 0;
  container.status.error.clear();
  container.status.oom_killed = false;
  container.status.started_ns = executed_ns;
  container.status.finished_ns = 0;
  parts_.events.tell_locked(container, "start");
  parts_.containers.ring(container);
}

void Lifecycle::start_failed(const ContainerPtr& container, const Error& fault, std::uint64_t span) {
  {
    auto lock = parts_.containers.lock();
    container->work = Work::none;
    container->start.reset();
    container->orphan.reset();
    container->waiting.clear();
    container->status.error = fault.message();
    container->status.exit_code = fault.exit_code();
    // A policy restarts what has run, not what cannot be started.
    if (container->status.state == State::restarting) {
      parts_.containers.move_locked(*container, Move::exit);
      parts_.containers.note_exit_locked(*container);
    }
    parts_.containers.ring(*container);
  }
  // Before the client has its answer, as docker does: a failed --rm is gone when its command returns.
  parts_.containers.store_quietly(*container);
  if (container->config.auto_remove) remove_quietly(container, {&parts_.tracer, nullptr, span});
}

void Lifecycle::tell_end(const ContainerPtr& container, const trace::Context& context, const Ending& ending,
                         std::int64_t time_ns) {
  auto lock = parts_.containers.lock();
  container->told_end = ending;
  tell_end_locked(*container, context, ending, time_ns);
}

void Lifecycle::tell_end_locked(Container& container, const trace::Context& context, const Ending& ending,
                                std::int64_t time_ns) const {
  context.tell(trace::Stage::run, event_name(Move::exit), container.id,
               {{"exit_code", static_cast<std::int64_t>(ending.exit_code)}}, [&](trace::Event& event) {
                 event.time_ns = time_ns;
                 std::int64_t ran_ns = ending.finished_ns - container.status.started_ns;
                 if (container.status.started_ns != 0) event.arguments.push_back({"duration_ns", ran_ns});
                 if (ending.signal != 0) event.arguments.push_back({"signal", std::int64_t{ending.signal}});
                 if (ending.oom_killed) event.arguments.push_back({"oom_killed", true});
                 if (!ending.error.empty()) event.arguments.push_back({"error", ending.error});
               });
}

void Lifecycle::ended(const ContainerPtr& container, const trace::Context& context, const Ending& ending, After after) {
  bool goes = container->config.auto_remove;
  {
    auto lock = parts_.containers.lock();
    Container& changed = *container;
    const Ending last = changed.told_end.value_or(ending);
    const bool again =
        changed.restarts == 0 && !changed.restarts_cancelled && wants_restart(changed.status, last.exit_code);
    parts_.containers.move_locked(changed, again ? Move::restart : Move::exit);
    if (!changed.told_end) tell_end_locked(changed, context, ending, trace::monotonic_ns());
    changed.told_end.reset();
    changed.start.reset();
    changed.orphan.reset();
    changed.work = Work::none;
    changed.has_exited = true;
    changed.status.pid = 0;
    changed.status.exit_code = last.exit_code;
    changed.status.oom_killed = last.oom_killed;
    changed.status.error = last.error;
    changed.status.finished_ns = last.finished_ns;
    goes = goes && changed.restarts == 0;
    tell_die_locked(changed);
    if (again) {
      ++changed.status.restart_count;
      wait_for_restart_locked(container, context,
                              std::chrono::nanoseconds(changed.status.finished_ns - changed.status.started_ns));
    }
    parts_.containers.note_exit_locked(changed);
    parts_.containers.ring(changed);
  }
  // The removal is told in the same run; its gates are over.
  auto rest = [this, container, goes, later = trace::Context{&parts_.tracer, nullptr, context.span}] {
    // What goes at once is not stored first: a daemon after this one has the end from the status file, and removes it.
    if (goes) {
      remove_quietly(container, later);
    } else {
      parts_.containers.store_quietly(*container);
    }
  };
  if (after == After::now) return rest();
  (goes ? remover_ : janitor_).add(rest);
}

void Lifecycle::tell_die_locked(const Container& container) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  const Status& status = container.status;
  if (status.oom_killed) parts_.events.tell_locked(container, "oom");
  const std::int64_t ran_ns = status.started_ns != 0 ? status.finished_ns - status.started_ns : 0;
  parts_.events.tell_locked(container, "die",
                            {{"exitCode", std::to_string(status.exit_code)},
                             {"execDuration", std::to_string(std::max<std::int64_t>(ran_ns, 0) / second_ns)}});
}

void Lifecycle::wait_for_restart_locked(const ContainerPtr& container, const trace::Context& context,
                                        std::chrono::nanoseconds ran) {
  container->restart_delay = restart_delay(container->restart_delay, ran);
  const std::int64_t delay_ms = container->restart_delay.count();
  context.tell(trace::Stage::lifecycle, event_name(Move::restart), container->id,
               {{"policy", to_string(container->status.restart_policy)},
                {"attempt", static_cast<std::int64_t>(container->status.restart_count)},
                {"delay_ms", delay_ms},
                {"exit_code", static_cast<std::int64_t>(container->status.exit_code)}});
  container->restart_due_ns = trace::monotonic_ns() + std::chrono::nanoseconds(container->restart_delay).count();
  parts_.restarts.add(container, container->restart_delay);
}

void Lifecycle::restart_with_engine_locked(const ContainerPtr& container) {
  Status& status = container->status;
  if (status.state != State::restarting) {
    parts_.containers.move_locked(*container, Move::restart);
    status.restart_count = 0;
    status.stopped_by_hand = false;
  }
  wait_for_restart_locked(container, {&parts_.tracer}, {});
}

void Lifecycle::cancel_restart_locked(Container& container, const trace::Context& context) {
  parts_.containers.move_locked(container, Move::exit);
  parts_.containers.note_exit_locked(container);  // who waits for its next exit has it, as with docker
  context.tell(trace::Stage::lifecycle, "container.restart-cancel", container.id,
               {{"policy", to_string(container.status.restart_policy)}});
  parts_.containers.ring(container);
}

bool Lifecycle::remove_stopped(const ContainerPtr& container, const trace::Context& context) {
  {
    auto lock = parts_.containers.lock();
    if (container->work == Work::removed || container->work == Work::removing) return false;
    if (container->work != Work::none) throw Error(ErrorKind::conflict, "container is starting");
    claim_removal_locked(*container);
  }
  trace::Span span(context, trace::Stage::lifecycle, event_name(Move::remove), container->id,
                   {{"name", parts_.containers.name(*container)}, {"auto_remove", container->config.auto_remove}},
                   remove_command(parts_.host, container->folder.string()));
  try {
    remove_claimed(container, [&] { span.finish(); });  // before a client that waits for it is answered
    return true;
  } catch (const Error& fault) {
    span.result("error", fault.message());
    throw;
  }
}

void Lifecycle::undo_creation(const ContainerPtr& container) noexcept {
  try {
    {
      auto lock = parts_.containers.lock();
      claim_removal_locked(*container);
    }
    remove_claimed(container, [] {});
  } catch (const std::exception& fault) {
    tell_unremoved(*container, fault);
  }
}

void Lifecycle::claim_removal_locked(Container& container) {
  parts_.containers.move_locked(container, Move::remove);
  container.work = Work::removing;
  container.waiting.clear();
  container.run.reset();
  parts_.containers.ring(container);
}

void Lifecycle::remove_claimed(const ContainerPtr& container, const std::function<void()>& gone) {
  // A half removed one must never start again. One of --rm is removed at the next start whatever its state is.
  if (!container->config.auto_remove) parts_.containers.store_quietly(*container);
  try {
    undo_leftovers(*container);  // what its monitor could not
    parts_.layers.remove(container->id);
    os::remove_tree(container->folder);
    parts_.containers.forget(*container, gone);
    {
      auto lock = parts_.containers.lock();
      parts_.events.tell_locked(*container, "destroy");
    }
  } catch (const Error& fault) {
    parts_.containers.move(*container, Move::remove_fail, [&](Container& changed) {
      changed.work = Work::none;
      changed.status.error = fault.message();
    });
    parts_.containers.store_quietly(*container);
    throw;
  }
  // The container is gone, whatever becomes of an image that nobody needs any more.
  try {
    parts_.images.container_removed(container->config.image_id);
  } catch (const Error& fault) {
    std::fprintf(stderr, "glassdockd: the image of container %.12s: %s\n", container->id.c_str(), fault.what());
  }
}

void Lifecycle::remove_quietly(const ContainerPtr& container, const trace::Context& context) {
  try {
    remove_stopped(container, context);
  } catch (const std::exception& fault) {
    tell_unremoved(*container, fault);
  }
}

void Lifecycle::undo_leftovers(const Container& container) const {
  if (!container.readable) end_container(container.folder);
  remove_container_cgroups(container.folder, parts_.host);
}

void Lifecycle::match_freezer_locked(Container& container) {
  if (container.status.state != State::running && container.status.state != State::paused) return;
  const auto freezer = Freezer::open(container.folder);
  const bool frozen = freezer && freezer->is_frozen();
  if (frozen == (container.status.state == State::paused)) return;
  const Move move = frozen ? Move::pause : Move::unpause;
  parts_.containers.move_locked(container, move);
  trace::Context{&parts_.tracer}.tell(trace::Stage::lifecycle, event_name(move), container.id);
}

void Lifecycle::store_soon(const ContainerPtr& container) {
  janitor_.add([this, container] { parts_.containers.store_quietly(*container); });
}

}  // namespace glassdock::daemon
