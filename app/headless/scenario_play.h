#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/headless/lab.h"
#include "app/scenarios/player.h"
#include "engine/client/glass.h"

namespace glassdock::headless {

// How a step went, and how long its command took.
struct StepOutcome : scenarios::Outcome {
  double seconds = 0;
};

// Who follows a play: is told what comes, and says when it goes on.
class ScenarioAudience {
 public:
  enum class Way { on, skip, leave };

  virtual ~ScenarioAudience() = default;
  // Before the step's command; `number` counts from 1.
  virtual Way before(const scenarios::Step& step, std::size_t number) = 0;
  // In place of the others, where the machine cannot show the step.
  virtual void left_out(const scenarios::Step& step, std::size_t number, const std::string& why) = 0;
  // The command is held there until it returns.
  virtual void at_gate(const scenarios::Hold& hold, const trace::Event& event, const client::Held& held) = 0;
  virtual Way after(const scenarios::Step& step, const StepOutcome& outcome) = 0;
  // Whether what commands print is shown.
  virtual bool sees_output() const = 0;
};

// Nobody: no wait is meant for it.
class NoAudience final : public ScenarioAudience {
 public:
  Way before(const scenarios::Step&, std::size_t) override { return Way::on; }
  void left_out(const scenarios::Step&, std::size_t, const std::string&) override {}
  void at_gate(const scenarios::Hold&, const trace::Event&, const client::Held&) override {}
  Way after(const scenarios::Step&, const StepOutcome&) override { return Way::on; }
  bool sees_output() const override { return false; }
};

// Plays a scenario's steps, and tells the engine what is said meanwhile, so that it stands in recordings. One thread.
class ScenarioPlay {
 public:
  // A line may run for `limit` where its step does not say how long; 0: for ever. All outlive it.
  ScenarioPlay(const scenarios::Scenario& scenario, Lab& lab, std::chrono::seconds limit, ScenarioAudience& audience)
      : scenario_(scenario), lab_(lab), limit_(limit), audience_(audience), player_(scenario) {}

  // An empty lab, and the scenario's images and lines in it.
  void set_up();
  // Of each step that was come to, in their order, from the step `first` on. Throws Error where the engine does not
  // answer.
  std::vector<StepOutcome> play(std::size_t first = 0);

 private:
  // False: the audience left.
  bool play_step(StepOutcome& outcome);
  void carry_out();
  void hold_here(const trace::Event& event, const client::Held& held);
  // The engine is told what the player says.
  void tell();

  const scenarios::Scenario& scenario_;
  Lab& lab_;
  const std::chrono::seconds limit_;
  ScenarioAudience& audience_;
  scenarios::Player player_;
};

}  // namespace glassdock::headless
