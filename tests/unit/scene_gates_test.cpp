// What stands at a gate: what waits, what is told of it now and later, what it holds back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/scene/gate_words.h"
#include "engine/trace/gates.h"
#include "tests/support/scene_test.h"

namespace glassdock::scene {
namespace {

using support::ended_story;
using support::RunStory;
using support::Shown;
using support::words_in;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SceneGates : public SceneTest {};

// In the past nothing waits any more, and the inverse plate leads back to now.
TEST_F(SceneGates, AGateOfThePastHeldOnce) {
  view_.controls = true;
  RunStory story;
  story.held_start();
  const std::size_t held = story.events.size();
  Shown now(story.events);
  EXPECT_THAT(words_in(end(now)), AllOf(HasSubstr("It really waits"), HasSubstr("process 48121 really waits here")));
  EXPECT_EQ(box_of(end(now), "isolate.proc").fill, Colour::plate);
  story.released("isolate.proc", 2, 7'000'000'000);
  story.files();
  Shown later(story.events);
  const Scene past = scene(later, held);
  EXPECT_THAT(words_in(past), AllOf(HasSubstr("waited here (process 48121)"), Not(HasSubstr("waits here"))));
  EXPECT_EQ(box_of(past, "isolate.proc").fill, Colour::none);
  EXPECT_THAT(words_in(end(later)), HasSubstr("7.00 s of it held | "));
}

TEST_F(SceneGates, HowLongAGateHoldsIsTold) {
  RunStory story;
  story.held_start();
  Shown shown(story.events);
  EXPECT_THAT(words_in(end(shown)), Not(HasSubstr("waits here | for ")));
  view_.waited_ns = 12'000'000'000;
  EXPECT_THAT(words_in(end(shown)), HasSubstr("waits here | for 12 s | "));
}

// What the gate holds back is not there, and has its place already.
TEST_F(SceneGates, TheWritableLayerIsToComeWhileItsGateHolds) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  const auto prepare = std::find_if(story.events.begin(), story.events.end(),
                                    [](const trace::Event& event) { return event.name == "snapshot.prepare"; });
  const auto before = static_cast<std::size_t>(prepare - story.events.begin());
  Shown later(story.events);
  const Box there = box_of(end(later), "writable");
  story.events.resize(before);
  story.held("snapshot.prepare", 7, 47980);
  Shown shown(story.events);
  const Box held = box_of(end(shown), "writable");
  EXPECT_EQ(held.fill, Colour::none);
  EXPECT_EQ(held.dash, Dash::dashed);
  EXPECT_EQ(held.rect, there.rect);
  EXPECT_THAT(words_in(end(shown)), AllOf(HasSubstr("writable | to come | "), HasSubstr("layer 2 | to come | ")));
}

TEST_F(SceneGates, WhatAGateHoldsBackIsToCome) {
  for (const char* gate : {"isolate.cgroup-namespace", "isolate.bounding", "isolate.seccomp"}) {
    RunStory story;
    story.begun();
    story.held(gate, 3);
    Shown shown(story.events);
    const Scene scene = end(shown);
    for (const char* thing : {"wall:cgroup", "filter:seccomp", "filter:capabilities"}) {
      EXPECT_EQ(box_of(scene, thing).dash, Dash::dashed) << thing << " at " << gate;
    }
    EXPECT_THAT(words_in(scene), Not(HasSubstr("gone |"))) << gate;
  }
}

// A gate of `docker exec` holds that command alone.
TEST_F(SceneGates, AnExecAtAGateLeavesTheRunAsItIs) {
  RunStory story = ended_story();
  story.events.resize(story.events.size() - 3);  // it runs
  Shown before(story.events);
  story.held("exec.user", 9, 50001);
  Shown held(story.events);
  story.given_up("exec.user", 9);
  Shown after(story.events);
  for (const Shown* one : {&held, &after}) {
    const model::Model &was = before.history.now(), &is = one->history.now();
    EXPECT_EQ(is.current()->monitor, was.current()->monitor);
    EXPECT_FALSE(is.run.given_up);
    for (std::size_t i = 0; i < was.run.stages.size(); ++i) EXPECT_EQ(is.run.stages[i].state, was.run.stages[i].state);
  }
  EXPECT_EQ(held.history.now().held.size(), 1U);
  EXPECT_TRUE(after.history.now().held.empty());
}

// What takes a start down has no gates.
TEST_F(SceneGates, OnlyWhatAGateCanHoldTakesOne) {
  view_.controls = true;
  RunStory story = ended_story();
  Shown shown(story.events);
  for (const Place& place : end(shown).places) {
    if (place.act != Act::toggle_gate) continue;
    EXPECT_TRUE(trace::find_gate(place.name) || trace::find_stage(place.name)) << place.name;
  }
}

// Who looks back at a gate that still holds reads that it does.
TEST_F(SceneGates, AGateThatStillHoldsIsToldSoInThePastToo) {
  RunStory story;
  story.held_start();
  const model::EventIndex gate = story.events.size() - 1;
  Shown shown(story.events);
  view_.selected = gate;
  EXPECT_THAT(words_in(scene(shown, gate)), HasSubstr("It really waits"));
  EXPECT_FALSE(trace::argument_flag(told_event(shown.history, gate), "over"));
  story.released("isolate.proc", 2, 7'000'000'000);
  Shown later(story.events);
  EXPECT_TRUE(trace::argument_flag(told_event(later.history, gate), "over"));
  EXPECT_THAT(words_in(scene(later, gate)), HasSubstr("waited here (process 48121)"));
}

// On one line, in a narrow window and on a projector.
TEST_F(SceneGates, WhatStandsAtAGateIsNeverCut) {
  for (const trace::Gate& gate : trace::gates()) {
    RunStory story;
    story.begun();
    story.held(std::string(gate.name), 1);
    Shown shown(story.events);
    for (trace::Language language : {trace::Language::english, trace::Language::korean}) {
      for (const auto& [size, class_mode] :
           {std::pair{Viewport{1024, 700}, false}, {{800, 600}, false}, {{800, 600}, true}}) {
        view_.arrangement = {.class_mode = class_mode};
        const Scene scene = this->scene(shown, story.events.size(), size, language);
        const std::vector<Text>& texts = scene.layers[Scene::ground].texts;
        const std::string_view standing = trace::standing_sentence(gate.name, language);
        EXPECT_TRUE(std::any_of(texts.begin(), texts.end(), [&](const Text& text) { return text.words == standing; }))
            << size.width << (class_mode ? ", class mode: " : ": ") << standing;
      }
    }
  }
}

}  // namespace
}  // namespace glassdock::scene
