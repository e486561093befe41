// Class mode's last line: what keys do now.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "app/lessons/say.h"
#include "app/scene/class_view.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using namespace class_grid;

struct KeyName {
  std::string_view name;
  std::string_view words;
  Act act;
  bool may_go = false;  // where the others would stand too close
};

std::vector<KeyName> keys_of(const View& view) {
  using ClassPanel = Arrangement::ClassPanel;
  using lessons::Say;
  const trace::Language language = view.language;
  std::vector<KeyName> keys;
  const auto add = [&](std::string_view name, Word words, Act act, bool may_go = false) {
    keys.push_back({name, say(words, language), act, may_go});
  };
  const auto add_of_play = [&](std::string_view name, Say words, Act act) {
    keys.push_back({name, lessons::pattern_of(words, language), act});
  };
  add("F10", Word::step, Act::step_engine);
  add("F5", Word::run_on, Act::run_on);
  const bool types = view.terminal.focused;  // all but the keys above the letters go there
  const bool lesson = view.lesson.player, plays = lesson || view.scenario.player;
  const ClassPanel open = view.arrangement.class_panel;
  if (plays && open == ClassPanel::play) {
    if (lesson && view.lesson.player->has_hints()) add_of_play("Alt H", Say::button_hint, Act::play_hint);
    add_of_play("Alt R", lesson ? Say::button_restart : Say::button_anew, Act::play_restart);
    add_of_play("Alt S", Say::button_skip, Act::play_skip);
    add("F6", Word::terminal, Act::switch_tab);
  } else {
    if (!types) add("←", Word::key_back, Act::step_back, true);
    if (view.letter_keys) {
      add("T", Word::terminal, Act::switch_tab);
      add("E", Word::evidence_panel, Act::show_evidence, true);
      add("L", Word::timeline, Act::none, true);
    }
    if (view.arrangement.way != Way::none) add("Shift F12", Word::next_picture, Act::none);
    add("F2", Word::containers, Act::show_containers);
    if (plays) add("Alt L", lesson ? Word::lesson : Word::scenario, Act::show_play);
  }
  add("F1", Word::key_names, Act::show_keys);
  // Esc closes what is folded out, unless a program fills the terminal's screen and takes it; it never leaves.
  const std::string_view close = types && open == ClassPanel::terminal ? "F6" : "Esc";
  if (open != ClassPanel::none) add(close, Word::close_panel, Act::close);
  add("F11", Word::leave_class, Act::class_mode);
  return keys;
}

}  // namespace

// As far apart as they have room; the list of keys (F1) has those that have none.
void draw_class_keys(const Brush& brush, const View& view) {
  constexpr float left = 32, right = 1568, y = 832, high = 48, least_apart = 5, most_apart = 44, between = 10;
  std::vector<KeyName> keys = keys_of(view);
  const auto cap_of = [&](const KeyName& key) { return std::max(brush.width(key.name, numbers) + 18, 40.0F); };
  const auto words_of = [&](const KeyName& key) { return brush.width(key.words, least) + 2; };
  const auto apart_now = [&] {
    float all = 0;
    for (const KeyName& key : keys) all += cap_of(key) + between + words_of(key);
    return (right - left - all) / static_cast<float>(keys.size() - 1);
  };
  while (apart_now() < least_apart) {
    const auto last = std::find_if(keys.rbegin(), keys.rend(), [](const KeyName& key) { return key.may_go; });
    if (last == keys.rend()) break;
    keys.erase(std::next(last).base());
  }
  const float apart = std::min(apart_now(), most_apart);
  float x = left;
  for (const KeyName& key : keys) {
    const float cap = cap_of(key), words = words_of(key);
    brush.box({.rect = {x, y, cap, high}, .radius = 6, .fill = Colour::card, .line = Colour::edge, .stroke = 2});
    brush.text({x, y, cap, high}, key.name, numbers, Colour::ink, Align::centre);
    brush.text({x + cap + between, y, words, high}, key.words, least, Colour::ink2);
    const float wide = cap + between + words;
    if (key.act != Act::none) brush.place({.rect = {x, y, wide, high}, .act = key.act});
    x += wide + apart;
  }
}

}  // namespace glassdock::scene
