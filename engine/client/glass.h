#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/client/place.h"
#include "engine/client/types.h"
#include "engine/http/client.h"
#include "engine/trace/event.h"

namespace glassdock::client {

// A run is held at a gate: what is about to happen, and the process that stands there (0: the engine itself).
struct Held {
  std::uint64_t id = 0;  // to release it
  std::string gate;
  std::string subject;
  std::int32_t pid = 0;
  std::string look = {};  // the command that shows what stands; empty where there is none
  std::string with = {};  // the gate of the other lane that is held and released together with it; empty: alone
};

// What "gate.held" says, or "baseline.held" of what is held already, which may tell it again; nothing for other events.
std::optional<Held> held_by(const trace::Event& event);

// Ends the baseline: what stands before it was there already, what follows is happening.
struct BaselineEnd {};
// The engine gave the run its id: the first line of a run's stream.
// `span` is that under which its events stand.
struct RunBegin {
  std::string id;
  std::uint64_t span = 0;
};
using GlassLine = std::variant<trace::Event, BaselineEnd, RunBegin>;

// Throws Error(corrupt). Lines of a kind that this version does not know give nothing.
std::optional<GlassLine> parse_glass_line(std::string_view line);

// The engine's events as they come (GET /glass/events, POST /glass/runs). One thread reads.
class GlassStream {
 public:
  // Blocks; nothing at the end. Throws Error(unavailable) when the engine dies.
  std::optional<GlassLine> next();
  // The run's id, known once open_run has returned; empty for a stream of everything.
  const std::string& run() const { return run_.id; }
  // The span under which the run's events stand; 0 for a stream of everything.
  std::uint64_t span() const { return run_.span; }
  // Any thread: makes next() return nothing.
  void shut_down();

 private:
  friend class Glass;
  explicit GlassStream(http::Response response) : response_(std::move(response)) {}
  http::Response response_;
  RunBegin run_;
};

enum class RunMode { run, step, hold };

struct RunOptions {
  RunMode mode = RunMode::run;
  std::vector<std::string> holds;  // mode hold: names of gates and stages, "after:GATE" too
  bool evidence = false;
  bool any_client = false;  // also catches the requests of clients that name no run (docker, docker-compose)
};

// What the embedded hub is to be like from now on, transfers under way included (docs/hub.md).
struct HubConditions {
  std::uint64_t bytes_per_second = 0;  // of all transfers together; 0: as fast as it goes
  std::uint64_t latency_ms = 0;        // before each answer
  std::string fault = "none";          // or: down, not-found, wrong-digest, cut-off
  std::uint64_t cut_off_after = 0;     // bytes
  std::uint64_t fault_times = 0;       // so many requests meet the fault, then it is over; 0: all
};

// What the player of a scenario says, for those who watch: told as the event "scenario.say".
struct Narration {
  std::string scenario;  // its id
  std::string step;      // the step's; empty: of the whole scenario
  std::string part;      // docs/scenarios.md lists them: "say"
  std::string english, korean;
};

// What a step's command printed, for the pictures that have it as a figure: told as the event "scenario.saw".
struct Sight {
  std::string scenario, step;   // their ids
  std::string sight;            // which figure: "port" (docs/scenarios.md)
  std::string command, output;  // of each at most most_sight bytes are told, from its begin
  int exit_code = 0;
};
inline constexpr std::size_t most_sight = 1024;

// How a container is just now.
struct ContainerLook {
  std::optional<UsageSample> usage;  // nothing: it does not run, or nothing measures it
  std::vector<std::string> lines;    // the last of its log, the oldest first
};

// The glass API of one engine. One thread at a time; make one for each thread.
class Glass {
 public:
  // `connect` makes each connection.
  explicit Glass(std::filesystem::path socket, Connect connect = connect_engine);

  // Everything that the engine does, from now on, behind a baseline of what exists.
  GlassStream events(bool evidence);
  // A run of one's own: Docker API calls with its id are its events and stop at its gates. When the stream goes away
  // its gates open and it goes on.
  GlassStream open_run(const RunOptions& options);
  void release(std::string_view run, std::uint64_t held);
  // `holds`: for RunMode::hold, in place of those before.
  void set_mode(std::string_view run, RunMode mode, const std::vector<std::string>& holds = {});
  void cancel(std::string_view run);
  // At most `lines` of its log. Told to nobody, unlike docker's own requests.
  ContainerLook look(std::string_view container, int lines);
  // Nothing more will be asked of the run: its stream ends once all events are sent.
  void finish(std::string_view run);
  // Throws Error(conflict) where the engine has no hub.
  void set_hub(const HubConditions& conditions);
  void say(const Narration& narration);
  void show(const Sight& sight);

 private:
  void post(const std::string& path, std::string_view body);
  void post(std::string_view run, std::string_view action, std::string_view body);

  std::filesystem::path socket_;
  Connect connect_;
  http::Client http_;
};

}  // namespace glassdock::client
