// The lesson or scenario that is played: what its user does with keys and clicks, and what comes of it.
#include <algorithm>
#include <limits>
#include <utility>

#include "app/scenarios/from_recording.h"
#include "app/scene/notes.h"
#include "app/scene/strings.h"
#include "app/session/session.h"
#include "engine/base/error.h"
#include "engine/trace/gates.h"

namespace glassdock::session {

void Session::begin_lesson(lessons::Lesson lesson, lessons::Progress progress, const std::string& from) {
  auto play = std::make_unique<LessonPlay>(std::move(lesson), std::move(progress), from);
  lesson_ = play.get();
  begin(std::move(play));
  lesson_->reset_lab(wishes_);
}

void Session::begin_scenario(scenarios::Scenario scenario) {
  auto play = std::make_unique<ScenarioPlay>(std::move(scenario));
  scenario_ = play.get();
  begin(std::move(play));
  scenario_->restart(wishes_);
}

void Session::begin(std::unique_ptr<Play> play) {
  play_ = std::move(play);
  settings_.arrangement.play = true;
  line_.set_text("");
  gives_way_ = false;
}

void Session::lab_is_ready() {
  if (lesson_) lesson_->prepares = false;
}

void Session::lab_is_ready(std::vector<std::string> left_out) {
  if (!scenario_) return;
  scenario_->start(std::move(left_out), wishes_);
  scenario_begun_ns_ = now_ns_;
}

void Session::lab_failed(std::string fault) {
  if (play_) play_->fail(std::move(fault), wishes_);
}

void Session::play_told(int exit_code, std::vector<trace::Event> events) {
  if (play_) play_->told(exit_code, std::move(events), wishes_);
}

void Session::play_line_dropped() {
  if (play_ && play_->observes) play_->not_begun(wishes_);
}

// What came of it is told when the picture has shown it: a start lasts milliseconds, a picture needs seconds.
void Session::take_verdict(lessons::Verdict verdict) {
  if (lesson_) lesson_->take(std::move(verdict));
  reveal();
}

void Session::take_verdict(scenarios::Verdict verdict) {
  if (scenario_) scenario_->take(std::move(verdict));
  reveal();
}

void Session::take_gate_judgement(std::vector<lessons::Fault> faults) {
  if (play_) play_->take_gate(std::move(faults));
}

void Session::judge_gate() {
  const model::Held* held = play_ ? held_by(run_) : nullptr;
  if (!held || play_->at_gate(*held, wishes_) || steps_) return;
  const bool wished = std::any_of(breakpoints_.begin(), breakpoints_.end(),
                                  [&](const std::string& one) { return trace::has_held(one, held->gate); });
  if (!wished) let_go(*held, mode_with_gates());
}

void Session::reveal() {
  if (!play_ || !play_->has_verdict() || (at_now() && position().behind > 0)) return;
  play_->reveal(wishes_);
}

bool Session::play_begins(const std::string& line) {
  return play_ && play_->waits_for_user() && play_->begins(line, wishes_);
}

// An empty line: what Enter means to what is played.
bool Session::play_goes_on() {
  if (!play_) return false;
  if (command_runs_) {
    const model::Held* held = held_by(run_);
    if (!held || !play_->observes) return false;
    proceed(mode_with_gates());
    return true;
  }
  if (!line_.text().empty()) return false;
  if (key_repeats_) return true;
  const bool offered_end = std::exchange(offers_end_, false);
  if (play_->has_verdict()) {
    player::go_live(player_, track());
    reveal();
    return true;
  }
  // The picture has come to its end since the button was drawn that says so.
  if (!play_->waits_for_user() || offered_end) return true;
  if (const std::string line = play_->line_of_enter(); !line.empty()) {
    line_.set_text(line);
    start_typed(mode_with_gates());
  } else {
    play_->go_on(wishes_);
  }
  return true;
}

bool Session::play_answers(std::size_t answer) {
  return play_ && play_->waits_for_user() && play_->choose(answer, wishes_);
}

// A digit that answers is no text; nor is one that answers nothing, where a class would see it run as a command.
bool Session::play_takes_text(std::string_view text) {
  if (!play_ || command_runs_ || !line_.text().empty() || text.size() != 1) return false;
  if (text[0] < '1' || text[0] > '9') return false;
  if (play_answers(static_cast<std::size_t>(text[0] - '1'))) return true;
  if (!settings_.arrangement.class_mode || settings_.arrangement.class_panel != scene::Arrangement::ClassPanel::play) {
    return false;
  }
  typed_in_vain_ = scene::Word::nothing_is_asked;
  return true;
}

bool Session::tells_narration() const {
  return is_recording() && !comparison_ && !history_.now().narration.scenario.empty();
}

// Of what is played, or of what a recording tells; where there is neither, there are lessons to choose from.
void Session::toggle_play_panel() {
  if (play_ || tells_narration()) {
    settings_.arrangement.play = !settings_.arrangement.play;
  } else {
    wishes_.push_back(ShowPanel{Action::show_lessons});
  }
}

void Session::change_play(const Command& command) {
  switch (command.action) {
    case Action::open_lesson:
      return wishes_.push_back(OpenPlay{.lesson = command.name, .scenario = {}});
    case Action::open_scenario:
      return wishes_.push_back(OpenPlay{.lesson = {}, .scenario = command.name});
    case Action::show_play:
      return toggle_play_panel();
    default:
      break;
  }
  if (!play_) return;
  switch (command.action) {
    case Action::leave_play:
      play_->leave(wishes_);
      return wishes_.push_back(OpenPlay{});
    case Action::play_on:
      play_goes_on();
      return;
    case Action::play_answer:
      if (command.number >= 0) play_answers(static_cast<std::size_t>(command.number));
      return;
    case Action::play_hint:
      return play_->hint(wishes_);
    default:
      break;
  }
  // What runs is of the step that is left.
  if (command_runs_ || !play_->waits_for_user()) {
    return set_notice(std::string(say(scene::Word::lab_is_busy, settings_.language)));
  }
  command.action == Action::play_restart ? play_->restart(wishes_) : play_->skip(wishes_);
}

void Session::view_play(scene::View& view, const model::Model& model) {
  if (play_) return play_->show(view, held_by(run_));
  const std::vector<model::Said>& said = model.narration.said;
  const model::EventIndex last = said.empty() ? model::no_event : said.back().event;
  // What is said last is seen.
  if (std::exchange(narration_event_, last) != last) narration_row_ = std::numeric_limits<int>::max();
  view.scenario.first_row = narration_row_;
}

scene::Scene Session::build_notes(const scene::Viewport& viewport, const scene::TextMeasure& measure,
                                  int first_row) const {
  scene::NotesView notes;
  notes.first_row = first_row;
  notes.language = settings_.language;
  if (scenario_) {
    notes.player = &scenario_->player;
    notes.elapsed_ns = scenario_->prepares ? 0 : now_ns_ - scenario_begun_ns_;
  }
  return scene::build_notes(notes, viewport, measure);
}

void Session::name_run(std::uint64_t span, const std::string& line) {
  history_.name_next_run(span, line);
  typed_.opened(span, history_.size());
}

void Session::make_scenario() {
  const auto refuse = [this](scene::Word why) { set_notice(std::string(say(why, settings_.language))); };
  if (history_.first() > 0) return refuse(scene::Word::events_let_go);
  if (command_runs_) return refuse(scene::Word::command_still_runs);
  const bool any = !typed_.lines().empty() || history_.now().run.first != model::no_event;
  if (!is_recording() && !any) return refuse(scene::Word::nothing_done_yet);
  try {
    std::vector<trace::Event> events;
    events.reserve(history_.size());
    for (std::size_t i = 0; i < history_.size(); ++i)
      events.push_back(history_.event(static_cast<model::EventIndex>(i)));
    const std::string command = history_.header() ? history_.header()->command : std::string();
    wishes_.push_back(WriteScenario{scenarios::draft_file(events, command, typed_.lines()), folder_});
  } catch (const Error& error) {
    set_notice(error.what());
  }
}

}  // namespace glassdock::session
