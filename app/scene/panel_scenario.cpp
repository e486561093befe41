// The scenario that is played, or that a recording tells of: what is said in its step, what happened, and what one does
// next. Never the presenter's notes.
#include <algorithm>
#include <utility>

#include "app/lessons/say.h"
#include "app/scene/evidence_column.h"
#include "app/scene/parts.h"
#include "app/scene/play_panel.h"

namespace glassdock::scene {
namespace {

using lessons::plain;
using lessons::said;
using lessons::Say;
using lessons::Wants;
using play::text;
using play::text_strong;

// The same words, as the player has them and as events tell them.
std::vector<scenarios::Said> said_in(const Subject& subject) {
  if (const scenarios::Player* player = subject.view.scenario.player) return player->said();
  std::vector<scenarios::Said> all;
  const model::Narration& narration = subject.model.narration;
  for (const model::Said& one : narration.said) {
    const bool heads = one.event == narration.title.event;  // the panel
    if (!heads) all.push_back({one.part, {trace::visible(one.english), trace::visible(one.korean)}});
  }
  return all;
}

class ScenarioText : PlayText {
 public:
  // `player`: nullptr where all there is of it was told.
  ScenarioText(EvidenceColumn& column, const scenarios::Player* player, trace::Language language, bool brief)
      : PlayText(column, language, brief), player_(player) {}

  void add(const std::vector<scenarios::Said>& all) {
    for (const scenarios::Said& one : all) add(one);
    end_question();
    if (!player_ || player_->wants() == Wants::nothing) return;
    const scenarios::Step& step = player_->step();
    const bool typed = player_->wants() == Wants::line;
    if (typed || player_->wants() == Wants::run) {
      next_command(typed ? Say::type_or_enter : Say::line_to_run, step.line(), step.inside);
    }
    if (player_->wants() != Wants::on) return;
    add_findings(step);
    output(player_->outcome().observed.output);
  }

 private:
  void add(const scenarios::Said& one) {
    if (one.part == "choice") {
      choices_.push_back({.id = {}, .text = one.words});
      return;
    }
    end_question();
    if (one.part == "ask" || one.part == "gate") return words(one.words, text_strong);
    if (one.part == "command" && brief_) return;  // the band has it
    if (one.part == "command") return command(one.words.in(language_), {});
    const bool strong = one.part == "answer" || one.part == "left-out" || one.part == "end";
    line(scenarios::spoken(one, language_), strong ? text_strong : text,
         one.part == "believed" ? Colour::ink2 : Colour::ink);
  }

  void end_question() {
    if (choices_.empty()) return;
    const bool asks = player_ && player_->answers() > 0;
    answers(std::exchange(choices_, {}), player_ ? player_->chosen() : std::nullopt, asks);
    if (asks) small_line(said(Say::class_marks, language_));
    column_.gap(8);
  }

  void add_findings(const scenarios::Step& step) {
    const scenarios::Outcome& outcome = player_->outcome();
    for (const scenarios::Fault& fault : outcome.faults) command(fault.what.in(language_), {});
    // Where nobody was asked, nobody has expected anything.
    if (!step.predict || !outcome.faults.empty() || !outcome.left_out.empty()) return;
    line(said(Say::as_expected, language_), small, Colour::ink2);
  }

  const scenarios::Player* player_;
  std::vector<lessons::Answer> choices_;
};

// What the hub is like at the moment that is shown; empty: all is well.
std::string hub_words(const model::Hub& hub, trace::Language language) {
  constexpr std::pair<std::string_view, Say> faults[] = {{"down", Say::hub_down},
                                                         {"not-found", Say::hub_empty},
                                                         {"wrong-digest", Say::hub_changes},
                                                         {"cut-off", Say::hub_cuts}};
  std::string all;
  const auto add = [&](const std::string& words) { all += (all.empty() ? "" : ", ") + words; };
  if (hub.bytes_per_second != 0) add(said(Say::hub_slow, language, trace::bytes_text(hub.bytes_per_second)));
  if (hub.latency_ms != 0) add(said(Say::hub_waits, language, hub.latency_ms));
  for (const auto& [fault, words] : faults) {
    if (hub.fault == fault) add(said(words, language));
  }
  return all;
}

std::optional<Next> next_of(const ScenarioView& view) {
  if (view.prepares) return Next{Say::lab_is_made, false};
  if (view.follows) return Next{Say::button_to_end};
  if (view.judges) return Next{Say::looking, false};
  if (view.held) return Next{Say::button_go_on_held};
  switch (view.player->wants()) {
    case Wants::run:
    case Wants::line:
      return Next{Say::button_run};
    case Wants::on:
      return Next{Say::button_on};
    case Wants::end:
      return Next{Say::command_runs, false};
    default:
      return {};
  }
}

PlayHead head_of(const Subject& subject) {
  const trace::Language language = subject.view.language;
  if (const scenarios::Player* player = subject.view.scenario.player) {
    return {said(Say::scenario_kind, language), player->scenario().title.in(language), player->index() + 1,
            player->scenario().steps.size()};
  }
  const model::Narration& narration = subject.model.narration;
  const model::Said& title = narration.title;
  PlayHead head{said(Say::scenario_kind, language),
                lessons::Words{trace::visible(title.english), trace::visible(title.korean)}.in(language)};
  // How many there are the recording's end knows.
  const model::Narration& whole = subject.history.now().narration;
  if (whole.said.empty() || whole.said.back().part != "end") return head;
  head.step = static_cast<std::size_t>(std::max<std::int64_t>(narration.number, 1));
  head.steps = static_cast<std::size_t>(whole.number - 1);
  return head;
}

}  // namespace

void draw_scenario(const Brush& brush, Rect panel, const Subject& subject) {
  const ScenarioView& view = subject.view.scenario;
  const trace::Language language = subject.view.language;
  PlayPanel what{.head = head_of(subject), .warning = hub_words(subject.model.hub, language)};
  what.first_row = view.first_row;
  EvidenceColumn column(brush, play_text_width(panel));
  if (view.player) {
    const bool begins = view.player->said().empty() || view.player->index() == 0;
    if (begins) column.paragraph(plain(view.player->scenario().goal, language), small, Colour::ink2, play::many);
    what.next = next_of(view);
    const bool runs_next = view.player->wants() == Wants::run || view.player->wants() == Wants::line;
    if (runs_next && !view.prepares) what.line = view.player->step().line();
    what.buttons = {{Say::button_anew, "Alt R", Act::play_restart}, {Say::button_skip, "Alt S", Act::play_skip}};
    if (view.player->wants() == Wants::nothing && !view.prepares) {
      what.buttons = {{Say::button_scenarios, "Alt P", Act::show_scenarios}, {Say::button_leave, "", Act::leave_play}};
    }
  }
  column.gap(4);
  ScenarioText(column, view.player, language, is_wide(panel)).add(said_in(subject));
  if (!view.fault.empty()) column.paragraph(view.fault, text, Colour::failed_line, play::many);
  draw_play_panel(brush, panel, what, column, subject.view);
}

}  // namespace glassdock::scene
