#include "app/scene/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/scene/breaks.h"
#include "app/scene/gate_words.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::scene {
namespace {

using player::Mode;

constexpr float band_height = 36, gate_line = 20;

std::string held_words(const Subject& subject, const model::Held& held) {
  trace::Language language = subject.view.language;
  if (held.who == trace::Actor::daemon || held.pid == 0) return std::string(say(Word::engine_waits, language));
  const std::string pid = std::to_string(held.pid);
  return say(Word::really_waits, language, {language == trace::Language::korean ? with_subject_particle(pid) : pid});
}

}  // namespace

BandWords band_words(const Subject& subject) {
  const View& view = subject.view;
  trace::Language language = view.language;
  BandWords words;
  switch (view.position.mode) {
    case Mode::held: {
      const model::Held& held = *shown_hold(subject);
      words = {Icon::gate, Word::held, say(Word::before, language, {gate_names(held)}), held_words(subject, held),
               {},         true};
      const std::int64_t for_ns = subject.model.now_ns - held.since_ns + view.waited_ns;
      constexpr std::int64_t worth_telling = 1'000'000'000;
      if (for_ns >= worth_telling) words.third = say(Word::for_time, language, {seconds_text(for_ns, language)});
      if (held.any_client) words.second = std::string(say(Word::others_wait, language)) + " " + words.second;
      break;
    }
    case Mode::past:
      words = {Icon::clock, Word::past, std::string(say(Word::looking_only, language)), {}, {}, false};
      // Now is as far as the timeline counts at the newest moment: a hold that goes on is in it.
      if (view.position.behind_true_ns > 0) {
        words.third = say(Word::before_now, language,
                          {trace::duration_text(saturating_add(view.position.behind_true_ns, view.waited_ns))});
      }
      break;
    case Mode::recorded:
      words = {Icon::clock,
               Word::recorded,
               view.machine.empty() ? std::string() : say(Word::from_recording, language, {view.machine}),
               {},
               {},
               false};
      if (subject.before_run && view.controls) words.second = std::string(say(Word::keys_of_recording, language));
      if (const model::Held* held = shown_hold(subject)) {
        words.second = words.first;
        words.first = say(Word::before, language, {gate_names(*held)});
      }
      break;
    case Mode::live:
      if (subject.model.run.first == model::no_event) words.first = say(Word::ready_nothing_run, language);
      if (is_late(view)) {
        words.name = Word::late;
        // The engine has gone on meanwhile, up to a gate.
        if (const model::Model& now = subject.history.now(); !now.held.empty()) {
          words.second = say(Word::held_meanwhile, language, {shown_hold(now, view.own_runs)->gate});
        }
        words.first = say(Word::shown_late, language,
                          {fmt::format("{:.1f}", static_cast<double>(view.position.behind_view_ns) / 1e9)});
      }
      if (view.engine == EngineState::starting) words.first = say(Word::engine_starts, language);
      if (view.engine == EngineState::gone) {
        words = {Icon::cross, Word::no_engine, std::string(say(Word::engine_gone, language)), {}, {}, false};
      }
      break;
  }
  if (!view.notice.empty()) words.second = view.notice;
  return words;
}

namespace {

// Below the band's own line: what stands at the gate, what comes next; of two lanes that are held together what stands
// in each.
void draw_gate_lines(const Brush& brush, Rect room, const model::Held& held, Colour ink, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const GateWords words = gate_words(subject.model, held.gate, held.subject, language);
  const std::string other = gate_words(subject.model, held.with, {}, language).now;
  const bool machine = starts_with(held.gate, "vm.");
  using Row = std::pair<std::string_view, std::string_view>;
  const std::array<Row, 2> rows =
      held.with.empty()
          ? std::array{Row{trace::words_of(trace::Phrase::now, language), words.now},
                       Row{trace::words_of(trace::Phrase::next, language), words.next}}
          : std::array{Row{say(Word::race_container, language), machine ? std::string_view(other) : words.now},
                       Row{say(Word::race_machine, language), machine ? words.now : std::string_view(other)}};
  float names = 0;
  for (const auto& row : rows) names = std::max(names, brush.width(row.first, strong));
  names += 12;
  for (const auto& [name, sentence] : rows) {
    brush.text({room.x, room.y, names, gate_line}, name, strong, ink);
    const bool fits = brush.width(sentence, body) <= room.w - names;
    brush.text({room.x + names, room.y, room.w - names, gate_line}, sentence, fits ? body : small, ink);
    room.y += gate_line;
  }
}

// `band`: its own line; `whole`: with what stands below it.
void draw_band(const Brush& brush, Rect band, Rect whole, const Subject& subject) {
  const View& view = subject.view;
  BandWords words = band_words(subject);
  Colour ground = words.inverse ? Colour::plate : Colour::panel;
  Colour ink = words.inverse ? Colour::on_plate : Colour::ink;
  const bool past = tells_past(view);
  brush.box({.rect = whole, .radius = 6, .fill = ground});
  if (past) {
    for (float x : {band.x + 6, band.right() - 30}) {
      draw_band_end(brush, {x, band.y + 6, 24, band.h - 12});
    }
  }
  if (view.position.mode == Mode::held) {
    brush.place({.rect = band,
                 .act = Act::select_event,
                 .name = "gate",
                 .number = static_cast<std::int64_t>(shown_hold(subject)->event)});
  }
  float x = band.x + (past ? 40 : 14);
  draw_icon(brush, words.icon, {x, band.y + 9}, 18, ink);
  x += 28;
  float right = band.right() - (past ? 40 : 12);
  if (view.position.mode == Mode::past) {
    const std::string_view back = say(Word::back_to_now, view.language), key = "Ctrl →";
    const float wide = button_width(brush, back, key);
    draw_button(brush, {right - wide, band.y + 5, wide, band.h - 10}, back, key, {.act = Act::go_live}, true);
    right -= wide + 40;
  }
  if (view.position.mode == Mode::live && view.holds_others) {
    const std::string_view label = say(Word::others_are_held, view.language);
    const float wide = button_width(brush, label, "F8");
    draw_button(brush, {right - wide, band.y + 5, wide, band.h - 10}, label, "F8", {.act = Act::hold_others});
    right -= wide + 12;
  }
  if (view.position.mode == Mode::held && view.gate_is_own) {
    right -= 120;
    draw_button(brush, {right, band.y + 5, 120, band.h - 10}, say(Word::run_on, view.language), "F5",
                {.act = Act::run_on});
    right -= 106;
    draw_button(brush, {right, band.y + 5, 100, band.h - 10}, say(Word::step, view.language), "F10",
                {.act = Act::step_engine});
    right -= 12;
  }
  x += brush.text({x, band.y, right - x, band.h}, say(words.name, view.language), title, ink) + 16;
  // A notice must not be missed: what else is said makes room.
  const bool crowded =
      !view.notice.empty() && brush.width(words.first, strong) + 18 + brush.width(words.second, body) + 1 > right - x;
  if (!crowded) x += brush.text({x, band.y, right - x, band.h}, words.first, strong, ink) + 18;
  if (!words.second.empty() && right - x > 80) {
    const std::string_view second = words.second, sentence = second.substr(0, second.find(". ") + 1);
    const std::string_view brief = sentence.empty() ? second : sentence;
    // Who waits is said in the evidence, too; half of it here says nothing.
    const bool says = view.position.mode != Mode::held || !view.notice.empty() || brush.width(brief, body) <= right - x;
    if (says) x += brush.text_of({x, band.y, right - x, band.h}, {second, brief}, body, ink) + 10;
  }
  if (brush.width(words.third, body) + 1 <= right - x) {
    brush.text({x, band.y, right - x, band.h}, words.third, body, ink);
  }
  if (whole.h <= band.h) return;
  const model::Held& held = *shown_hold(subject);
  const float left = band.x + (past ? 40 : 14);
  draw_gate_lines(brush, {left, band.bottom() - 2, whole.right() - 14 - left, 2 * gate_line}, held, ink, subject);
}

}  // namespace

Rect draw_canvas_frame(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate) {
  Mode mode = subject.view.position.mode;
  brush.box({.rect = canvas,
             .radius = 8,
             .fill = Colour::inset,
             .line = mode == Mode::held ? Colour::ink : Colour::edge,
             .stroke = mode == Mode::held ? 2.5F : 1.2F,
             .dash = tells_past(subject.view) ? Dash::dashed : Dash::solid});
  const float gate = tells_gate && !subject.model.held.empty() ? 2 * gate_line + 2 : 0;
  const Rect band{canvas.x + 3, canvas.y + 3, canvas.w - 6, band_height - 4};
  draw_band(brush, band, {band.x, band.y, band.w, band.h + gate}, subject);
  return {canvas.x, canvas.y + band_height + gate, canvas.w, canvas.h - band_height - gate};
}

void draw_canvas(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate) {
  const Rect rest = draw_canvas_frame(brush, canvas, subject, tells_gate);
  // The picture's own grid begins above its first row, where the band stands.
  constexpr float own_height = picture_size.h - band_height;
  constexpr float largest = 1.5F;
  float scale = std::min({rest.w / picture_size.w, rest.h / own_height, largest});
  Point origin{rest.x + (rest.w - picture_size.w * scale) / 2,
               rest.y + (rest.h - own_height * scale) / 2 - band_height * scale};
  Brush picture = brush.placed(origin, scale);
  draw_actors(picture, subject);
  draw_host(picture, subject);
  draw_container(picture, subject);
}

}  // namespace glassdock::scene
