#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/scenarios/player.h"
#include "app/scenarios/scenario.h"
#include "app/session/play.h"

namespace glassdock::session {

class ScenarioPlay final : public Play {
 public:
  explicit ScenarioPlay(scenarios::Scenario of) : scenario(std::move(of)), player(scenario) {}

  lessons::Wants wants() const override { return player.wants(); }
  std::string line_of_enter() const override;
  bool begins(const std::string& line, Wishes& wishes) override;
  void not_begun(Wishes& wishes) override;
  std::vector<std::string> gates() const override { return player.gates(); }
  const lessons::Words* said_at(const std::string& gate) const override;
  bool at_gate(const model::Held& held, Wishes& wishes) override;
  void leave_gate(Wishes& wishes) override;
  bool has_verdict() const override { return verdict_.has_value(); }
  void reveal(Wishes& wishes) override;
  bool choose(std::size_t answer, Wishes& wishes) override;
  void go_on(Wishes& wishes) override;
  void hint(Wishes& /*wishes*/) override {}  // the presenter has notes
  void restart(Wishes& wishes) override;     // all of it
  void skip(Wishes& wishes) override;
  void fail(std::string why, Wishes& wishes) override;
  void leave(Wishes& /*wishes*/) override {}
  void show(scene::View& view, const model::Held* held) const override;
  std::string words(trace::Language language, const model::Held* held) const override;
  void start(std::vector<std::string> left_out, Wishes& wishes);
  void take(scenarios::Verdict verdict);

  const scenarios::Scenario scenario;
  scenarios::Player player;

 private:
  lessons::Observed& observed() override { return player.observed(); }
  void judge(Wishes& wishes) override;
  void judged_gate(std::vector<lessons::Fault> faults) override { player.judged_gate(std::move(faults)); }
  void tell(Wishes& wishes);
  std::string step_words(trace::Language language) const;

  std::optional<scenarios::Verdict> verdict_;
};

}  // namespace glassdock::session
