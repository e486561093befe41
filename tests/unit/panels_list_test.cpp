// The lists that lie over the picture, without a window: Dear ImGui needs none to lay out what it would draw.
#include <gtest/gtest.h>

#include "app/panels/list.h"
#include "app/panels/panels.h"
#include "tests/support/run_story.h"

namespace glassdock::panels {
namespace {

using session::Action;
using session::Key;

class ListTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1600, 900};
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
  }
  void TearDown() override { ImGui::DestroyContext(); }

  // Frames until a field has the keys, which it is given behind the first.
  template <typename List>
  void draw(List& list, bool text_waits = false, int frames = 3) {
    for (int i = 0; i < frames; ++i) {
      ImGui::NewFrame();
      ImGui::SetNextWindowSize({1100, 620});
      ImGui::Begin("panel");
      Frame frame{session_, 1, nullptr, commands_, text_waits};
      list.draw(frame, std::exchange(appears_, false));
      ImGui::End();
      ImGui::Render();
    }
  }
  void type(const char* text) { ImGui::GetIO().AddInputCharactersUTF8(text); }

  terminal::LineHistory lines_;
  session::Session session_{session::Settings{}, lines_};
  std::vector<session::Command> commands_;
  bool appears_ = true;
};

TEST_F(ListTest, APaletteThatWasLeftBeginsAnewAndFindsTheLanguage) {
  Palette palette;
  draw(palette);
  type("nosuchcommand");
  draw(palette);
  leave_field();
  appears_ = true;
  draw(palette);
  type("korean");
  draw(palette);
  palette.press({.key = Key::enter});
  draw(palette);
  ASSERT_EQ(commands_.size(), 1U);
  EXPECT_EQ(commands_[0].action, Action::switch_language);
}

TEST_F(ListTest, FilteredEventsThatAreForgottenLeaveTheList) {
  session_.history().set_live_limit(1);
  support::RunStory story;
  const auto tell = [&](int count) {
    const auto before = static_cast<std::ptrdiff_t>(story.events.size());
    for (int i = 0; i < count; ++i) {
      story.tell(trace::Stage::snapshot, trace::Kind::instant, "snapshot.whiteout", "/" + std::to_string(i));
    }
    session_.take({story.events.begin() + before, story.events.end()});
  };
  tell(200);
  EventList list;
  draw(list);
  type("whiteout");
  draw(list);
  ASSERT_EQ(session_.history().first(), 0U);
  tell(200);
  const model::EventIndex first = session_.history().first();
  ASSERT_GT(first, 0U);
  EXPECT_NO_THROW(draw(list));
  list.press({.key = Key::enter});
  draw(list);
  ASSERT_EQ(commands_.size(), 1U);
  EXPECT_EQ(commands_[0].action, Action::seek_event);
  EXPECT_EQ(commands_[0].number, static_cast<std::int64_t>(first)) << "the oldest that is left";
}

// As a recording that one was given may have them.
TEST_F(ListTest, EventsOfMegabytesAreCutAndSearchedOverSeveralFrames) {
  constexpr int events = 20;
  support::RunStory story;
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < events; ++i) {
    story.tell(trace::Stage::snapshot, trace::Kind::instant, "snapshot.whiteout", "/" + large);
  }
  session_.take(story.events);
  struct Events {
    EventList list;
    bool searches = false;
    float widest = 0;
    void draw(Frame& frame, bool appears) {
      searches = list.draw(frame, appears);
      ImGuiContext& context = *ImGui::GetCurrentContext();
      for (int i = 0; i < context.Tables.GetMapSize(); ++i) {
        const ImGuiTable* table = context.Tables.TryGetMapData(i);
        for (int column = 0; table && column < table->ColumnsCount; ++column) {
          widest = std::max(widest, table->Columns[column].ContentMaxXUnfrozen);
        }
      }
    }
  } shown;
  draw(shown);
  EXPECT_GT(shown.widest, 1000);
  EXPECT_LT(shown.widest, 100'000);
  type("xxx");
  draw(shown, false, 2);
  EXPECT_TRUE(shown.searches);
  draw(shown, false, events);
  EXPECT_FALSE(shown.searches);
}

TEST_F(ListTest, KeysThatChooseWaitForWhatWasTypedBeforeThem) {
  support::RunStory story;
  story.baseline();
  story.cold();
  session_.take(story.events);
  EventList list;
  draw(list);
  for (Key key : {Key::enter, Key::f9}) list.press({.key = key});
  draw(list, true);
  EXPECT_TRUE(commands_.empty());
  type("run.exec");
  draw(list);
  ASSERT_EQ(commands_.size(), 2U);
  for (const session::Command& command : commands_) {
    const model::History& history = session_.history();
    EXPECT_EQ(history.name(history.row(static_cast<model::EventIndex>(command.number))), "run.exec");
  }
  commands_.clear();
  appears_ = true;
  Palette palette;
  draw(palette);
  palette.press({.key = Key::enter});
  draw(palette, true);
  EXPECT_TRUE(commands_.empty());
  type("projector");
  draw(palette);
  ASSERT_EQ(commands_.size(), 1U);
  EXPECT_EQ(commands_[0].action, Action::class_mode);
}

// visual-language.md, "Class mode": no text below 26 on its grid of 1600 x 900.
TEST(ClassPixels, NothingThatLiesOverClassModeIsSmallerThanItsLeastText) {
  EXPECT_FLOAT_EQ(font_size * class_pixels(1600, 900), 26);
  EXPECT_FLOAT_EQ(font_size * class_pixels(3200, 1800), 52);
  EXPECT_FLOAT_EQ(font_size * class_pixels(800, 600), 13) << "all of class mode is as small there";
}

// In class mode the keys are more than a window has room for.
TEST_F(ListTest, TheKeysCanBeReadToTheirEndWithoutAMouse) {
  Scroll scroll;
  struct Keys {
    Scroll& scroll;
    float at = 0;
    void draw(Frame& frame, bool) {
      draw_keys(frame, scroll);
      for (ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) at = std::max(at, window->Scroll.y);
    }
  } keys{scroll};
  draw(keys);
  EXPECT_EQ(keys.at, 0);
  EXPECT_TRUE(scroll.press({.key = Key::page_down}));
  draw(keys);
  EXPECT_GT(keys.at, 0);
  EXPECT_FALSE(scroll.press({.key = Key::f11}));
}

}  // namespace
}  // namespace glassdock::panels
