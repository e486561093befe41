#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/headless/lab.h"
#include "app/headless/live_file.h"
#include "app/headless/options.h"
#include "app/headless/scenario_play.h"

namespace glassdock::headless {

// A presenter at a terminal, by what is typed to standard input; a pipe will do. At each stop Enter goes on, and a
// command looks around. One thread.
class Presenter final : public ScenarioAudience {
 public:
  // All outlive it.
  Presenter(const scenarios::Scenario& scenario, Lab& lab, const Options& options, LiveFile& file)
      : scenario_(scenario), lab_(lab), options_(options), file_(file) {}

  void greet();
  void say_good_bye() const;
  // What the steps showed otherwise than expected is told as it happens; true where nothing was.
  bool as_expected() const { return as_expected_; }
  // The version that was saved meanwhile: the play is left before the next step for it, or for the step itself where it
  // has not run yet. Nothing: none was.
  std::optional<scenarios::Scenario>& newer() { return newer_; }

  Way before(const scenarios::Step& step, std::size_t number) override;
  void left_out(const scenarios::Step& step, std::size_t number, const std::string& why) override;
  void at_gate(const scenarios::Hold& hold, const trace::Event& event, const client::Held& held) override;
  Way after(const scenarios::Step& step, const StepOutcome& outcome) override;
  bool sees_output() const override { return true; }

 private:
  // Until Enter, or `line` where one is to be typed. With `may_reload` it is left where the file was saved.
  Way wait(std::string_view prompt, const std::string& line = {}, bool may_reload = false);
  void introduce(const scenarios::Step& step, std::size_t number);
  void ask_class(const scenarios::Step& step);
  void tell_answers(const scenarios::Step& step, const StepOutcome& outcome);
  void notes(const lessons::Words& words);
  void print(std::string_view text) const;

  const scenarios::Scenario& scenario_;
  Lab& lab_;
  const Options& options_;
  LiveFile& file_;
  bool as_expected_ = true;
  std::optional<scenarios::Scenario> newer_;
  std::size_t answers_ = 0;  // of the step's question, which the class answers; 0: it asks nothing
};

}  // namespace glassdock::headless
