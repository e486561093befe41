#include "app/scenarios/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/lessons/misconceptions.h"
#include "app/lessons/same_command.h"
#include "app/lessons/say.h"
#include "engine/base/text.h"
#include "engine/client/vm_race.h"
#include "engine/trace/gates.h"

namespace glassdock::scenarios {
namespace {

void append(std::vector<Fault>& faults, std::vector<Fault> more) {
  faults.insert(faults.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Whether an image, or a layer, did not have to come.
bool was_cached(const std::vector<trace::Event>& events) {
  return std::any_of(events.begin(), events.end(), [](const trace::Event& event) {
    return event.name == "cache.layer" ||
           (event.name == "cache.lookup" && trace::argument_text(event, "result") == "hit");
  });
}

std::string left_out_here(const Step& step, const std::string& info) {
  if (step.race) {
    if (const auto lacking = client::lacking_for_race()) return fmt::format("{} ({})", lacking->what, lacking->mend);
  }
  for (const Need need : step.needs) {
    if (std::string reason = missing(need, info); !reason.empty()) return reason;
  }
  return {};
}

}  // namespace

Verdict judge_step(const Step& step, const lessons::Observed& observed, lessons::World& world) {
  Verdict verdict;
  if (step.predict) {
    lessons::JudgedAnswers answers = lessons::judge_answers(*step.predict, observed, world);
    verdict = {std::move(answers.true_ones), std::move(answers.faults)};
  }
  append(verdict.faults, lessons::unmet(step.expect, observed, world));
  return verdict;
}

std::vector<std::string> left_out_here(const Scenario& scenario, const std::string& info) {
  std::vector<std::string> reasons;
  reasons.reserve(scenario.steps.size());
  for (const Step& step : scenario.steps) reasons.push_back(left_out_here(step, info));
  return reasons;
}

bool depends_on_engine(const Scenario& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const Step& one) { return !one.needs.empty(); });
}

bool is_well(const client::HubConditions& hub) {
  return hub.latency_ms == 0 && hub.bytes_per_second == 0 && hub.fault == "none";
}

std::string spoken(const Said& said, trace::Language language) {
  constexpr std::pair<std::string_view, lessons::Say> with_words[] = {{"answer", lessons::Say::what_happens},
                                                                      {"believed", lessons::Say::often_believed},
                                                                      {"look", lessons::Say::look},
                                                                      {"left-out", lessons::Say::left_out},
                                                                      {"end", lessons::Say::scenario_end}};
  if (said.part == "command") return lessons::said(lessons::Say::solution, language, said.words.in(language));
  std::string words = lessons::plain(said.words, language);
  if (said.part == "choice") return "  - " + words;
  for (const auto& [part, before] : with_words) {
    if (said.part == part) return lessons::said(before, language, words);
  }
  return words;
}

void give(const std::vector<Order>& orders, client::Glass& engine) {
  for (const Order& order : orders) {
    if (const auto* narration = std::get_if<client::Narration>(&order)) {
      engine.say(*narration);
    } else if (const auto* sight = std::get_if<client::Sight>(&order)) {
      engine.show(*sight);
    } else {
      engine.set_hub(std::get<client::HubConditions>(order));
    }
  }
}

void Player::start(std::vector<std::string> left_out, std::size_t first) {
  left_out_ = std::move(left_out);
  index_ = scenario_.steps.size();  // of no step yet
  say("title", scenario_.title);
  say("title", scenario_.goal);
  index_ = first;
  enter_step();
}

void Player::enter_step() {
  said_.clear();
  outcome_ = {};
  chosen_.reset();
  hold_ = nullptr;
  if (index_ == scenario_.steps.size()) {
    wants_ = Wants::nothing;
    return say("end", scenario_.title);
  }
  reached_.assign(step().holds.size(), false);
  say("say", step().say);
  outcome_.left_out = left_out_[index_];
  if (!outcome_.left_out.empty()) {
    say("left-out", lessons::in_both(outcome_.left_out));
    wants_ = Wants::on;
    return;
  }
  const auto ask = [&](const auto& question) {
    if (!question) return;
    say("ask", question->question);
    for (const lessons::Answer& answer : question->answers) say("choice", answer.text);
  };
  ask(step().predict);
  ask(step().opinion);
  if (step().line().empty()) {
    finish_step();
  } else {
    wants_ = step().type.empty() ? Wants::run : Wants::line;
  }
}

void Player::next_step() {
  ++index_;
  enter_step();
}

std::size_t Player::answers() const {
  if (wants_ == Wants::nothing || !outcome_.left_out.empty()) return 0;
  if (step().opinion) return step().opinion->answers.size();
  const bool asks = step().predict && (wants_ == Wants::run || wants_ == Wants::line);
  return asks ? step().predict->answers.size() : 0;
}

void Player::choose(std::size_t answer) {
  if (answer < answers()) chosen_ = answer;
}

bool Player::takes(const std::string& line) const {
  return (wants_ == Wants::line || wants_ == Wants::run) && lessons::same_command(line, step().line());
}

void Player::begin() {
  if (wants_ != Wants::line && wants_ != Wants::run) return;
  wants_ = Wants::end;
  if (step().hub) set_hub(*step().hub);
  say("command", {step().line(), step().line()});
}

void Player::not_begun() {
  if (wants_ != Wants::end) return;
  if (!is_well(hub_)) set_hub({});
  wants_ = step().type.empty() ? Wants::run : Wants::line;
}

std::vector<std::string> Player::gates() const {
  std::vector<std::string> gates;
  if (wants_ != Wants::end) return gates;
  for (const Hold& hold : step().holds) gates.push_back(hold.at);
  return gates;
}

const Hold* Player::at_gate(const std::string& gate) {
  if (wants_ != Wants::end) return nullptr;
  for (std::size_t i = 0; i < reached_.size(); ++i) {
    const Hold& hold = step().holds[i];
    if (reached_[i] || !trace::has_held(hold.at, gate)) continue;
    reached_[i] = true;
    hold_ = &hold;
    say("gate", hold.say);
    return hold_;
  }
  return nullptr;
}

void Player::judged_gate(std::vector<Fault> faults) {
  append(outcome_.faults, std::move(faults));
}

void Player::leave_gate() {
  const Hold* left = std::exchange(hold_, nullptr);
  if (left && left->hub) set_hub(*left->hub);
}

void Player::judged(Verdict verdict) {
  if (wants_ != Wants::end) return;
  show();
  for (std::size_t i = 0; i < reached_.size(); ++i) {
    if (reached_[i]) continue;
    const Hold& hold = step().holds[i];
    std::string what = "nothing was held at " + hold.at;
    if (starts_with(hold.at, "pull") && was_cached(outcome_.observed.events)) {
      what += ": the local cache had it already, by images: or an earlier pull";
    }
    outcome_.faults.push_back({hold.mark, lessons::in_both(what)});
  }
  outcome_.true_answers = std::move(verdict.true_answers);
  append(outcome_.faults, std::move(verdict.faults));
  finish_step();
}

void Player::broke(const std::string& why) {
  if (wants_ != Wants::end) return;
  outcome_.faults.push_back({step().mark, lessons::in_both(why)});
  finish_step();
}

// What came of it is said.
void Player::finish_step() {
  hold_ = nullptr;
  if (!is_well(hub_)) set_hub({});
  wants_ = Wants::on;
  if (step().predict) {
    const std::vector<lessons::Answer>& answers = step().predict->answers;
    for (const std::size_t i : outcome_.true_answers) say("answer", answers[i].text);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const bool is_true = std::count(outcome_.true_answers.begin(), outcome_.true_answers.end(), i) != 0;
      const lessons::Misconception* belief = lessons::belief_behind(answers[i]);
      if (is_true || !belief) continue;
      say("believed", {std::string(belief->english), std::string(belief->korean)});
      say("look", answers[i].look);
    }
  }
  if (!step().then.empty()) say("then", step().then);
}

bool Player::go_on() {
  if (wants_ != Wants::on) return false;
  next_step();
  return true;
}

void Player::skip() {
  if (wants_ == Wants::nothing || wants_ == Wants::end) return;
  next_step();
}

void Player::leave() {
  if (wants_ == Wants::nothing) return;
  index_ = scenario_.steps.size();
  enter_step();
}

std::vector<Order> Player::take_orders() {
  return std::exchange(orders_, {});
}

void Player::say(const char* part, const Words& words) {
  if (words.empty()) return;
  said_.push_back({part, words});
  orders_.emplace_back(client::Narration{.scenario = scenario_.id,
                                         .step = index_ < scenario_.steps.size() ? step().id : std::string(),
                                         .part = part,
                                         .english = words.english,
                                         .korean = words.korean});
}

// What was seen is told whatever was expected.
void Player::show() {
  if (step().sight.empty()) return;
  orders_.emplace_back(client::Sight{.scenario = scenario_.id,
                                     .step = step().id,
                                     .sight = step().sight,
                                     .command = step().line(),
                                     .output = outcome_.observed.output,
                                     .exit_code = outcome_.observed.exit_code.value_or(0)});
}

void Player::set_hub(const client::HubConditions& conditions) {
  hub_ = conditions;
  orders_.emplace_back(conditions);
}

}  // namespace glassdock::scenarios
