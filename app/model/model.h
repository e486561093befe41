// model: what the events so far say, as plain data. A pure function of the events: no clock, no file, no drawing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/model/lifecycle.h"
#include "app/model/race.h"
#include "app/model/states.h"
#include "app/model/ways.h"
#include "engine/trace/event.h"
#include "engine/trace/stage_clock.h"

namespace glassdock::model {

// What a text and a list of the model hold at most: a recording may be damaged or hostile, and a window that plays a
// million events keeps many copies of the model. What is beyond is cut, or the oldest is forgotten.
inline constexpr std::size_t most_text = 256;    // bytes
inline constexpr std::size_t most_words = 4096;  // of what is said; the engine takes no more
inline constexpr std::size_t most_containers = 512;
inline constexpr std::size_t most_images = 128;
inline constexpr std::size_t most_layers = 512;
inline constexpr std::size_t most_layers_of_image = 128;
inline constexpr std::size_t most_transfers = 64;
inline constexpr std::size_t most_mounts = 64;
inline constexpr std::size_t most_operations = 128;  // plan::most_operations
inline constexpr std::size_t most_requests = 32;
inline constexpr std::size_t most_throttles = 16;
inline constexpr std::size_t most_held = 64;

enum class WallKind : std::uint8_t { pid, mnt, cgroup, ipc, net, uts, user };
inline constexpr std::size_t wall_count = 7;
// "pid", as /proc/PID/ns names it.
std::string_view to_string(WallKind kind);

struct Engine {
  std::int32_t pid = 0;
  std::int32_t launcher = 0;
  std::string version;
  std::string data_folder;
  std::string socket;   // empty: not told
  std::string hub;      // host:port, as soon as an event names it
  std::string cgroups;  // "v2", "v1", "hybrid", "none"; empty: not told
  bool rootless = false;
  std::array<std::string, wall_count> namespaces;  // the engine's own, as inodes; empty: not told
  EventIndex event = no_event;
};

// The registry, as its answers tell of it.
struct Hub {
  std::int64_t requests = 0;
  std::string last;         // "/v2/library/alpine/manifests/latest"
  std::int64_t status = 0;  // of the last answer; 0: none came
  EventIndex event = no_event;
  // The registry that the reference names is asked for what the hub does not have.
  std::string upstream;              // "registry-1.docker.io"; empty: it was not
  std::int64_t upstream_status = 0;  // of its last answer; 0: none came
  // As whoever shows something has set it (hub.conditions); 0, and no fault: all is well.
  std::int64_t bytes_per_second = 0, latency_ms = 0;
  std::string fault;  // "down"; empty: none
  bool is_well() const { return bytes_per_second == 0 && latency_ms == 0 && fault.empty(); }
};

// What is said while a scenario is played (scenario.say; docs/scenarios.md lists the parts).
struct Said {
  std::string part;  // "say"
  std::string english, korean;
  EventIndex event = no_event;
};
struct Narration {
  std::string scenario;     // its id; empty: nobody has said anything
  Said title;               // its own
  std::int64_t number = 0;  // of the step, from 1; 0: before the first
  std::vector<Said> said;   // since that began, the oldest first
};

struct Layer {
  std::string diff_id;      // of its files; empty until it is unpacked
  std::string blob;         // digest of what travels
  std::int64_t number = 0;  // its folder in the store
  std::int64_t entries = 0;
  std::int64_t bytes = 0;   // unpacked
  std::int64_t packed = 0;  // of the blob, as it travels; 0: not told
  State state = State::there;
  EventIndex event = no_event;
};

struct Image {
  std::string reference;  // "alpine:latest"
  std::string id;
  std::vector<std::string> layers;  // blobs, the lowest first
  std::int64_t bytes = 0;
  std::uint64_t pull = 0;  // the span in which it is pulled; 0: not now
  State state = State::there;
  EventIndex event = no_event;
  bool stale = false;  // events were lost: gone unless the new baseline names it
};

// The last look into the local cache.
struct Lookup {
  std::string reference;
  std::string image;             // id; empty: not found
  State state = State::planned;  // appearing: the engine looks; there: found; gone: not found; failed
  EventIndex event = no_event;
};

// A blob on the wire.
struct Transfer {
  std::string digest;
  std::int64_t bytes = 0;  // 0: unknown
  std::int64_t received = 0;
  bool verified = false;
  State state = State::appearing;
  EventIndex begin = no_event;
  EventIndex event = no_event;  // the last one that spoke of it
};

struct Wall {
  State state = State::gone;  // gone: shared with the host
  std::string inode;          // "4026532254"; empty where no evidence was read
  std::string host_inode;     // likewise
  EventIndex event = no_event;
};

struct Mount {
  std::string target;  // as the container sees it: "/proc"; empty: planned, and not told where
  std::string type;    // "overlay", "proc", "bind", …
  std::string name;    // of the operation that makes it
  bool read_only = false;
  State state = State::there;
  EventIndex event = no_event;
};

// One operation of a start: what has been done, what waits, what is to come.
struct Operation {
  std::string name;  // the event's, and the gate's in front of it
  trace::Stage stage = trace::Stage::isolate;
  State state = State::planned;
  std::int64_t duration_ns = 0;   // -1: it was done, and nobody told
  std::int64_t error_number = 0;  // errno
  EventIndex event = no_event;
};

struct Gauge {
  std::int64_t used = 0;              // bytes, microseconds, processes
  std::optional<std::int64_t> limit;  // 0: none; nothing: not known. cpu: microseconds in each 100 ms
  bool measured = false;
  std::int64_t dropped = 0;  // a limit that was asked for and cannot be set here; as `limit`
  EventIndex event = no_event;
};

// What may pass between a container and a disk in a second.
struct Throttle {
  bool writes = false;      // otherwise reads
  bool operations = false;  // otherwise bytes
  std::int64_t rate = 0;
};

struct Throttles {
  std::vector<Throttle> set;      // as they were written
  std::vector<Throttle> dropped;  // as Gauge's
  EventIndex event = no_event;
};

// A start that is not docker's, to learn from: one wall is missing, or the learner gives the order.
struct Trial {
  std::string left_out;            // "isolate.mask", "namespace.pid"
  std::string operations, layers;  // the order that was asked for, as it was told
  EventIndex event = no_event;     // no_event: the start is docker's
};

// As docker has them; creating and starting are what the engine does meanwhile: Container::standing().
enum class Phase : std::uint8_t { creating, created, starting, running, paused, restarting, exited, removed };

struct Container {
  std::string id, name, image, image_id, command;
  Phase phase = Phase::creating;
  std::array<Wall, wall_count> walls;
  std::vector<std::string> layers;  // blobs of the shared layers, the lowest first
  State writable = State::planned;
  std::vector<Mount> mounts;
  std::vector<Operation> operations;
  std::int32_t monitor = 0, process = 0;  // as the host numbers them; 0: none
  State process_state = State::planned;
  std::string program;  // what process 1 is: empty until execve
  Trial trial;
  State cgroup = State::planned, seccomp = State::planned, capabilities = State::planned;
  std::int64_t capability_count = -1;  // -1: unknown
  std::int64_t capability_count_before = -1;
  Gauge memory, cpu, pids;
  Throttles io;
  Life life;
  std::optional<std::int64_t> exit_code;
  std::optional<std::int64_t> failed_code;  // the client's exit code for a start that failed
  std::int64_t signal = 0;                  // that ended process 1
  bool out_of_memory = false;
  bool given_up = false;    // its start, as the client wished: that is no failure
  bool unseen_end = false;  // a new engine knows it no more: how it ended was not told
  std::string error;
  EventIndex created_event = no_event, start_event = no_event, writable_event = no_event, overlay_event = no_event,
             cgroup_event = no_event, process_event = no_event, program_event = no_event, seccomp_event = no_event,
             capabilities_event = no_event, exit_event = no_event, removed_event = no_event;
  EventIndex told = no_event;     // the last event that says what was done to it
  EventIndex changed = no_event;  // the last event that changed anything in here: a copy of the history is old
  bool stale = false;             // as Image's
  bool of_race = false;           // against a virtual machine

  bool is_trial() const { return trial.event != no_event; }
  // No such wall was made, as somebody asked.
  bool lacks(WallKind kind) const;
  // Its first process is gone.
  bool is_ended() const { return exit_code.has_value() || unseen_end; }
  // The phase that docker lists: while it is started, and as long as a gate holds that, what it was before.
  Phase standing() const;
};

// What the client asked of the engine.
struct Request {
  std::string words;    // "POST /containers/create"
  std::string command;  // the studio's own line that asked, of Model::other (the history fills it in); or empty
  std::uint64_t span = 0, parent = 0;
  std::int64_t status = 0;  // 0: not answered
  bool failed = false;
  std::string error;
  EventIndex begin = no_event, end = no_event;
};

struct StageState {
  // planned, appearing (goes on), there (done), held, failed; leaving: given up in it; gone: was not needed
  State state = State::planned;
  std::int64_t begin_ns = 0, end_ns = 0;
  EventIndex first = no_event, last = no_event;
};

// True times so far in nanoseconds, as trace::StageClock counts; nothing for a stage that was not seen.
using StageTimes = std::array<std::optional<std::int64_t>, trace::main_stage_count>;
// What several stages took side by side is in it for each of them.
std::int64_t sum_of(const StageTimes& times);

struct Held {
  std::string id;             // to release it by
  std::uint64_t run = 0;      // the span of the run that holds it; ids are unique within a run
  bool any_client = false;    // that run has no command of its own: it holds those of clients that opened none
  std::uint64_t request = 0;  // the span of the request that is held; 0: not told
  std::string gate, subject;
  std::string with;  // the gate of the other lane of a race, which is released with it; empty: it is held alone
  trace::Stage stage = trace::Stage::isolate;
  std::int32_t pid = 0;
  std::int64_t since_ns = 0;
  trace::Actor who = trace::Actor::daemon;
  EventIndex event = no_event;
};

// One `docker …` of the learner, with its six stages.
struct Run {
  std::string command;      // from the recording's header or the studio's own line (the history fills it in)
  std::string container;    // id; empty until there is one
  std::string image;        // "alpine:latest": what it is about, as soon as an event names it
  std::uint64_t root = 0;   // the span round all of its requests; 0: the client has not opened a run
  std::int32_t engine = 0;  // the process that serves it
  EventIndex first = no_event;
  std::array<StageState, trace::main_stage_count> stages;
  std::vector<Request> requests;
  trace::StageClock clock;  // of its stages
  std::int64_t begin_ns = 0, latest_ns = 0;
  std::optional<trace::Stage> current;
  bool executing = false;  // between execve and the exit
  bool ended = false;
  bool failed = false;
  bool given_up = false;  // as the client wished
  bool gone = false;      // the engine that told it: its spans' numbers may come again and mean others

  bool is_pull() const;  // and no more: `docker pull`
  // It has ended, as far as its events and its command tell: a `docker run --pull always` goes on behind its pull.
  bool is_over() const;
};

struct Model {
  std::size_t events = 0;  // how many are in it
  std::int64_t first_ns = 0, now_ns = 0;
  Engine engine;
  Hub hub;
  std::vector<Layer> layers;
  std::vector<Image> images;
  Lookup lookup;
  std::vector<Transfer> transfers;
  std::vector<Container> containers;
  Run run;
  Request other;             // the last that belongs to no run: `docker ps`
  std::vector<Asked> asked;  // the oldest first
  // The container that something was done to outside of the run, which did nothing meanwhile: the picture is of it
  // until the run goes on or another begins. Empty: of the run's.
  std::string focus;
  std::vector<Held> held;   // the oldest first
  std::int64_t lost = 0;    // events that are missing
  bool after_loss = false;  // and the baseline that makes up for it has not ended
  EventIndex last = no_event;
  EventIndex telling = no_event;  // the last one that says what was done: no answer, no question behind it, no tidying
  std::int64_t held_ns = 0;       // of all gates that were released
  bool in_baseline = false;       // the last event was one of what existed already
  // A container was told of, or an image that was there before, of which one may have been made: the next is not, or
  // not surely, the learner's first.
  bool had_container = false;
  Race race;  // the newest
  Ways ways;
  Narration narration;

  const Container* container(std::string_view id) const;
  const Container* current() const;  // of the run
  const Container* in_picture() const;
  const Layer* layer(std::string_view blob) const;
  const Image* image(std::string_view reference) const;  // by name or id
  const Image* image_of(const Container& container) const;
  const Image* image_of_run() const;  // as far as the engine has it, or is about to
  const Held* held_at(std::string_view gate, std::string_view subject) const;
  const Held* held_by(std::uint64_t span) const;  // the oldest of the run of that span; of 0 there is none
  // Of the run; what goes on has gone on for `waited_ns` since.
  StageTimes stage_times(std::int64_t waited_ns = 0) const;
  // All six at once: moments that several stages count are in it once.
  std::int64_t worked_ns() const;
};

// A stable hash over every field except run.command and other.command, which are no event's: the live window and the
// replay of its recording must agree at each event.
std::uint64_t hash(const Model& model);
// About how many bytes of memory it takes, with what its texts and lists own.
std::size_t footprint(const Model& model);
std::size_t footprint(const Container& container);

}  // namespace glassdock::model
