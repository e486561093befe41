// The gauges of the cgroup: limits as they were given, those that nobody told, those that cannot be set.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scene_test.h"

namespace glassdock::scene {
namespace {

using support::RunStory;
using support::Shown;
using support::words_in;
using testing::HasSubstr;
using testing::Not;

class SceneLimits : public SceneTest {
 protected:
  // As a creation ends whose limits cannot all be set.
  static void drop(RunStory& story, const std::string& limits) {
    for (trace::Event& event : story.events) {
      if (event.name != "container.create" || event.kind != trace::Kind::end) continue;
      event.arguments.push_back({"dropped_limits", limits});
    }
  }
};

TEST_F(SceneLimits, LimitsThatCannotBeSetAreToldOf) {
  RunStory story;
  story.baseline(true);
  story.baseline_image();
  story.create();
  drop(story, "memory.max=67108864");
  story.begin_start();
  for (trace::Argument& argument : story.events.back().arguments) {
    if (argument.name == "operations") argument.value = std::string("isolate.clone run.exec");
  }
  Shown shown(story.events);
  EXPECT_THAT(words_in(end(shown)),
              HasSubstr("NO CGROUP FOR THIS USER | memory | 64 MiB: not set | cpu | not measured"));
}

TEST_F(SceneLimits, LimitsAreAsTheyWereGivenAndNeverCut) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  const std::size_t planned = story.events.size();
  story.limits({{"limits", std::string("memory.max=67108864\ncpu.max=50000 100000\npids.max=20")}});
  const std::size_t set = story.events.size();
  story.clone();
  story.execute();
  story.exit();
  Shown shown(story.events);
  for (Viewport size : {Viewport{800, 600}, {1024, 700}, {1280, 720}, {1366, 768}, {1600, 900}, {2560, 1440}}) {
    for (trace::Language language : {trace::Language::english, trace::Language::korean}) {
      for (std::size_t count : {set, shown.history.size()}) {
        const std::string words = words_in(scene(shown, count, size, language), "cgroup");
        const bool korean = language == trace::Language::korean;
        for (const char* limit : {"64 MiB | ", korean ? "CPU 0.5개 | " : "0.5 cpu | ", "20 | "}) {
          EXPECT_NE(words.find(limit), std::string::npos) << size.width << ": " << words;
        }
        EXPECT_EQ(words.find("(cut)"), std::string::npos) << size.width << ": " << words;
      }
    }
  }
  const auto english = [&](std::size_t count) {
    return words_in(scene(shown, count, {1600, 900}, trace::Language::english), "cgroup");
  };
  EXPECT_NE(english(planned).find("memory | to come | cpu | to come | "), std::string::npos) << english(planned);
  EXPECT_NE(english(shown.history.size()).find("760 KiB of 64 MiB"), std::string::npos) << english(set);
}

// A disk has its line where it is limited, and only there: that of a gauge without a limit.
TEST_F(SceneLimits, LimitsOfDisksStandBelowTheOthers) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.limits({{"limits", std::string("pids.max=20\nio.max=8:0 rbps=1048576 wiops=5")}});
  Shown shown(story.events);
  const auto words = [&](Viewport size, trace::Language language) {
    return words_in(scene(shown, shown.history.size(), size, language), "cgroup");
  };
  EXPECT_THAT(words({1600, 900}, trace::Language::english),
              HasSubstr("memory | no limit | pids | limit 20 | disk | read 1 MiB/s"));
  for (Viewport size : {Viewport{800, 600}, {1024, 700}, {1600, 900}, {2560, 1440}}) {
    for (trace::Language language : {trace::Language::english, trace::Language::korean}) {
      EXPECT_THAT(words(size, language), HasSubstr("1 MiB")) << size.width;
      EXPECT_THAT(words(size, language), Not(HasSubstr("(cut)"))) << size.width;
    }
  }
  const std::vector<trace::Event> before(story.events.begin(), story.events.end() - 1);
  Shown planned(before);
  EXPECT_THAT(words_in(end(planned), "cgroup"), Not(HasSubstr("disk")));
}

TEST_F(SceneLimits, LimitsOfDisksThatCannotBeSetAreToldOf) {
  RunStory story;
  story.baseline();
  story.create();
  drop(story, "io.max=/dev/sda rbps=1048576");
  story.begin_start();
  Shown shown(story.events);
  EXPECT_THAT(words_in(end(shown)), HasSubstr("disk | 1 MiB/s: not set"));
}

// "No limit" is said only where that is known.
TEST_F(SceneLimits, ALimitThatNobodyToldIsNoneThatIsNotThere) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.limits({});
  Shown untold(story.events);
  EXPECT_NE(words_in(scene(untold, untold.history.size(), {1600, 900}, trace::Language::english), "cgroup")
                .find("memory | not read | cpu | not read | pids | not read"),
            std::string::npos);
  std::vector<trace::Event> events(story.events.begin(), story.events.end() - 1);
  for (trace::Argument& argument : events[events.size() - 2].arguments) {
    if (argument.name == "operations") argument.value = std::string("isolate.cgroups isolate.clone run.exec");
  }
  Shown none(events);
  EXPECT_NE(words_in(scene(none, none.history.size(), {1600, 900}, trace::Language::english), "cgroup")
                .find("memory | no limit | cpu | no limit | pids | no limit"),
            std::string::npos);
}

}  // namespace
}  // namespace glassdock::scene
