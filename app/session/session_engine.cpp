// What the engine is asked for: to start a line, to let what it holds go on.
#include <algorithm>
#include <utility>

#include "app/scene/strings.h"
#include "app/session/session.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::session {
namespace {

using scene::Word;

// What gates can hold.
constexpr std::string_view holdable[] = {"docker run ",  "docker start ",         "docker exec ",     "docker restart ",
                                         "docker pull ", "docker container run ", "glassdock vm-race"};

}  // namespace

client::RunMode Session::mode_with_gates() const {
  return gates_of_run().empty() ? client::RunMode::run : client::RunMode::hold;
}

std::vector<std::string> Session::gates_of_run() const {
  std::vector<std::string> gates = breakpoints_;
  if (!play_) return gates;
  for (std::string& gate : play_->gates()) gates.push_back(std::move(gate));
  return gates;
}

// A single command that a gate can hold; others are not repeated by the key that steps.
bool Session::can_be_held(std::string_view line) {
  if (line.find_first_of(";&|") != std::string_view::npos) return false;
  return std::any_of(std::begin(holdable), std::end(holdable),
                     [&](std::string_view command) { return starts_with(line, command); });
}

void Session::start_typed(client::RunMode mode) {
  if (is_recording() || command_runs_ || key_repeats_) return;
  if (line_.text().empty() && last_line_.empty()) return;
  if (line_.text().empty()) line_.set_text(last_line_);
  if (play_ && (play_->prepares || play_->observes))
    return set_notice(std::string(say(Word::lab_is_busy, settings_.language)));
  const std::string line = line_.accept();
  gives_way_ = false;
  last_line_ = line;
  command_runs_ = true;
  command_reads_ = false;
  typed_in_vain_.reset();
  run_before_ = history_.now().run.first;
  scrolled_to_.reset();
  notice_.clear();
  deselect();
  container_.clear();
  terminal_focused_ = settings_.arrangement.terminal_tab = false;  // until it reads input
  left_terminal_ = used_picture_ = false;
  // What the command before asked its terminal is not answered to this one.
  output_.finish();
  output_.screen().take_replies();
  take_output("$ " + line + "\r\n", now_ns_);
  typed_.begin(line);
  printed_ = false;
  player::go_live(player_, track());
  steps_ = mode == client::RunMode::step;
  const bool of_play = play_begins(line);
  if (of_play && mode == client::RunMode::run) mode = mode_with_gates();
  wishes_.push_back(StartCommand{line, mode, gates_of_run(), of_play});
}

const model::Held* Session::held_by(std::uint64_t run) const {
  return history_.now().held_by(run);
}

const model::Held* Session::own_held() const {
  const model::Held* held = held_by(run_);
  return held ? held : held_by(others_);
}

bool Session::waits_at_gate() const {
  return command_runs_ && !command_reads_ && held_by(run_);
}

// Each of their requests stops once, whatever gates are set.
std::vector<std::string> Session::gates_of_others() const {
  std::vector<std::string> gates = breakpoints_;
  gates.emplace_back(trace::each_request);
  return gates;
}

// Gates that were set meanwhile are its, too.
void Session::set_others(std::uint64_t span) {
  others_ = span;
  holds_others_ = span != 0;
  if (holds_others_) wishes_.push_back(HoldOthers{true, gates_of_others()});
}

void Session::toggle_others() {
  if (is_recording()) return;
  holds_others_ = !holds_others_;
  if (!holds_others_) others_ = 0;
  wishes_.push_back(HoldOthers{holds_others_, gates_of_others()});
}

void Session::proceed(client::RunMode mode) {
  const model::Held* held = own_held();
  if (!held) return;
  deselect();
  player::go_live(player_, track());  // a view that is late has seen enough
  if (play_ && held == held_by(run_)) play_->leave_gate(wishes_);
  let_go(*held, mode);
}

void Session::let_go(const model::Held& held, client::RunMode mode) {
  Proceed wish{mode, gates_of_run()};
  wish.of_others = &held != held_by(run_);
  if (wish.of_others && mode != client::RunMode::step) {
    wish.mode = client::RunMode::hold;
    wish.holds = gates_of_others();
  }
  for (char digit : held.id) {
    if (digit >= '0' && digit <= '9') wish.held = wish.held * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  steps_ = mode == client::RunMode::step;
  wishes_.push_back(std::move(wish));
}

// F10. Looking back, it moves the view alone.
void Session::engine_step() {
  if (!at_now()) return move(Action::step);
  if (own_held()) return proceed(client::RunMode::step);
  if (!has_line_to_run()) return;
  start_typed(client::RunMode::step);
}

// Without a typed line the last one runs, where a gate can hold that: what removes or writes is typed anew.
bool Session::has_line_to_run() {
  if (!line_.text().empty() || can_be_held(last_line_)) return true;
  if (!is_recording() && !command_runs_) {
    typed_in_vain_ = terminal_in_sight() ? Word::type_what_runs : Word::type_in_terminal;
  }
  return false;
}

// What has run is not run again before one has seen what it is.
void Session::show_last_line() {
  line_.set_text(last_line_);
  gives_way_ = true;
  focus_terminal();
  scrolled_to_.reset();
  set_notice(std::string(say(Word::runs_again, settings_.language)));
}

void Session::run_on() {
  if (!at_now()) {
    player::play(player_, track());
    return;
  }
  if (own_held()) return proceed(mode_with_gates());
  if (is_recording() || command_runs_ || !has_line_to_run()) return;
  line_.text().empty() ? show_last_line() : start_typed(mode_with_gates());
}

// In a recording, and looking back, the view alone goes there; otherwise the engine, which stops there once.
void Session::run_to(const Command& command) {
  if (!at_now() || command.name.empty()) {
    player::Goal goal = player::EventGoal{static_cast<model::EventIndex>(std::max<std::int64_t>(command.number, 0))};
    if (!command.name.empty()) goal = player::GateGoal{command.name};
    if (const auto stage = trace::find_stage(command.name, trace::main_stage_count)) goal = player::StageGoal{*stage};
    player::run_to(player_, track(), goal);
    return;
  }
  run_to_one_of({command.name});
}

// The gates are set for this once.
void Session::run_to_one_of(const std::vector<std::string>& gates) {
  const std::vector<std::string> kept = breakpoints_;
  breakpoints_.insert(breakpoints_.end(), gates.begin(), gates.end());
  if (!own_held()) {
    start_typed(client::RunMode::hold);
  } else {
    proceed(client::RunMode::hold);
  }
  breakpoints_ = kept;
}

// To the first event of a stage from `least` on: one that is not needed does not come.
void Session::view_next_stage(std::size_t least) {
  for (model::EventIndex i = std::max(position().count, history_.first()); i < history_.size(); ++i) {
    const model::Row& row = history_.row(i);
    if ((row.marks & (model::row_baseline | model::row_damaged)) != 0 || row.kind == trace::Kind::end) continue;
    const std::size_t stage = trace::index_of(row.stage);
    if (stage < least || stage >= trace::main_stage_count) continue;
    // What is unpacked while the pull goes on is the pull's.
    if (trace::index_of(history_.at(i + 1).run.current.value_or(trace::Stage::request)) < least) continue;
    deselect();
    return player::run_to(player_, track(), player::EventGoal{i});
  }
  move(Action::to_end);
}

// Shift F10. What moves is what F10 moves: the engine, or looking back the view alone. Behind the last one is the end.
void Session::next_stage() {
  const bool engine = at_now();
  const model::Held* held = own_held();
  if (engine && !held) return engine_step();
  const std::optional<trace::Stage> current = engine ? held->stage : shown().run.current;
  const std::size_t next = current ? trace::index_of(*current) + 1 : 0;
  if (next >= trace::main_stage_count) return engine ? run_on() : move(Action::to_end);
  if (!engine) return view_next_stage(next);
  std::vector<std::string> stages;
  for (std::size_t i = next; i < trace::main_stage_count; ++i) {
    stages.emplace_back(trace::to_string(static_cast<trace::Stage>(i)));
  }
  run_to_one_of(stages);
}

}  // namespace glassdock::session
