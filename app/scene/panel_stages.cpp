#include <algorithm>
#include <optional>

#include "app/scene/gate_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "engine/trace/gates.h"

namespace glassdock::scene {
namespace {

using model::State;
using trace::Stage;

constexpr float padding = 12;

// A gate that is set: posts and rails on a plate.
void draw_gate_mark(const Brush& brush, Point centre) {
  brush.circle(centre, 8, Colour::plate);
  draw_icon(brush, Icon::gate, {centre.x - 5.5F, centre.y - 5.5F}, 11, Colour::on_plate);
}

void draw_rail(const Brush& brush, Rect panel, const Subject& subject) {
  const auto& stages = subject.model.run.stages;
  float step = std::min(64.0F, (panel.h - 16) / static_cast<float>(stages.size()));
  for (std::size_t i = 0; i < stages.size(); ++i) {
    Rect row{panel.x + 6, panel.y + 8 + static_cast<float>(i) * step, 32, 32};
    draw_badge(brush, static_cast<Stage>(i), stages[i].state, {row.x, row.y}, 32);
    const auto stage = static_cast<Stage>(i);
    const std::string name(trace::to_string(stage)), title(trace::stage_title(stage, subject.view.language));
    if (subject.view.has_breakpoint(name)) draw_gate_mark(brush, {row.right() - 3, row.y + 3});
    const bool seen = stages[i].first != model::no_event;
    brush.place({.rect = row,
                 .act = seen ? Act::seek_event : Act::toggle_gate,
                 .name = seen ? "stage:" + name : name,
                 .number = seen ? static_cast<std::int64_t>(stages[i].first) : -1,
                 .tip = title});
  }
}

// What a start does in the stage: the files belong to the walls' stage, what follows the command to the command's.
std::vector<const model::Operation*> operations_in(const model::Container& container, Stage stage) {
  std::vector<const model::Operation*> found;
  for (const model::Operation& operation : container.operations) {
    bool after = operation.stage == Stage::run || operation.stage == Stage::lifecycle;
    if (after == (stage == Stage::run)) found.push_back(&operation);
  }
  return found;
}

// What the operations of a list are, as tall as their sentences.
class OperationRows {
 public:
  OperationRows(const Brush& brush, float wide, std::vector<const model::Operation*> operations,
                const model::Container& container, const View& view)
      : brush_(brush), wide_(wide), operations_(std::move(operations)), container_(container), view_(view) {}

  float height() const {
    float sum = 0;
    for (std::size_t i = 0; i < operations_.size(); ++i) sum += height_of(i);
    return sum;
  }

  // As many as fit, round the next one. Returns the height.
  float draw(Rect room) const {
    const auto first = std::find_if(operations_.begin(), operations_.end(),
                                    [](const model::Operation* one) { return one->state != State::there; });
    const auto next = static_cast<std::size_t>(first - operations_.begin());
    std::size_t from = next, to = next;  // of what is drawn
    float used = 0;
    const auto take = [&](std::size_t i) {
      const float high = height_of(i);
      const bool fits = used + high <= room.h;
      if (fits) used += high;
      return fits;
    };
    // The one before the next, too: what stands by then.
    if (to < operations_.size() && take(to)) ++to;
    if (to > from && from > 0 && take(from - 1)) --from;
    if (to > from || next == operations_.size()) {
      while (to < operations_.size() && take(to)) ++to;
      while (from > 0 && (to == operations_.size()) && take(from - 1)) --from;
    }
    float y = room.y;
    for (std::size_t i = from; i < to; ++i) {
      draw_one({room.x, y, room.w, height_of(i)}, *operations_[i]);
      y += height_of(i);
    }
    return y - room.y;
  }

 private:
  static constexpr Font sentence_{Face::sans, 12}, id_{Face::sans, least_text}, time_{Face::mono, least_text};
  static constexpr float indent_ = 26, above_ = 2;
  float sentence_width() const { return wide_ - indent_ - 6; }
  int lines_of(const model::Operation& operation) const {
    constexpr int most = 4;
    return std::min(
        most, brush_.lines_of(operation_words(operation, container_, view_.language), sentence_, sentence_width()));
  }
  std::string time_of(const model::Operation& operation) const {
    switch (operation.state) {
      case State::held:
        return std::string(say(Word::held, view_.language));
      case State::failed:
        return std::string(say(Word::failed, view_.language));
      case State::planned:
        return {};
      default:
        if (operation.duration_ns < 0) return std::string(say(Word::not_told, view_.language));
        return trace::duration_text(operation.duration_ns);
    }
  }
  // The time stands beside the name, or below it where that is long.
  bool time_is_below(const model::Operation& operation) const {
    const std::string time = time_of(operation);
    return !time.empty() && brush_.width(operation.name, id_) + 8 + brush_.width(time, time_) > sentence_width();
  }
  float height_of(std::size_t i) const {
    const model::Operation& one = *operations_[i];
    return 2 * above_ + static_cast<float>(lines_of(one)) * brush_.line_height(sentence_) +
           (time_is_below(one) ? 2 : 1) * brush_.line_height(id_);
  }
  void draw_one(Rect row, const model::Operation& operation) const;

  const Brush& brush_;
  float wide_;
  std::vector<const model::Operation*> operations_;
  const model::Container& container_;
  const View& view_;
};

// The sentence, and below it, small, the name that the gate in front of it has.
void OperationRows::draw_one(Rect row, const model::Operation& operation) const {
  const bool held = operation.state == State::held, to_come = operation.state == State::planned;
  const bool failed = operation.state == State::failed;
  // One plate in inverse ink at a time: looking back it stands round the button that leads back to now.
  const bool inverse = held && view_.position.mode == player::Mode::held;
  if (held) {
    brush_.box(
        {.rect = row, .radius = 4, .fill = inverse ? Colour::plate : Colour::none, .line = Colour::ink, .stroke = 2});
  }
  const Colour ink = inverse   ? Colour::on_plate
                     : held    ? Colour::ink
                     : failed  ? Colour::failed_line
                     : to_come ? Colour::ink3
                               : Colour::ink2;
  const float middle = row.y + above_ + brush_.line_height(sentence_) / 2;  // of the first line
  if (to_come) {
    brush_.circle({row.x + 14, middle}, 3.5F, Colour::none, Colour::edge, 1.2F);
  } else {
    draw_icon(brush_, held ? Icon::gate : failed ? Icon::cross : Icon::check, {row.x + 8, middle - 6}, 12, ink);
  }
  const std::string words = operation_words(operation, container_, view_.language);
  float y = row.y + above_;
  y += brush_.paragraph({row.x + indent_, y, sentence_width(), row.h}, words, sentence_, ink, lines_of(operation));
  const float high = brush_.line_height(id_);
  const std::string time = time_of(operation);
  const float wide = time.empty() ? 0 : brush_.width(time, time_) + 2;
  const bool below = time_is_below(operation);
  brush_.text({row.x + indent_, y, sentence_width() - (below || wide == 0 ? 0 : wide + 4), high}, operation.name, id_,
              inverse ? Colour::on_plate : Colour::ink3);
  brush_.text({row.right() - 6 - wide, below ? y + high : y, wide, high}, time, time_, ink, Align::right);
  if (!to_come && !held) {
    brush_.place({.rect = row,
                  .act = Act::seek_event,
                  .name = "operation:" + operation.name,
                  .number = static_cast<std::int64_t>(operation.event)});
  }
  if (!view_.controls || !trace::find_gate(operation.name)) return;  // what takes a start down has no gates
  if (!held && view_.has_breakpoint(operation.name)) draw_gate_mark(brush_, {row.x + 14, middle});
  constexpr float mark = 26;
  brush_.place({.rect = {row.x, row.y, to_come || held ? row.w : mark, row.h},
                .act = Act::toggle_gate,
                .name = operation.name,
                .tip = std::string(say(Word::tip_gate, view_.language))});
}

void draw_row(const Brush& brush, Rect row, Stage stage, std::optional<std::int64_t> time_ns, bool narrow,
              const Subject& subject) {
  const model::Run& run = subject.model.run;
  const model::StageState& state = run.stages[static_cast<std::size_t>(stage)];
  trace::Language language = subject.view.language;
  const float badge = narrow ? 24 : 30;
  const Rect mark{row.x + padding, row.y + 4, badge, badge};
  draw_badge(brush, stage, state.state, {mark.x, mark.y}, badge);
  const std::string stage_name(trace::to_string(stage));
  bool empty = state.state == State::planned || state.state == State::gone;
  std::string time = stage_words(run, stage, time_ns, language);
  const Font time_font = narrow && empty ? small : code;  // a word rather than a number, and longer
  float x = row.x + padding + badge + 8;
  float wide = time.empty() ? 0 : brush.width(time, time_font) + 2;
  std::string name =
      std::to_string(static_cast<int>(stage) + 1) + " " + std::string(trace::stage_title(stage, language));
  constexpr Font narrow_title{Face::sans_bold, 12};  // the longest name stands whole beside its time
  brush.text({x, row.y + 2, row.right() - padding - wide - 8 - x, 22}, name, narrow ? narrow_title : row_title,
             empty ? Colour::ink3 : Colour::ink);
  brush.text({row.right() - padding - wide, row.y + 4, wide, 20}, time, time_font,
             state.state == State::failed ? Colour::failed_line
             : empty                      ? Colour::ink3
                                          : Colour::ink,
             Align::right);
  if (!narrow) {
    constexpr Font sentence{Face::sans, least_text};
    brush.text({x, row.y + 22, row.right() - 4 - x, 18}, trace::stage_sentence(stage, language), sentence,
               empty ? Colour::ink3 : Colour::ink2);
  }
  if (state.first != model::no_event) {
    brush.place({.rect = row,
                 .act = Act::seek_event,
                 .name = "stage:" + stage_name,
                 .number = static_cast<std::int64_t>(state.first)});
  }
  if (!subject.view.controls) return;
  if (subject.view.has_breakpoint(stage_name)) draw_gate_mark(brush, {mark.right() - 3, mark.y + 3});
  brush.place(
      {.rect = mark, .act = Act::toggle_gate, .name = stage_name, .tip = std::string(say(Word::tip_gate, language))});
}

}  // namespace

void draw_stages(const Brush& brush, Rect panel, bool rail, const Subject& subject) {
  trace::Language language = subject.view.language;
  draw_panel(brush, panel);
  if (rail) return draw_rail(brush, panel, subject);
  const model::Run& run = subject.model.run;
  bool any = run.first != model::no_event;
  brush.text({panel.x + padding, panel.y + 10, panel.w - 2 * padding, 18},
             say(any ? Word::stages_of : Word::six_stages, language), caption, Colour::ink2);
  brush.text({panel.x + padding, panel.y + 30, panel.w - 2 * padding, 20},
             !any                  ? say(Word::what_a_run_goes_through, language)
             : run.command.empty() ? say(Word::another_client, language)
                                   : std::string_view(run.command),
             any && !run.command.empty() ? code_strong : body, Colour::ink);
  const model::StageTimes times = subject.model.stage_times(subject.view.waited_here_ns());
  bool narrow = panel.w < 240;
  float y = panel.y + 62;
  const float high = narrow ? 40 : 46;
  const model::Container* container = subject.model.current();
  const float rest = panel.bottom() - y - high * static_cast<float>(run.stages.size()) - 8;
  // The last two stages open into their operations; the command's are few and stand whole.
  std::optional<OperationRows> start, after;
  const Rect rows{panel.x + padding, 0, panel.w - 2 * padding, 0};
  if (container) {
    start.emplace(brush, rows.w, operations_in(*container, Stage::isolate), *container, subject.view);
    if (run.stages[static_cast<std::size_t>(Stage::run)].state != State::planned) {
      after.emplace(brush, rows.w, operations_in(*container, Stage::run), *container, subject.view);
    }
  }
  const float for_after = after ? std::min(rest, after->height()) : 0;
  for (std::size_t i = 0; i < run.stages.size(); ++i) {
    if (y + high > panel.bottom()) return;
    const auto stage = static_cast<Stage>(i);
    draw_row(brush, {panel.x, y, panel.w, high}, stage, times[i], narrow, subject);
    y += high;
    if (start && stage == Stage::isolate) y += start->draw({rows.x, y, rows.w, rest - for_after});
    if (after && stage == Stage::run) y += after->draw({rows.x, y, rows.w, for_after});
  }
  const bool recorded = subject.view.is_recorded();
  if (!any && !recorded && y <= panel.bottom() - 26) {
    brush.text({panel.x + padding, panel.bottom() - 26, panel.w - 2 * padding, 18},
               say(Word::true_times_here, language), small, Colour::ink3);
  }
}

}  // namespace glassdock::scene
