#include "app/window/glfw_keys.h"

#include <GLFW/glfw3.h>

#include <utility>

namespace glassdock::window {
namespace {

using session::Key;

constexpr std::pair<int, Key> keys[] = {
    {GLFW_KEY_SPACE, Key::space},         {GLFW_KEY_ENTER, Key::enter},    {GLFW_KEY_KP_ENTER, Key::enter},
    {GLFW_KEY_ESCAPE, Key::escape},       {GLFW_KEY_TAB, Key::tab},        {GLFW_KEY_BACKSPACE, Key::backspace},
    {GLFW_KEY_DELETE, Key::del},          {GLFW_KEY_INSERT, Key::insert},  {GLFW_KEY_LEFT, Key::left},
    {GLFW_KEY_RIGHT, Key::right},         {GLFW_KEY_UP, Key::up},          {GLFW_KEY_DOWN, Key::down},
    {GLFW_KEY_HOME, Key::home},           {GLFW_KEY_END, Key::end},        {GLFW_KEY_PAGE_UP, Key::page_up},
    {GLFW_KEY_PAGE_DOWN, Key::page_down}, {GLFW_KEY_0, Key::zero},         {GLFW_KEY_KP_0, Key::zero},
    {GLFW_KEY_EQUAL, Key::plus},          {GLFW_KEY_KP_ADD, Key::plus},    {GLFW_KEY_MINUS, Key::minus},
    {GLFW_KEY_KP_SUBTRACT, Key::minus},   {GLFW_KEY_SLASH, Key::question},
};

Key letter_named(char letter) {
  if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  if (letter < 'a' || letter > 'z') return Key::none;
  return static_cast<Key>(static_cast<int>(Key::a) + letter - 'a');
}

Key letter_typed(int key, const KeyName& name) {
  const std::string_view typed = name(key);
  return typed.size() == 1 ? letter_named(typed.front()) : Key::none;
}

Key letter_of(int key, const KeyName& name) {
  constexpr int first = GLFW_KEY_APOSTROPHE, last = GLFW_KEY_GRAVE_ACCENT;  // of the keys that type a character
  if (key < first || key > last) return Key::none;
  if (const Key typed = letter_typed(key, name); typed != Key::none) return typed;
  if (key < GLFW_KEY_A || key > GLFW_KEY_Z) return Key::none;
  const Key in_place = letter_named(static_cast<char>(key));  // GLFW numbers letters as ASCII does
  for (int other = first; other <= last; ++other) {
    if (letter_typed(other, name) == in_place) return Key::none;
  }
  return in_place;
}

}  // namespace

session::Chord chord_of(int key, int mods, const KeyName& name) {
  session::Chord chord;
  chord.ctrl = (mods & GLFW_MOD_CONTROL) != 0;
  chord.shift = (mods & GLFW_MOD_SHIFT) != 0;
  chord.alt = (mods & GLFW_MOD_ALT) != 0;
  if (const Key letter = letter_of(key, name); letter != Key::none) {
    chord.key = letter;
  } else if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) {
    chord.key = static_cast<Key>(static_cast<int>(Key::f1) + key - GLFW_KEY_F1);
  } else {
    for (const auto& [code, named] : keys) {
      if (code == key) chord.key = named;
    }
  }
  // Plus stands above "=" on some keyboards.
  if (chord.key == Key::plus) chord.shift = false;
  return chord;
}

}  // namespace glassdock::window
