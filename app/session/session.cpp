#include "app/session/session.h"

#include <algorithm>

#include "app/session/speeds.h"
#include "engine/trace/gates.h"

namespace glassdock::session {
namespace {

using player::Mode;

constexpr terminal::Size first_size{24, 80};

}  // namespace

Session::Session(const Settings& settings, terminal::LineHistory& lines)
    : player_(player::make_live_player()),
      settings_(settings),
      line_(lines),
      output_(first_size),
      engine_(scene::EngineState::starting),
      terminal_focused_(true) {
  line_.set_text(first_command);
  gives_way_ = true;
}

Session::Session(model::History recording, const Settings& settings, terminal::LineHistory& lines)
    : history_(std::move(recording)), settings_(settings), line_(lines), output_(first_size) {
  times_.extend(history_);
  player_ = player::make_recorded_player(track());
  if (const trace::RecordingHeader* header = history_.header()) set_machine(header->machine, header->kernel);
  if (!history_.notices().empty()) notice_ = history_.notices().front();
  const bool shows_ways = !history_.now().ways.sights.empty();
  settings_.arrangement.way = shows_ways ? scene::Way::alone : scene::Way::none;
  settings_.arrangement.race = history_.now().race.told() && !shows_ways;
  settings_.arrangement.play = tells_narration();
}

Session::Session(model::History first, model::History second, std::array<std::string, 2> titles,
                 const Settings& settings, terminal::LineHistory& lines)
    : Session(std::move(first), settings, lines) {
  comparison_.emplace(track(), std::move(second), std::move(titles));
  comparison_->move_to(0, player_, track());
}

void Session::take(std::vector<trace::Event> events) {
  // Something else is to be seen.
  const bool wants_line =
      typed_in_vain_ == scene::Word::type_what_runs || typed_in_vain_ == scene::Word::type_in_terminal;
  if (wants_line && !events.empty()) typed_in_vain_.reset();
  for (trace::Event& event : events) {
    if (event.name == "trace.ended") run_ = others_ = 0;
    if (begins_race(event)) show_race();
    if (play_ && play_->observes) play_->note(event);
    history_.add(std::move(event));
  }
  times_.extend(history_);
  judge_gate();
}

// The terminal's own, or another client's while nothing runs here.
bool Session::begins_race(const trace::Event& event) const {
  if (event.name != "vm.race" || event.kind != trace::Kind::begin || comparison_) return false;
  return !command_runs_ || run_ == 0 || event.parent == run_ || history_.now().run.root == run_;
}

void Session::show_race() {
  if (containers_.open) show_containers();
  settings_.arrangement.race = true;
  settings_.arrangement.way = scene::Way::none;
}

// The next one behind the last is none.
void Session::show_way(std::int64_t number) {
  using scene::Way;
  const Way now = settings_.arrangement.way;
  const auto next = static_cast<std::int64_t>(now == Way::sizes ? Way::none : now) + (now == Way::sizes ? 0 : 1);
  if (containers_.open) show_containers();
  settings_.arrangement.race = false;
  settings_.arrangement.way = static_cast<Way>(std::clamp<std::int64_t>(number < 0 ? next : number, 0, 5));
}

void Session::set_engine(scene::EngineState state) {
  engine_ = state;
  // The run that held them went with the engine before.
  if (state == scene::EngineState::there && holds_others_) wishes_.push_back(HoldOthers{true, gates_of_others()});
}

void Session::set_notice(std::string notice) {
  notice_ = std::move(notice);
}

void Session::set_machine(std::string machine, std::string kernel) {
  machine_ = std::move(machine);
  kernel_ = std::move(kernel);
}

bool Session::at_now() const {
  const Mode mode = position().mode;
  return mode == Mode::live || mode == Mode::held;
}

void Session::advance(std::int64_t elapsed_ns, std::int64_t now_ns) {
  now_ns_ = now_ns;
  output_budget_ = {};
  if (output_.waiting()) show_output();
  animates_ = comparison_ ? comparison_->advance(elapsed_ns, player_, track())
                          : player::advance(player_, track(), elapsed_ns) || output_.waiting();
  reveal();
}

bool Session::counts_seconds() const {
  const model::Model& now = history_.now();
  const bool waits = std::any_of(now.containers.begin(), now.containers.end(), [](const model::Container& one) {
    return one.life.stop != 0 || one.life.next_start_ns;
  });
  return !is_recording() && engine_ != scene::EngineState::gone &&
         (now.run.executing || !now.held.empty() || now.race.state == model::State::appearing || waits ||
          shows_containers() || tells_of_life());
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
  // Where it stands beside the picture there is nothing to open, and nothing to remember.
  if (evidence_folds_) settings_.arrangement.evidence_drawer = true;
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
  if (command.action == Action::go_live && leads_back_) return wishes_.push_back(OpenRecording{});
  if (comparison_ && compare(command)) return;
  scene::Arrangement& arrangement = settings_.arrangement;
  using ClassPanel = scene::Arrangement::ClassPanel;
  // What is hidden has no keys; the terminal is brought to be typed into.
  const auto bring = [&](ClassPanel panel) {
    arrangement.class_panel = arrangement.class_panel == panel ? ClassPanel::none : panel;
    terminal_focused_ = false;
    if (terminal_in_sight() && !is_recording()) focus_terminal();
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
    case Action::next_stage:
      return next_stage();
    case Action::run_to:
      return run_to(command);
    case Action::select:
      return select(command);
    case Action::toggle_gate:
      return toggle_gate(command.name);
    case Action::toggle_event_gate:
      if (is_recording()) return set_notice(std::string(say(scene::Word::no_gates_in_recording, settings_.language)));
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
    case Action::hold_others:
      return toggle_others();
    case Action::give_up:
      if (own_held() && !held_by(run_)) {
        return set_notice(std::string(say(scene::Word::others_give_up, settings_.language)));
      }
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
        const bool shown = terminal_focused_ || (tabs_ && this->arrangement().terminal_tab);
        shown ? leave_terminal() : focus_terminal();
        arrangement.terminal_tab = terminal_focused_;
        if (shown) arrangement.terminal_large = false;
      } else {
        arrangement.terminal_tab = !arrangement.terminal_tab;
      }
      return;
    case Action::toggle_evidence:
      if (arrangement.class_mode) return bring(ClassPanel::evidence);
      if (!evidence_folds_) return;
      if (!explains_) {
        typed_in_vain_ = scene::Word::nothing_to_open;
      } else {
        arrangement.evidence_drawer = !arrangement.evidence_drawer;
      }
      return;
    case Action::toggle_terminal:
      if (arrangement.class_mode) return bring(ClassPanel::terminal);
      arrangement.terminal_tab = true;
      if (!is_recording()) focus_terminal();
      return;
    case Action::toggle_timeline:
      if (arrangement.class_mode) return bring(ClassPanel::timeline);
      arrangement.terminal_tab = arrangement.terminal_large = false;
      return leave_terminal();
    case Action::enlarge_terminal:
      if (arrangement.class_mode) return bring(ClassPanel::terminal);
      arrangement.terminal_large = !arrangement.terminal_large;
      if (arrangement.terminal_large && !is_recording()) focus_terminal();
      return;
    case Action::show_containers:
      containers_.signals = false;
      if (!arrangement.class_mode) return show_containers();
      bring(ClassPanel::containers);
      if (!scene::shown_container(shown(), container_)) move_in_table(Key::home);
      return;
    case Action::show_all_containers:
      containers_.all = !containers_.all;
      containers_.first_row = 0;
      return;
    case Action::show_signals:
      containers_.signals = !containers_.signals || !shows_containers();
      if (shows_containers()) return;
      return arrangement.class_mode ? bring(ClassPanel::containers) : show_containers();
    case Action::choose_container:
      return choose_container(command.name);
    case Action::show_race: {
      deselect();
      // What is played has the race's room in front of a class, and takes it back behind it.
      const bool covered = arrangement.class_mode && arrangement.class_panel == ClassPanel::play;
      if (covered) arrangement.class_panel = ClassPanel::none;
      if (!arrangement.race || covered) return show_race();
      arrangement.race = false;
      if (play_ && arrangement.class_mode && arrangement.class_panel == ClassPanel::none) bring(ClassPanel::play);
      return;
    }
    case Action::show_way:
      deselect();
      return show_way(command.number);
    case Action::show_events:
    case Action::show_images:
    case Action::show_palette:
    case Action::show_keys:
    case Action::show_lessons:
    case Action::show_recordings:
      wishes_.push_back(ShowPanel{command.action});
      return;
    case Action::make_scenario:
      return make_scenario();
    case Action::open_recording:
      wishes_.push_back(OpenRecording{command.name});
      return;
    case Action::show_scenarios:
      wishes_.push_back(ShowPanel{command.action});
      return;
    case Action::show_play:
      if ((play_ || tells_narration()) && arrangement.class_mode) return bring(ClassPanel::play);
      return change_play(command);
    case Action::open_lesson:
    case Action::open_scenario:
    case Action::leave_play:
    case Action::play_on:
    case Action::play_answer:
    case Action::play_hint:
    case Action::play_restart:
    case Action::play_skip:
      return change_play(command);
    case Action::show_notes:
      if (!scenario_) return set_notice(std::string(say(scene::Word::no_notes, settings_.language)));
      return wishes_.push_back(ShowNotes{});
    case Action::class_mode:
      arrangement.class_mode = !arrangement.class_mode;
      arrangement.class_panel = ClassPanel::none;
      if (!arrangement.class_mode) return;
      terminal_focused_ = false;
      // What is played goes on in front of the class: its words stand below the picture.
      if ((play_ || tells_narration()) && arrangement.play) bring(ClassPanel::play);
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

void Session::close() {
  using ClassPanel = scene::Arrangement::ClassPanel;
  scene::Arrangement& arrangement = settings_.arrangement;
  left_terminal_ = true;
  typed_in_vain_.reset();
  if (arrangement.class_panel != ClassPanel::none) {
    arrangement.class_panel = ClassPanel::none;
    terminal_focused_ = false;
  } else if (selected_ || !thing_.empty() || (evidence_folds_ && this->arrangement().evidence_drawer)) {
    deselect();
    if (evidence_folds_) arrangement.evidence_drawer = false;
  } else if (focused_) {
    focused_ = {};
  } else if (containers_.open) {
    show_containers();
  } else {
    arrangement.race = false;
    arrangement.way = scene::Way::none;
  }
}

}  // namespace glassdock::session
