#include "app/headless/lesson_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "app/lessons/faults.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::headless {
namespace {

class Checker {
 public:
  Checker(const lessons::Lesson& lesson, Lab& lab, std::chrono::seconds limit)
      : lesson_(lesson), lab_(lab), limit_(limit) {}

  CheckedFile check() {
    CheckedFile checked{lesson_.file, lesson_.id};
    for (const lessons::Step& step : lesson_.steps) checked.steps.push_back({.id = step.id});
    each_step(checked, "", [&](const lessons::Step& step) {
      if (&step == &lesson_.steps.front()) reset(step);
    });
    each_step(checked, "begun anew, ", [&](const lessons::Step& step) { reset(step); });
    lab_.remove_containers();
    return checked;
  }

 private:
  void reset(const lessons::Step& step) { lab_.reset("step " + step.id, step.lab, limit_); }

  template <typename Before>
  void each_step(CheckedFile& checked, std::string_view when, const Before& before) {
    for (std::size_t i = 0; i < lesson_.steps.size(); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      faults_ = &checked.steps[i].faults;
      when_ = when;
      try {
        before(lesson_.steps[i]);
        check_step(lesson_.steps[i]);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::unavailable) throw;
        fault(lesson_.steps[i].mark, error.what());
      }
      checked.steps[i].seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
  }

  void fault(lessons::Mark mark, const std::string& what) {
    faults_->push_back(fault_at(lesson_.file, mark, std::string(when_) + what));
  }

  void check_step(const lessons::Step& step) {
    lessons::Observed observed;
    if (step.is_challenge() && lab_.judge(step.expect, observed).holds) {
      fault(step.mark, "the challenge is solved before anything is done");
    }
    std::set<std::string> held;
    const auto at_gate = [&](const trace::Event&, const client::Held& at) { check_hold(step, observed, at, held); };
    std::vector<std::string> gates;
    gates.reserve(step.holds.size());
    for (const lessons::Hold& hold : step.holds) gates.push_back(hold.at);
    for (const std::string& line : step.lines()) {
      lab_.run(line, gates, {.output = false, .at_gate = at_gate, .inside = step.inside, .limit = limit_}, observed);
    }
    for (const lessons::Hold& hold : step.holds) {
      if (!held.count(hold.at)) fault(step.mark, fmt::format("nothing was held at {}", hold.at));
    }
    lessons::LiveWorld world = lab_.world();
    if (step.predict) add(lessons::judge_answers(*step.predict, observed, world).faults);
    add(lessons::unmet(step.expect, observed, world));
  }

  void check_hold(const lessons::Step& step, const lessons::Observed& observed, const client::Held& at,
                  std::set<std::string>& held) {
    for (const lessons::Hold& hold : step.holds) {
      if (!trace::has_held(hold.at, at.gate) || !held.insert(hold.at).second) continue;
      lessons::LiveWorld world = lab_.world();
      add(lessons::unmet(hold.expect, observed, world));
    }
  }

  void add(const std::vector<lessons::Fault>& faults) {
    for (const lessons::Fault& one : faults) fault(one.mark, one.what.english);
  }

  const lessons::Lesson& lesson_;
  Lab& lab_;
  const std::chrono::seconds limit_;
  std::vector<std::string>* faults_ = nullptr;
  std::string_view when_;
};

}  // namespace

CheckedFile check_lesson(const lessons::Lesson& lesson, Lab& lab, std::chrono::seconds limit) {
  return Checker(lesson, lab, limit).check();
}

}  // namespace glassdock::headless
