// The whole life of containers, as clients bring it about: what the picture and the panel show of a real engine's
// events, at each of them, and that docker's table agrees with the engine's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <thread>

#include "app/model/history.h"
#include "app/model/reducer.h"
#include "app/player/player.h"
#include "app/render/fonts.h"
#include "app/scene/panels.h"
#include "tests/golden/real_engine.h"
#include "tests/support/scene_faults.h"

namespace glassdock::golden {
namespace {

// Without the time, which goes on between two looks.
std::string words_of(const std::string& status) {
  return status.substr(0, status.find(' ')) + (status.find("(Paused)") == std::string::npos ? "" : " (Paused)");
}

class ContainerLives : public ::testing::Test {
 protected:
  // What is told while `work` is done, and a moment after it.
  std::vector<trace::Event> told(const std::function<void()>& work) {
    client::Glass glass(engine_.socket());
    client::GlassStream stream = glass.events(true);
    std::vector<trace::Event> events;
    std::thread reader([&] {
      try {
        while (auto line = stream.next()) {
          if (auto* event = std::get_if<trace::Event>(&*line)) events.push_back(std::move(*event));
        }
      } catch (const Error&) {
        // It is shut down below.
      }
    });
    work();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stream.shut_down();
    reader.join();
    return events;
  }
  void docker(std::vector<std::string> words) {
    const Outcome outcome = engine_.docker(words);
    EXPECT_EQ(outcome.code, 0) << words[0] << ": " << outcome.err;
  }

  RealEngine engine_;
};

TEST_F(ContainerLives, AreWhatTheEngineDidAndReadableAtEachMoment) {
  docker({"pull", "alpine"});
  const bool pauses = engine_.has_cgroup();
  std::string table;
  const std::vector<trace::Event> events = told([&] {
    docker({"run", "-d", "--name", "tea", "alpine", "sleep", "1000"});
    docker({"exec", "-d", "tea", "sleep", "500"});
    docker({"exec", "tea", "true"});
    if (pauses) docker({"pause", "tea"});
    if (pauses) docker({"unpause", "tea"});
    docker({"stop", "-t", "1", "tea"});
    docker({"restart", "-t", "0", "tea"});
    docker({"kill", "tea"});
    docker({"start", "tea"});
    table = engine_.docker({"ps", "-a", "--format", "{{.Status}}"}).out;
  });
  model::History history;
  for (const trace::Event& event : events) history.add(event);
  player::ViewTimes times;
  times.extend(history);

  const model::Container* tea = history.now().in_picture();
  ASSERT_TRUE(tea);
  const model::Life& life = tea->life;
  using model::Move;
  std::vector<Move> moves;
  std::vector<std::string> asked;  // what ended it
  for (const model::Moved& one : life.moves) {
    moves.push_back(one.move);
    if (one.move == Move::exit) asked.push_back(one.cause.asked);
  }
  std::vector<Move> wanted{Move::create, Move::start, Move::pause, Move::unpause,
                           Move::exit,   Move::again, Move::exit,  Move::again};
  if (!pauses) wanted.erase(wanted.begin() + 2, wanted.begin() + 4);
  ASSERT_EQ(moves, wanted);
  EXPECT_THAT(asked, ::testing::ElementsAre("stop", "kill"));
  EXPECT_EQ(words_of(scene::container_status(*tea, history.now().now_ns)), words_of(table));

  // sleep as process 1 has no handler, and the kernel keeps SIGTERM from it.
  std::set<model::Effect> effects;
  std::set<std::int32_t> inside;
  render::Fonts fonts;
  support::Faults faults;
  struct {
    scene::Viewport size;
    bool class_mode = false, containers = false;
  } const shown[] = {{{800, 600}}, {{1600, 900}}, {{1600, 900}, true}, {{1600, 900}, false, true}};
  for (std::size_t count = 1; count <= history.size(); ++count) {
    const model::Model& model = history.at(count);
    if (const model::Container* now = model.in_picture()) {
      for (const model::Signal& signal : now->life.signals) effects.insert(signal.effect);
      for (const model::Exec& exec : now->life.execs) inside.insert(exec.inside);
    }
    const trace::Event event = history.event(count - 1);
    const bool a_stop = event.name.rfind("container.", 0) == 0 || event.name.rfind("exec.", 0) == 0;
    if (!a_stop) continue;
    for (const auto& [size, class_mode, containers] : shown) {
      for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
        scene::View view;
        view.position = {.mode = player::Mode::recorded, .count = count, .event = model.last};
        view.arrangement.class_mode = class_mode;
        view.containers.open = containers;
        view.language = language;
        const scene::Scene scene = scene::build({model, history, times, view}, size, fonts);
        support::find_collisions(scene, fonts, view.arrangement, faults);
        support::find_cut_words(scene, faults);
      }
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
  EXPECT_THAT(effects, ::testing::IsSupersetOf({model::Effect::outlived, model::Effect::killed}));
  EXPECT_GT(*inside.rbegin(), 1) << "the pid that the container knows it by";
  engine_.docker({"rm", "-f", "tea"});
}

TEST_F(ContainerLives, NobodyAskedForTheRemovalOfWhatHasRm) {
  docker({"pull", "alpine"});
  model::Model model;
  const auto events = told([&] { docker({"run", "--rm", "--name", "tea", "alpine", "true"}); });
  for (std::size_t i = 0; i < events.size(); ++i) model::apply(model, events[i], i);
  const model::Container* tea = model.in_picture();
  ASSERT_TRUE(tea);
  ASSERT_FALSE(tea->life.moves.empty());
  EXPECT_EQ(tea->life.moves.back().move, model::Move::remove);
  EXPECT_EQ(tea->life.moves.back().cause.asked, "--rm");
}

TEST_F(ContainerLives, ARestartByPolicyHasThePolicyAsItsCause) {
  docker({"pull", "alpine"});
  const std::vector<trace::Event> events = told([&] {
    docker({"run", "-d", "--restart", "on-failure:1", "--name", "tea", "alpine", "sh", "-c", "exit 3"});
    constexpr int attempts = 100;
    for (int i = 0; i < attempts; ++i) {
      const std::string state = engine_.docker({"inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "tea"}).out;
      if (state == "1 exited\n") break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    docker({"start", "tea"});
  });
  model::History history;
  for (const trace::Event& event : events) history.add(event);
  const model::Container* tea = history.now().in_picture();
  ASSERT_TRUE(tea);
  using model::Move;
  std::vector<std::pair<Move, std::string>> moves;
  moves.reserve(tea->life.moves.size());
  for (const model::Moved& one : tea->life.moves) moves.emplace_back(one.move, one.cause.asked);
  ASSERT_GE(moves.size(), 6U);
  moves.resize(6);  // the policy counts anew behind a start by a client
  EXPECT_THAT(moves, ::testing::ElementsAre(std::pair(Move::create, "create"), std::pair(Move::start, "start"),
                                            std::pair(Move::exit, ""), std::pair(Move::by_policy, "on-failure:1"),
                                            std::pair(Move::exit, ""), std::pair(Move::again, "start")));
  engine_.docker({"rm", "-f", "tea"});
}

TEST_F(ContainerLives, TheNextStartComesWhenItsEventSays) {
  docker({"pull", "alpine"});
  const auto waits_for_fourth = [&] {
    constexpr int attempts = 200;
    for (int i = 0; i < attempts; ++i) {
      const std::string state = engine_.docker({"inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "tea"}).out;
      if (state == "4 restarting\n") return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  };
  const std::vector<trace::Event> events = told([&] {
    docker({"run", "-d", "--restart", "on-failure:4", "--name", "tea", "alpine", "sh", "-c", "exit 3"});
    EXPECT_TRUE(waits_for_fourth());
  });
  model::History history;
  std::optional<std::int64_t> due_ns;
  int starts = 0;
  for (const trace::Event& event : events) {
    if (event.name == "container.start" && event.kind == trace::Kind::begin && due_ns) {
      EXPECT_GE(event.time_ns, *due_ns);
      EXPECT_LT(event.time_ns, *due_ns + 2'000'000'000) << "on a busy machine";
      ++starts;
    }
    history.add(event);
    if (const model::Container* tea = history.now().in_picture()) due_ns = tea->life.next_start_ns;
  }
  EXPECT_GE(starts, 3);
  EXPECT_TRUE(due_ns);
  // One who comes now is told, too; its own clock is the engine's.
  model::History later;
  for (const trace::Event& event : told([] {})) later.add(event);
  ASSERT_EQ(later.now().containers.size(), 1U);
  const model::Life& life = later.now().containers.front().life;
  ASSERT_TRUE(life.next_start_ns);
  EXPECT_NEAR(static_cast<double>(*life.next_start_ns), static_cast<double>(*due_ns), 1e8);
  ASSERT_TRUE(life.policy);
  EXPECT_EQ(life.policy->asked, "on-failure:4");
  engine_.docker({"rm", "-f", "tea"});
}

// The words of its evidence are made of these.
TEST_F(ContainerLives, ItsFilterIsToldWithWhatItAnswers) {
  docker({"pull", "alpine"});
  const std::vector<trace::Event> events = told([&] { docker({"run", "--rm", "alpine", "true"}); });
  const auto filter = std::find_if(events.begin(), events.end(),
                                   [](const trace::Event& event) { return event.name == "isolate.seccomp"; });
  ASSERT_NE(filter, events.end());
  EXPECT_GT(trace::argument_number(*filter, "calls_allowed"), 250);
  EXPECT_GT(trace::argument_number(*filter, "calls_refused"), 50);
  EXPECT_GE(trace::argument_number(*filter, "calls_by_arguments"), 3);
  EXPECT_THAT(trace::argument_text(*filter, "refused_examples"), ::testing::StartsWith("mount "));
}

// A studio that comes later finds them as they are.
TEST_F(ContainerLives, ThatWereThereBeforeHaveTheirWallsAndTimes) {
  docker({"run", "-d", "--name", "tea", "alpine", "sleep", "1000"});
  const std::vector<trace::Event> events = told([] {});
  model::History history;
  for (const trace::Event& event : events) history.add(event);
  ASSERT_EQ(history.now().containers.size(), 1U);
  const model::Container& tea = history.now().containers.front();
  EXPECT_EQ(tea.walls[static_cast<std::size_t>(model::WallKind::pid)].state, model::State::there);
  EXPECT_EQ(tea.walls[static_cast<std::size_t>(model::WallKind::user)].state, model::State::gone) << "it is shared";
  EXPECT_EQ(words_of(scene::container_status(tea, history.now().now_ns)),
            words_of(engine_.docker({"ps", "-a", "--format", "{{.Status}}"}).out));
  engine_.docker({"rm", "-f", "tea"});
}

// What looks each second must not be seen itself.
TEST_F(ContainerLives, ALookIsToldToNobody) {
  docker({"run", "-d", "--name", "tea", "alpine", "sh", "-c", "echo one; echo two; sleep 1000"});
  client::Glass glass(engine_.socket());
  client::ContainerLook look;
  const std::vector<trace::Event> events = told([&] {
    constexpr int most_looks = 50;  // until it has printed
    for (int i = 0; i < most_looks && (look.lines.empty() || look.lines[0] != "two"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      look = glass.look("tea", 1);
    }
  });
  for (const trace::Event& event : events) EXPECT_EQ(event.name.rfind("baseline.", 0), 0U) << event.name;
  EXPECT_THAT(look.lines, ::testing::ElementsAre("two"));
  if (look.usage) {
    EXPECT_GE(look.usage->processes, 1U);
  }
  engine_.docker({"rm", "-f", "tea"});
}

}  // namespace
}  // namespace glassdock::golden
