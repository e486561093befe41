#include <algorithm>
#include <optional>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::State;
using trace::Stage;

constexpr float padding = 12;

std::string beside(const model::StageState& stage, std::optional<std::int64_t> time_ns, trace::Language language) {
  switch (stage.state) {
    case State::planned:
      return std::string(say(Word::to_come, language));
    case State::gone:
      return std::string(say(Word::not_needed, language));
    case State::failed:
      return std::string(say(Word::failed, language));
    default:
      return trace::duration_text(time_ns.value_or(0));
  }
}

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

constexpr float operation_step = 22;

// What a start does in the stage: the files belong to the walls' stage, what follows the command to the command's.
std::vector<const model::Operation*> operations_in(const model::Container& container, Stage stage) {
  std::vector<const model::Operation*> found;
  for (const model::Operation& operation : container.operations) {
    bool after = operation.stage == Stage::run || operation.stage == Stage::lifecycle;
    if (after == (stage == Stage::run)) found.push_back(&operation);
  }
  return found;
}

void draw_operation(const Brush& brush, Rect row, const model::Operation& operation, const View& view) {
  const trace::Language language = view.language;
  bool held = operation.state == State::held, to_come = operation.state == State::planned;
  bool failed = operation.state == State::failed;
  if (held) brush.box({.rect = row, .radius = 4, .fill = Colour::plate});
  Colour ink = held ? Colour::on_plate : failed ? Colour::failed_line : to_come ? Colour::ink3 : Colour::ink2;
  if (to_come) {
    brush.circle({row.x + 14, row.y + row.h / 2}, 3.5F, Colour::none, Colour::edge, 1.2F);
  } else {
    draw_icon(brush, held ? Icon::gate : failed ? Icon::cross : Icon::check, {row.x + 8, row.y + 5}, 12, ink);
  }
  std::string time = held      ? std::string(say(Word::held, language))
                     : failed  ? std::string(say(Word::failed, language))
                     : to_come ? std::string()
                               : trace::duration_text(operation.duration_ns);
  float wide = time.empty() ? 0 : brush.width(time, code) + 2;
  const float room = row.w - 34 - wide;
  constexpr Font smallest{Face::sans, least_text};  // the longest names stand whole, too
  brush.text({row.x + 26, row.y, room, row.h}, operation.name,
             brush.width(operation.name, small) + 2 > room ? smallest : small, ink);
  brush.text({row.right() - 6 - wide, row.y, wide, row.h}, time, code, ink, Align::right);
  if (!to_come && !held) {
    brush.place({.rect = row,
                 .act = Act::seek_event,
                 .name = "operation:" + operation.name,
                 .number = static_cast<std::int64_t>(operation.event)});
  }
  if (!view.controls) return;
  if (!held && view.has_breakpoint(operation.name)) draw_gate_mark(brush, {row.x + 14, row.y + row.h / 2});
  constexpr float mark = 26;
  brush.place({.rect = {row.x, row.y, to_come || held ? row.w : mark, row.h},
               .act = Act::toggle_gate,
               .name = operation.name,
               .tip = std::string(say(Word::tip_gate, language))});
}

// As many as fit, round the next one. Returns the height.
float draw_operations(const Brush& brush, Rect room, const std::vector<const model::Operation*>& operations,
                      const View& view) {
  auto rows = static_cast<std::size_t>(std::max(0.0F, room.h / operation_step));
  if (rows == 0 || operations.empty()) return 0;
  auto next =
      static_cast<std::size_t>(std::find_if(operations.begin(), operations.end(),
                                            [](const model::Operation* one) { return one->state != State::there; }) -
                               operations.begin());
  std::size_t from = next > rows / 2 ? next - rows / 2 : 0;
  if (from + rows > operations.size()) from = operations.size() > rows ? operations.size() - rows : 0;
  std::size_t to = std::min(from + rows, operations.size());
  for (std::size_t i = from; i < to; ++i) {
    float y = room.y + static_cast<float>(i - from) * operation_step;
    draw_operation(brush, {room.x, y, room.w, operation_step}, *operations[i], view);
  }
  return static_cast<float>(to - from) * operation_step;
}

void draw_row(const Brush& brush, Rect row, Stage stage, std::optional<std::int64_t> time_ns, bool narrow,
              const Subject& subject) {
  const model::StageState& state = subject.model.run.stages[static_cast<std::size_t>(stage)];
  trace::Language language = subject.view.language;
  const float badge = narrow ? 24 : 30;
  const Rect mark{row.x + padding, row.y + 4, badge, badge};
  draw_badge(brush, stage, state.state, {mark.x, mark.y}, badge);
  const std::string stage_name(trace::to_string(stage));
  bool empty = state.state == State::planned || state.state == State::gone;
  std::string time = subject.model.run.first == model::no_event ? std::string() : beside(state, time_ns, language);
  float x = row.x + padding + badge + 8;
  float wide = time.empty() ? 0 : brush.width(time, code) + 2;
  std::string name =
      std::to_string(static_cast<int>(stage) + 1) + " " + std::string(trace::stage_title(stage, language));
  constexpr Font narrow_title{Face::sans_bold, 12};  // the longest name stands whole beside its time
  brush.text({x, row.y + 2, row.right() - padding - wide - 8 - x, 22}, name, narrow ? narrow_title : row_title,
             empty ? Colour::ink3 : Colour::ink);
  brush.text({row.right() - padding - wide, row.y + 4, wide, 20}, time, code,
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
             any ? run.command : say(Word::what_a_run_goes_through, language), any ? code_strong : body, Colour::ink);
  const model::StageTimes times = subject.model.stage_times();
  bool narrow = panel.w < 240;
  float y = panel.y + 62;
  const float high = narrow ? 40 : 46;
  const model::Container* container = subject.model.current();
  float rest = panel.bottom() - y - high * static_cast<float>(run.stages.size()) - 20;
  // The last two stages open into their operations; the command's are few and stand whole.
  std::vector<const model::Operation*> start, after;
  if (container) {
    start = operations_in(*container, Stage::isolate);
    if (run.stages[static_cast<std::size_t>(Stage::run)].state != State::planned) {
      after = operations_in(*container, Stage::run);
    }
  }
  float for_after = std::min(rest, static_cast<float>(after.size()) * operation_step);
  for (std::size_t i = 0; i < run.stages.size(); ++i) {
    if (y + high > panel.bottom()) return;
    draw_row(brush, {panel.x, y, panel.w, high}, static_cast<Stage>(i), times[i], narrow, subject);
    y += high;
    Rect room{panel.x + padding, y, panel.w - 2 * padding, rest - for_after};
    if (static_cast<Stage>(i) == Stage::isolate) y += draw_operations(brush, room, start, subject.view);
    room = {room.x, y, room.w, for_after};
    if (static_cast<Stage>(i) == Stage::run) y += draw_operations(brush, room, after, subject.view);
  }
  if (!any) {
    brush.text({panel.x + padding, panel.bottom() - 26, panel.w - 2 * padding, 18},
               say(Word::true_times_here, language), small, Colour::ink3);
  }
}

}  // namespace glassdock::scene
