#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/error.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/event_log.h"
#include "engine/daemon/image_service.h"
#include "engine/daemon/janitor.h"
#include "engine/daemon/restarts.h"
#include "engine/plan/host.h"
#include "engine/snapshot/container_layers.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// Of a wait status as of waitpid(2).
Ending to_ending(int wait_status, bool oom_killed, std::int64_t finished_ns);

// What a start, its failure, an end and a removal do to a container: its state is moved, told and stored, and with --rm
// it goes. Whoever learns of one of them comes here, and nobody else writes it down. Any thread.
class Lifecycle {
 public:
  struct Parts {
    trace::Tracer& tracer;
    Containers& containers;
    ImageService& images;
    snapshot::ContainerLayers& layers;
    const plan::Host& host;
    EventLog& events;
    Restarts& restarts;
  };
  explicit Lifecycle(Parts parts) : parts_(parts) {}

  // Somebody starts it: what its policy has counted, and what was done to it by hand before, is over. Lock held by the
  // caller.
  static void begin_by_hand_locked(Container& container);
  // The command runs since `executed_ns`. What a start before left in the status is forgotten; the move's event is its
  // caller's span. Lock held by the caller, who stores it.
  void started_locked(Container& container, pid_t pid, std::int64_t executed_ns);
  // The container stays as it was, with the error and its exit code in the status; with --rm it is gone on return.
  // `span`: under which the removal is told.
  void start_failed(const ContainerPtr& container, const Error& fault, std::uint64_t span);
  // Tells of an end whose teardown is still under way: for watchers the container is over, for all others it is not
  // before ended(). At `time_ns` (CLOCK_MONOTONIC).
  void tell_end(const ContainerPtr& container, const trace::Context& context, const Ending& ending,
                std::int64_t time_ns);
  // By its restart policy it waits for its next start then. What was told stays as it was told. `soon`: what is slow,
  // storing and --rm, is left to the janitor, and the caller's thread stays free.
  enum class After { soon, now };
  void ended(const ContainerPtr& container, const trace::Context& context, const Ending& ending, After after);

  // At the start of the daemon: one that ended while there was none, or whose restart waited then, is started again by
  // its policy; `status` is moved to restarting where it is not yet. Lock held by the caller.
  void restart_with_engine_locked(const ContainerPtr& container);
  // Nobody starts it again by itself: it is exited from here on. Lock held by the caller, who stores it.
  void cancel_restart_locked(Container& container, const trace::Context& context);

  // Removes one that does not run, with all its files. False, and nothing done, for one that somebody else removes or
  // has removed. Throws; the container is dead then.
  bool remove_stopped(const ContainerPtr& container, const trace::Context& context);
  // Of a container that is being created, and will not be. What fails is told on stderr, and leaves it dead: a removal
  // goes on with it.
  void undo_creation(const ContainerPtr& container) noexcept;
  // Its cgroups in every tree, also those of a start by a daemon that was in another cgroup. May wait for the kernel
  // for seconds.
  void undo_leftovers(const Container& container) const;

  // A daemon before this one may have died between holding the processes and saying so. Lock held by the caller.
  void match_freezer_locked(Container& container);

  void store_soon(const ContainerPtr& container);
  // Does what was left for soon.
  void finish() {
    remover_.finish();
    janitor_.finish();
  }

 private:
  void tell_end_locked(Container& container, const trace::Context& context, const Ending& ending,
                       std::int64_t time_ns) const;
  void tell_die_locked(const Container& container);
  // `ran` since its last start.
  void wait_for_restart_locked(const ContainerPtr& container, const trace::Context& context,
                               std::chrono::nanoseconds ran);
  void claim_removal_locked(Container& container);
  void remove_claimed(const ContainerPtr& container, const std::function<void()>& gone);
  // For --rm: what fails is in the container's state.
  void remove_quietly(const ContainerPtr& container, const trace::Context& context);

  static constexpr std::size_t removals_at_once = 8;

  Parts parts_;
  Janitor janitor_{1};
  Janitor remover_{removals_at_once};  // a container of many files holds no other one up
};

}  // namespace glassdock::daemon
