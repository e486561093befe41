// What the studio keeps from one start to the next, and what it does not; what panels do not take from before.
#include <nlohmann/json.hpp>

#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/recording.h"
#include "tests/gui/drop_files.h"
#include "tests/gui/pixel_density.h"
#include "tests/gui/studio_window.h"
#include "tests/support/run_story.h"

namespace glassdock::testing {
namespace {

class StudioSettings : public StudioWindow {
 protected:
  // A run as the engine tells it; none is needed.
  std::string recording(const std::string& name = "run.gdtrace") const {
    support::RunStory story;
    story.baseline();
    story.cold();
    std::string file = home_.path() / name;
    trace::RecordingWriter(os::real_system(), file, trace::RecordingHeader{}).append(story.events);
    return file;
  }
  nlohmann::json kept() const {
    return nlohmann::json::parse(os::try_read_file(home_.path() / ".config/glassdock/studio.json").value_or(""),
                                 nullptr, false);
  }
  // The studio writes when its settings have come to rest.
  template <typename Value>
  bool wait_for_kept(const std::string& name, const Value& value) const {
    constexpr int most = 100;
    for (int i = 0; i < most; ++i) {
      const nlohmann::json now = kept();
      if (now.is_object() && now.value(name, Value{}) == value) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  void kill() {
    studio_->send_signal(SIGTERM);
    studio_->finish();
    studio_.reset();
  }
  // In pixels of the screen.
  std::string window_size() const {
    return run(screen_->with_display(
                   {"/usr/bin/xdotool", "search", "--onlyvisible", "--name", "Glassdock", "getwindowgeometry"}))
        .out;
  }
};

TEST_F(StudioSettings, AreKeptWhenTheyChangeAndWhatWasAskedForOnceIsNone) {
  open({"--theme", "light", "--language", "ko", recording()});
  ASSERT_TRUE(studio_->wait_for_out("\n"));
  ASSERT_TRUE(screen_->key("ctrl+minus"));
  ASSERT_TRUE(wait_for_kept("zoom", 1 / 1.1)) << kept();
  kill();  // in the midst of it
  EXPECT_EQ(kept()["theme"], "dark");
  EXPECT_EQ(kept()["language"], "en");
}

TEST_F(StudioSettings, TheWindowIsAsLargeAtTheNextStartOnAScreenOfScaleTwo) {
  const DoubleDensity density(screen_->display());
  const std::string file = recording();
  const auto start = [&] {
    studio_.emplace(words_without_size({file}));
    ASSERT_TRUE(screen_->focus("Glassdock"));
    ASSERT_TRUE(studio_->wait_for_out("RECORDED"));
  };
  const std::string settings = home_.path() / ".config/glassdock";
  std::filesystem::create_directories(settings);
  os::write_file_atomically(os::real_system(), settings + "/studio.json", R"({"width": 800, "height": 500})", 0600);
  start();
  EXPECT_NE(window_size().find("1600x1000"), std::string::npos) << window_size();
  ASSERT_TRUE(screen_->resize("Glassdock", 1400, 900));
  ASSERT_TRUE(wait_for_kept("width", 700)) << kept();
  EXPECT_EQ(kept()["height"], 450);
  kill();
  start();
  EXPECT_NE(window_size().find("1400x900"), std::string::npos) << window_size();
}

TEST_F(StudioSettings, APanelThatOpensTakesNothingThatWasDoneBefore) {
  open({recording()});
  ASSERT_TRUE(studio_->wait_for_out("RECORDED: 1 "));
  key("Right", "RECORDED: ");
  const std::string& out = studio_->out();
  const std::string second = out.substr(out.rfind("RECORDED: "));
  key("Home", "RECORDED: 1 ");
  const scene::Point row = scene::lay_out(size).canvas.centre();
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).canvas);
  ASSERT_TRUE(screen_->key("Escape"));
  ASSERT_TRUE(screen_->click(row.x, row.y));
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).canvas);
  picture("list");
  ASSERT_TRUE(screen_->key("Escape"));
  studio_->skip_out();
  key("Right", second);  // the click chose no row
}

TEST_F(StudioSettings, WhatIsTypedComesToThePanelsOfADroppedRecording) {
  open({recording()});
  ASSERT_TRUE(studio_->wait_for_out("RECORDED"));
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).canvas);
  ASSERT_TRUE(screen_->key("Escape"));
  EXPECT_EQ(drop_files(screen_->display(), "Glassdock", {recording("second.gdtrace")}), "");
  ASSERT_TRUE(studio_->wait_for_out("COMPARED: "));
  ASSERT_TRUE(screen_->focus("Glassdock"));
  ASSERT_TRUE(screen_->key("F3"));
  settle(scene::lay_out(size).canvas);
  type_into(scene::lay_out(size).canvas, "run.exec");
  picture("list");
  key("Return", "run.exec");
}

}  // namespace
}  // namespace glassdock::testing
