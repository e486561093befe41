// trace: what the engine tells while it works: events, spans, gates, rings, recordings and their exports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace glassdock::trace {

// The six of the main picture, in their order, then the rest. The names on the wire are these words.
enum class Stage : std::uint8_t { request, cache, pull, snapshot, isolate, run, build, network, volume, lifecycle, vm };
enum class Kind : std::uint8_t { begin, end, instant, sample };
// Which process did it: the lane in which the event stands.
enum class Actor : std::uint8_t { client, daemon, hub, launcher, monitor, child };

inline constexpr std::size_t stage_count = 11;
inline constexpr std::size_t main_stage_count = 6;  // request to run
inline constexpr std::size_t actor_count = 6;

constexpr std::size_t index_of(Stage stage) {
  return static_cast<std::size_t>(stage);
}

std::string_view to_string(Stage stage);
std::string_view to_string(Kind kind);
std::string_view to_string(Actor actor);
// Among the first `most` stages; nothing for other words.
std::optional<Stage> find_stage(std::string_view word, std::size_t most = stage_count);
// Throw Error(corrupt) on other words.
Stage parse_stage(std::string_view word);
Kind parse_kind(std::string_view word);
Actor parse_actor(std::string_view word);

using Value = std::variant<std::int64_t, double, bool, std::string>;

// Names are unique within an event, lower_snake, with the unit at the end: `bytes`, `held_ns`. Some names mean the same
// in every event (docs/events.md): failed, error, held_ns, evidence_ns, duration_ns, env.
struct Argument {
  std::string name;
  Value value;
  bool operator==(const Argument&) const = default;
};

// An argument as the place that tells it gives it. It borrows its texts and allocates nothing, so that an event costs
// nothing until somebody watches; only valid within the call that it is passed to.
struct ArgumentView {
  std::string_view name;
  std::variant<std::int64_t, double, bool, std::string_view> value;

  // Any integer (beyond 2^63-1 it wraps), double, bool or text.
  template <typename T>
  ArgumentView(std::string_view argument_name, const T& argument_value) : name(argument_name) {
    if constexpr (std::is_same_v<T, bool>) {
      value = argument_value;
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<std::int64_t>(argument_value);
    } else if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<double>(argument_value);
    } else {
      value = std::string_view(argument_value);
    }
  }
};
using Arguments = std::initializer_list<ArgumentView>;
std::vector<Argument> to_arguments(Arguments arguments);

// Something that a student can check: where it was read (a system call with its arguments and result, a file, an HTTP
// exchange, a digest), what stood there before and after, and the command that shows the same in one's own terminal.
struct Evidence {
  std::string
      source;  // "/proc/4812/ns/pid", "clone3(CLONE_NEWPID|…) = 4812", "GET /v2/library/alpine/manifests/latest"
  std::string before;   // empty where there is no before
  std::string content;  // what was read, at most evidence_limit bytes
  std::string command;  // "readlink /proc/4812/ns/pid"; empty where no command shows it
  bool operator==(const Evidence&) const = default;
};
inline constexpr std::size_t evidence_limit = 16 * 1024;  // the Tracer cuts what is longer, and says so at its end

struct SourceLocation {
  std::string file;  // relative to the source tree
  std::uint32_t line = 0;
  bool operator==(const SourceLocation&) const = default;
};

// One thing that happened. docs/trace-format.md has the same as JSON.
struct Event {
  std::uint64_t sequence = 0;  // given by the Tracer; rises within a stream, with gaps; the order of the model
  std::int64_t time_ns = 0;    // CLOCK_MONOTONIC at the moment itself; lengths only, never order
  std::uint64_t span = 0;      // the work this belongs to, 0 for none; begin and end of a span carry its number
  std::uint64_t parent = 0;    // of begin and end: the span around this one, 0 at the top; 0 for instant and sample
  Stage stage = Stage::request;
  Kind kind = Kind::instant;
  Actor actor = Actor::daemon;
  std::int32_t pid = 0;       // of the actor, as the host sees it
  std::string name;           // "pull.blob": stable, listed in docs/events.md
  std::string subject;        // container id, image reference, digest, path
  std::string gate;           // the gate in front of this operation, or empty
  std::string plain_command;  // what does the same by hand in a shell, or empty
  std::vector<Argument> arguments;
  std::vector<Evidence> evidence;
  SourceLocation source;
  bool operator==(const Event&) const = default;
};

// The argument `name`, or nothing.
const Value* find_argument(const Event& event, std::string_view name);
// Whether the argument is there and true.
bool argument_flag(const Event& event, std::string_view name);
// The argument as text: numbers in decimal, bool as true and false; "" where there is none.
std::string argument_text(const Event& event, std::string_view name);
// The argument if it is a whole number, otherwise `otherwise`.
std::int64_t argument_number(const Event& event, std::string_view name, std::int64_t otherwise = 0);

// The argument as a length of time in nanoseconds. A recording may be damaged or hostile: what is below nothing, or
// what no machine can have waited, is cut, so that sums do not overflow.
std::int64_t argument_length(const Event& event, std::string_view name);

// The work that it tells of ended by an error.
bool has_failed(const Event& event);

// "isolate.volume" for "isolate.volume-2": operations of a kind that a plan has several times are numbered.
std::string_view base_name(std::string_view name);

// About how many bytes of memory the event takes: what queues are bounded by.
std::size_t footprint(const Event& event);

// What existed before the watcher came: it has no time of its own.
inline bool is_baseline(const Event& event) {
  constexpr std::string_view prefix = "baseline.";
  return event.name.compare(0, prefix.size(), prefix) == 0;
}

}  // namespace glassdock::trace
