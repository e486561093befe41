// The recordings that ship: each opens, is reduced, says when, where and with what it was made, and draws in both
// languages with no text on another and none cut short.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/trace/shipped.h"
#include "tests/support/places.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"

namespace glassdock::scene {
namespace {

using support::Faults;
using support::lines_of;
using ::testing::HasSubstr;

const std::string folder = source_path("recordings");
constexpr trace::Language languages[] = {trace::Language::english, trace::Language::korean};
constexpr Way ways[] = {Way::none, Way::alone, Way::together, Way::machines, Way::containers, Way::sizes};

std::vector<std::string> files() {
  std::vector<std::string> all;
  for (const trace::ShippedRecording& one : trace::find_recordings(folder)) all.push_back(one.file);
  return all;
}

class ShippedRecording : public SceneTest, public ::testing::WithParamInterface<std::string> {
 protected:
  ShippedRecording() : history_(trace::Recording(GetParam())) {
    times_.extend(history_);
    const player::Track track{history_, times_};
    player::Player player = player::make_recorded_player(track);
    player::scrub_to_count(player, track, history_.size());
    view_.position = player::position(player, track);
    view_.machine = history_.header()->machine;
    view_.kernel = history_.header()->kernel;
  }
  Scene drawn(Viewport size, trace::Language language) {
    view_.language = language;
    return build({history_.at(view_.position.count), history_, times_, view_}, size, fonts_);
  }
  Faults faults(std::initializer_list<Viewport> sizes) {
    Faults faults;
    for (const Way way : ways) {
      view_.arrangement.way = way;
      view_.arrangement.race = way == Way::none;
      for (const Viewport& size : sizes) {
        for (const trace::Language language : languages) {
          support::find_faults(drawn(size, language), fonts_, view_.arrangement, faults);
        }
      }
    }
    return faults;
  }

  model::History history_;
  player::ViewTimes times_;
};

TEST_P(ShippedRecording, IsWholeAndOfAMachineOfThisFormat) {
  const trace::Recording recording(GetParam());
  EXPECT_EQ(recording.notice(), "");
  EXPECT_GT(recording.size(), 0u);
  EXPECT_EQ(history_.at(history_.size()).lost, 0);
  for (const trace::Event& event : recording.events()) EXPECT_NE(event.name, "trace.lost");
}

TEST_P(ShippedRecording, DrawsWithNoCutText) {
  EXPECT_EQ(lines_of(faults({{800, 600}, {1280, 720}, {1600, 900}})), "");
}

TEST_P(ShippedRecording, AlsoInClassMode) {
  view_.arrangement.class_mode = true;
  EXPECT_EQ(lines_of(faults({{800, 600}, {1280, 720}, {1600, 900}})), "");
}

TEST_P(ShippedRecording, SaysInLargeLettersWhenWhereAndWithWhatItWasMade) {
  view_.arrangement.race = true;
  for (const bool class_mode : {false, true}) {
    view_.arrangement.class_mode = class_mode;
    const Scene scene = drawn({1600, 900}, trace::Language::english);
    float size = 0;
    for (const Text& text : scene.layers[Scene::ground].texts) {
      if (text.words.find("Recorded " + trace::day_of(*history_.header())) == std::string::npos) continue;
      EXPECT_THAT(text.words, HasSubstr("with TCG"));
      size = text.font.size;
    }
    EXPECT_GE(size, class_mode ? 26 : 17);
  }
}

std::string name_of(const ::testing::TestParamInfo<std::string>& one) {
  std::string name = std::filesystem::path(one.param).stem();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(All, ShippedRecording, ::testing::ValuesIn(files()), name_of);

TEST(ShippedRecordings, ThereAreSome) {
  EXPECT_GE(files().size(), 2u);
}

}  // namespace
}  // namespace glassdock::scene
