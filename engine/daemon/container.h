#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/detach_keys.h"
#include "engine/base/unique_fd.h"
#include "engine/daemon/container_config.h"
#include "engine/daemon/container_state.h"
#include "engine/daemon/restart_policy.h"
#include "engine/daemon/run.h"

namespace glassdock::daemon {

struct Orphan;
class ContainerStart;

// What changes in a container's life. Times are nanoseconds since 1970 (CLOCK_REALTIME), 0 for never.
struct Status {
  State state = State::created;
  pid_t pid = 0;  // of process 1 as the host sees it, 0 when there is none
  int exit_code = 0;
  std::string error;  // why the last start failed
  bool oom_killed = false;
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;
  RestartPolicy restart_policy;  // as created, or as updated since
  int restart_count = 0;         // by the policy, since somebody started it
  bool stopped_by_hand = false;  // a signal was sent to it since somebody started it
  bool operator==(const Status&) const = default;
};

std::string to_json(const Status& status, std::int64_t created_ns);
// Throws Error(corrupt).
Status status_from_json(std::string_view json, std::int64_t& created_ns);

// How a container ended.
struct Ending {
  int exit_code = 0;
  int signal = 0;  // that ended it, or 0
  bool oom_killed = false;
  std::string error;             // where it was lost
  std::int64_t finished_ns = 0;  // CLOCK_REALTIME
};

// A client's stream, to be handed to the container's monitor.
struct Attachment {
  UniqueFd socket;
  int flags = 0;      // runtime::AttachFlag
  std::string early;  // what the client sent behind its request
  DetachKeys keys;    // of a terminal's client
};

// What is being done with a container, beside its state: one thing at a time, and nothing of it is stored.
//
// Why these are no states of the one table (container_state.h): a state is what clients are shown and what a later
// daemon reads. A start leaves the state until the command executes, for where it fails the container is again what it
// was, created or exited; as states each of these would come once for every state from which it begins, with a move
// back to it, and none of them may be stored or told. Besides, a work is claimed: whoever finds `none` under the lock
// has the container for himself and gives it back, while a move is done in an instant.
enum class Work : std::uint8_t {
  none,
  creating,  // `create` makes its layers and files
  starting,  // between `start` and the command's exec
  removing,  // its files go
  removed,   // it is gone; whoever still holds it lets go
};

// Of one who waits for a container's changes.
struct Watch {
  UniqueFd event;                 // an eventfd, rung at every change
  std::optional<int> first_exit;  // the exit code of the first exit since it began
};

// One container. What stands before `name` never changes; the rest is guarded by the service's
// mutex, but `start`'s own content, which has a lock of its own.
struct Container {
  std::string id;
  ContainerConfig config;
  std::int64_t created_ns = 0;
  std::filesystem::path folder;  // DATA/containers/ID
  bool readable = true;          // false: its record is damaged, and `config` is a stand-in

  std::string name;
  Status status;
  Work work = Work::none;
  bool freezing = false;                       // somebody pauses it, or lets it go on
  int restarts = 0;                            // in hand: its end is no reason to remove it, also with --rm
  bool given_up = false;                       // of a start in hand: by a signal
  bool restarts_cancelled = false;             // its end is the last one, whatever its policy: by a signal
  std::chrono::milliseconds restart_delay{0};  // that the last restart by policy waited
  std::int64_t restart_due_ns = 0;             // CLOCK_MONOTONIC, while it is restarting
  std::optional<Ending> told_end;              // watchers know it, and the teardown is still under way
  bool has_exited = false;                     // under this daemon: its end may not be stored yet
  int attaching = 0;                           // clients that have been promised a stream; a start waits for them
  std::vector<Attachment> waiting;             // clients that attached before the start
  std::shared_ptr<ContainerStart> start;       // while it is starting or alive; of an adopted one, too
  std::shared_ptr<Orphan> orphan;              // in its place until the monitor speaks to this daemon
  std::shared_ptr<Run> run;                    // the run in which it was created, for its start
  std::vector<Watch*> watches;                 // owned by those who wait
};

// It has processes, or is about to.
inline bool is_active(const Container& container) {
  return container.work == Work::starting || is_alive(container.status.state);
}

}  // namespace glassdock::daemon
