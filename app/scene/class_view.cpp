// Class mode: the same moment for the back row of a room. Drawn on a grid of 1600 x 900 and scaled as a whole; at most
// seven things, no text below 26 (visual-language.md, "Class mode").
#include <algorithm>
#include <array>
#include <utility>

#include "app/scene/gate_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::State;
using model::WallKind;
using trace::Stage;

constexpr Rect grid{0, 0, 1600, 900};
constexpr Rect band{0, 0, 1600, 92};
constexpr Rect picture{32, 204, 1536, 604};
constexpr float floor = 652;  // what everything stands on; the words are below it
constexpr Font large{Face::sans_bold, 36}, words_font{Face::sans_bold, 30}, text{Face::sans, 28}, least{Face::sans, 26},
    numbers{Face::mono, 26}, command_font{Face::mono, 30};

void draw_class_band(const Brush& brush, const Subject& subject) {
  const BandWords words = band_words(subject);
  const bool held = words.inverse;
  brush.box({.rect = band, .fill = held ? Colour::plate : Colour::panel});
  const Colour ink = held ? Colour::on_plate : Colour::ink;
  draw_icon(brush, words.icon, {32, 28}, 36, ink);
  float x = 88;
  x += brush.text({x, 0, 500, band.h}, say(words.name, subject.view.language), large, ink) + 28;
  const std::string command = subject.model.run.first == model::no_event
                                  ? std::string()
                                  : command_words(subject.model.run, subject.view.language);
  // The command has what the words leave.
  const float wide =
      std::min(brush.width(command, command_font) + 2, 1568 - 24 - x - brush.width(words.first, words_font) - 2);
  brush.text({x, 0, 1568 - wide - 24 - x, band.h}, words.first, words_font, ink);
  brush.text({1568 - wide, 0, wide, band.h}, command, command_font, ink, Align::right);
}

void draw_class_stages(const Brush& brush, const Subject& subject) {
  const auto& stages = subject.model.run.stages;
  const model::StageTimes times = subject.model.stage_times(subject.view.waited_ns);
  constexpr float step = 258, badge = 60;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto stage = static_cast<Stage>(i);
    const float x = 32 + static_cast<float>(i) * step;
    const bool empty = stages[i].state == State::planned || stages[i].state == State::gone;
    draw_badge(brush, stage, stages[i].state, {x, 118}, badge);
    const std::string below = stage_words(subject.model.run, stage, times[i], subject.view.language);
    const Rect room{x + badge + 14, 108, step - badge - 24, below.empty() ? badge + 20 : 42};
    brush.text(room, trace::stage_title(stage, subject.view.language), {Face::sans_bold, 28},
               empty ? Colour::ink3 : Colour::ink);
    brush.text({room.x, room.bottom(), room.w, 40}, below, least, empty ? Colour::ink3 : Colour::ink2);
    const bool seen = stages[i].first != model::no_event;
    brush.place({.rect = {x, 118, step - 20, badge},
                 .act = seen ? Act::seek_event : Act::toggle_gate,
                 .name = seen ? std::string() : std::string(trace::to_string(stage)),
                 .number = seen ? static_cast<std::int64_t>(stages[i].first) : -1});
  }
}

// What is said below a thing's name: what others named, then words of ours. Either may be empty.
struct Below {
  std::string named, words;
};

void draw_thing(const Brush& brush, Rect rect, Icon icon, std::string_view name, const Below& below, Colour line,
                bool active) {
  brush.box({.rect = rect, .radius = 12, .fill = Colour::card, .line = line, .stroke = active ? 5.0F : 2.4F});
  draw_icon(brush, icon, {rect.x + 24, rect.y + 24}, 36, line == Colour::edge ? Colour::ink : line);
  brush.text({rect.x + 76, rect.y + 18, rect.w - 96, 48}, name, words_font, Colour::ink);
  Rect room{rect.x + 24, rect.y + 76, rect.w - 48, rect.h - 84};
  const float used = brush.paragraph(room, below.named, numbers, Colour::ink2, below.words.empty() ? 2 : 1);
  room.y += used;
  room.h -= used;
  brush.paragraph(room, below.words, least, Colour::ink2, 3);
}

// The run's image and whether it is here, or how many are.
Below cache_words(const model::Model& model, trace::Language language) {
  if (const auto image = image_of_run(model)) {
    return {image->name, image->here ? std::string() : std::string(say(image->words, language))};
  }
  const auto here = images_here(model);
  if (here.empty()) return {{}, std::string(say(Word::nothing_kept, language))};
  if (here.size() == 1) return {here[0]->reference, {}};
  return {{}, say(Word::images_kept, language, {std::to_string(here.size())})};
}

// Before there is a container: who talks to whom, and what is kept.
void draw_way(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  const auto& stage = model.run.current;
  const bool pulls = std::any_of(model.transfers.begin(), model.transfers.end(),
                                 [](const model::Transfer& one) { return one.state == State::appearing; });
  constexpr Rect client{64, 216, 400, 204}, engine{588, 216, 400, 204}, hub{1112, 216, 424, 204},
      cache{588, 456, 400, 180};
  constexpr float middle = client.y + client.h / 2;
  const auto wire = [&](Point from, Point to, bool alive, Colour colour) {
    brush.line({from, to, alive ? 6.0F : 3.0F, alive ? colour : Colour::edge, alive ? Dash::solid : Dash::dotted});
  };
  const bool asks = model.run.first != model::no_event && !model.run.ended;
  wire({client.right(), middle}, {engine.x, middle}, asks, Colour::request_line);
  wire({engine.right(), middle}, {hub.x, middle}, pulls || stage == Stage::pull, Colour::pull_line);
  wire({788, engine.bottom()}, {788, cache.y}, stage == Stage::cache || stage == Stage::snapshot, Colour::cache_line);
  draw_thing(brush, client, Icon::terminal, say(Word::client, language),
             model.run.first == model::no_event ? Below{{}, std::string(say(Word::client_nobody, language))}
                                                : Below{command_words(model.run, language), {}},
             Colour::request_line, asks);
  draw_thing(brush, engine, Icon::chip, say(Word::engine, language),
             {{}, std::string(engine_words(model.run, language))}, Colour::edge, asks);
  draw_thing(brush, hub, Icon::hub, say(Word::hub, language),
             {{},
              model.transfers.empty() ? std::string(say(Word::hub_words, language))
                                      : trace::bytes_text(model.transfers.back().received)},
             Colour::pull_line, pulls);
  draw_thing(brush, cache, Icon::cache, say(Word::local_cache, language), cache_words(model, language),
             Colour::cache_line, stage == Stage::cache);
}

struct Plate {
  WallKind kind;
  Point middle;
};

void draw_class_walls(const Brush& brush, const Subject& subject, const model::Container& container) {
  constexpr float left = 560, right = 1330, top = 284, thick = 16;
  const auto state_of = [&](WallKind kind) { return container.walls[static_cast<std::size_t>(kind)].state; };
  const bool leaves = state_of(WallKind::pid) == State::leaving;
  const bool up = state_of(WallKind::pid) == State::there || state_of(WallKind::pid) == State::appearing;
  for (const Rect& wall :
       {Rect{left, top, right - left, thick}, Rect{left, top + thick + 4, thick, floor - top - thick - 4},
        Rect{right - thick, top + thick + 4, thick, floor - top - thick - 4}}) {
    brush.box({.rect = wall,
               .radius = 3,
               .fill = up ? Colour::isolate : Colour::none,
               .line = up || leaves ? Colour::isolate_line : Colour::edge,
               .stroke = 2.4F,
               .dash = up || leaves ? Dash::solid : Dash::dashed,
               .hatched = leaves});
  }
  constexpr std::array<Plate, 6> plates{{{WallKind::pid, {700, top + 8}},
                                         {WallKind::mnt, {945, top + 8}},
                                         {WallKind::net, {1190, top + 8}},
                                         {WallKind::uts, {left + 8, 416}},
                                         {WallKind::ipc, {left + 8, 560}},
                                         {WallKind::cgroup, {right - 8, 490}}}};
  for (const Plate& plate : plates) {
    const State state = state_of(plate.kind);
    if (state == State::gone) continue;
    const bool there = state == State::there || state == State::appearing, gone = state == State::leaving;
    const std::string_view name = model::to_string(plate.kind);
    const float wide = brush.width(name, text) + 48;
    const Rect rect{plate.middle.x - wide / 2, plate.middle.y - 26, wide, 52};
    brush.box({.rect = rect,
               .radius = 8,
               .fill = there ? Colour::isolate_soft : Colour::panel,
               .line = there || gone ? Colour::isolate_line : Colour::edge,
               .stroke = 2.4F,
               .dash = dash_of(state)});
    brush.text(rect, name, text, there ? Colour::ink : gone ? Colour::ink2 : Colour::ink3, Align::centre);
  }
  const std::string_view name = say(Word::container, subject.view.language);
  brush.text({left + 90, top + 50, 600, 44}, name, {Face::sans_bold, 28}, Colour::ink);
}

void draw_class_process(const Brush& brush, const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  constexpr Point centre{945, 470};
  const bool there = container.process > 0;
  const bool ended = container.exit_code.has_value(), runs = !container.program.empty() && !ended;
  brush.circle(centre, 84,
               !there || ended ? Colour::panel
               : runs          ? Colour::run
                               : Colour::run_soft,
               there ? Colour::run_line : Colour::edge, 6, there ? Dash::solid : Dash::dashed);
  brush.text({centre.x - 60, centre.y - 60, 120, 120}, "1", {Face::sans_bold, 72},
             runs    ? Colour::on_run_fill
             : there ? Colour::ink
                     : Colour::ink3,
             Align::centre);
  const bool held = !subject.model.held.empty() && there && subject.model.held.front().pid == container.process;
  if (held) {
    brush.circle({centre.x + 66, centre.y - 66}, 34, Colour::plate);
    draw_icon(brush, Icon::gate, {centre.x + 44, centre.y - 88}, 44, Colour::on_plate);
  }
  constexpr Rect below{620, 580, 650, 44};
  if (ended) {
    const std::string words = say(Word::ended_with, language, {std::to_string(*container.exit_code)});
    return void(brush.text(below, words, text, Colour::ink, Align::centre));
  }
  const Named named = runs ? Named{say(Word::is_now, language), container.program}
                           : Named{say(Word::will_become, language), container.command};
  draw_named(brush, below, named, text.size, Colour::ink, Align::centre);
}

void draw_outside(const Brush& brush, const Subject& subject, const model::Container& container) {
  const trace::Language language = subject.view.language;
  struct Outside {
    std::int32_t pid;
    Word name;
    bool inside;
    bool ended = false;
  };
  float y = 300;
  brush.text({64, 226, 440, 40}, say(Word::host, language), {Face::sans_bold, 28}, Colour::ink2);
  for (const Outside& one : {Outside{subject.model.engine.pid, Word::engine, false},
                             Outside{container.monitor, Word::monitor, false, container.exit_code.has_value()},
                             Outside{container.process, Word::its_process, true, container.exit_code.has_value()}}) {
    if (one.pid == 0) continue;
    const Colour fill = one.ended ? Colour::none : one.inside ? Colour::run_soft : Colour::raised;
    const Colour line = one.ended ? Colour::hairline : one.inside ? Colour::run_line : Colour::ink3;
    brush.circle({88, y + 22}, 20, fill, line, 4);
    brush.text({126, y - 14, 380, 40}, std::to_string(one.pid), numbers, Colour::ink);
    std::string name(say(one.inside ? Word::pid_inside : one.name, language));
    if (one.ended) name += ", " + std::string(say(Word::gone, language));
    brush.text({126, y + 26, 380, 40}, name, least, Colour::ink2);
    y += 116;
  }
}

// What stands at a gate and what comes next; otherwise what happens.
void draw_class_words(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  constexpr Rect room{64, floor + 60, 1472, 92};
  if (!subject.model.held.empty()) {
    const model::Held& held = subject.model.held.front();
    const GateWords words = gate_words(held.gate, held.subject, language);
    const std::array<std::pair<trace::Phrase, std::string_view>, 2> rows{
        {{trace::Phrase::now, words.now}, {trace::Phrase::next, words.next}}};
    constexpr float names = 96, high = room.h / 2;
    float y = room.y;
    for (const auto& [name, sentence] : rows) {
      const bool fits = brush.width(sentence, text) <= room.w - names;
      brush.text({room.x, y, names, high}, trace::words_of(name, language), words_font, Colour::ink);
      brush.text({room.x + names, y, room.w - names, high}, sentence, fits ? text : least, Colour::ink);
      y += high;
    }
    return;
  }
  if (subject.model.run.first == model::no_event || !subject.history.keeps(subject.model.last)) return;
  if ((subject.history.row(subject.model.last).marks & model::row_damaged) != 0) return;
  brush.paragraph(room, trace::sentence(subject.history.event(subject.model.last), language), text, Colour::ink, 2);
}

void draw_class_picture(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  brush.box({.rect = picture, .radius = 12, .fill = Colour::panel, .line = Colour::edge, .stroke = 2.4F});
  const model::Container* container = subject.model.current();
  const auto& stage = subject.model.run.current;
  const bool held_before = !subject.model.held.empty() && subject.model.held.front().stage < Stage::isolate;
  if (container && stage && *stage >= Stage::isolate && !held_before) {
    draw_outside(brush, subject, *container);
    draw_class_walls(brush, subject, *container);
    draw_class_process(brush, subject, *container);
  } else {
    draw_way(brush, subject);
  }
  constexpr Rect kernel{52, floor, 1496, 56};
  brush.box({.rect = kernel, .radius = 8, .fill = Colour::raised, .line = Colour::edge, .stroke = 2.4F});
  draw_icon(brush, Icon::chip, {kernel.x + 20, kernel.y + 14}, 32, Colour::ink);
  const float name = brush.text({kernel.x + 72, kernel.y, 500, kernel.h}, say(Word::kernel, language, {""}),
                                {Face::sans_bold, 28}, Colour::ink);
  brush.text({kernel.x + 100 + name, kernel.y, kernel.w - 120 - name, kernel.h}, say(Word::kernel_words, language),
             text, Colour::ink2);
  draw_class_words(brush, subject);
}

void draw_key_line(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  struct Key {
    std::string_view name;
    Word words;
    Act act;
  };
  float x = 32;
  for (const Key& key : {Key{"F10", Word::step, Act::step_engine}, Key{"←", Word::key_back, Act::step_back},
                         Key{"Ctrl →", Word::back_to_now, Act::go_live}, Key{"T", Word::terminal, Act::none},
                         Key{"E", Word::evidence_panel, Act::show_evidence}, Key{"L", Word::timeline, Act::none},
                         Key{"F11", Word::leave_class, Act::class_mode}}) {
    const float cap = brush.width(key.name, numbers) + 24, words = brush.width(say(key.words, language), least);
    if (x + cap + 14 + words > 1568) return;
    brush.box({.rect = {x, 832, cap, 48}, .radius = 6, .fill = Colour::card, .line = Colour::edge, .stroke = 2});
    brush.text({x, 832, cap, 48}, key.name, numbers, Colour::ink, Align::centre);
    brush.text({x + cap + 14, 832, words + 2, 48}, say(key.words, language), least, Colour::ink2);
    if (key.act != Act::none) brush.place({.rect = {x, 832, cap + 14 + words, 48}, .act = key.act});
    x += cap + words + 44;
  }
}

}  // namespace

void draw_class(const Brush& window, const Viewport& viewport, const Subject& subject) {
  const float scale = std::min(viewport.width / grid.w, viewport.height / grid.h);
  const Point origin{(viewport.width - grid.w * scale) / 2, (viewport.height - grid.h * scale) / 2};
  const Brush brush = window.placed(origin, scale);
  draw_class_band(brush, subject);
  draw_class_stages(brush, subject);
  // A panel takes the picture's place, at twice its size.
  constexpr float twice = 2.2F;
  const Brush panel = brush.placed({picture.x, picture.y}, twice);
  constexpr Rect room{0, 0, picture.w / twice, picture.h / twice};
  using ClassPanel = Arrangement::ClassPanel;
  switch (subject.view.arrangement.class_panel) {
    case ClassPanel::none:
      draw_class_picture(brush, subject);
      break;
    case ClassPanel::evidence:
      draw_evidence(panel, room, subject);
      break;
    case ClassPanel::terminal:
      draw_terminal(panel, room, false, subject);
      break;
    case ClassPanel::timeline:
      draw_timeline(panel, room, {}, subject);
      break;
  }
  draw_key_line(brush, subject);
}

}  // namespace glassdock::scene
