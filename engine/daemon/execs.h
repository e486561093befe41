#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/daemon/caller.h"
#include "engine/daemon/container_start.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/event_log.h"
#include "engine/daemon/exec_config.h"
#include "engine/daemon/monitor_watch.h"
#include "engine/daemon/start_kit.h"
#include "engine/runtime/launcher_link.h"

namespace glassdock::daemon {

// A command in a container beside its own, from POST /containers/NAME/exec on. What stands before `state` never
// changes; the rest is guarded by Execs.
struct Exec {
  enum class State : std::uint8_t { created, starting, running, ended };

  std::string id;
  ContainerPtr container;
  ExecConfig config;
  std::int64_t life = 0;  // when its container was started that last time

  State state = State::created;
  pid_t pid = 0;
  std::optional<int> exit_code;
  std::shared_ptr<ContainerStart> start;
  std::chrono::steady_clock::time_point idle;  // since when it waits for its start, or has ended
};
using ExecPtr = std::shared_ptr<Exec>;

// A copy for inspect.
struct ExecView {
  std::shared_ptr<const Exec> exec;  // its unchanging part only
  bool running = false;
  pid_t pid = 0;
  std::optional<int> exit_code;
};

// The commands that clients have executed in containers. Each has a monitor of its own, which relays its streams and
// outlives this daemon; a daemon after this one does not know it any more, as docker's does not. Any thread may call.
// Throws Error in docker's words.
class Execs {
 public:
  struct Parts {
    Containers& containers;
    runtime::LauncherLink& launcher;
    const StartKitMaker& kits;
    trace::Tracer& tracer;
    EventLog& events;
  };
  explicit Execs(Parts parts);
  ~Execs() { stop(); }
  Execs(const Execs&) = delete;
  Execs& operator=(const Execs&) = delete;

  // Its id. Error(conflict) where the container does not run. As docker's it is gone with the container's end where it
  // was not started until then.
  std::string create(std::string_view container, ExecConfig config);
  // Error(not_found), and Error(conflict) where its container does not run any more.
  void check_startable(std::string_view id);
  // Returns when the command executes. `client`: who gets its streams; nobody where there is no socket. What is thrown
  // says why it did not start; the client's stream is open then, for whoever tells him. `size` of its terminal.
  void start(std::string_view id, const Caller& caller, const Attachment& client,
             const std::array<std::uint32_t, 2>& size);
  ExecView inspect(std::string_view id);
  // Waits for a start in hand, as docker does.
  void resize(std::string_view id, std::uint16_t rows, std::uint16_t columns);
  // Of a container, those that have not ended.
  std::vector<std::string> of_container(const std::string& id);
  // Folders of commands whose monitors are gone; before any client is served. What cannot be removed stays, and is told
  // to `complain`, a line each.
  void clear_leftovers(const std::function<void(const std::string&)>& complain);
  // Starts in hand are given up from here on.
  void begin_stop();
  void stop() { watch_.stop(); }

 private:
  ExecPtr find(std::string_view id);
  ExecPtr find_locked(std::string_view id);
  void start_claimed(const ExecPtr& exec, Caller caller, const Attachment& client);
  // Of the container, which runs. Waits where its monitor has not introduced itself to this daemon yet.
  std::shared_ptr<ContainerStart> start_of_container(const Exec& exec, const Attachment& client) const;
  std::shared_ptr<ContainerStart> begin(const Exec& exec, const ContainerStart& container, const Caller& caller,
                                        const Attachment& client);
  // How far it has come, executed or failed. Throws otherwise; `start` is the one that was begun last, if any.
  Progress carry_out(const Exec& exec, const ContainerStart& container, const Caller& caller, const Attachment& client,
                     std::shared_ptr<ContainerStart>& start);
  // Nothing where its monitor is lost. Throws where it is not to be waited for any more: nothing has been ended then.
  std::optional<Progress> follow(const ContainerStart& container, ContainerStart& start, const Attachment& client);
  void check_wanted(const ContainerStart& container, const ContainerStart& start, const Attachment& client,
                    std::optional<runtime::LauncherLink::Clock::time_point>& dead) const;
  bool take_report(const std::shared_ptr<ContainerStart>& start, const std::optional<runtime::ReportMessage>& report,
                   std::vector<UniqueFd>& descriptors);
  // In docker's own event stream; `action` is "exec_create" or the like.
  void tell_event(const Exec& exec, std::string_view action, EventLog::Attributes more = {});
  void end(const ExecPtr& exec, int exit_code);
  bool is_over_locked(const Exec& exec) const;
  void make_room_locked();

  Parts parts_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;                 // before the containers' one
  std::condition_variable changed_;  // an exec's state, or stopping_
  std::map<std::string, ExecPtr, std::less<>> execs_;
  MonitorWatch watch_;
};

}  // namespace glassdock::daemon
