// The studio's window on a display of its own, with an engine in a folder of its own.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/render/fonts.h"
#include "app/scene/layout.h"
#include "app/session/session.h"
#include "engine/base/text.h"
#include "tests/support/places.h"
#include "tests/support/screen.h"

namespace glassdock::testing {

inline constexpr scene::Viewport size{1600, 900};
inline constexpr Pixel plate{0xF3, 0xF6, 0xF8};
inline constexpr const char* ended = ": ended with code 0";

class StudioWindow : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = screen_missing(); !missing.empty()) GTEST_SKIP() << missing;
    screen_.emplace();
  }
  void TearDown() override {
    if (HasFailure() && studio_) {
      picture("failed");
      studio_->send_signal(SIGTERM);  // it would wait for its user
      const Outcome end = studio_->finish();
      std::fprintf(stderr, "%s\n%s\ncode %d\n", end.out.c_str(), end.err.c_str(), end.code);
    }
  }

  // As large as its settings say.
  std::vector<std::string> words_without_size(std::vector<std::string> more) const {
    more.insert(more.begin(), {"/usr/bin/env", "-u", "XDG_CONFIG_HOME", "-u", "XDG_STATE_HOME",
                               "HOME=" + home_.path().string(), program_path("glassdock-studio"), "--in-words"});
    return screen_->with_display(std::move(more));
  }
  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {"--size", "1600x900"});
    return words_without_size(std::move(more));
  }
  void open(std::vector<std::string> more) {
    studio_.emplace(words(std::move(more)));
    ASSERT_TRUE(screen_->focus("Glassdock"));
  }
  void open_with_engine() {
    open({"--data", home_.data().string()});
    ASSERT_TRUE(studio_->wait_for_out("LIVE: the engine is ready"));
  }
  void picture(const std::string& name) const {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    screen_->take_picture(std::filesystem::path(build_path("tests/pictures")) /
                          (std::string(test->name()) + "-" + name + ".png"));
  }
  // The band is the inverse plate only while something is held.
  bool band_is_plate() const {
    const scene::Rect canvas = scene::lay_out(size).canvas;
    return screen_->pixel(static_cast<int>(canvas.centre().x), static_cast<int>(canvas.y) + 12) == plate;
  }
  // Where the place stands before anything has run.
  scene::Point first_place(scene::Act act, const std::string& name) const {
    terminal::LineHistory lines;
    session::Session session({}, lines);
    render::Fonts fonts;
    for (const scene::Place& place : session.build(size, fonts).places) {
      if (place.act == act && place.name == name) return place.rect.centre();
    }
    return {};
  }
  void key(const std::string& name, const std::string& then) {
    ASSERT_TRUE(screen_->key(name));
    ASSERT_TRUE(studio_->wait_for_out(then)) << name << " should lead to: " << then;
  }

  // F10 until the engine is held before `gate`. Each press waits for the gate behind it: what is on screen by then is
  // the last line.
  void step_to(const std::string& gate) {
    const auto last_line = [&] {
      const std::string& out = studio_->out();
      const auto end = out.rfind('\n');
      if (end == std::string::npos) return std::string();
      const auto before = end == 0 ? end : out.rfind('\n', end - 1);
      const auto begin = before == std::string::npos ? 0 : before + 1;
      return out.substr(begin, end - begin);
    };
    // "HELD: before: isolate.proc: 105 gate.held: …"; 0: nothing is held.
    const auto held_event = [&] {
      const std::string line = last_line();
      const auto number = line.find(": ", std::string_view("HELD: before: ").size());
      return starts_with(line, "HELD: ") && number != std::string::npos ? std::atoi(line.c_str() + number + 2) : 0;
    };
    constexpr int most = 100;
    for (int steps = 0; steps < most && !starts_with(last_line(), "HELD: before: " + gate); ++steps) {
      const int before = held_event();
      ASSERT_TRUE(screen_->key("F10"));
      ASSERT_TRUE(studio_->read_until([&] { return held_event() > before; })) << "behind " << last_line();
    }
    ASSERT_TRUE(starts_with(last_line(), "HELD: before: " + gate)) << last_line();
    studio_->skip_out();
  }

  // The canvas is shown without its band, which counts seconds.
  std::string shown(scene::Rect part) const {
    constexpr float band = 36;
    if (part == scene::lay_out(size).canvas) part = {part.x, part.y + band, part.w, part.h - band};
    return screen_->region(static_cast<int>(part.x), static_cast<int>(part.y), static_cast<int>(part.w),
                           static_cast<int>(part.h));
  }
  // Until that part of the screen stands still, and is another one than `before_it`: all that was typed has come there.
  void settle(const scene::Rect& part, const std::string& before_it = {}) const {
    constexpr auto between = std::chrono::milliseconds(300);
    constexpr int most_looks = 60, wanted = 3;
    std::string before;
    for (int looks = 0, same = 0; looks < most_looks && same < wanted; ++looks) {
      std::string now = shown(part);
      same = now == before && now != before_it ? same + 1 : 0;
      before = std::move(now);
      std::this_thread::sleep_for(between);
    }
  }

  void settle_window() const { settle({0, 0, size.width, size.height}); }

  void type_into(const scene::Rect& part, const std::string& text) const {
    const std::string before = shown(part);
    ASSERT_TRUE(screen_->type(text));
    settle(part, before);
  }

  void enter(const std::string& line) {
    ASSERT_TRUE(screen_->type(line));
    ASSERT_TRUE(screen_->key("Return"));
    settle(scene::lay_out(size).terminal);
  }

  EngineHome home_;
  std::optional<Screen> screen_;
  std::optional<Program> studio_;
};

}  // namespace glassdock::testing
