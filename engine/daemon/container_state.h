// daemon: the service over all rooms: containers and their states, runs and gates, recovery after a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glassdock::daemon {

// The states of a container, as docker has them (Engine API, ContainerState.Status).
enum class State : std::uint8_t { created, running, paused, restarting, removing, exited, dead };

// What can happen to a container. Every change of state is one of these moves and goes through `moved`.
enum class Move : std::uint8_t {
  start,        // its first process executed the command
  exit,         // its first process ended, or was lost
  pause,        // the freezer holds it
  unpause,      //
  restart,      // a restart policy will start it again
  remove,       // its files are being removed
  remove_fail,  // some of them could not be
};

std::string_view to_string(State state);
std::optional<State> parse_state(std::string_view word);
std::string_view to_string(Move move);

// The one table of states and moves: where `move` leads from `from`; nothing where it does not exist.
std::optional<State> next_state(State from, Move move);

// The event that tells the move: "container.start".
std::string_view event_name(Move move);

// Its processes are there.
inline bool has_processes(State state) {
  return state == State::running || state == State::paused;
}

// What docker calls running: it has processes, or will have them again by its restart policy.
inline bool is_alive(State state) {
  return has_processes(state) || state == State::restarting;
}

}  // namespace glassdock::daemon
