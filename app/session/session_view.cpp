// How the session is looked at: the view that a scene is built from.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "app/scene/comparison.h"
#include "app/scene/layout.h"
#include "app/scene/panels.h"
#include "app/scene/strings.h"
#include "app/session/session.h"

namespace glassdock::session {
namespace {

// The order of Tab: one region after the other, in each from top to bottom and from left to right.
class TabOrder {
 public:
  explicit TabOrder(const scene::Layout& layout)
      : regions_{layout.top_bar, layout.stages, layout.canvas, layout.evidence, layout.timeline, layout.terminal} {
    if (layout.evidence_is_drawer) std::swap(regions_[2], regions_[3]);  // it lies over the canvas
  }
  bool operator()(const scene::Place& a, const scene::Place& b) const { return key_of(a) < key_of(b); }

 private:
  std::tuple<std::ptrdiff_t, float, float> key_of(const scene::Place& place) const {
    constexpr float row = 16;  // what stands so near is one row
    const auto region = std::find_if(regions_.begin(), regions_.end(),
                                     [&](const scene::Rect& one) { return one.contains(place.rect.centre()); });
    return {region - regions_.begin(), std::floor(place.rect.y / row), place.rect.x};
  }
  std::array<scene::Rect, 6> regions_;
};

}  // namespace

const terminal::Frame& Session::terminal_frame(const player::Position& position) const {
  // Who types has seen enough of the rest: a line that is typed stands behind all of the output.
  const bool types = at_now() && !command_runs_ && !line_.text().empty();
  const bool late = position.behind > 0 && position.event != model::no_event && !is_recording() && !types;
  return late ? output_.at(history_.row(position.event).time_ns) : output_.now();
}

Session::Lines Session::terminal_lines(const terminal::Frame& frame, bool shows_cursor) const {
  std::size_t used = 0;
  for (std::size_t i = 0; i < frame.rows.size(); ++i) {
    if (!frame.rows[i]->runs.empty()) used = i + 1;
  }
  if (shows_cursor) used = std::max(used, static_cast<std::size_t>(frame.cursor.row) + 1);
  return {std::min(output_.dropped_lines(), frame.first_row), frame.first_row + used};
}

// Enough lines for any panel.
scene::TerminalText Session::terminal_text(const player::Position& position) const {
  scene::TerminalText text;
  const terminal::Frame& frame = terminal_frame(position);
  const bool late = position.behind > 0;
  const bool shows_cursor = command_runs_ && !late && frame.cursor.visible;
  const Lines all = terminal_lines(frame, shows_cursor);
  const std::uint64_t end = std::min(scrolled_to_.value_or(all.end), all.end);
  constexpr std::uint64_t most = 200;
  for (std::uint64_t number = std::max(all.first, end > most ? end - most : 0); number < end; ++number) {
    if (const terminal::Line* line = output_.line(frame, number)) text.lines.push_back(line);
  }
  text.below = all.end - end;
  text.prompt = !command_runs_ && &frame == &output_.now();  // not before output that is held back
  text.typed = line_.text();
  text.first_line = text.typed == first_command;
  text.folder = folder_.string();
  text.cursor = line_.cursor();
  if (shows_cursor && text.below == 0) {
    const std::uint64_t row = frame.first_row + static_cast<std::uint64_t>(frame.cursor.row);
    text.cell = {text.lines.size() - static_cast<std::size_t>(all.end - row),
                 static_cast<std::size_t>(frame.cursor.column)};
  }
  if (const auto& candidates = line_.candidates()) {
    for (const terminal::Candidate& one : candidates->candidates) text.candidates.push_back(one.text);
    text.chosen = line_.chosen();
  }
  text.focused = terminal_focused_;
  return text;
}

scene::Arrangement Session::arrangement() const {
  scene::Arrangement now = settings_.arrangement;
  now.terminal_tab = now.terminal_tab || terminal_focused_;
  return now;
}

// What was typed last and went nowhere is answered first.
std::string Session::notice() const {
  const bool over = typed_in_vain_ == scene::Word::waits_at_gate && !waits_at_gate();
  if (typed_in_vain_ && !over) return std::string(scene::say(*typed_in_vain_, settings_.language));
  const bool unseen = command_runs_ && command_reads_ && !terminal_in_sight();
  return notice_.empty() && unseen ? std::string(scene::say(scene::Word::reads_unseen, settings_.language)) : notice_;
}

scene::View Session::view(const player::Position& position, const model::Model& model) {
  scene::View view;
  view.language = settings_.language;
  view.light = settings_.light;
  view.position = position;
  view.slowness = player_.slowness;
  view.gate_is_own = own_held() != nullptr;
  view.timeline_zoom = timeline_zoom_;
  view.playing = player_.playing && position.behind > 0;
  view.selected = selected_;
  view.thing = thing_;
  // What explains another event begins at its top.
  const model::EventIndex explained = selected_.value_or(position.event);
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
  view.containers = containers_;
  view.breakpoints = breakpoints_;
  view.arrangement = arrangement();
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

void Session::layout_terminal(const scene::Viewport& viewport, const scene::TextMeasure& measure) {
  const terminal::Size size = scene::terminal_size(scene::lay_out(viewport, arrangement()), measure);
  if (size == output_.screen().size()) return;
  output_.resize(size, printed_ns_);
  wishes_.push_back(ResizeTerminal{output_.screen().size()});
}

// Both as recordings that nobody does anything with; the titles stand where a recording's machine does.
scene::Scene Session::build_comparison(const scene::Viewport& viewport, const scene::TextMeasure& measure) {
  Comparison& both = *comparison_;
  const player::Position at = position(), other_at = player::position(both.player(), both.track());
  const model::Model& model = history_.at(at.count);
  const model::Model& other_model = both.history().at(other_at.count);
  scene::View first = view(at, model);
  first.selected.reset();
  first.thing.clear();
  first.machine.clear();
  first.playing = both.playing;
  first.slowness = both.slowness;
  scene::View second = first;
  second.position = other_at;
  second.progress = [&](model::EventIndex event, player::Motion motion) {
    return static_cast<float>(
        player::progress_of(both.player(), both.track(), event, motion, settings_.reduced_motion));
  };
  first.notice = both.titles()[0];
  second.notice = both.titles()[1];
  const scene::Subject one{model, history_, times_, first, &bars_};
  const scene::Subject other{other_model, both.history(), both.times(), second, &both.bars};
  return scene::build_comparison({{&one, &other}, both.titles(), both.borders(), both.at_ns()}, viewport, measure);
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
  places_.clear();
  for (const scene::Place& place : scene.places) {
    const bool known = std::any_of(places_.begin(), places_.end(),
                                   [&](const scene::Place& one) { return scene::key_of(one) == scene::key_of(place); });
    if (place.act != scene::Act::none && !known) places_.push_back(place);
  }
  const bool whole = comparison_ || settings_.arrangement.class_mode;  // one region
  std::stable_sort(places_.begin(), places_.end(),
                   TabOrder(whole ? scene::Layout() : scene::lay_out(viewport, arrangement())));
  return scene;
}

}  // namespace glassdock::session
