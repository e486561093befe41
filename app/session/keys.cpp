#include "app/session/keys.h"

#include <array>
#include <utility>

namespace glassdock::session {
namespace {

constexpr std::pair<Key, const char*> named[] = {
    {Key::zero, "0"},      {Key::plus, "+"},       {Key::minus, "-"},        {Key::question, "?"},
    {Key::space, "Space"}, {Key::enter, "Enter"},  {Key::escape, "Esc"},     {Key::tab, "Tab"},
    {Key::backspace, "⌫"}, {Key::del, "Del"},      {Key::insert, "Ins"},     {Key::left, "←"},
    {Key::right, "→"},     {Key::up, "↑"},         {Key::down, "↓"},         {Key::home, "Home"},
    {Key::end, "End"},     {Key::page_up, "PgUp"}, {Key::page_down, "PgDn"},
};

}  // namespace

bool is_function_key(Key key) {
  return key >= Key::f1 && key <= Key::f12;
}

std::string name_of(Chord chord) {
  std::string name;
  if (chord.ctrl) name += "Ctrl ";
  if (chord.alt) name += "Alt ";
  // The shift that a character needs by itself is not named.
  if (chord.shift && chord.key != Key::question && chord.key != Key::plus) name += "Shift ";
  if (is_function_key(chord.key)) {
    return name + "F" + std::to_string(static_cast<int>(chord.key) - static_cast<int>(Key::f1) + 1);
  }
  if (chord.key >= Key::a && chord.key <= Key::z) {
    return name + static_cast<char>('A' + static_cast<int>(chord.key) - static_cast<int>(Key::a));
  }
  for (const auto& [key, words] : named) {
    if (key == chord.key) return name + words;
  }
  return name;
}

}  // namespace glassdock::session
