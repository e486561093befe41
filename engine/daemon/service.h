#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/content/metadata.h"
#include "engine/daemon/caller.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/execs.h"
#include "engine/daemon/faults.h"
#include "engine/daemon/image_service.h"
#include "engine/daemon/lifecycle.h"
#include "engine/daemon/monitor_watch.h"
#include "engine/daemon/ready_kits.h"
#include "engine/daemon/recovery.h"
#include "engine/daemon/restarts.h"
#include "engine/daemon/run.h"
#include "engine/daemon/start_kit.h"
#include "engine/plan/compile.h"
#include "engine/runtime/launcher_link.h"
#include "engine/snapshot/container_layers.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

struct CreateResult {
  std::string id;
  std::vector<std::string> warnings;
};

// How a container is to be stopped. `signal` as a client wrote it; empty: the container's own.
struct StopWish {
  std::string signal;
  std::optional<std::chrono::seconds> grace;  // none: the container's own or docker's 10 s; below zero: for ever
};

enum class WaitCondition { not_running, next_exit, removed };
// "" is not-running. Throws Error(invalid_argument) `invalid condition: "x"`.
WaitCondition parse_wait_condition(std::string_view word);

struct WaitResult {
  int exit_code = 0;
};
// Nothing while `condition` is not met for whoever has had `watch` of the container since; a container that was started
// again behind its exit has met it. The containers' lock is held by the caller.
std::optional<WaitResult> wait_result_locked(WaitCondition condition, const Container& container,
                                             const ContainerWatch& watch);

Error stopping_error();
// Docker's words for a container that SIGKILL does not end.
Error unkilled_error();

// What a client can ask of containers. Any thread may call; a call that is held at a gate, or waits, holds up no other.
// Names are a container's id, its name or the beginning of its id. Throws Error in docker's words.
class Service {
 public:
  struct Parts {
    os::System& system;
    trace::Tracer& tracer;
    Containers& containers;
    ImageService& images;
    snapshot::ContainerLayers& layers;
    runtime::LauncherLink& launcher;
    const StartKitMaker& kits;
    Faults& faults;
    const plan::Host& host;
    EventLog& events;
    Runs& runs;
    std::chrono::milliseconds adoption{0};  // how long a held start waits for a new daemon; 0: the monitor's own time
  };
  explicit Service(Parts parts);
  ~Service();  // stop()
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  CreateResult create(const CreateRequest& request, const Caller& caller);
  // False: it ran already. Returns when the command executes. Error(start_failed) where it does not; the container then
  // stays as it was, with the error and docker's exit code in its status.
  // Given up, with Error(cancelled), when the peer of `client` closes before the start begins.
  bool start(std::string_view name, const Caller& caller, int client);
  // Error(conflict) where runtime::most_clients are there.
  // The client's stream goes to the monitor, now or at the next start. `hand_over` answers the client and gives its
  // stream: no start that the client asks for after its answer can pass the stream by.
  void attach(std::string_view name, const std::function<Attachment()>& hand_over);
  // `ready` is called once the condition is watched, before anything is waited for. Nothing when the peer of `client`
  // closed first.
  std::optional<WaitResult> wait(std::string_view name, WaitCondition condition, int client,
                                 const std::function<void()>& ready);
  // By its first process; after SIGKILL it waits for the end. Error(conflict) when it does not run. Like all that ends
  // a container, Error(internal) where SIGKILL does not.
  void kill(std::string_view name, int signal, const Caller& caller);
  // The stop signal, then after the grace period SIGKILL. False: it did not run. As docker's it goes on when its client
  // has gone.
  bool stop(std::string_view name, const StopWish& wish, const Caller& caller);
  // stop, where it runs, and start. One of --rm stays. As docker's it goes on when its client has gone.
  void restart(std::string_view name, const StopWish& wish, const Caller& caller);
  // Returns when every process is held still, and that is stored. Error(conflict) where it does not run or is paused
  // already; Error(not_supported) where no cgroup of its can do it.
  void pause(std::string_view name, const Caller& caller);
  // Error(internal), as docker has it, where it is not paused.
  void unpause(std::string_view name, const Caller& caller);
  void rename(std::string_view name, const std::string& to, const Caller& caller);
  // Of its terminal; nothing where it has none. Error(conflict) when it does not run.
  void resize(std::string_view name, std::uint16_t rows, std::uint16_t columns);
  // `force` kills it first. As docker's it goes on when its client has gone.
  void remove(std::string_view name, bool force, const Caller& caller);

  // Its restart policy, from its next end on; one that waits for its restart by the policy before goes on waiting.
  void update(std::string_view name, const RestartPolicy& policy, const Caller& caller);

  // What prune does with each. The bytes that it had written; nothing, and nothing done, for one that has processes or
  // is in somebody else's hands.
  std::optional<std::uint64_t> remove_stopped(const ContainerPtr& container, const Caller& caller);

  ContainerPtr find(std::string_view name) const { return parts_.containers.find(name); }
  Containers& containers() noexcept { return parts_.containers; }
  Execs& execs() noexcept { return execs_; }
  ImageService& images() noexcept { return parts_.images; }
  EventLog& events() noexcept { return parts_.events; }
  const plan::Host& host() const noexcept { return parts_.host; }
  Faults& faults() noexcept { return parts_.faults; }
  trace::Tracer& tracer() noexcept { return parts_.tracer; }
  // Bytes that the container wrote.
  std::uint64_t written_bytes(const Container& container) const;
  std::filesystem::path log_path(const Container& container) const;

  // A new watcher, which first gets baseline events for all that exists.
  std::shared_ptr<trace::Subscription> subscribe(bool evidence);
  // The same baseline for one that lost events.
  void send_baseline(const std::shared_ptr<trace::Subscription>& subscription);

  // Before any client is served: what a daemon before this one left (Recovery).
  void recover(const Recovery::Complain& complain) {
    recovery_.recover(complain);
    execs_.clear_leftovers(complain);
    restart_with_engine();
  }
  // Who waits for a container's end from here on waits no more. Before the server is stopped, which waits for them.
  void begin_stop();
  // Starts in hand are given up where their monitors hang, running containers go on by themselves. Nothing may be
  // called afterwards.
  void stop_all();

 private:
  using Clock = std::chrono::steady_clock;
  // How long an end by SIGKILL is waited for: 10 s, and 2 more behind a signal sent directly, which ours has been from
  // the start (moby daemon/kill.go).
  static constexpr std::chrono::seconds kill_patience{12};
  static constexpr std::chrono::milliseconds kill_tick{500};  // between two looks whether it may be given up
  // How long the word of an end is waited for where process 1 has ended. A monitor that hangs takes silence_time and
  // twice monitor_end_time, cgroups that do not go some seconds more, and one such end is taken after the other.
  static constexpr std::chrono::seconds report_patience{120};
  // What remove() does first. Whether it had processes, or was to have them. Throws as remove() does.
  bool end_for_removal(const ContainerPtr& container, ContainerWatch& watch, bool force, const trace::Context& context);
  // Whatever becomes of the client. False at `end`. Throws once this daemon stops.
  bool wait_for_end(const Container& container, ContainerWatch& watch, Clock::time_point end);
  // Whether its process 1 is there and has not ended. Lock held by the caller.
  static bool process_lives_locked(const Container& container);
  // `waited` behind SIGKILL. Throws where process 1 does not end by it, and where nobody tells its end. Lock held by
  // the caller.
  static void check_ending_locked(const Container& container, Clock::duration waited);
  // Behind SIGKILL. Throws as check_ending_locked, and once this daemon stops. A monitor that hangs is waited for: the
  // watch ends it.
  void await_kill(const ContainerPtr& container, ContainerWatch& watch, const trace::Context& context);
  // To its first process, and told; a start in hand is given up, and so is a restart that waits. False where there is
  // nobody to take it.
  bool send_signal(const ContainerPtr& container, int number, const trace::Context& context);
  // Before a signal: a daemon after this one must know that its policy has ended.
  void note_stop_by_hand(const ContainerPtr& container, int number);
  void tell_signal_locked(const Container& container, int number, const trace::Context& context);
  // Behind a signal that ends a pause, as docker has it: a paused container goes on.
  void let_go(const ContainerPtr& container, ContainerWatch& watch, int number, const trace::Context& context);
  void stop_running(const ContainerPtr& container, const StopWish& wish, const trace::Context& context);
  // Takes the right to hold the processes or to let them go; `check` throws, with the lock held, where that cannot be.
  class FreezeTurn;
  bool take_report(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start,
                   const std::optional<runtime::ReportMessage>& report, std::vector<UniqueFd>& descriptors);
  // Where Error is thrown the stream is still the caller's.
  void give_stream(Container& container, ContainerWatch& watch, Attachment& attachment);
  // Marks it as starting, for a caller who has seen that it may. False while another client starts it, or one attaches.
  static bool claim_start_locked(Container& container, std::vector<Attachment>& attachments);
  // The restart for which it has waited, unless somebody gave that up. What fails stands in its state.
  void start_by_policy(const ContainerPtr& container) noexcept;
  // Those that wait for a restart, or whose policy wants one, since a daemon before this one.
  void restart_with_engine();
  // Of a container that is marked as starting: whatever is thrown, it is not any more then.
  void start_claimed(const ContainerPtr& container, Caller caller, std::vector<Attachment> attachments);
  // The one made ready at create, or a new one. Throws as plan::check does.
  std::shared_ptr<StartKit> take_kit(const Container& container, const std::map<std::string, int>& faults);
  // Returns when the command executes. Throws Error(start_failed) where it does not.
  std::shared_ptr<ContainerStart> carry_out_start(const ContainerPtr& container, std::shared_ptr<StartKit> kit,
                                                  const Caller& caller, const std::vector<Attachment>& attachments,
                                                  const std::map<std::string, int>& faults);
  // A start that was handed over, to which launcher and when.
  struct SentStart {
    std::shared_ptr<ContainerStart> start;
    pid_t launcher = 0;
    runtime::LauncherLink::Clock::time_point time;
  };
  SentStart begin_start(const ContainerPtr& container, std::shared_ptr<StartKit> kit, const Caller& caller,
                        const std::vector<Attachment>& attachments);
  // Nothing where the monitor was lost, or is silent for silence_time while the start must end. Throws
  // Error(start_failed) where the launcher hangs, which is replaced then.
  std::optional<Progress> follow_start(const Container& container, const SentStart& sent);
  [[noreturn]] void replace_launcher(const Container& container, const SentStart& sent);
  std::vector<trace::Event> baseline_of_images() const;
  void add_baseline_of_containers(std::vector<trace::Event>& events) const;

  Parts parts_;
  ReadyKits kits_;
  Restarts restarts_;
  Lifecycle lifecycle_;
  MonitorWatch watch_;
  Recovery recovery_;
  Execs execs_;
  std::atomic<bool> stopping_{false};
};

}  // namespace glassdock::daemon
