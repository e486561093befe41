// How the session is looked at: the view that a scene is built from.
#include <algorithm>
#include <utility>

#include "app/scene/layout.h"
#include "app/scene/panels.h"
#include "app/scene/strings.h"
#include "app/session/session.h"

namespace glassdock::session {
scene::Arrangement Session::arrangement() const {
  scene::Arrangement now = settings_.arrangement;
  now.terminal_tab = now.terminal_tab || terminal_focused_ || shows_output();
  // An empty drawer would cover the one thing to do next.
  now.evidence_drawer = now.evidence_drawer && explains_;
  // In a low window the containers stand there.
  if (!now.terminal_tab || shows_containers()) return now;
  constexpr std::uint64_t many = 1000;
  const Lines lines = terminal_lines(terminal_frame(position()), command_runs_);
  constexpr int prompt = 1;
  now.terminal_lines = static_cast<int>(std::min(lines.end - lines.cleared, many)) + prompt;
  return now;
}

scene::View Session::view(const player::Position& position, const model::Model& model) {
  scene::View view;
  view.language = settings_.language;
  view.light = settings_.light;
  view.position = position;
  view.slowness = player_.slowness;
  view.gate_is_own = own_held() != nullptr;
  view.own_runs = own_runs();
  view.holds_others = others_ != 0;
  view.timeline_zoom = timeline_zoom_;
  view.playing = player_.playing && position.behind > 0;
  view.selected = selected_;
  view.thing = thing_;
  explains_ = view.explains(model);
  // What explains another event begins at its top.
  const model::EventIndex explained = selected_.value_or(view.explained(model));
  if (std::exchange(evidence_event_, explained) != explained && thing_.empty()) evidence_row_ = 0;
  view.evidence_row = evidence_row_;
  view.machine = machine_;
  view.kernel = kernel_;
  view.engine = engine_;
  view.waited_ns = waited_ns();
  view.notice = notice();
  if (view.notice.empty() && model.lost > 0) {
    view.notice = say(scene::Word::events_lost, view.language, {std::to_string(model.lost)});
  }
  view.terminal = terminal_text(position);
  view.container = container_;
  forget_look();
  view.containers = containers_;
  view_play(view, model);
  view.breakpoints = breakpoints_;
  view.arrangement = arrangement();
  view.letter_keys = !terminal_focused_ && !letters_are_typed();
  view.can_race = can_race_ && !is_recording();
  view.leads_back = leads_back_;
  view.controls = true;
  view.focused = focused_;
  view.hovered = hovered_;
  view.tip = tip_;
  view.reduced_motion = settings_.reduced_motion;
  view.progress = [this](model::EventIndex event, player::Motion motion) {
    return static_cast<float>(player::progress_of(player_, track(), event, motion, settings_.reduced_motion));
  };
  return view;
}

scene::Scene Session::build(const scene::Viewport& viewport, const scene::TextMeasure& measure) {
  layout_terminal(viewport, measure);
  scene::Scene scene;
  if (comparison_) {
    scene = build_comparison(viewport, measure);
  } else {
    const player::Position at = position();
    const model::Model& model = history_.at(at.count);
    const scene::View view = this->view(at, model);
    scene = scene::build({model, history_, times_, view, &bars_}, viewport, measure);
  }
  offers_end_ = play_ && play_->has_verdict();
  keep_places(scene, viewport);
  return scene;
}

}  // namespace glassdock::session
