// Two recordings: what commands do to both, and their scene.
#include "app/scene/comparison.h"
#include "app/session/session.h"
#include "app/session/speeds.h"
#include "engine/trace/gates.h"

namespace glassdock::session {

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
    case Action::next_stage: {
      const auto borders = both.borders();
      const auto next = std::find_if(borders.begin(), borders.end(), [&](auto at) { return at > both.at_ns(); });
      move_to(next == borders.end() ? both.end_ns() : *next);
      return true;
    }
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
    case Action::show_race:
    case Action::show_way:
      return true;
    default:
      return false;
  }
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

}  // namespace glassdock::session
