// A scenario in the studio by real keys and clicks: chosen, shown, held, left; its notes in a second window; its
// recording.
#include <filesystem>

#include "app/scenarios/scenario.h"
#include "engine/os/system.h"
#include "tests/gui/studio_window.h"
#include "tests/support/comes_true.h"
#include "tests/support/places.h"
#include "tests/support/yaml_example.h"

namespace glassdock::testing {
namespace {

namespace fs = std::filesystem;

class StudioScenario : public StudioWindow {
 protected:
  StudioScenario() {
    fs::create_directory(labs());
    os::write_file_atomically(os::real_system(), file(), yaml_example("scenarios.md"));
  }
  fs::path labs() const { return home_.path() / "labs"; }
  std::string file() const { return home_.path() / "tea.yaml"; }
  // With the engines of plays in a folder of the test's own.
  void open_in_labs(std::vector<std::string> more) {
    std::vector<std::string> all = words(std::move(more));
    all.insert(all.begin(), {"/usr/bin/env", "TMPDIR=" + labs().string()});
    studio_.emplace(all);
    ASSERT_TRUE(screen_->focus("Glassdock"));
  }
  void show_tea(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--reduced-motion", "--scenario", file()});
    open_in_labs(std::move(more));
    ASSERT_TRUE(studio_->wait_for_out("Type it, or press Enter and it is typed: docker pull alpine"));
  }
  // Where the place stands when the first question is asked.
  scene::Point place_of(scene::Act act, std::int64_t number = -1) const {
    terminal::LineHistory lines;
    session::Session session({}, lines);
    session.begin_scenario(scenarios::load_scenario(file()));
    session.lab_is_ready(std::vector<std::string>(3));
    render::Fonts fonts;
    for (const scene::Place& place : session.build(size, fonts).places) {
      if (place.act == act && place.number == number) return place.rect.centre();
    }
    return {};
  }
  void click(scene::Point at) { ASSERT_TRUE(screen_->click(at.x, at.y)); }
  bool nothing_left() const { return fs::is_empty(labs()); }
};

TEST_F(StudioScenario, IsShownByKeysAlone) {
  show_tea();
  settle_window();
  picture("1-asks");
  ASSERT_TRUE(screen_->key("1"));
  settle_window();
  picture("2-marked");
  key("Return", "What happens: Yes, but slowly");
  settle_window();
  picture("3-answered");
  key("Return", "Enter runs it: cat recipe;");
  key("Return", "All walls stand.");
  settle_window();
  picture("4-held");
  key("Return", "Enter goes on: ");
  key("Return", "Would you use it?");
  key("Return", "The end: Tea for the class.");
  settle_window();
  picture("5-end");
  ASSERT_TRUE(screen_->key("ctrl+q"));
  EXPECT_EQ(studio_->finish().code, 0);
  EXPECT_TRUE(comes_true([&] { return nothing_left(); })) << "its engine is gone";
  studio_.reset();
}

TEST_F(StudioScenario, IsShownByClicks) {
  show_tea();
  click(place_of(scene::Act::play_answer, 1));
  settle_window();
  picture("1-marked");
  click(place_of(scene::Act::play_on));
  ASSERT_TRUE(studio_->wait_for_out("What happens: Yes, but slowly"));
  click(place_of(scene::Act::play_skip));
  ASSERT_TRUE(studio_->wait_for_out("Enter runs it: cat recipe;"));
}

TEST_F(StudioScenario, IsChosenFromTheListAndLeftForOnesOwnEngine) {
  open_in_labs({"--data", home_.data().string()});
  ASSERT_TRUE(studio_->wait_for_out("LIVE: the engine is ready"));
  enter("docker run --name mine hello-world");
  ASSERT_TRUE(studio_->wait_for_out(ended));
  ASSERT_TRUE(screen_->key("alt+p"));
  settle_window();
  picture("1-list");
  key("Return", "Be the engine: Step 1 of");
  EXPECT_FALSE(nothing_left()) << "an engine of its own";
  ASSERT_TRUE(screen_->key("Escape"));  // Ctrl K is the line's
  ASSERT_TRUE(screen_->key("ctrl+k"));
  settle_window();
  ASSERT_TRUE(screen_->type("Leave the lesson"));
  settle_window();
  studio_->skip_out();
  key("Return", "LIVE: the engine is ready");
  EXPECT_TRUE(comes_true([&] { return nothing_left(); }));
  const Outcome there =
      run({program_path("glassdock"), "--data", home_.data().string(), "docker", "ps", "-aq", "--filter", "name=mine"});
  EXPECT_EQ(there.out.size(), 13U) << "what was there is there";
}

TEST_F(StudioScenario, ThatCannotBeBegunIsSaidAndTheWindowStays) {
  ASSERT_EQ(home_.docker({"ps"}).code, 0);  // starts the engine
  std::vector<std::string> all = words({"--data", home_.data().string()});
  all.insert(all.begin(), {"/usr/bin/env", "TMPDIR=/nonexistent"});
  studio_.emplace(all);
  ASSERT_TRUE(screen_->focus("Glassdock"));
  ASSERT_TRUE(studio_->wait_for_out("LIVE: the engine is ready"));
  ASSERT_TRUE(screen_->key("alt+p"));
  settle_window();
  key("Return", "the folder for temporary files");
  settle_window();
  picture("said");
  enter("docker run --rm hello-world");
  ASSERT_TRUE(studio_->wait_for_out(ended)) << "on the engine that it had before";
}

TEST_F(StudioScenario, HasItsNotesInASecondWindowThatTakesTheSameKeys) {
  show_tea();
  ASSERT_TRUE(screen_->key("alt+n"));
  ASSERT_TRUE(screen_->focus("Glassdock notes"));
  settle_window();
  picture("1-notes");
  key("Return", "What happens: Yes, but slowly");
  ASSERT_TRUE(screen_->key("alt+n"));
  EXPECT_TRUE(comes_true([&] { return !screen_->has("Glassdock notes"); }));
  EXPECT_EQ(studio_->out().find("Ask who has seen"), std::string::npos) << "the class has read a note";
}

TEST_F(StudioScenario, LeavesNothingWhenTheStudioIsKilled) {
  show_tea();
  key("Return", "What happens: Yes, but slowly");
  studio_->send_signal(SIGKILL);
  studio_->finish();
  EXPECT_TRUE(comes_true([&] { return nothing_left(); }));
  studio_.reset();
}

TEST_F(StudioScenario, IsLeftThoughItsEngineDoesNotAnswer) {
  show_tea();
  const fs::path lab = fs::directory_iterator(labs())->path();
  std::optional<StoppedEngine> engine(std::in_place, engine_at(lab / "data"));
  ASSERT_TRUE(engine->is_there());
  ASSERT_TRUE(screen_->key("Return"));  // the lab is asked for something, and waits
  ASSERT_TRUE(screen_->key("Escape"));  // the terminal would take Ctrl Q
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(screen_->key("ctrl+q"));
  EXPECT_TRUE(studio_->ends());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  engine.reset();
  EXPECT_TRUE(comes_true([&] { return nothing_left(); })) << "what cleans up goes on by itself";
  studio_.reset();
}

TEST_F(StudioScenario, StandsBelowThePictureInClassMode) {
  show_tea();
  ASSERT_TRUE(screen_->key("F11"));
  settle_window();
  picture("1-asks");
  key("Return", "What happens: Yes, but slowly");
  settle_window();
  picture("2-answered");
  key("Return", "Enter runs it: cat recipe;");
  key("Return", "All walls stand.");
  settle_window();
  picture("3-held");
}

TEST_F(StudioScenario, IsMadeOfWhatWasDoneInTheStudio) {
  std::vector<std::string> all = words({"--data", home_.data().string()});
  all.insert(all.begin(), {"/usr/bin/env", "-C", labs().string()});
  studio_.emplace(all);
  ASSERT_TRUE(screen_->focus("Glassdock"));
  ASSERT_TRUE(studio_->wait_for_out("LIVE: the engine is ready"));
  enter("docker run --name tea alpine echo warm > note");
  ASSERT_TRUE(studio_->wait_for_out("tea: ended with code 0"));
  enter("cat note");
  enter("docker rm $(docker ps -aq)");
  ASSERT_TRUE(studio_->wait_for_out("/containers/"));
  ASSERT_TRUE(screen_->key("shift+F1"));
  ASSERT_TRUE(screen_->type("what was done here"));
  settle_window();
  picture("1-found");
  key("Return", "Written: " + (labs() / "scenario.yaml").string());
  settle_window();
  picture("2-written");
  const std::string made = os::read_file(labs() / "scenario.yaml");
  for (const char* part : {"run: \"docker run --name tea alpine echo warm > note\"", "run: \"cat note\"", "has: warm",
                           "run: \"docker rm $(docker ps -aq)\""}) {
    EXPECT_NE(made.find(part), std::string::npos) << part << " in\n" << made;
  }
  const Outcome check = run({program_path("glassdock"), "scenario", "check", labs() / "scenario.yaml"});
  EXPECT_EQ(check.code, 0) << check.out << check.err;
  EXPECT_NE(check.out.find("3 of 3 steps hold"), std::string::npos) << check.out;
}

TEST_F(StudioScenario, IsReadInItsRecordingWithoutAnEngine) {
  const std::string trace = home_.path() / "tea.gdtrace";
  const Outcome recorded = run({"/usr/bin/env", "TMPDIR=" + labs().string(), program_path("glassdock"), "scenario",
                                "record", file(), "--trace", trace});
  ASSERT_EQ(recorded.code, 0) << recorded.out << recorded.err;
  open({trace, "--reduced-motion"});
  key("End", "The end: Tea for the class.");
  settle_window();
  picture("1-end");
  key("Home", "RECORDED");
  for (const char* said : {"Tea for the class", "You see a slow pull", "The line to the hub is slow."})
    key("Right", said);
  settle_window();
  picture("2-begin");
}

}  // namespace
}  // namespace glassdock::testing
