// Class mode: the same moment for the back row of a room. Drawn on a grid of 1600 x 900 and scaled as a whole; at most
// seven things, no text below 26 (visual-language.md, "Class mode").
#include "app/scene/class_view.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "app/scene/gate_words.h"
#include "app/scene/life_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/play_panel.h"
#include "app/scene/race_view.h"
#include "app/scene/strings.h"
#include "app/scene/terms.h"
#include "app/scene/ways_view.h"

namespace glassdock::scene {
namespace {

using model::State;
using trace::Stage;
using namespace class_grid;

constexpr Rect grid{0, 0, 1600, 900};
constexpr Rect band{0, 0, 1600, 92};
constexpr Rect middle{32, 204, 1536, 604};
// Five lines with their head.
constexpr Rect terminal_band{32, 487, 1536, 321};

// Where something is played, the picture is lower and stands above its words; the strip gives them its place.
constexpr float play_up = 100;
constexpr Rect play_band{32, 354, 1536, 466};

// What is made for the panels, at the size of this mode: no text of theirs is below 12.
constexpr float panel_scale = 2.2F;

// The way back to now, at the band's right end. Returns where it begins.
float draw_way_back(const Brush& brush, float right, Word where, trace::Language language) {
  const Brush panel = brush.placed({0, 0}, panel_scale);
  const std::string_view words = say(where, language), key = "Ctrl →";
  constexpr float margin = 14 / panel_scale;
  const float x = right / panel_scale - button_width(panel, words, key);
  draw_button(panel, {x, margin, 0, band.h / panel_scale - 2 * margin}, words, key, {.act = Act::go_live}, true);
  return x * panel_scale;
}

// What it is all about: the stop that waits for the container's end; otherwise the command of the run, or the
// container and how it is.
std::string heading(const Subject& subject) {
  const model::Container* shown = container_in_class(subject);
  if (const model::Signal* signal = shown ? signal_in_picture(*shown) : nullptr; signal && shown->life.stop != 0) {
    return command_of(*shown, *signal);
  }
  if (const model::Container* other = other_in_class(subject)) {
    return other->name + "  " + container_status(*other, subject.model.now_ns + subject.view.waited_here_ns());
  }
  const model::Run& run = subject.model.run;
  return run.first == model::no_event ? std::string() : command_words(run, subject.view.language);
}

void draw_class_band(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const BandWords words = band_words(subject);
  const bool held = words.inverse, past = tells_past(subject.view);
  brush.box({.rect = band, .fill = held ? Colour::plate : Colour::panel});
  const Colour ink = held ? Colour::on_plate : Colour::ink;
  float x = 32, right = 1568;
  if (past) {
    for (const float end : {8.0F, 1552.0F}) draw_band_end(brush, {end, 8, 40, band.h - 16});
    x += 32, right -= 32;
  }
  const bool to_now = subject.view.position.mode == player::Mode::past, to_live = subject.view.leads_back;
  if (to_now || to_live) {
    right = draw_way_back(brush, right, to_live ? Word::back_to_live : Word::back_to_now, language) - 24;
  }
  draw_icon(brush, words.icon, {x, 28}, 36, ink);
  x += 56;
  x += brush.text({x, 0, 500, band.h}, say(words.name, language), large, ink) + 28;
  const std::string command = heading(subject);
  // Two lines of words; the command has what they leave.
  const std::string& above = words.first.empty() ? words.second : words.first;
  const std::string& beside = words.first.empty() ? std::string() : words.second;
  constexpr float gap = 24;
  const float second = beside.empty() ? 0 : brush.width(beside, least) + gap;
  const float third = words.third.empty() ? 0 : brush.width(words.third, least) + 2;
  const bool fits = second + third <= right - x;
  const float wide = std::max(brush.width(above, words_font) + 2, fits ? second + third : second);
  const float room = std::min(wide, right - x);
  const bool one_line = second + third == 0;
  brush.text({x, one_line ? 0.0F : 6.0F, room, one_line ? band.h : 42.0F}, above, words_font, ink);
  brush.text({x, 47, room, 40}, beside, least, ink);
  if (fits) brush.text({x + second, 47, third, 40}, words.third, least, ink);
  const float rest = std::min(brush.width(command, command_font) + 2, right - gap - x - room);
  brush.text({right - rest, 0, rest, band.h}, command, command_font, ink, Align::right);
}

// What is said below a thing's name: what others named, then words of ours. Either may be empty.
struct Below {
  std::string named, words;
};

// What it is stands below the picture when it was chosen.
void draw_thing(const Brush& brush, Rect rect, Icon icon, std::string_view name, const Below& below, Colour line,
                bool active, std::string place, model::EventIndex event) {
  brush.box({.rect = rect, .radius = 12, .fill = Colour::card, .line = line, .stroke = active ? 5.0F : 2.4F});
  draw_icon(brush, icon, {rect.x + 24, rect.y + 24}, 36, line == Colour::edge ? Colour::ink : line);
  const float wide = brush.text({rect.x + 76, rect.y + 18, rect.w - 96, 48}, name, words_font, Colour::ink);
  Rect room{rect.x + 24, rect.y + 76, rect.w - 48, rect.h - 84};
  constexpr float flat = 100, beside = 96;
  if (rect.h < flat) {
    room = {rect.x + beside + wide, rect.y, rect.w - beside - wide - 20, rect.h};
    const auto high = [&](std::string_view words, Font font) {
      return words.empty() ? 0 : static_cast<float>(brush.lines_of(words, font, room.w)) * brush.line_height(font);
    };
    const float above = (rect.h - high(below.named, numbers) - high(below.words, least)) / 2;
    room.y += std::max(above, 0.0F);
    room.h -= std::max(above, 0.0F);
  }
  const float used = brush.paragraph(room, below.named, numbers, Colour::ink2, below.words.empty() ? 2 : 1);
  room.y += used;
  room.h -= used;
  brush.paragraph(room, below.words, least, Colour::ink2, 3);
  brush.place({rect, Act::select_event, std::move(place), static_cast<std::int64_t>(event), {}});
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
void draw_way(const Brush& brush, const Subject& subject, const Form& form) {
  const trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  const auto& stage = model.run.current;
  const bool pulls = std::any_of(model.transfers.begin(), model.transfers.end(),
                                 [](const model::Transfer& one) { return one.state == State::appearing; });
  const Rect client = form.low ? Rect{64, 214, 400, 164} : Rect{64, 216, 400, 204},
             engine = form.low ? Rect{516, 210, 568, 80} : Rect{588, 216, 400, 204},
             hub = form.low ? Rect{1136, 214, 400, 164} : Rect{1112, 216, 424, 204},
             cache = form.low ? Rect{516, 302, 568, 80} : Rect{588, 456, 400, 180};
  const float line = engine.y + (form.low ? engine.h / 2 : 102), down = engine.centre().x;
  const auto wire = [&](Point from, Point to, bool alive, Colour colour) {
    brush.line({from, to, alive ? 6.0F : 3.0F, alive ? colour : Colour::edge, alive ? Dash::solid : Dash::dotted});
  };
  const bool asks = run_goes_on(subject), recorded = subject.view.is_recorded();
  wire({client.right(), line}, {engine.x, line}, asks, Colour::request_line);
  wire({engine.right(), line}, {hub.x, line}, pulls || (asks && stage == Stage::pull), Colour::pull_line);
  wire({down, engine.bottom()}, {down, cache.y}, asks && (stage == Stage::cache || stage == Stage::snapshot),
       Colour::cache_line);
  draw_thing(brush, client, Icon::terminal, say(Word::client, language),
             model.run.first == model::no_event
                 ? Below{{}, std::string(say(recorded ? Word::no_request_yet : Word::client_in_class, language))}
                 : Below{command_words(model.run, language), {}},
             Colour::request_line, asks, "client", subject.before_run ? model::no_event : model.run.first);
  draw_thing(brush, engine, Icon::chip, say(Word::engine, language), {{}, std::string(engine_words(subject))},
             Colour::edge, asks, "engine", model.engine.event);
  draw_thing(brush, hub, Icon::hub, say(Word::hub, language),
             {{},
              model.transfers.empty() ? std::string(say(Word::hub_words, language))
                                      : trace::bytes_text(model.transfers.back().received)},
             Colour::pull_line, pulls, "hub", model.hub.event);
  draw_thing(brush, cache, Icon::cache, say(Word::local_cache, language), cache_words(model, language),
             Colour::cache_line, stage == Stage::cache, "cache", model::no_event);
}

constexpr float line_high = 40;  // of what is said below the picture

// What failed, and below it why, as the client was told.
void draw_failure(const Brush& brush, Rect room, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const model::Run& run = subject.model.run;
  const model::Container* container = subject.model.current();
  const std::string reason = failure_reason(subject.model);
  const bool two_lines = !reason.empty() && room.h >= 2 * line_high;
  const float high = two_lines ? room.h / 2 : room.h;
  draw_icon(brush, Icon::cross, {room.x, room.y + (high - 30) / 2}, 30, Colour::failed_line);
  Rect line{room.x + 46, room.y, room.w - 46, high};
  if (container && start_failed(*container)) {
    if (container->failed_code) {
      const std::string code = say(Word::exit_code, language, {std::to_string(*container->failed_code)});
      const float wide = brush.width(code, text) + 2;
      brush.text({line.right() - wide, line.y, wide, line.h}, code, text, Colour::failed_line, Align::right);
      line.w -= wide + 24;
    }
    draw_named(brush, line, {say(Word::not_become, language), container->command}, text.size, Colour::failed_line);
  } else {
    const auto failed = std::find_if(run.stages.begin(), run.stages.end(),
                                     [](const model::StageState& one) { return one.state == State::failed; });
    const auto stage = failed == run.stages.end() ? Stage::request : static_cast<Stage>(failed - run.stages.begin());
    brush.text(line, say(Word::stage_failed, language, {trace::stage_title(stage, language)}), text,
               Colour::failed_line);
  }
  if (two_lines) brush.text({room.x, room.y + high, room.w, high}, reason, numbers, Colour::ink);
}

// In letters that let it stand whole.
void draw_sentence(const Brush& brush, std::string_view words, Colour ink, const Form& form) {
  const int lines = form.low ? 1 : 2;
  const bool fits = brush.stands_whole(words, text, form.words.w, lines);
  brush.paragraph(form.words, words, fits ? text : least, ink, lines);
}

// What was chosen; what stands at a gate and what comes next; why a run failed; otherwise what happens.
void draw_class_words(const Brush& brush, const Subject& subject, const Form& form) {
  const trace::Language language = subject.view.language;
  const Rect room = form.words;
  if (const std::string_view term = term_of(subject.view.thing, language); !term.empty()) {
    return draw_sentence(brush, term, Colour::ink, form);
  }
  if (const model::Held* held = shown_hold(subject)) {
    const GateWords words = gate_words(subject.model, held->gate, held->subject, language);
    const std::array<std::pair<trace::Phrase, std::string_view>, 2> rows{
        {{trace::Phrase::now, words.now}, {trace::Phrase::next, words.next}}};
    constexpr float names = 96;
    const float high = form.low ? room.h : room.h / 2;
    float y = room.y;
    for (const auto& [name, sentence] : rows) {
      if (form.low && name == trace::Phrase::now) continue;  // what stands is in the picture
      const bool fits = brush.width(sentence, text) <= room.w - names;
      brush.text({room.x, y, names, high}, trace::words_of(name, language), words_font, Colour::ink);
      brush.text({room.x + names, y, room.w - names, high}, sentence, fits ? text : least, Colour::ink);
      y += high;
    }
    return;
  }
  const model::Container* other = other_in_class(subject);
  const model::Container* container = container_in_class(subject);
  if (subject.model.run.failed && !other) return draw_failure(brush, room, subject);
  // What ends it badly stays; what the engine does behind it does not hide it.
  const bool bad = container && container->exit_code.value_or(0) != 0 && container->exit_event != model::no_event;
  const model::EventIndex event = bad     ? container->exit_event
                                  : other ? other->told
                                          : subject.view.explained(subject.model);
  if ((!other && subject.model.run.first == model::no_event) || !subject.history.keeps(event)) return;
  if ((subject.history.row(event).marks & model::row_damaged) != 0) return;
  const std::string words = trace::sentence(told_event(subject.history, event), language);
  draw_sentence(brush, words, bad ? Colour::failed_line : Colour::ink, form);
}

void draw_class_picture(const Brush& brush, const Subject& subject, const Form& form) {
  const trace::Language language = subject.view.language;
  const bool held = subject.view.position.mode == player::Mode::held, past = tells_past(subject.view);
  brush.box({.rect = form.picture,
             .radius = 12,
             .fill = Colour::panel,
             .line = held ? Colour::ink : Colour::edge,
             .stroke = held   ? 5.0F
                       : past ? 4.0F
                              : 2.4F,
             .dash = past ? Dash::dashed : Dash::solid});
  const model::Container* container = container_in_class(subject);
  // The run's own: from the beginning of its start, which this run asked for.
  const bool starts = container && (other_in_class(subject) || (container->start_event != model::no_event &&
                                                                container->start_event >= subject.model.run.first));
  if (starts) {
    draw_class_container(brush, subject, *container, form);
  } else {
    draw_way(brush, subject, form);
  }
  const Rect kernel{52, form.floor, 1496, form.kernel_high};
  brush.box({.rect = kernel, .radius = 8, .fill = Colour::raised, .line = Colour::edge, .stroke = 2.4F});
  brush.place({.rect = kernel, .act = Act::select_event, .name = "kernel"});
  draw_icon(brush, Icon::chip, {kernel.x + 20, kernel.y + (kernel.h - 28) / 2}, 28, Colour::ink);
  const float name = brush.text({kernel.x + 72, kernel.y, 500, kernel.h}, say(Word::kernel, language, {""}),
                                {Face::sans_bold, 28}, Colour::ink);
  brush.text({kernel.x + 100 + name, kernel.y, kernel.w - 120 - name, kernel.h},
             say(subject.view.asks() ? Word::kernel_runs : Word::kernel_words, language), text, Colour::ink2);
  if (form.words.h > 0) draw_class_words(brush, subject, form);
}

}  // namespace

const model::Container* container_in_class(const Subject& subject) {
  const model::Held* held = shown_hold(subject);
  if (!held) return shown_container(subject);
  // A gate of a pull, or of a request, is of no container.
  const model::Container* container = subject.model.container(held->subject);
  return container ? container : subject.model.current();
}

const model::Container* other_in_class(const Subject& subject) {
  const model::Container* container = container_in_class(subject);
  return container == subject.model.current() ? nullptr : container;
}

float class_scale(const Viewport& viewport) {
  return std::min(viewport.width / grid.w, viewport.height / grid.h);
}

void draw_class(const Brush& window, const Viewport& viewport, const Subject& subject) {
  const float scale = class_scale(viewport);
  const Point origin{(viewport.width - grid.w * scale) / 2, (viewport.height - grid.h * scale) / 2};
  const Brush brush = window.placed(origin, scale);
  draw_class_band(brush, subject);
  const bool race = subject.view.arrangement.race;
  const bool way = subject.view.arrangement.way != Way::none;
  const bool plays = subject.view.arrangement.class_panel == Arrangement::ClassPanel::play && has_play(subject);
  if (race) {
    draw_race_head_for_class(brush, subject);
  } else if (way) {
    draw_way_head_for_class(brush, subject);
  } else if (!plays) {
    draw_class_strip(brush, subject);
  }
  // The terminal stands below the picture; another panel takes its place.
  const auto in = [&](Rect rect, auto draw) {
    draw(brush.placed({rect.x, rect.y}, panel_scale), Rect{0, 0, rect.w / panel_scale, rect.h / panel_scale});
  };
  using ClassPanel = Arrangement::ClassPanel;
  const ClassPanel open = subject.view.arrangement.class_panel;
  switch (open == ClassPanel::play && !has_play(subject) ? ClassPanel::none : open) {
    case ClassPanel::none:
      if (!race && !way) {
        draw_class_picture(brush, subject, whole);
        break;
      }
      in(middle, [&](const Brush& panel, Rect room) {
        race ? draw_race_for_class(panel, room, subject) : draw_way_for_class(panel, room, subject);
      });
      break;
    case ClassPanel::evidence:
      in(middle, [&](const Brush& panel, Rect room) { draw_evidence(panel, room, subject); });
      break;
    case ClassPanel::terminal:
      draw_class_picture(brush, subject, low);
      in(terminal_band, [&](const Brush& panel, Rect room) { draw_terminal(panel, room, false, subject); });
      break;
    case ClassPanel::containers:
      in(middle, [&](const Brush& panel, Rect room) {
        subject.view.containers.signals ? draw_signals(panel, room, subject) : draw_life(panel, room, subject);
      });
      break;
    case ClassPanel::play:
      if (!race) draw_class_picture(brush.placed({0, -play_up}, 1), subject, lowest);
      in(race ? middle : play_band, [&](const Brush& panel, Rect room) { draw_play(panel, room, subject); });
      break;
    case ClassPanel::timeline:
      in(middle, [&](const Brush& panel, Rect room) {
        race ? draw_race_axis(panel, room, {}, subject) : draw_timeline(panel, room, {}, subject);
      });
      break;
  }
  draw_class_keys(brush, subject.view);
}

}  // namespace glassdock::scene
