// model: what the events so far say, as plain data. A pure function of the events: no clock, no file, no drawing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/trace/event.h"

namespace glassdock::model {

// Where an event stands in the history; the panels ask the history for its text and evidence.
using EventIndex = std::size_t;
inline constexpr EventIndex no_event = static_cast<EventIndex>(-1);

// How far a thing is. Each has a form of its own in the picture, whatever its hue.
enum class State : std::uint8_t { planned, appearing, there, held, failed, leaving, gone };

struct Engine {
  std::int32_t pid = 0;
  std::string version;
  std::string data_folder;
  std::string hub;  // host:port, as soon as an event names it
  bool rootless = false;
};

struct Layer {
  std::string diff_id;      // of its files; empty until it is unpacked
  std::string blob;         // digest of what travels
  std::int64_t number = 0;  // its folder in the store
  std::int64_t entries = 0;
  std::int64_t bytes = 0;  // unpacked
  State state = State::there;
  EventIndex event = no_event;
};

struct Image {
  std::string reference;  // "alpine:latest"
  std::string id;
  std::vector<std::string> layers;  // blobs, the lowest first
  std::int64_t bytes = 0;
  State state = State::there;
  EventIndex event = no_event;
};

// A blob on the wire.
struct Transfer {
  std::string digest;
  std::int64_t bytes = 0;  // 0: unknown
  std::int64_t received = 0;
  bool verified = false;
  State state = State::appearing;
  EventIndex event = no_event;  // the last one that spoke of it
};

enum class WallKind : std::uint8_t { pid, mnt, cgroup, ipc, net, uts, user };
inline constexpr std::size_t wall_count = 7;

struct Wall {
  State state = State::planned;
  std::string inode;       // "4026532254"; empty where no evidence was read
  std::string host_inode;  // likewise
  EventIndex event = no_event;
};

struct Mount {
  std::string target;  // as the container sees it: "/proc"
  std::string type;    // "overlay", "proc", "bind", …
  bool read_only = false;
  State state = State::there;
  EventIndex event = no_event;
};

// One operation of a start: what has been done, what waits, what is to come.
struct Operation {
  std::string name;  // the event's, and the gate's in front of it
  trace::Stage stage = trace::Stage::isolate;
  State state = State::planned;
  std::int64_t duration_ns = 0;
  EventIndex event = no_event;
};

struct Gauge {
  std::int64_t used = 0;   // bytes, microseconds, processes
  std::int64_t limit = 0;  // 0: none
  bool measured = false;
};

enum class Phase : std::uint8_t { creating, created, starting, running, exited, removed };

struct Container {
  std::string id, name, image, command;
  Phase phase = Phase::creating;
  std::array<Wall, wall_count> walls;
  std::vector<std::string> layers;  // blobs of the shared layers, the lowest first
  State writable = State::planned;
  EventIndex writable_event = no_event, overlay_event = no_event;
  std::vector<Mount> mounts;
  std::vector<Operation> operations;
  std::int32_t monitor = 0, process = 0;  // as the host numbers them; 0: none
  std::string program;                    // what process 1 is: empty until execve
  State cgroup = State::planned, seccomp = State::planned, capabilities = State::planned;
  std::int64_t capability_count = -1;  // -1: unknown
  std::int64_t capability_count_before = -1;
  Gauge memory, cpu, pids;
  std::optional<std::int64_t> exit_code;
  std::string error;
  EventIndex cgroup_event = no_event, process_event = no_event, seccomp_event = no_event, capabilities_event = no_event,
             exit_event = no_event;
};

// What the client asked of the engine.
struct Request {
  std::string words;        // "POST /containers/create"
  std::int64_t status = 0;  // 0: not answered
  bool failed = false;
  EventIndex begin = no_event, end = no_event;
};

struct StageState {
  State state = State::planned;  // planned, appearing (goes on), there (done), held, failed; gone: was not needed
  std::int64_t own_ns = 0;       // true time so far, as trace/stages.h counts
  std::int64_t begin_ns = 0, end_ns = 0;
  EventIndex first = no_event, last = no_event;
};

struct Held {
  std::string id;  // to release it by
  std::string gate, subject;
  std::int32_t pid = 0;
  std::int64_t since_ns = 0;
  trace::Actor who = trace::Actor::daemon;
  EventIndex event = no_event;
};

// One `docker …` of the learner, with its six stages.
struct Run {
  std::string command;    // from the recording's header or the studio's own line
  std::string container;  // id; empty until there is one
  std::array<StageState, trace::main_stage_count> stages;
  std::vector<Request> requests;
  std::int64_t begin_ns = 0;
  bool ended = false;
  bool failed = false;
};

struct Model {
  std::size_t events = 0;  // how many are in it
  std::int64_t first_ns = 0, now_ns = 0;
  Engine engine;
  std::vector<Layer> layers;
  std::vector<Image> images;
  std::vector<Transfer> transfers;
  std::vector<Container> containers;
  Run run;
  std::vector<Held> held;  // the oldest first
  std::int64_t lost = 0;   // events that are missing
  EventIndex last = no_event;
  std::int64_t held_ns = 0;  // of all gates that were released

  const Container* container(const std::string& id) const;
  const Container* current() const;  // of the run
  const Layer* layer(const std::string& blob) const;
};

}  // namespace glassdock::model
