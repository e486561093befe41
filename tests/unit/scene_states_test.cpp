// Form and words tell the state: what is to come, what is gone, what was given up, how far back one looks.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/render/fonts.h"
#include "app/render/palette.h"
#include "app/scene/strings.h"
#include "app/scene/terms.h"
#include "engine/os/system.h"
#include "engine/trace/recording.h"
#include "tests/support/life_story.h"
#include "tests/support/run_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/scene_test.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::ended_story;
using support::RunStory;
using support::Shown;
using support::words_in;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SceneStates : public SceneTest {};

// A ring over everything would cross the walls' plates, which stand half outside of the container.
TEST_F(SceneStates, TheRingOfTheChosenContainerStandsBehindItsPlates) {
  RunStory story = ended_story();
  Shown shown(story.events);
  view_.thing = "container";
  const Scene chosen = end(shown);
  EXPECT_TRUE(std::none_of(chosen.layers[Scene::overlay].shapes.begin(), chosen.layers[Scene::overlay].shapes.end(),
                           [](const Shape& shape) { return shape.box.line == Colour::ink && shape.box.stroke == 2; }));
  const auto& shapes = chosen.layers[Scene::ground].shapes;
  const auto ring = std::find_if(shapes.begin(), shapes.end(), [](const Shape& shape) {
    constexpr float high = 200;
    return shape.kind == Shape::Kind::box && shape.box.line == Colour::ink && shape.box.rect.h > high;
  });
  ASSERT_NE(ring, shapes.end());
  const auto plate = std::find_if(shapes.begin(), shapes.end(), [&](const Shape& shape) {
    return shape.kind == Shape::Kind::box && shape.box.rect == box_of(chosen, "wall:pid").rect;
  });
  EXPECT_LT(ring - shapes.begin(), plate - shapes.begin());
}

// Layers are unpacked while others are pulled: the box speaks of the event that is explained beside it.
TEST_F(SceneStates, TheEnginesBoxSaysTheStageOfTheEventThatIsShown) {
  RunStory story;
  story.baseline();
  story.missing();
  story.pull();
  Shown shown(story.events);
  bool back = false;  // to a lower stage
  trace::Stage highest = trace::Stage::request;
  for (std::size_t count = 2; count < story.events.size(); ++count) {
    const trace::Stage stage = story.events[count - 1].stage;
    const auto box = words_in(scene(shown, count), "engine");
    EXPECT_THAT(box, HasSubstr(std::string(trace::stage_sentence(stage)))) << story.events[count - 1].name;
    back = back || stage < highest;
    highest = std::max(highest, stage);
  }
  EXPECT_TRUE(back);
}

// Dashed is what will be; hatched is what was.
TEST_F(SceneStates, WhatIsGoneIsDrawnUnlikeWhatIsToCome) {
  const RunStory story = ended_story();
  Shown shown(story.events);
  const auto begins = std::find_if(story.events.begin(), story.events.end(),
                                   [](const trace::Event& event) { return event.name == "container.start"; });
  const Scene before = scene(shown, static_cast<std::size_t>(begins - story.events.begin()) + 1), after = end(shown);
  for (const char* thing : {"wall:mnt", "mount:isolate.proc", "shared:", "filter:seccomp", "filter:capabilities"}) {
    const Box to_come = box_of(before, thing), gone = box_of(after, thing);
    EXPECT_EQ(to_come.dash, Dash::dashed) << thing;
    EXPECT_FALSE(to_come.hatched) << thing;
    EXPECT_EQ(gone.dash, Dash::solid) << thing;
    EXPECT_EQ(gone.fill == Colour::none || gone.fill == Colour::panel, true) << thing;
    const bool stretch = std::string_view(thing) == "wall:mnt";  // of the wall, behind the plate
    EXPECT_NE(gone.hatched, stretch) << thing;
  }
  EXPECT_THAT(words_in(before), AllOf(HasSubstr("0 of 6 walls up"), Not(HasSubstr("gone |"))));
  EXPECT_THAT(words_in(after), AllOf(HasSubstr("its 6 walls are gone"), Not(HasSubstr("to come"))));
}

TEST_F(SceneStates, AStartThatWasGivenUpHasNotFailed) {
  for (const bool at_a_gate : {false, true}) {
    RunStory story;
    story.held_start();
    if (at_a_gate) story.given_up("isolate.proc", 2);
    story.give_up();
    Shown shown(story.events);
    EXPECT_FALSE(shown.history.now().run.failed);
    const std::string words = words_in(end(shown));
    EXPECT_THAT(words,
                AllOf(HasSubstr("gave the start up"), HasSubstr("given up | "), HasSubstr("/proc | not reached")));
    EXPECT_THAT(words, AllOf(Not(HasSubstr("failed |")), Not(HasSubstr("could not become"))));
  }
}

TEST_F(SceneStates, OneWhoLooksBackReadsHowFar) {
  const RunStory story = ended_story();
  Shown shown(story.events);
  const std::size_t count = story.events.size() - 2;
  const std::int64_t way = story.events.back().time_ns - story.events[count - 1].time_ns;
  EXPECT_THAT(words_in(scene(shown, count)), HasSubstr(trace::duration_text(way) + " before now | "));
  EXPECT_THAT(words_in(end(shown)), Not(HasSubstr("before now")));
}

TEST_F(SceneStates, AnEngineThatHasGoneIsDrawnSo) {
  const RunStory story = ended_story();
  Shown shown(story.events);
  view_.engine = EngineState::there;
  EXPECT_EQ(box_of(end(shown), "engine").dash, Dash::solid);
  view_.engine = EngineState::gone;
  const Scene scene = end(shown);
  EXPECT_EQ(box_of(scene, "engine").dash, Dash::long_dashes);
  EXPECT_THAT(words_in(scene), AllOf(HasSubstr("its process has ended"), Not(HasSubstr("LIVE"))));
}

TEST_F(SceneStates, ContainersThatRunBesideItAreNotForgotten) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.baseline_container(std::string(64, 'd'), "running");
  story.create();
  Shown one(story.events);
  EXPECT_THAT(words_in(end(one)), HasSubstr("tea, another container | "));
  story.events.insert(story.events.begin() + 3, story.events[2]);
  story.events[3].subject = std::string(64, 'e');
  Shown two(story.events);
  EXPECT_THAT(words_in(end(two)), HasSubstr("2 others, each a container | "));
}

TEST_F(SceneStates, ARegistryBeyondTheHubIsNamed) {
  RunStory story;
  story.baseline();
  story.missing(1, "nosuch");
  const std::uint64_t pull = story.request("POST /images/create");
  story.tell(trace::Stage::pull, trace::Kind::instant, "pull.http",
             "http://127.0.0.1:41873/v2/library/nosuch/manifests/x", pull, 0, {{"status", std::int64_t{404}}});
  story.tell(trace::Stage::pull, trace::Kind::instant, "pull.http", "https://registry-1.docker.io/v2/", pull, 0,
             {{"status", std::int64_t{0}}});
  Shown shown(story.events);
  EXPECT_EQ(shown.history.now().hub.requests, 1);
  EXPECT_THAT(words_in(end(shown)), HasSubstr("then registry-1.docker.io: no answer | "));
}

// A command that runs takes time while nothing is told.
// Its first moment is no empty first start: the run that comes is in it, to be played and scrubbed, and what is said
// holds for a recording.
TEST_F(SceneStates, ARecordingBeginsWithTheRunThatComes) {
  RunStory story;
  story.baseline();
  story.cold();
  trace::RecordingHeader header;
  header.command = "docker run alpine ls";
  const std::filesystem::path file = std::filesystem::temp_directory_path() / fmt::format("begins.{}", getpid());
  trace::RecordingWriter(os::real_system(), file, header).append(story.events);
  model::History history{trace::Recording(file)};
  std::filesystem::remove(file);
  player::ViewTimes times;
  times.extend(history);
  const player::Track track{history, times};
  view_.position = player::position(player::make_recorded_player(track), track);
  view_.controls = true;
  const auto scene_at = [&](Viewport size) {
    return build({history.at(view_.position.count), history, times, view_}, size, fonts_);
  };
  const Scene now = scene_at({1600, 900});
  const std::string words = support::joined_words(now);
  for (const char* said :
       {"STAGES OF docker run alpine ls", "1 Request to come", "6 Run", "Before the run", "Space plays, → steps",
        "$ docker run alpine ls no request yet", "0.000 ms", "The container will stand here"}) {
    EXPECT_NE(words.find(said), std::string::npos) << said << "\n" << words;
  }
  for (const char* wrong : {"True times", "Every event", "Nothing to show", "F10", "Ctrl →", "terminal below"}) {
    EXPECT_EQ(words.find(wrong), std::string::npos) << wrong << "\n" << words;
  }
  const auto scrubs = std::find_if(now.places.begin(), now.places.end(),
                                   [](const Place& place) { return place.act == Act::seek_time; });
  ASSERT_NE(scrubs, now.places.end());
  for (const Shape& shape : now.layers[Scene::ground].shapes) {
    const Rect bar = shape.box.rect;
    const bool in_lanes = shape.kind == Shape::Kind::box && scrubs->rect.contains(bar.centre());
    if (!in_lanes || bar.h > scrubs->rect.h) continue;  // the panel itself
    EXPECT_EQ(shape.box.dash, Dash::dashed);
    EXPECT_EQ(shape.box.fill, Colour::none);
  }
  support::Faults faults;
  for (const Viewport size : {Viewport{1600, 900}, Viewport{1280, 720}, Viewport{800, 600}}) {
    for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
      view_.language = language;
      support::find_faults(scene_at(size), fonts_, view_.arrangement, faults);
    }
  }
  EXPECT_EQ(support::lines_of(faults), "");
}

TEST_F(SceneStates, TimesGoOnWhileTheCommandRuns) {
  RunStory story;
  story.begun();
  story.prepared();
  story.execute();
  Shown shown(story.events);
  view_.waited_ns = 8'000'000'000;
  const model::Model& now = shown.history.now();
  const std::int64_t ran = now.stage_times(view_.waited_ns)[5].value_or(0);
  EXPECT_GT(ran, view_.waited_ns);
  EXPECT_THAT(words_in(end(shown)),
              AllOf(HasSubstr("6 Run | " + trace::duration_text(ran)),
                    HasSubstr(trace::duration_text(now.now_ns - now.run.begin_ns + view_.waited_ns) + " | ")));
}

// What others ask behind its end is no time of the run.
TEST_F(SceneStates, OthersRequestsBehindTheEndAreNoTimeOfTheRun) {
  RunStory story = ended_story();
  Shown before(story.events);
  const std::int64_t took = before.history.now().run.latest_ns - before.history.now().run.begin_ns;
  story.wait(9'000'000'000);
  const std::uint64_t list = story.request("GET /containers/json", 0);
  story.answer(list, "GET /containers/json", 200, 0);
  Shown after(story.events);
  EXPECT_THAT(words_in(end(after)),
              AllOf(HasSubstr("| " + trace::duration_text(took) + " | "), Not(HasSubstr("9.0 s"))));
}

TEST_F(SceneStates, AStageThatFailedFailsOnTheTimelineToo) {
  const auto failed_bars = [](const Scene& scene) {
    return std::count_if(
        scene.layers[Scene::ground].shapes.begin(), scene.layers[Scene::ground].shapes.end(), [](const Shape& shape) {
          return shape.kind == Shape::Kind::box && shape.box.line == Colour::failed_line && shape.box.rect.y > 660;
        });
  };
  RunStory typo;
  typo.baseline();
  typo.missing(1, "alpin");
  typo.pull_in_vain("alpin:latest");
  Shown shown(typo.events);
  EXPECT_GT(failed_bars(end(shown)), 0);
  const RunStory well = ended_story();
  Shown good(well.events);
  EXPECT_EQ(failed_bars(end(good)), 0);

  RunStory refused;
  refused.baseline();
  const std::uint64_t request = refused.request("POST /containers/create");
  refused.answer(request, "POST /containers/create", 400);
  Shown at_once(refused.events);
  EXPECT_EQ(at_once.history.now().run.stages[0].state, model::State::failed);
}

// What else the band says makes room for what must not be missed.
TEST_F(SceneStates, ANoticeStandsWholeInEveryWindow) {
  view_.controls = true;
  RunStory story;
  story.held_start();
  Shown shown(story.events);
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    view_.language = language;
    for (const Word notice : {Word::waits_at_gate, Word::terminal_hidden, Word::reads_unseen}) {
      view_.notice = say(notice, language);
      for (const bool class_mode : {false, true}) {
        view_.arrangement.class_mode = class_mode;
        for (const Viewport size : {Viewport{800, 600}, {1024, 700}, {1200, 760}, {1366, 768}, {1600, 900}}) {
          size_ = size;
          // In a narrow one at least its first sentence: the buttons that the rest is about stand beside it.
          const std::string words = words_in(end(shown)),
                            sentence = view_.notice.substr(0, view_.notice.find(". ") + 1);
          const bool whole = words.find(view_.notice + " | ") != std::string::npos;
          const bool narrow = !class_mode && size.width < 1366;
          EXPECT_TRUE(whole || (narrow && words.find(sentence + " | ") != std::string::npos)) << size.width << words;
        }
      }
    }
  }
}

// Sentences, not labels: the particle is the one that the number has when it is read aloud.
TEST_F(SceneStates, KoreanSaysWhichProcessWaitsInASentence) {
  view_.language = trace::Language::korean;
  for (const auto& [pid, words] : {std::pair{48120, "프로세스 48120이 정말"},
                                   {48121, "프로세스 48121이 정말"},
                                   {48122, "프로세스 48122가 정말"},
                                   {48126, "프로세스 48126이 정말"},
                                   {48129, "프로세스 48129가 정말"}}) {
    RunStory story;
    story.held_start();
    story.events.back().arguments = {{"id", std::int64_t{2}},
                                     {"gate", std::string("isolate.proc")},
                                     {"stage", std::string("isolate")},
                                     {"pid", std::int64_t{pid}}};
    Shown shown(story.events);
    EXPECT_THAT(words_in(end(shown)), AllOf(HasSubstr(words), HasSubstr("isolate.proc 앞에서 멈춤 | ")));
  }
}

// Looking back, no second of now is added to a moment of then.
TEST_F(SceneStates, NoSecondOfNowStandsInThePast) {
  RunStory story;
  story.held_start();
  Shown shown(story.events);
  view_.waited_ns = 9'000'000'000;
  EXPECT_THAT(words_in(scene(shown, story.events.size() - 2)), AllOf(Not(HasSubstr("900")), Not(HasSubstr("for 9 s"))));
  EXPECT_THAT(words_in(end(shown)), HasSubstr("for 9 s"));
}

// Walls that never stood are neither gone nor shared with the host.
TEST_F(SceneStates, WhatAGivenUpStartNeverMadeWasNotReached) {
  RunStory story;
  story.begun();
  story.held("isolate.clone", 2, 47980);
  story.given_up("isolate.clone", 2);
  story.give_up();
  Shown shown(story.events);
  EXPECT_THAT(words_in(end(shown)), AllOf(HasSubstr("0 of 6 walls up"), HasSubstr("pid | not reached")));
}

TEST_F(SceneStates, APausedProcessIsDrawnSo) {
  RunStory story = ended_story();
  story.events.resize(story.events.size() - 3);
  story.tell(trace::Stage::lifecycle, trace::Kind::instant, "container.pause", story.container);
  Shown shown(story.events);
  EXPECT_THAT(words_in(end(shown)), AllOf(HasSubstr("frozen in its cgroup: | "), Not(HasSubstr("is now:"))));
}

TEST_F(SceneStates, ARefusedCreateMakesNoContainer) {
  RunStory story;
  story.baseline();
  const std::uint64_t request = story.request("POST /containers/create");
  story.tell(trace::Stage::lifecycle, trace::Kind::begin, "container.create", story.container, 90, request);
  story.tell(trace::Stage::lifecycle, trace::Kind::end, "container.create", story.container, 90, request,
             {{"failed", true}});
  story.answer(request, "POST /containers/create", 400);
  Shown shown(story.events);
  EXPECT_EQ(shown.history.now().current(), nullptr);
  EXPECT_EQ(shown.history.now().run.stages[0].state, model::State::failed);
  EXPECT_THAT(words_in(end(shown)), HasSubstr("No container was made"));
}

// Another command may have come since, which makes no container either.
TEST_F(SceneStates, ACommandThatEndedWithoutAContainerIsNamed) {
  RunStory typo;
  typo.baseline();
  typo.missing(1, "alpin");
  typo.pull_in_vain("alpin:latest");
  Shown shown({});
  shown.history.name_next_run(1, "docker run alpin");
  for (const trace::Event& event : typo.events) shown.history.add(event);
  shown.times.extend(shown.history);
  EXPECT_THAT(support::joined_words(end(shown)), HasSubstr("docker run alpin ended before its container was made."));
}

// The last word is what happened, not that somebody was answered.
TEST_F(SceneStates, TheLastWordIsNotThatARequestWasAnswered) {
  RunStory story = ended_story();
  const std::uint64_t wait = story.request("POST /containers/x/wait");
  story.answer(wait, "POST /containers/x/wait", 200);
  story.tell(trace::Stage::run, trace::Kind::instant, "container.exit", story.container, 0, 0,
             {{"exit_code", std::int64_t{0}}});
  const std::uint64_t list = story.request("GET /containers/json", 0);
  story.answer(list, "GET /containers/json", 200, 0);
  Shown shown(story.events);
  EXPECT_THAT(words_in(end(shown)), Not(HasSubstr("The engine answers")));
  EXPECT_THAT(words_in(scene(shown, story.events.size() - 3)), Not(HasSubstr("GET /containers/json")));
}

// Rest the pointer on a thing, and it is explained; Tab comes to each thing once.
TEST_F(SceneStates, EveryThingOfThePictureIsExplained) {
  view_.controls = true;
  Scene nowhere;
  for (const bool rootless : {false, true}) {
    RunStory story;
    story.baseline(rootless);
    story.cold();
    Shown shown(story.events);
    for (std::size_t count = 1; count <= story.events.size(); ++count) {
      const Scene scene = this->scene(shown, count);
      std::set<std::string> keys;
      for (const Place& place : scene.places) {
        const std::string key = std::to_string(static_cast<int>(place.act)) + place.name + std::to_string(place.number);
        if (place.act != Act::select_event) continue;
        EXPECT_TRUE(keys.insert(key).second) << key << " at " << count;
        if (!place.tip.empty()) continue;
        for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
          const std::string_view term = term_of(place.name, language);
          EXPECT_FALSE(term.empty()) << place.name;
          constexpr float widest = 340;  // of a tip, in two lines
          EXPECT_TRUE(Brush(nowhere, fonts_).stands_whole(term, {Face::sans, 13}, widest, 2)) << term;
        }
      }
    }
  }
}

TEST_F(SceneStates, AStageThatWasNotNeededIsDrawnUnlikeOneThatIsToCome) {
  RunStory story;
  story.held_start();
  Shown shown(story.events);
  ASSERT_EQ(shown.history.now().run.stages[2].state, model::State::gone);
  ASSERT_EQ(shown.history.now().run.stages[5].state, model::State::planned);
  for (const bool class_mode : {false, true}) {
    view_.arrangement.class_mode = class_mode;
    const Scene now = end(shown);
    std::vector<Box> badges;
    const float size = class_mode ? 60 : 30;
    for (const Shape& shape : now.layers[Scene::ground].shapes) {
      const Box& box = shape.box;
      if (shape.kind == Shape::Kind::box && box.rect.w == size && box.rect.h == size && box.radius == 6) {
        badges.push_back(box);
      }
    }
    ASSERT_EQ(badges.size(), 6U) << class_mode;
    EXPECT_EQ(badges[2].dash, Dash::solid);
    EXPECT_EQ(badges[2].line, Colour::hairline);
    EXPECT_EQ(badges[5].dash, Dash::dashed);
    EXPECT_EQ(badges[5].line, Colour::edge);
  }
}

// What is pointed at can be read as well as before, in both themes.
TEST_F(SceneStates, WhatIsPointedAtCanBeRead) {
  view_.controls = true;
  view_.containers.open = true;
  RunStory story;
  story.held_start();
  Shown shown(story.events);
  const std::vector<Place> places = end(shown).places;
  std::set<std::string> faults;
  for (const Place& place : places) {
    view_.hovered = key_of(place);
    const Scene now = end(shown);
    for (const Shape& shape : now.layers[Scene::ground].shapes) {
      if (shape.kind != Shape::Kind::box || !(shape.box.rect == place.rect) || shape.box.fill == Colour::none ||
          shape.box.fill == Colour::plate) {
        continue;
      }
      for (const Text& text : now.layers[Scene::ground].texts) {
        const float y = text.at.y + text.room.h / 2;
        if (place.rect.h > 40 || !place.rect.contains({text.at.x, y})) continue;
        for (const render::Theme theme : {render::Theme::light, render::Theme::dark}) {
          const double contrast =
              render::contrast(render::value_of(text.colour, theme), render::value_of(shape.box.fill, theme));
          if (contrast < 4.5) faults.insert(text.words + ": " + std::to_string(contrast));
        }
      }
    }
  }
  EXPECT_THAT(faults, testing::IsEmpty());
}

// The pull that `docker run --pull always` begins with is not all of it.
TEST_F(SceneStates, ARunThatPullsFirstGoesOnBehindItsPull) {
  RunStory story;
  story.baseline();
  story.pull();
  for (const bool run : {false, true}) {
    Shown shown({});
    shown.history.name_next_run(1, run ? "docker run --pull always alpine ls" : "docker pull alpine");
    for (const trace::Event& event : story.events) shown.history.add(event);
    shown.times.extend(shown.history);
    const std::string words = words_in(end(shown));
    EXPECT_EQ(words.find("not in a pull") == std::string::npos, run) << words;
    EXPECT_EQ(words.find("No container was made") == std::string::npos, run) << words;
    EXPECT_EQ(words.find("to come") != std::string::npos, run) << words;
  }
}

// Another container runs, and a command within the one in the picture.
TEST_F(SceneStates, NoLineOfAProcessCrossesAWord) {
  support::LifeStory story;
  story.baseline();
  story.baseline_image();
  story.runs("tea");
  story.runs("shop");
  for (const bool execs : {false, true}) {
    if (execs) story.exec("shop", "sh", 48300, 7);
    Shown shown(story.events);
    const Scene now = end(shown);
    EXPECT_THAT(words_in(now), HasSubstr("tea, another container"));
    for (const Shape& shape : now.layers[Scene::ground].shapes) {
      if (shape.kind != Shape::Kind::line) continue;
      const auto [left, right] = std::minmax(shape.line.from.x, shape.line.to.x);
      const auto [top, bottom] = std::minmax(shape.line.from.y, shape.line.to.y);
      if (left != right && top != bottom) continue;  // of an icon
      for (const Text& text : now.layers[Scene::ground].texts) {
        const Rect ink = support::ink(text, fonts_);
        EXPECT_FALSE(ink.x < right && left < ink.right() && ink.y < bottom && top < ink.bottom())
            << text.words << (execs ? " with an exec" : "");
      }
    }
  }
}

// `docker run -d` has gone long before the end: that code is not its own.
TEST_F(SceneStates, OnlyAClientThatWaitsHasTheContainersCode) {
  for (const bool waits : {false, true}) {
    RunStory story;
    story.begun();
    story.prepared();
    const std::uint64_t wait = waits ? story.request("POST /containers/" + story.container + "/wait") : 0;
    story.execute();
    story.exit(5);
    if (waits) story.answer(wait, "POST /containers/" + story.container + "/wait", 200);
    Shown shown(story.events);
    const std::string words = support::words_in(end(shown), "client");
    EXPECT_EQ(words.find("ended with code 5") != std::string::npos, waits) << words;
  }
}

// It is nobody's child among the engine, its launcher and the run's monitor.
TEST_F(SceneStates, AnotherContainersProcessStandsOutsideTheTree) {
  support::LifeStory story;
  story.baseline();
  story.baseline_image();
  story.runs("tea");
  story.container = support::story_container;
  story.create();
  story.begin_start();
  story.walls();
  Shown shown(story.events);
  const Scene scene = end(shown);
  const auto x_of = [&](std::string_view name) {
    for (const Place& place : scene.places) {
      if (place.name.starts_with(name)) return place.rect.x;
    }
    ADD_FAILURE() << name;
    return 0.0F;
  };
  EXPECT_EQ(x_of("container:"), x_of("daemon"));
  EXPECT_GT(x_of("monitor"), x_of("container:"));
}

// A wall that was left out is named, and neither drawn nor counted as one that stands.
TEST_F(SceneStates, AMissingWallIsDrawnAsMissing) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.begin_start();
  story.tell(trace::Stage::isolate, trace::Kind::instant, "isolate.left-out", story.container, 0, 0,
             {{"operation", std::string("namespace.pid")}});
  story.limits({});
  story.clone();
  story.events[story.events.size() - 3].arguments.push_back({"walls", std::string("mount, network, UTS, IPC, user")});
  Shown shown(story.events);
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    view_.language = language;
    const Scene scene = end(shown);
    const std::string_view left_out = say(Word::left_out, language);
    EXPECT_THAT(words_in(scene, "wall:pid"), HasSubstr(std::string(left_out)));
    EXPECT_EQ(box_of(scene, "wall:pid").line, Colour::failed_line);
    EXPECT_THAT(words_in(scene), HasSubstr(say(Word::walls_up, language, {"5", "6"})));
    EXPECT_THAT(words_in(scene), Not(HasSubstr(std::string(say(Word::pid_inside, language)))));
    EXPECT_THAT(words_in(scene), HasSubstr(say(Word::trial_lacks, language, {"namespace.pid"}) + " |"));
  }
}

TEST_F(SceneStates, AFilterThatWasLeftOutIsNotToCome) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.begin_start();
  story.tell(trace::Stage::isolate, trace::Kind::instant, "isolate.left-out", story.container, 0, 0,
             {{"operation", std::string("isolate.seccomp")}});
  story.walls();
  Shown shown(story.events);
  const Scene scene = end(shown);
  EXPECT_THAT(words_in(scene, "trial"), AllOf(HasSubstr("seccomp"), HasSubstr("left out")));
}

}  // namespace
}  // namespace glassdock::scene
