#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "app/scene/strings_ways.h"

namespace glassdock::scene {

void draw_top_bar(const Brush& brush, Rect bar, const Subject& subject) {
  const View& view = subject.view;
  const model::Engine& engine = subject.model.engine;
  brush.box({.rect = bar, .fill = Colour::panel});
  brush.line({{bar.x, bar.bottom()}, {bar.right(), bar.bottom()}, 1, Colour::hairline});
  float middle = bar.h / 2;
  // The mark: a dock of glass with one container in it.
  Point mark{14, middle - 9};
  for (float side : {0.0F, 18.0F}) {
    float inward = side == 0 ? 5.0F : -5.0F;
    brush.line({{mark.x + side, mark.y}, {mark.x + side, mark.y + 18}, 2, Colour::ink});
    brush.line({{mark.x + side, mark.y}, {mark.x + side + inward, mark.y}, 2, Colour::ink});
    brush.line({{mark.x + side, mark.y + 18}, {mark.x + side + inward, mark.y + 18}, 2, Colour::ink});
  }
  brush.box({.rect = {mark.x + 5.5F, mark.y + 5.5F, 7, 7}, .radius = 1, .fill = Colour::isolate});
  brush.text({44, bar.y, 160, bar.h}, "Glassdock", title, Colour::ink);

  float right = bar.right() - 14;
  auto chip = [&](std::string_view words, std::string_view name) {
    if (words.empty()) return;
    float wide = brush.width(words, code) + 22;
    if (right - wide < 200) return;
    Rect rect{right - wide, middle - 12, wide, 24};
    brush.box({.rect = rect, .radius = 12, .fill = Colour::card, .line = Colour::hairline, .stroke = 1});
    brush.text({rect.x + 11, rect.y, rect.w - 22 + 1, rect.h}, words, code, Colour::ink2);
    brush.place({.rect = rect,
                 .act = Act::select_event,
                 .name = "chip:" + std::string(name),
                 .number = static_cast<std::int64_t>(engine.event)});
    right = rect.x - 8;
  };
  // Buttons of the window stand outermost; a picture has none.
  auto button = [&](std::string_view words, std::string_view key, Act act, std::string_view tip, bool filled = false) {
    float wide = brush.width(words, strong) + 20 + (key.empty() ? 0 : brush.width(key, code) + 18);
    if (right - wide < 200) return;
    draw_button(brush, {right - wide, middle - 13, wide, 26}, words, key, {.act = act, .tip = std::string(tip)},
                filled);
    right -= wide + 8;
  };
  if (view.controls) {
    // No view of a recording is without it: nothing else tells how to leave one.
    if (view.leads_back) {
      button(say(Word::back_to_live, view.language), "Ctrl →", Act::go_live, say(Word::engine_again, view.language),
             true);
    }
    button("?", "", Act::show_keys, say(Word::tip_keys, view.language));
    button(view.light ? "☾" : "☀", "", Act::set_theme, say(Word::tip_theme, view.language));
    button(view.language == trace::Language::korean ? "EN" : "한국어", "", Act::set_language,
           say(Word::tip_language, view.language));
    button(say(Word::images, view.language), "F4", Act::show_images, say(Word::images, view.language));
    button(say(Word::events_list, view.language), "F3", Act::show_events, say(Word::events_list, view.language));
    button(say(Word::containers, view.language), "F2", Act::show_containers, say(Word::containers_tip, view.language));
    button(say(Word::lessons, view.language), "Alt L", Act::show_play, say(Word::lessons_tip, view.language));
    if (view.can_race || view.arrangement.race || subject.model.race.told()) {
      button(say(Word::race, view.language), "F12", Act::show_race, say(Word::race_tip, view.language));
    }
    if (view.arrangement.is_wide() || !subject.model.ways.sights.empty()) {
      button(say(WayWord::open, view.language), "Shift F12", Act::show_way, say(WayWord::tip, view.language));
    }
    right -= 8;
  }
  if (!engine.hub.empty()) chip(std::string(say(Word::hub, view.language)) + " " + engine.hub, "hub");
  if (!engine.cgroups.empty()) chip("cgroup " + engine.cgroups, "cgroup " + engine.cgroups);
  if (engine.event != model::no_event) {
    chip(std::string(say(Word::engine, view.language)) + ": " +
             std::string(say(engine.rootless ? Word::rootless : Word::root, view.language)),
         engine.rootless ? "rootless" : "root");
  }
}

}  // namespace glassdock::scene
