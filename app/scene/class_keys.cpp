// Class mode's last line: what keys do now.
#include <algorithm>
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
};

std::vector<KeyName> keys_of(const View& view) {
  using ClassPanel = Arrangement::ClassPanel;
  using lessons::Say;
  const trace::Language language = view.language;
  std::vector<KeyName> keys;
  const auto add = [&](std::string_view name, Word words, Act act) {
    keys.push_back({name, say(words, language), act});
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
    if (lesson) add_of_play("Alt H", Say::button_hint, Act::play_hint);
    add_of_play("Alt R", lesson ? Say::button_restart : Say::button_anew, Act::play_restart);
    add_of_play("Alt S", Say::button_skip, Act::play_skip);
    add("F6", Word::terminal, Act::switch_tab);
  } else {
    if (!types) add("←", Word::key_back, Act::step_back);
    if (view.letter_keys) {
      add("T", Word::terminal, Act::switch_tab);
      add("E", Word::evidence_panel, Act::show_evidence);
      add("L", Word::timeline, Act::none);
    }
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

// As far apart as they have room.
void draw_class_keys(const Brush& brush, const View& view) {
  constexpr float left = 32, right = 1568, y = 832, high = 48, most_apart = 44, between = 10;
  const std::vector<KeyName> keys = keys_of(view);
  std::vector<float> caps, words;
  float all = 0;
  for (const KeyName& key : keys) {
    caps.push_back(std::max(brush.width(key.name, numbers) + 18, 40.0F));
    words.push_back(brush.width(key.words, least) + 2);
    all += caps.back() + between + words.back();
  }
  const float apart = std::min((right - left - all) / static_cast<float>(keys.size() - 1), most_apart);
  float x = left;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    brush.box({.rect = {x, y, caps[i], high}, .radius = 6, .fill = Colour::card, .line = Colour::edge, .stroke = 2});
    brush.text({x, y, caps[i], high}, keys[i].name, numbers, Colour::ink, Align::centre);
    brush.text({x + caps[i] + between, y, words[i], high}, keys[i].words, least, Colour::ink2);
    const float wide = caps[i] + between + words[i];
    if (keys[i].act != Act::none) brush.place({.rect = {x, y, wide, high}, .act = keys[i].act});
    x += wide + apart;
  }
}

}  // namespace glassdock::scene
