// What the evidence panel says to type to see a thing of the picture, typed while the engine is held: it works, and it
// shows what the panel says.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "app/model/history.h"
#include "app/render/fonts.h"
#include "app/scene/panels.h"
#include "app/scene/thing.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

class ThingCommands : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    for (const char* program : {"/bin/sh", "/usr/bin/curl", "/usr/bin/lsns", "/usr/bin/findmnt"}) {
      if (::access(program, X_OK) != 0) GTEST_SKIP() << "no " << program << " here";
    }
    engine_ = std::make_unique<RealEngine>(GetParam());
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  }

  void look(const std::string& gate) {
    scene::View view;
    view.controls = true;
    view.engine = scene::EngineState::there;
    view.position = {.mode = player::Mode::live, .count = history_.size(), .event = history_.now().last};
    const scene::Subject subject{history_.at(history_.size()), history_, times_, view};
    const scene::Scene scene = scene::build(subject, {1600, 900}, fonts_);
    for (const scene::Place& place : scene.places) {
      if (place.act != scene::Act::select_event) continue;
      const auto event = place.number < 0 ? model::no_event : static_cast<model::EventIndex>(place.number);
      try_out(scene::thing_of(subject, place.name, event), place.name, gate);
    }
  }

  void try_out(const scene::Thing& thing, const std::string& name, const std::string& gate) {
    if (thing.command.empty()) return;
    shown_.insert(name.substr(0, name.find(':')));
    const Outcome typed = testing::run(engine_->as_owner({"/bin/sh", "-c", thing.command}));
    const std::string about = name + " before " + gate + ": " + thing.command;
    EXPECT_EQ(typed.code, 0) << about << "\n" << typed.err;
    EXPECT_EQ(typed.err, "") << about;
    if (name != "writable") {  // nothing has been written yet
      EXPECT_NE(typed.out, "") << about;
    }
    if (name.rfind("wall:", 0) == 0) {
      EXPECT_EQ(typed.out, thing.facts.front().value + "\n") << about;
    }
    if (name.rfind("mount:", 0) == 0) {
      EXPECT_NE(typed.out.find(thing.facts.front().value), std::string::npos) << about << "\n" << typed.out;
    }
  }

  std::unique_ptr<RealEngine> engine_;
  model::History history_;
  player::ViewTimes times_;
  render::Fonts fonts_;
  std::set<std::string> shown_;
};

TEST_P(ThingCommands, WorkAtEveryGate) {
  int gates = 0;
  const Outcome run = step(*engine_, {"run", "--rm", "-w", "/srv", "alpine", "true"},
                           {.on_event =
                                [&](const trace::Event& event) {
                                  history_.add(event);
                                  times_.extend(history_);
                                },
                            .at_gate =
                                [&](const client::Held& held) {
                                  constexpr int apart = 3;  // most gates leave all but one thing as it was
                                  if (gates++ % apart == 0 || held.gate == "run.exec") look(held.gate);
                                  return true;
                                }});
  ASSERT_EQ(run.code, 0) << run.err;
  for (const char* kind : {"engine", "hub", "launcher", "monitor", "kernel", "host", "wall", "mount", "process",
                           "layer", "shared", "writable", "walls", "mounts", "filter"}) {
    EXPECT_EQ(shown_.count(kind), 1U) << kind << " has no command";
  }
  // The image was here before, and what its layers hold is told all the same.
  const model::Model& now = history_.now();
  ASSERT_EQ(now.layers.size(), 2U);
  for (const model::Layer& layer : now.layers) {
    EXPECT_GT(layer.bytes, 0);
    EXPECT_GT(layer.entries, 0);
  }
  // With the container all that showed it is gone.
  shown_.clear();
  look("the end");
  for (const char* kind : {"wall", "mount", "process", "monitor", "writable", "walls"}) {
    EXPECT_EQ(shown_.count(kind), 0U) << kind;
  }
}

INSTANTIATE_TEST_SUITE_P(As, ThingCommands, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& one) { return to_string(one.param); });

}  // namespace
}  // namespace glassdock::golden
