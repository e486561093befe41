// The pictures of the way to containers in the real window: by keys, and by clicks on their tabs.
#include "tests/gui/studio_window.h"
#include "tests/support/places.h"

namespace glassdock::testing {
namespace {

class StudioWays : public StudioWindow {
 protected:
  static scene::Rect canvas() {
    scene::Arrangement ways;
    ways.way = scene::Way::alone;
    ways.play = true;  // what was said stands beside it
    return scene::lay_out(size, ways).canvas;
  }
};

TEST_F(StudioWays, ARecordingOfThemIsWalkedThroughByKeysAndClicks) {
  open({source_path("recordings/from-servers-to-containers.gdtrace")});
  ASSERT_TRUE(studio_->wait_for_out("One server, one program"));
  key("End", "processor time");
  settle(canvas());
  picture("1-alone");
  key("shift+F12", "Address already in use");
  settle(canvas());
  picture("2-together");
  // The third tab.
  const scene::Rect left = canvas();
  ASSERT_TRUE(screen_->click(static_cast<int>(left.x + 265), static_cast<int>(left.y + 58)));
  ASSERT_TRUE(studio_->wait_for_out("Virtual machines on a hypervisor"));
  settle(canvas());
  picture("3-machines");
  key("shift+F12", "I am the cafe");
  key("shift+F12", "How large is all of this?");
  settle(canvas());
  picture("5-sizes");
}

}  // namespace
}  // namespace glassdock::testing
