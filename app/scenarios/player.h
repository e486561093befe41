#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/lessons/faults.h"
#include "app/lessons/player.h"
#include "app/lessons/world.h"
#include "app/scenarios/scenario.h"
#include "engine/client/glass.h"

namespace glassdock::scenarios {

using lessons::Fault;
using lessons::Wants;

// How a step went.
struct Outcome {
  std::string left_out;  // why the machine cannot show it; empty: it can
  lessons::Observed observed;
  std::vector<std::size_t> true_answers;  // of its prediction
  std::vector<Fault> faults;
};

// What the world says of a step once its command has ended. Throws Error where the engine does not answer.
struct Verdict {
  std::vector<std::size_t> true_answers;
  std::vector<Fault> faults;
};
Verdict judge_step(const Step& step, const lessons::Observed& observed, lessons::World& world);

// Whether that depends on the engine.
bool depends_on_engine(const Scenario& scenario);
// Why this machine cannot show each of the steps; empty for those that it can. `info`: as missing() takes it, where it
// depends on the engine.
std::vector<std::string> left_out_here(const Scenario& scenario, const std::string& info);

// What is said in a step, as the class reads it and recordings keep it. docs/scenarios.md lists the parts.
struct Said {
  std::string part;
  Words words;
};

// With what stands before it: "What happens: It waits".
std::string spoken(const Said& said, trace::Language language);

// What the engine is to be told, before it is asked for anything else.
using Order = std::variant<client::Narration, client::HubConditions, client::Sight>;

// Throws Error where the engine does not answer, or has no hub.
void give(const std::vector<Order>& orders, client::Glass& engine);

// The course of a scenario, for every place where one is played, as lessons::Player is of a lesson: it is told what the
// presenter did and what came of it, and says what is shown and what the engine is told. It asks no engine. Inputs that
// it does not wait for change nothing. One thread.
class Player {
 public:
  // `scenario` outlives it. Waits for start().
  explicit Player(const Scenario& scenario) : scenario_(scenario) {}

  const Scenario& scenario() const { return scenario_; }
  std::size_t index() const { return index_; }  // of the step; scenario().steps.size(): the end
  const Step& step() const { return scenario_.steps[index_]; }
  // run: Enter runs the step's line; line: it is typed, or Enter types it; end: it runs; on: the step is done, Enter
  // goes on; nothing: it has not begun, or is at its end.
  Wants wants() const { return wants_; }
  // In this step, so far.
  const std::vector<Said>& said() const { return said_; }
  const Outcome& outcome() const { return outcome_; }
  lessons::Observed& observed() { return outcome_.observed; }
  const std::optional<std::size_t>& chosen() const { return chosen_; }  // the class's answer, where it was marked
  std::size_t answers() const;                                          // that can be marked; 0: nothing is asked
  const Hold* hold() const { return hold_; }                 // that the command waits at; nullptr: it goes on
  const client::HubConditions& hub() const { return hub_; }  // as they were ordered last

  // From the step `first` on, in a lab that is ready; `left_out`: of left_out_here().
  void start(std::vector<std::string> left_out, std::size_t first = 0);
  void choose(std::size_t answer);
  // Whether the line is the step's own, in whatever spelling.
  bool takes(const std::string& line) const;
  // The step's command begins.
  void begin();
  // It could not be started after all.
  void not_begun();
  // The gates at which that command is held.
  std::vector<std::string> gates() const;
  // It is held there: what is said there; nullptr where that is none of the step's gates, or it was there before.
  const Hold* at_gate(const std::string& gate);
  // What that gate expects and is not there.
  void judged_gate(std::vector<Fault> faults);
  // It goes on.
  void leave_gate();
  // Its command has ended.
  void judged(Verdict verdict);
  // It could not be carried out.
  void broke(const std::string& why);
  // Enter, where it waits for that. True: another step has begun, or it is the end.
  bool go_on();
  void skip();
  // Before the end.
  void leave();
  // Since the last call, in their order.
  std::vector<Order> take_orders();

 private:
  void enter_step();
  void next_step();
  void finish_step();
  void say(const char* part, const Words& words);
  void set_hub(const client::HubConditions& conditions);
  void show();

  const Scenario& scenario_;
  std::vector<std::string> left_out_;
  std::size_t index_ = 0;
  Wants wants_ = Wants::nothing;
  std::vector<Said> said_;
  Outcome outcome_;
  std::optional<std::size_t> chosen_;
  const Hold* hold_ = nullptr;
  std::vector<bool> reached_;  // of the step's gates
  client::HubConditions hub_;
  std::vector<Order> orders_;
};

// Whether all is well with the hub.
bool is_well(const client::HubConditions& hub);

}  // namespace glassdock::scenarios
