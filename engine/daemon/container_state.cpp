#include "engine/daemon/container_state.h"

#include <array>

namespace glassdock::daemon {
namespace {

constexpr std::array<std::string_view, 7> state_words = {"created",  "running", "paused", "restarting",
                                                         "removing", "exited",  "dead"};

struct MoveRow {
  Move move;
  std::string_view word;
  std::string_view event;
};

constexpr std::array<MoveRow, 7> move_rows = {{
    {Move::start, "start", "container.start"},
    {Move::exit, "exit", "container.exit"},
    {Move::pause, "pause", "container.pause"},
    {Move::unpause, "unpause", "container.unpause"},
    {Move::restart, "restart", "container.restart-policy"},
    {Move::remove, "remove", "container.remove"},
    {Move::remove_fail, "remove-fail", "container.remove-fail"},
}};

struct StateRow {
  State from;
  Move move;
  State to;
};

constexpr StateRow table[] = {
    {State::created, Move::start, State::running},     {State::exited, Move::start, State::running},
    {State::restarting, Move::start, State::running},  {State::running, Move::exit, State::exited},
    {State::paused, Move::exit, State::exited},        {State::running, Move::restart, State::restarting},
    {State::paused, Move::restart, State::restarting}, {State::exited, Move::restart, State::restarting},
    {State::restarting, Move::exit, State::exited},    {State::running, Move::pause, State::paused},
    {State::paused, Move::unpause, State::running},    {State::created, Move::remove, State::removing},
    {State::exited, Move::remove, State::removing},    {State::dead, Move::remove, State::removing},
    {State::removing, Move::remove_fail, State::dead},
};

}  // namespace

std::string_view to_string(State state) {
  return state_words[static_cast<std::size_t>(state)];
}

std::optional<State> parse_state(std::string_view word) {
  for (std::size_t i = 0; i < state_words.size(); ++i) {
    if (state_words[i] == word) return static_cast<State>(i);
  }
  return std::nullopt;
}

std::string_view to_string(Move move) {
  return move_rows[static_cast<std::size_t>(move)].word;
}

std::string_view event_name(Move move) {
  return move_rows[static_cast<std::size_t>(move)].event;
}

std::optional<State> next_state(State from, Move move) {
  for (const StateRow& row : table) {
    if (row.from == from && row.move == move) return row.to;
  }
  return std::nullopt;
}

}  // namespace glassdock::daemon
