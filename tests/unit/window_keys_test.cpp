// Keys of other layouts than the US one.
#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include <map>

#include "app/window/glfw_keys.h"

namespace glassdock::window {
namespace {

using session::Chord;
using session::Key;

// What differs from the US layout.
Chord pressed(int key, const std::map<int, std::string_view>& differs, int mods = GLFW_MOD_CONTROL) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
  return chord_of(key, mods, [&](int one) -> std::string_view {
    if (const auto found = differs.find(one); found != differs.end()) return found->second;
    if (one < GLFW_KEY_A || one > GLFW_KEY_Z) return one == GLFW_KEY_SEMICOLON ? ";" : "";
    return letters.substr(static_cast<std::size_t>(one - GLFW_KEY_A), 1);
  });
}

constexpr Chord ctrl(Key key) {
  return {.key = key, .ctrl = true};
}

TEST(Keys, ALetterIsTheKeyThatTypesIt) {
  EXPECT_EQ(pressed(GLFW_KEY_Q, {}), ctrl(Key::q));
  const std::map<int, std::string_view> azerty{{GLFW_KEY_Q, "a"},         {GLFW_KEY_A, "q"}, {GLFW_KEY_W, "z"},
                                               {GLFW_KEY_Z, "w"},         {GLFW_KEY_M, ","}, {GLFW_KEY_SEMICOLON, "m"},
                                               {GLFW_KEY_APOSTROPHE, "ù"}};
  EXPECT_EQ(pressed(GLFW_KEY_Q, azerty), ctrl(Key::a));
  EXPECT_EQ(pressed(GLFW_KEY_A, azerty), ctrl(Key::q));
  EXPECT_EQ(pressed(GLFW_KEY_SEMICOLON, azerty), ctrl(Key::m));
  EXPECT_EQ(pressed(GLFW_KEY_M, azerty).key, Key::none) << "a comma";
  const std::map<int, std::string_view> dvorak{
      {GLFW_KEY_I, "c"}, {GLFW_KEY_C, "j"}, {GLFW_KEY_Q, "'"}, {GLFW_KEY_X, "q"}};
  EXPECT_EQ(pressed(GLFW_KEY_I, dvorak), session::interrupt);
  EXPECT_EQ(pressed(GLFW_KEY_C, dvorak), ctrl(Key::j));
  EXPECT_EQ(pressed(GLFW_KEY_Q, dvorak).key, Key::none);
}

TEST(Keys, WhereNoKeyTypesALetterItsPlaceIsTaken) {
  EXPECT_EQ(pressed(GLFW_KEY_C, {{GLFW_KEY_C, "с"}}), session::interrupt) << "Cyrillic es";
  EXPECT_EQ(pressed(GLFW_KEY_Q, {{GLFW_KEY_Q, ";"}}), ctrl(Key::q)) << "Greek";
  EXPECT_EQ(pressed(GLFW_KEY_C, {{GLFW_KEY_C, ""}}), session::interrupt) << "nothing is known";
}

TEST(Keys, OtherKeysAreThemselves) {
  EXPECT_EQ(pressed(GLFW_KEY_F10, {}, 0), Chord{.key = Key::f10});
  EXPECT_EQ(pressed(GLFW_KEY_EQUAL, {}, GLFW_MOD_CONTROL | GLFW_MOD_SHIFT), ctrl(Key::plus));
  EXPECT_EQ(pressed(GLFW_KEY_UNKNOWN, {}, 0).key, Key::none);
}

}  // namespace
}  // namespace glassdock::window
