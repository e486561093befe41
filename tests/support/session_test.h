// support: a session of an engine with a story to tell, as one uses it with keys and clicks: no window, no engine.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/render/fonts.h"
#include "app/session/session.h"
#include "tests/support/run_story.h"

namespace glassdock::session {

inline constexpr Chord f5{.key = Key::f5}, f10{.key = Key::f10}, left{.key = Key::left}, right{.key = Key::right},
    enter{.key = Key::enter}, escape{.key = Key::escape}, tab{.key = Key::tab}, to_now{.key = Key::right, .ctrl = true};

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override { session_.set_run(1); }  // as the stories have it
  template <typename What>
  std::vector<What> wished() {
    std::vector<What> found;
    for (Wish& wish : session_.take_wishes()) {
      if (auto* one = std::get_if<What>(&wish)) found.push_back(std::move(*one));
    }
    return found;
  }
  void tell(const support::RunStory& story) {
    session_.take({story.events.begin() + static_cast<std::ptrdiff_t>(told_), story.events.end()});
    told_ = story.events.size();
  }
  // As a person does: each key, then its text.
  void type_keys(std::string_view words) {
    for (char letter : words) {
      const bool known = letter >= 'a' && letter <= 'z';
      if (known) session_.press({.key = static_cast<Key>(static_cast<int>(Key::a) + letter - 'a')});
      if (letter == ' ') session_.press({.key = Key::space});
      session_.type(std::string(1, letter));
    }
  }
  // Until the view has shown everything.
  void watch() {
    do session_.advance(100'000'000, now_ns_ += 100'000'000);
    while (session_.animates());
  }
  // One Enter, and all of a cold run was shown.
  void watch_a_run() {
    session_.press(enter);
    support::RunStory story;
    story.baseline();
    story.cold();
    tell(story);
    watch();
  }
  // Held at two gates of a start, the second in the container's process.
  support::RunStory held_story() {
    support::RunStory story;
    story.held_start();
    return story;
  }
  scene::Scene build() { return session_.build({1600, 900}, fonts_); }

  terminal::LineHistory lines_;
  Session session_{Settings{}, lines_};
  render::Fonts fonts_;
  std::size_t told_ = 0;
  std::int64_t now_ns_ = 1;
};

}  // namespace glassdock::session
