// A race of a container against a real virtual machine, typed in the studio, in its view.
#include "tests/gui/studio_window.h"
#include "tests/support/guest_lab.h"

namespace glassdock::testing {
namespace {

class StudioRace : public StudioWindow {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
    StudioWindow::SetUp();
  }
  static std::string race_line() {
    return "glassdock vm-race --kernel " + support::guest_kernel().native() + " --command 'ls /' --runs 1 --no-cold";
  }
  static scene::Rect canvas() {
    scene::Arrangement race;
    race.race = true;
    return scene::lay_out(size, race).canvas;
  }
};

TEST_F(StudioRace, ATypedRaceOpensItsViewAndIsMeasuredThere) {
  open_with_engine();
  ASSERT_TRUE(screen_->type(race_line()));
  ASSERT_TRUE(screen_->key("Return"));
  ASSERT_TRUE(studio_->wait_for_out("vm.kernel"));
  picture("1-boots");
  ASSERT_TRUE(studio_->wait_for_out("The race is over."));
  settle(canvas());
  picture("2-over");
  // A block is explained beside it; Esc closes that, and then the view.
  const scene::Rect left = canvas();
  ASSERT_TRUE(screen_->click(static_cast<int>(left.x + left.w * 0.4F), static_cast<int>(left.y + 310)));
  settle(scene::lay_out(size).evidence);
  picture("3-explained");
  ASSERT_TRUE(screen_->key("Escape"));
  ASSERT_TRUE(screen_->key("Escape"));
  settle(canvas());
  picture("4-left");
  ASSERT_TRUE(screen_->key("F12"));
  settle(canvas());
  picture("5-again");
}

TEST_F(StudioRace, BothLanesAreHeldTogetherAndStepped) {
  ASSERT_EQ(home_.docker({"pull", "-q", "alpine"}).code, 0);  // or its pull would be stepped, too
  open_with_engine();
  ASSERT_TRUE(screen_->type(race_line() + " --times-only"));
  const std::pair<const char*, const char*> pairs[] = {{"isolate.cgroups + vm.processor", "1-not-one-instruction"},
                                                       {"isolate.clone + vm.init", "2-in-the-kernel"},
                                                       {"isolate.descriptors + vm.mounted", "3-process-1-of-both"},
                                                       {"run.exec + vm.command", "4-all-mounted"}};
  for (const auto& [gates, name] : pairs) {
    key("F10", std::string("HELD: before: ") + gates);
    settle(scene::lay_out(size).evidence);
    EXPECT_TRUE(band_is_plate()) << gates;
    picture(name);
  }
  // Behind the last pair the measured runs follow, which are held nowhere.
  key("F10", "The race is over.");
  settle(canvas());
  picture("5-over");
}

}  // namespace
}  // namespace glassdock::testing
