#include "app/session/session.h"

#include <algorithm>

#include "app/scene/panels.h"
#include "app/scene/strings.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::session {
namespace {

using player::Mode;
using scene::Word;

constexpr terminal::Size first_size{24, 80};
constexpr std::int64_t speeds[] = {1, 2, 5, 10, 50, 200, 1000};

std::int64_t faster_than(std::int64_t now) {
  const auto* at = std::find(std::begin(speeds), std::end(speeds), now);
  return at == std::begin(speeds) || at == std::end(speeds) ? speeds[0] : *(at - 1);
}

std::int64_t slower_than(std::int64_t now) {
  const auto* at = std::upper_bound(std::begin(speeds), std::end(speeds), now);
  return at == std::end(speeds) ? *(at - 1) : *at;
}

// The slowest is followed by the fastest.
std::int64_t next_slowness(std::int64_t now) {
  return now >= std::end(speeds)[-1] ? speeds[0] : slower_than(now);
}

// What gates can hold.
constexpr std::string_view holdable[] = {"docker run ",     "docker start ", "docker exec ",
                                         "docker restart ", "docker pull ",  "docker container run "};

}  // namespace

Session::Session(const Settings& settings, terminal::LineHistory& lines)
    : player_(player::make_live_player()),
      settings_(settings),
      line_(lines),
      output_(first_size),
      engine_(scene::EngineState::starting),
      terminal_focused_(true) {
  line_.set_text(first_command);
}

Session::Session(model::History recording, const Settings& settings, terminal::LineHistory& lines)
    : history_(std::move(recording)), settings_(settings), line_(lines), output_(first_size) {
  times_.extend(history_);
  player_ = player::make_recorded_player(track());
  if (const trace::RecordingHeader* header = history_.header()) set_machine(header->machine, header->kernel);
  if (!history_.notices().empty()) notice_ = history_.notices().front();
}

Session::Session(model::History first, model::History second, std::array<std::string, 2> titles,
                 const Settings& settings, terminal::LineHistory& lines)
    : Session(std::move(first), settings, lines) {
  comparison_.emplace(track(), std::move(second), std::move(titles));
  comparison_->move_to(0, player_, track());
}

void Session::take(std::vector<trace::Event> events) {
  for (trace::Event& event : events) {
    if (event.name == "trace.ended") run_ = 0;
    history_.add(std::move(event));
  }
  times_.extend(history_);
}

void Session::set_engine(scene::EngineState state) {
  engine_ = state;
}

void Session::set_notice(std::string notice) {
  notice_ = std::move(notice);
}

void Session::set_machine(std::string machine, std::string kernel) {
  machine_ = std::move(machine);
  kernel_ = std::move(kernel);
}

void Session::command_ended() {
  command_runs_ = command_reads_ = false;
  // What left the picture as it was wanted only its answer: the next line can be typed at once.
  if (history_.now().run.first == run_before_) focus_terminal();
}

void Session::command_asks() {
  if (!command_runs_) return;
  command_reads_ = true;
  if (!used_picture_) focus_terminal();
}

bool Session::at_now() const {
  const Mode mode = position().mode;
  return mode == Mode::live || mode == Mode::held;
}

void Session::take_output(std::string_view bytes, std::int64_t time_ns) {
  printed_ns_ = std::max(printed_ns_, time_ns);
  output_.receive(bytes);
  show_output();
}

// On the terminal's screen; a program that asks its terminal something gets the answer. True while more waits.
bool Session::show_output() {
  const bool more = output_.advance(printed_ns_);
  std::string answer = output_.screen().take_replies();
  if (command_runs_ && !answer.empty()) wishes_.push_back(SendInput{std::move(answer)});
  return more;
}

void Session::advance(std::int64_t elapsed_ns, std::int64_t now_ns) {
  now_ns_ = now_ns;
  const bool more_output = output_.waiting() && show_output();
  animates_ = comparison_ ? comparison_->advance(elapsed_ns, player_, track())
                          : player::advance(player_, track(), elapsed_ns) || more_output;
}

bool Session::counts_seconds() const {
  const model::Model& now = history_.now();
  const bool stops = std::any_of(now.containers.begin(), now.containers.end(),
                                 [](const model::Container& one) { return one.life.stop != 0; });
  return !is_recording() && engine_ != scene::EngineState::gone &&
         (now.run.executing || !now.held.empty() || stops || shows_containers());
}

// In whole seconds, so that the picture changes once in each.
std::int64_t Session::waited_ns() const {
  if (!counts_seconds() || history_.size() == 0) return 0;
  constexpr std::int64_t second = 1'000'000'000;
  return std::max<std::int64_t>(now_ns_ - history_.row(history_.size() - 1).time_ns, 0) / second * second;
}

std::vector<Wish> Session::take_wishes() {
  return std::exchange(wishes_, {});
}

std::vector<std::string> Session::images() const {
  std::vector<std::string> names;
  for (const model::Image& image : history_.now().images) names.push_back(image.reference);
  return names;
}

std::vector<std::string> Session::containers() const {
  std::vector<std::string> names;
  for (const model::Container& container : history_.now().containers) {
    if (container.phase != model::Phase::removed) names.push_back(container.name);
  }
  return names;
}

// Of the engine.

client::RunMode Session::mode_with_gates() const {
  return breakpoints_.empty() ? client::RunMode::run : client::RunMode::hold;
}

// A single command that a gate can hold; others are not repeated by the key that steps.
bool Session::can_be_held(std::string_view line) {
  if (line.find_first_of(";&|") != std::string_view::npos) return false;
  return std::any_of(std::begin(holdable), std::end(holdable),
                     [&](std::string_view command) { return starts_with(line, command); });
}

void Session::start_typed(client::RunMode mode) {
  if (is_recording() || command_runs_) return;
  if (line_.text().empty() && last_line_.empty()) return;
  if (line_.text().empty()) line_.set_text(last_line_);
  const std::string line = line_.accept();
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
  while (output_.waiting()) output_.advance(printed_ns_);
  output_.screen().take_replies();
  take_output("$ " + line + "\r\n", now_ns_);
  player::go_live(player_, track());
  wishes_.push_back(StartCommand{line, mode, breakpoints_});
}

const model::Held* Session::own_held() const {
  const std::vector<model::Held>& held = history_.now().held;
  const auto own =
      std::find_if(held.begin(), held.end(), [&](const model::Held& one) { return run_ != 0 && one.run == run_; });
  return own == held.end() ? nullptr : &*own;
}

bool Session::waits_at_gate() const {
  return command_runs_ && !command_reads_ && own_held();
}

void Session::proceed(client::RunMode mode) {
  const model::Held* held = own_held();
  if (!held) return;
  deselect();
  player::go_live(player_, track());  // a view that is late has seen enough
  Proceed wish{mode, breakpoints_, 0};
  for (char digit : held->id) {
    if (digit >= '0' && digit <= '9') wish.held = wish.held * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  wishes_.push_back(std::move(wish));
}

// F10. Looking back, it moves the view alone.
void Session::engine_step() {
  if (!at_now()) return move(Action::step);
  if (own_held()) return proceed(client::RunMode::step);
  if (line_.text().empty() && !last_line_.empty() && !can_be_held(last_line_)) return show_last_line();
  start_typed(client::RunMode::step);
}

// What has run is not run again before one has seen what it is.
void Session::show_last_line() {
  if (is_recording() || command_runs_) return;
  line_.set_text(last_line_);
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
  if (is_recording() || command_runs_) return;
  if (!line_.text().empty() || last_line_.empty()) return start_typed(mode_with_gates());
  show_last_line();
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
  const std::vector<std::string> kept = breakpoints_;
  breakpoints_.push_back(command.name);
  if (!own_held()) {
    start_typed(client::RunMode::hold);
  } else {
    proceed(client::RunMode::hold);
  }
  breakpoints_ = kept;
}

void Session::toggle_gate(const std::string& name) {
  if (name.empty()) return;
  const auto found = std::find(breakpoints_.begin(), breakpoints_.end(), name);
  if (found == breakpoints_.end()) {
    breakpoints_.push_back(name);
  } else {
    breakpoints_.erase(found);
  }
  tell_gates();
}

// A start that is stepped stops everywhere anyway; what is set now counts from the next "run on".
void Session::tell_gates() {
  if (command_runs_ && !own_held()) wishes_.push_back(SetHolds{mode_with_gates(), breakpoints_});
}

std::string Session::gate_at(model::EventIndex event) const {
  constexpr std::size_t farthest = 200;
  if (starts_with(history_.name(history_.row(event)), "gate.")) {
    return trace::argument_text(history_.event(event), "gate");
  }
  for (std::size_t i = 0; i <= farthest && event >= history_.first() + i; ++i) {
    const model::Row& row = history_.row(event - i);
    if ((row.marks & model::row_baseline) != 0) break;
    const std::string_view name = history_.name(row);
    if (trace::find_gate(name)) return std::string(name);
    if ((row.marks & model::row_begins_run) != 0) break;
  }
  return {};
}

void Session::toggle_event_gate(std::int64_t number) {
  const model::EventIndex event = number >= 0 ? static_cast<model::EventIndex>(number) : position().event;
  if (!history_.keeps(event)) return;
  const std::string gate = gate_at(event);
  if (gate.empty()) return set_notice(std::string(say(Word::no_gate_there, settings_.language)));
  toggle_gate(gate);
  const bool set = std::find(breakpoints_.begin(), breakpoints_.end(), gate) != breakpoints_.end();
  set_notice(say(set ? Word::holds_before : Word::holds_no_more, settings_.language, {gate}));
}

// Of the view.

void Session::move(Action action) {
  deselect();
  switch (action) {
    case Action::step:
      // At the end of what a held engine has done, a step on is the engine's.
      if (!player::step(player_, track()) && at_now() && own_held()) proceed(client::RunMode::step);
      return;
    case Action::step_back:
      player::step_back(player_, track());
      return;
    case Action::to_begin: {
      const std::size_t first = history_.now().run.first;
      player::scrub_to_count(player_, track(), is_recording() || first == model::no_event ? 0 : first + 1);
      if (is_recording()) player_ = player::make_recorded_player(track());
      return;
    }
    default:
      player::go_live(player_, track());
  }
}

// A thing of the picture may have no event, and an event of a list is no thing.
void Session::select(const Command& command) {
  const bool event = command.number >= 0 && static_cast<std::size_t>(command.number) < history_.size();
  if (!event && command.name.empty()) return;
  deselect();
  if (event) selected_ = static_cast<model::EventIndex>(command.number);
  thing_ = command.name;
  settings_.arrangement.evidence_drawer = true;
}

void Session::deselect() {
  selected_.reset();
  thing_.clear();
  evidence_row_ = 0;
}

void Session::set_slowness(std::int64_t slowness) {
  player::set_speed(player_, slowness);
}

void Session::execute(const Command& command) {
  typed_in_vain_.reset();
  if (comparison_ && compare(command)) return;
  scene::Arrangement& arrangement = settings_.arrangement;
  using ClassPanel = scene::Arrangement::ClassPanel;
  // What is hidden has no keys; the terminal is brought to be typed into.
  const auto bring = [&](ClassPanel panel) {
    arrangement.class_panel = arrangement.class_panel == panel ? ClassPanel::none : panel;
    terminal_focused_ = false;
    if (arrangement.class_panel == ClassPanel::terminal && !is_recording()) focus_terminal();
  };
  switch (command.action) {
    case Action::none:
      return;
    case Action::toggle_play:
      if (position().mode == Mode::held && own_held()) return proceed(mode_with_gates());
      return player_.playing && position().behind > 0 ? player::pause(player_, track())
                                                      : player::play(player_, track());
    case Action::step:
    case Action::step_back:
    case Action::to_begin:
    case Action::to_end:
    case Action::go_live:
      return move(command.action);
    case Action::run_on:
      return run_on();
    case Action::step_engine:
      return engine_step();
    case Action::slower:
      return set_slowness(slower_than(player_.slowness));
    case Action::faster:
      return set_slowness(faster_than(player_.slowness));
    case Action::set_speed:
      if (command.number > 0) return set_slowness(command.number);
      return set_slowness(next_slowness(player_.slowness));
    case Action::seek_event:
      if (command.number < 0 || static_cast<std::size_t>(command.number) >= history_.size()) return;
      deselect();
      return player::scrub_to_event(player_, track(), static_cast<model::EventIndex>(command.number));
    case Action::seek_time:
      deselect();
      if (times_.end_ns() <= 0) return;
      return player::scrub_to_fraction(player_, track(),
                                       static_cast<double>(command.number) / static_cast<double>(times_.end_ns()));
    case Action::run_to:
      return run_to(command);
    case Action::select:
      return select(command);
    case Action::toggle_gate:
      return toggle_gate(command.name);
    case Action::toggle_event_gate:
      if (is_recording()) return;
      return toggle_event_gate(command.number);
    case Action::scroll_up:
    case Action::scroll_down: {
      const double page = output_.screen().size().rows - 1;
      return scroll_terminal(command.action == Action::scroll_up ? page : -page);
    }
    case Action::evidence_up:
    case Action::evidence_down:
      return page_evidence(command.action == Action::evidence_up);
    case Action::clear_gates:
      breakpoints_.clear();
      tell_gates();
      return;
    case Action::start_typed:
      return start_typed(mode_with_gates());
    case Action::give_up:
      wishes_.push_back(GiveUp{});
      return;
    case Action::focus_next:
    case Action::focus_before:
    case Action::focus_up:
    case Action::focus_down:
      return move_focus(command.action);
    case Action::activate:
      return activate();
    case Action::focus_terminal:
      if (!is_recording()) focus_terminal();
      return;
    case Action::switch_tab:
      if (arrangement.class_mode) return bring(ClassPanel::terminal);
      if (!is_recording()) {
        terminal_focused_ ? leave_terminal() : focus_terminal();
        arrangement.terminal_tab = terminal_focused_;
      } else {
        arrangement.terminal_tab = !arrangement.terminal_tab;
      }
      return;
    case Action::toggle_evidence:
      if (arrangement.class_mode) return bring(ClassPanel::evidence);
      arrangement.evidence_drawer = !arrangement.evidence_drawer;
      return;
    case Action::toggle_terminal:
      if (arrangement.class_mode) return bring(ClassPanel::terminal);
      arrangement.terminal_tab = true;
      if (!is_recording()) focus_terminal();
      return;
    case Action::toggle_timeline:
      if (arrangement.class_mode) return bring(ClassPanel::timeline);
      arrangement.terminal_tab = false;
      return leave_terminal();
    case Action::show_containers:
      if (arrangement.class_mode) return bring(ClassPanel::containers);
      return show_containers();
    case Action::show_all_containers:
      containers_.all = !containers_.all;
      containers_.first_row = 0;
      return;
    case Action::choose_container:
      return choose_container(command.name);
    case Action::show_events:
    case Action::show_images:
    case Action::show_palette:
    case Action::show_keys:
      wishes_.push_back(ShowPanel{command.action});
      return;
    case Action::class_mode:
      arrangement.class_mode = !arrangement.class_mode;
      arrangement.class_panel = ClassPanel::none;
      if (arrangement.class_mode) terminal_focused_ = false;
      return;
    case Action::timeline_closer:
      timeline_zoom_ = std::min(timeline_zoom_ * 2, scene::most_timeline_zoom);
      return;
    case Action::timeline_wider:
      timeline_zoom_ = std::max(timeline_zoom_ / 2, 1);
      return;
    case Action::zoom_in:
    case Action::zoom_out: {
      constexpr double step = 1.1;
      const double by = command.action == Action::zoom_in ? step : 1 / step;
      settings_.zoom = std::clamp(settings_.zoom * by, Settings::least_zoom, Settings::most_zoom);
      return;
    }
    case Action::zoom_reset:
      settings_.zoom = 1;
      return;
    case Action::switch_language:
      settings_.language =
          settings_.language == trace::Language::korean ? trace::Language::english : trace::Language::korean;
      return;
    case Action::switch_theme:
      settings_.light = !settings_.light;
      return;
    case Action::reduce_motion:
      settings_.reduced_motion = !settings_.reduced_motion;
      return;
    case Action::copy:
      wishes_.push_back(CopyText{command.name});
      return;
    case Action::close:
      return close();
    case Action::quit:
      wishes_.push_back(Leave{});
      return;
  }
}

// What moves the view moves both; what is about an engine or one event means nothing. False: as without a comparison.
bool Session::compare(const Command& command) {
  Comparison& both = *comparison_;
  const auto move_to = [&](std::int64_t at_ns) {
    both.playing = false;
    both.move_to(at_ns, player_, track());
  };
  switch (command.action) {
    case Action::toggle_play:
    case Action::run_on:
      both.playing = !both.playing;
      if (both.at_ns() >= both.end_ns()) both.move_to(0, player_, track());
      return true;
    case Action::step:
    case Action::step_engine:
      move_to(both.next_step(track()));
      return true;
    case Action::step_back:
      move_to(both.step_before(track()));
      return true;
    case Action::to_begin:
      move_to(0);
      return true;
    case Action::to_end:
    case Action::go_live:
      move_to(both.end_ns());
      return true;
    case Action::seek_time:
      move_to(command.number);
      return true;
    case Action::seek_event:
      if (command.number >= 0 && static_cast<std::size_t>(command.number) < times_.size()) {
        move_to(both.place_of(static_cast<model::EventIndex>(command.number), track()));
      }
      return true;
    case Action::run_to:
      if (const auto stage = trace::find_stage(command.name, trace::main_stage_count)) {
        move_to(both.borders()[trace::index_of(*stage)]);
      }
      return true;
    case Action::slower:
      both.slowness = slower_than(both.slowness);
      return true;
    case Action::faster:
      both.slowness = faster_than(both.slowness);
      return true;
    case Action::set_speed:
      both.slowness = command.number > 0 ? command.number : next_slowness(both.slowness);
      return true;
    case Action::select:
    case Action::toggle_gate:
    case Action::class_mode:
      return true;
    default:
      return false;
  }
}

void Session::close() {
  using ClassPanel = scene::Arrangement::ClassPanel;
  scene::Arrangement& arrangement = settings_.arrangement;
  left_terminal_ = true;
  typed_in_vain_.reset();
  if (arrangement.class_panel != ClassPanel::none) {
    arrangement.class_panel = ClassPanel::none;
    terminal_focused_ = false;
  } else if (selected_ || !thing_.empty() || arrangement.evidence_drawer) {
    deselect();
    arrangement.evidence_drawer = false;
  } else if (focused_) {
    focused_ = {};
  } else if (containers_.open) {
    show_containers();
  } else {
    arrangement.class_mode = false;
  }
}

std::string Session::words_at(const model::History& history, const player::Position& at) const {
  if (!history.keeps(at.event)) return {};
  if ((history.row(at.event).marks & model::row_damaged) != 0) return {};
  const trace::Event event = history.event(at.event);
  return ": " + std::to_string(event.sequence) + " " + event.name + ": " + trace::sentence(event, settings_.language);
}

std::string Session::in_words() {
  const player::Position at = position();
  const trace::Language language = settings_.language;
  if (comparison_) {
    const player::Position other = player::position(comparison_->player(), comparison_->track());
    return std::string(say(Word::compared, language)) + words_at(history_, at) + " |" +
           words_at(comparison_->history(), other);
  }
  const model::Model& model = history_.at(at.count);
  const Word modes[] = {Word::live, Word::held, Word::past, Word::recorded};
  std::string words(say(modes[static_cast<std::size_t>(at.mode)], language));
  if (const std::string told = notice(); !told.empty()) words += ": " + told;
  if (engine_ == scene::EngineState::gone) words += ": " + std::string(say(Word::engine_gone, language));
  if (engine_ == scene::EngineState::starting) return words + ": " + std::string(say(Word::engine_starts, language));
  if (at.mode == Mode::held) words += ": " + say(Word::before, language, {model.held.front().gate});
  if (!history_.keeps(at.event)) return words;
  const unsigned marks = history_.row(at.event).marks;
  if ((marks & model::row_baseline) != 0 && at.mode == Mode::live && engine_ == scene::EngineState::there) {
    return words + ": " + std::string(say(Word::ready_nothing_run, language));
  }
  words += words_at(history_, at);
  const model::Container* container = model.current();
  if (shows_containers()) {
    const model::Container* shown = container_.empty() ? nullptr : model.container(container_);
    if (!shown) shown = model.in_picture();
    const std::int64_t now_ns = model.now_ns + (at.behind == 0 ? waited_ns() : 0);
    if (shown) words += " " + shown->name + ": " + scene::container_status(*shown, now_ns);
    return words;
  }
  if (container && container->exit_code) {
    words += " " + container->name + ": " + say(Word::ended_with, language, {std::to_string(*container->exit_code)});
  }
  return words;
}

}  // namespace glassdock::session
