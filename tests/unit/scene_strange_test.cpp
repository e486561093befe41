// A recording may say anything, and as much of it as it likes: what is drawn of it still stands in its place.
#include <gtest/gtest.h>

#include <string>

#include "app/render/fonts.h"
#include "app/scene/panels.h"
#include "tests/support/run_story.h"
#include "tests/support/scene_faults.h"

namespace glassdock::scene {
namespace {

using support::RunStory;

std::vector<trace::Event> whole_run() {
  RunStory story;
  story.baseline();
  story.cold();
  story.remove();
  return story.events;
}

// Every text of the events that names no state and no kind.
void say_instead(trace::Event& event, const std::string& text) {
  event.subject = text;
  event.plain_command = text;
  for (trace::Evidence& evidence : event.evidence) evidence = {text, text, text, text};
  for (trace::Argument& argument : event.arguments) {
    if (std::holds_alternative<std::string>(argument.value)) argument.value = text;
  }
}

TEST(StrangeTexts, StandInTheirPlaces) {
  const std::pair<const char*, std::string> texts[] = {
      {"nothing", ""},
      {"a megabyte", std::string(1 << 20, 'x')},
      {"a megabyte of wide letters",
       [] {
         std::string wide;
         while (wide.size() < 1 << 20) wide += "한";
         return wide;
       }()},
      {"no UTF-8", "\xff\xfe\xc3(\xe2\x82 \xf0\x9f\x92"},
      {"control characters", std::string("a\0b\x1b[31m\n\r\t\x7f", 13)},
      {"words of many directions", "\u202eabc\u0301\u200f שלום 🐳"},
      {"many lines",
       [] {
         std::string lines;
         for (int i = 0; i < 10'000; ++i) lines += "line\n";
         return lines;
       }()},
  };
  const render::Fonts fonts;
  for (const auto& [name, text] : texts) {
    model::History history;
    player::ViewTimes times;
    for (trace::Event event : whole_run()) {
      say_instead(event, text);
      history.add(std::move(event));
    }
    times.extend(history);
    const player::Track track{history, times};
    support::Faults faults;
    for (std::size_t count = 0; count <= history.size(); count += 5) {
      player::Player player = player::make_live_player();
      player::scrub_to_count(player, track, count);
      View view;
      view.position = player::position(player, track);
      view.controls = true;
      for (const Viewport size : {Viewport{800, 600}, Viewport{1600, 900}}) {
        for (const bool class_mode : {false, true}) {
          view.arrangement = {.class_mode = class_mode};
          const Scene scene = build({history.at(view.position.count), history, times, view}, size, fonts);
          support::find_collisions(scene, fonts, view.arrangement, faults);
        }
      }
    }
    EXPECT_EQ(support::lines_of(faults).substr(0, 2000), "") << name;
  }
}

}  // namespace
}  // namespace glassdock::scene
