#include "app/session/scenario_play.h"

#include <algorithm>
#include <climits>

#include "app/lessons/say.h"
#include "engine/trace/gates.h"

namespace glassdock::session {

using lessons::plain;
using lessons::said;
using lessons::Say;
using lessons::Wants;

void ScenarioPlay::restart(Wishes& wishes) {
  observes = judges = false;
  verdict_.reset();
  fault.clear();
  prepares = true;
  wishes.push_back(ResetLab{scenario.images, scenario.lab.lines, scenarios::depends_on_engine(scenario)});
}

void ScenarioPlay::start(std::vector<std::string> left_out, Wishes& wishes) {
  prepares = false;
  first_row = 0;
  player.start(std::move(left_out));
  tell(wishes);
}

// What is new is seen: it stands at the end, unless a step has begun with it.
void ScenarioPlay::tell(Wishes& wishes) {
  std::vector<scenarios::Order> orders = player.take_orders();
  if (!orders.empty()) wishes.push_back(TellEngine{std::move(orders)});
}

std::string ScenarioPlay::line_of_enter() const {
  const bool begins = player.wants() == Wants::run || player.wants() == Wants::line;
  return begins ? player.step().line() : std::string();
}

bool ScenarioPlay::begins(const std::string& line, Wishes& wishes) {
  if (!player.takes(line)) return false;
  player.begin();
  first_row = INT_MAX;
  begin_to_observe();
  tell(wishes);
  return true;
}

void ScenarioPlay::not_begun(Wishes& wishes) {
  observes = false;
  player.not_begun();
  tell(wishes);
}

void ScenarioPlay::judge(Wishes& wishes) {
  judges = true;
  fault.clear();
  wishes.push_back(JudgeScenarioStep{player.step(), player.observed()});
}

const lessons::Words* ScenarioPlay::said_at(const std::string& gate) const {
  const scenarios::Hold* hold = observes ? player.hold() : nullptr;
  return hold && trace::has_held(hold->at, gate) ? &hold->say : nullptr;
}

bool ScenarioPlay::at_gate(const model::Held& held, Wishes& wishes) {
  if (!observes || std::exchange(held_, held.id) == held.id) return true;
  const scenarios::Hold* hold = player.at_gate(held.gate);
  if (!hold) {
    const std::vector<scenarios::Hold>& holds = player.step().holds;
    const bool left = std::any_of(holds.begin(), holds.end(),
                                  [&](const scenarios::Hold& one) { return trace::has_held(one.at, held.gate); });
    return player.hold() || !left;
  }
  first_row = INT_MAX;
  tell(wishes);
  if (!hold->expect.empty()) wishes.push_back(JudgeGate{hold->expect, observed_so_far(held)});
  return true;
}

void ScenarioPlay::leave_gate(Wishes& wishes) {
  player.leave_gate();
  tell(wishes);
}

void ScenarioPlay::take(scenarios::Verdict verdict) {
  if (judges) verdict_ = std::move(verdict);
}

void ScenarioPlay::reveal(Wishes& wishes) {
  player.judged(*std::exchange(verdict_, std::nullopt));
  judges = false;
  first_row = INT_MAX;
  tell(wishes);
}

bool ScenarioPlay::choose(std::size_t answer, Wishes& /*wishes*/) {
  if (answer >= player.answers()) return false;
  player.choose(answer);
  return true;
}

void ScenarioPlay::go_on(Wishes& wishes) {
  if (!player.go_on()) return;
  first_row = 0;
  tell(wishes);
}

void ScenarioPlay::skip(Wishes& wishes) {
  player.skip();
  first_row = 0;
  tell(wishes);
}

// What could not be looked at is no reason to stop in front of a class.
void ScenarioPlay::fail(std::string why, Wishes& wishes) {
  if (!judges) return Play::fail(std::move(why), wishes);
  judges = false;
  player.broke(why);
  first_row = INT_MAX;
  tell(wishes);
}

void ScenarioPlay::show(scene::View& view, const model::Held* held) const {
  fill(view.scenario);
  view.scenario.player = &player;
  view.scenario.held = held && observes;
  if (player.wants() == Wants::nothing) return;
  const scenarios::Hold* hold = player.hold();
  view.point = hold && !hold->point.empty() ? hold->point : player.step().point;
}

std::string ScenarioPlay::words(trace::Language language, const model::Held* held) const {
  const std::string title = scenario.title.in(language) + ": ";
  if (!fault.empty()) return title + fault;
  if (prepares) return title + said(Say::lab_is_made, language);
  if (player.wants() == Wants::nothing) return said(Say::scenario_end, language, scenario.title.in(language));
  const std::string step = title + said(Say::step, language, player.index() + 1, scenario.steps.size()) + ": ";
  if (const lessons::Words* said_here = held ? said_at(held->gate) : nullptr) {
    return step + plain(*said_here, language);
  }
  return step + step_words(language);
}

std::string ScenarioPlay::step_words(trace::Language language) const {
  const scenarios::Step& step = player.step();
  switch (player.wants()) {
    case Wants::run:
    case Wants::line: {
      const std::string line = step.type.empty() ? said(Say::enter_runs, language) + step.line()
                                                 : said(Say::presenter_types, language, step.type);
      if (!step.predict) return plain(step.say, language) + " " + line;
      return question_words(step.say, step.predict->question, step.predict->answers, language) + " " + line;
    }
    case Wants::on: {
      std::string words;
      for (const scenarios::Said& one : player.said()) {
        const bool tells = one.part == "answer" || one.part == "left-out" || one.part == "then";
        if (tells) words += scenarios::spoken(one, language) + " ";
      }
      for (const scenarios::Fault& one : player.outcome().faults) words += one.what.in(language) + " ";
      if (step.opinion) {
        words += question_words(step.say, step.opinion->question, step.opinion->answers, language) + " ";
      } else if (step.line().empty()) {
        words += plain(step.say, language) + " ";
      }
      return words + said(Say::continue_on, language);
    }
    default:
      return said(Say::command_runs, language);
  }
}

}  // namespace glassdock::session
