// A lesson in the studio by real keys: chosen, answered, typed, graded, left and gone on with.
#include "tests/gui/studio_lesson.h"

#include "tests/support/places.h"

namespace glassdock::testing {
namespace {

using StudioLesson = StudioLessonWindow;

TEST_F(StudioLesson, IsPlayedByKeysAlone) {
  open({"--lesson", "1", "--reduced-motion"});
  ASSERT_TRUE(studio_->wait_for_out("Before you see anything, one question."));
  settle_window();
  picture("1-asks");
  key("1", "We keep your answer.");
  key("Return", "Step 2 of");
  settle_window();
  picture("2-predicts");
  key("2", "Enter runs it: ");
  ASSERT_TRUE(screen_->key("alt+h"));
  settle_window();
  picture("3-hint");
  key("Return", "What happens: They are the same");
  settle_window();
  picture("4-graded");
  key("Return", "Where does the sleep run?");
  key("2", "Type: docker run -d --name tea alpine sleep 600");
  ASSERT_TRUE(screen_->type("docker run --name=tea -d alpine:latest sleep 600"));
  ASSERT_TRUE(screen_->key("Return"));
  ASSERT_TRUE(studio_->wait_for_out("Right: On the host, as one of its processes"));
  settle_window();
  picture("5-right");
  key("Return", "Type: docker top tea");
  // Wandering off changes nothing; the step begins anew with its lab.
  ASSERT_TRUE(screen_->type("docker rm -f tea"));
  ASSERT_TRUE(screen_->key("Return"));
  ASSERT_TRUE(studio_->wait_for_out("/containers/tea"));
  settle_window();
  key("alt+r", "The lab is being made ready.");
  ASSERT_TRUE(studio_->wait_for_out("Type: docker top tea"));
  ASSERT_TRUE(screen_->type("docker top tea"));
  ASSERT_TRUE(screen_->key("Return"));
  ASSERT_TRUE(studio_->wait_for_out("The PID is its number on the host."));
  settle_window();
  picture("6-outside");
  EXPECT_NE(progress().find("outside"), std::string::npos);
}

TEST_F(StudioLesson, IsChosenFromTheList) {
  open_with_engine();
  ASSERT_TRUE(screen_->key("alt+l"));
  settle_window();
  picture("1-list");
  ASSERT_TRUE(screen_->key("Return"));
  ASSERT_TRUE(studio_->wait_for_out("Lesson 1: Step 1 of"));
  settle_window();
  picture("2-lesson");
}

TEST_F(StudioLesson, IsRefusedOnAnEngineThatIsNotForLessons) {
  const std::string data = home_.data().string();
  run({program_path("glassdock"), "--data", data, "docker", "run", "--name", "mine", "alpine", "true"});
  const Outcome outcome = run(words({"--data", data, "--lesson", "1"}));
  EXPECT_EQ(outcome.code, 125);
  EXPECT_NE(outcome.err.find(data + " is not for lessons alone"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace glassdock::testing
