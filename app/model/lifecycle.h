// What happened to a container in its life, as its events tell it: its moves in their order, the signals to its first
// process, the commands that were executed beside that. docs/studio.md says what the picture makes of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/model/states.h"

namespace glassdock::model {

// again: the start of one that has ended before; by_policy: one that its restart policy wanted, and no client.
enum class Move : std::uint8_t { create, start, again, by_policy, pause, unpause, exit, remove };
inline constexpr std::size_t move_count = 8;

// Of each the newest are kept; how often a move happened is counted for all.
inline constexpr std::size_t most_moves = 24;
inline constexpr std::size_t most_signals = 8;
inline constexpr std::size_t most_ended_execs = 16;
inline constexpr std::size_t most_execs = 128;  // those that run, too: the oldest of them is forgotten first

// What was asked for that brought a thing about, as far as the trace tells.
struct Cause {
  // The last word of the request: "stop", "kill", "prune"; "rm" or "rm -f"; of Move::by_policy the policy,
  // "on-failure:3"; of a removal that its own option wanted "--rm". Empty: not told.
  std::string asked;
  EventIndex event = no_event;  // where the engine began to do it
};

// How the first process came to its end.
struct End {
  std::int64_t code = 0;
  std::int64_t signal = 0;     // by which the kernel ended it; 0: by none
  std::int64_t sent = 0;       // of the request that is the move's cause; 0: none sent any
  bool out_of_memory = false;  // the kernel killed a process of the container, for its limit
  bool told = true;            // false: the engine did not see how
};

struct Moved {
  Move move = Move::create;
  EventIndex event = no_event;
  std::int64_t time_ns = 0;
  Cause cause;
  End end;  // of Move::exit
};

// All moves of one kind.
struct Tally {
  std::int64_t count = 0;
  std::int64_t last_ns = 0;
  EventIndex event = no_event;  // of the last
};

// What process 1 did, as far as that can be told: which handler of it ran the kernel does not say.
enum class Effect : std::uint8_t {
  sent,      // nothing is told of what it did
  killed,    // the kernel ended it by this signal
  ended,     // it ended with a code of its own, while the stop that sent this waited for that
  outlived,  // it was still there when the grace period was over
};

struct Signal {
  std::int64_t number = 0;
  std::string name;  // "SIGTERM"
  Effect effect = Effect::sent;
  std::int64_t time_ns = 0;
  std::int64_t effect_ns = 0;           // when that was known
  std::optional<std::int64_t> grace_s;  // of the stop that sent it, if that waits; -1: for ever
  std::uint64_t work = 0;               // the span of the stop that sent it; 0: none
  Cause cause;
  EventIndex event = no_event;
};

// The signals of the last request that sent any to a first process which has ended, and how that ended.
struct SignalStory {
  std::vector<Signal> signals;  // the oldest first
  std::int64_t ended_ns = 0;
  std::int64_t ended_code = 0;
};
inline constexpr std::size_t most_stories = 4;

// Of the request that sent the last of them.
std::vector<Signal> last_request(const std::vector<Signal>& signals);

// A second process within the walls of the container.
struct Exec {
  std::string id, command;
  std::uint64_t span = 0;                 // under which its operations are told
  std::int32_t monitor = 0, process = 0;  // as the host numbers them; 0: none
  std::int32_t inside = 0;                // as the container numbers it; 0: not read
  State state = State::planned;           // there: it is executed; leaving: it has ended
  bool joined = false;                    // it stands behind all of the walls
  bool executed = false;                  // it has become the command
  std::optional<std::int64_t> exit_code;
  std::string error;
  EventIndex begin = no_event, process_event = no_event, join_event = no_event, event = no_event;
};

inline bool has_ended(const Exec& exec) {
  return exec.state == State::leaving || exec.state == State::failed;
}

struct Life {
  std::array<Tally, move_count> tallies;
  std::vector<Moved> moves;                   // the oldest first
  std::vector<Signal> signals;                // to the process that runs, or ran last
  std::vector<SignalStory> stories;           // of those before it, the oldest first
  std::vector<Exec> execs;                    // the newest; beyond most_execs the oldest goes, also one that runs
  std::uint64_t stop = 0;                     // the span of the stop that waits for its end; 0: none
  std::optional<std::int64_t> grace_s;        // of that
  std::optional<Cause> policy;                // of the start that the restart policy wants, until it is made
  std::optional<std::int64_t> next_start_ns;  // when that is due, in the trace's time; nothing: not told
  // When it was made, ran, and ended last, in the trace's time; nothing: the trace does not tell.
  std::optional<std::int64_t> created_ns, started_ns, ended_ns;
  std::int64_t ended_code = 0;  // with which it ended last; another start does not change it
  std::optional<Moved> exit;    // that; nothing: it was before the trace, or never
  bool auto_remove = false;     // docker run --rm: told where its removal begins

  const Tally& tally(Move move) const { return tallies[static_cast<std::size_t>(move)]; }
};

// Work that the engine was asked for and has not ended: events name it as their parent.
struct Asked {
  std::uint64_t span = 0, parent = 0;
  std::string asked;  // as Cause's
  EventIndex event = no_event;
};
inline constexpr std::size_t most_asked = 64;

}  // namespace glassdock::model
