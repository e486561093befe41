#include "app/headless/lesson_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "engine/base/text.h"
#include "engine/trace/gates.h"
#include "engine/trace/html_parts.h"

namespace glassdock::headless {
namespace {

class Checker {
 public:
  Checker(const lessons::Lesson& lesson, LessonLab& lab, std::chrono::seconds limit)
      : lesson_(lesson), lab_(lab), limit_(limit) {}

  CheckedLesson check() {
    CheckedLesson checked{lesson_.file, lesson_.id, {}};
    for (const lessons::Step& step : lesson_.steps) checked.steps.push_back({step.id, {}, 0});
    each_step(checked, "", [&](const lessons::Step& step) {
      if (&step == &lesson_.steps.front()) lab_.reset_to(step, limit_);
    });
    each_step(checked, "begun anew, ", [&](const lessons::Step& step) { lab_.reset_to(step, limit_); });
    lab_.remove_containers();
    return checked;
  }

 private:
  template <typename Before>
  void each_step(CheckedLesson& checked, std::string_view when, const Before& before) {
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
    faults_->push_back(fmt::format("{}:{}:{}: {}{}", lesson_.file, mark.line, mark.column, when_, what));
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
    if (step.predict) check_answers(step, observed);
    const lessons::Judgement judgement = lab_.judge(step.expect, observed);
    if (!judgement.holds) unmet(judgement);
  }

  void check_hold(const lessons::Step& step, const lessons::Observed& observed, const client::Held& at,
                  std::set<std::string>& held) {
    for (const lessons::Hold& hold : step.holds) {
      if (!trace::has_held(hold.at, at.gate) || !held.insert(hold.at).second) continue;
      const lessons::Judgement judgement = lab_.judge(hold.expect, observed);
      if (!judgement.holds) unmet(judgement);
    }
  }

  void check_answers(const lessons::Step& step, const lessons::Observed& observed) {
    std::vector<std::string> right;
    for (const lessons::Answer& answer : step.predict->answers) {
      const lessons::Judgement judgement = lab_.judge(answer.when, observed);
      if (judgement.holds) right.push_back(answer.id);
      if (judgement.holds != answer.misconception.empty()) {
        fault(answer.mark,
              judgement.holds
                  ? fmt::format("answer {} is what happens, and names a misconception", answer.id)
                  : fmt::format("answer {} names no misconception, and is not what happens. Wanted: {}. "
                                "Seen: {}",
                                answer.id, judgement.finding.wanted.english, judgement.finding.seen.english));
      }
    }
    if (right.size() == 1) return;
    fault(step.predict->mark, fmt::format("exactly one answer is to be what happens, and these are: {}",
                                          right.empty() ? "none" : listed(right)));
  }

  void unmet(const lessons::Judgement& judgement) {
    fault(judgement.mark,
          fmt::format("wanted: {}. Seen: {}", judgement.finding.wanted.english, judgement.finding.seen.english));
  }

  const lessons::Lesson& lesson_;
  LessonLab& lab_;
  const std::chrono::seconds limit_;
  std::vector<std::string>* faults_ = nullptr;
  std::string_view when_;
};

// Of an attribute or a text.
std::string xml(std::string_view text) {
  return trace::escaped(text, trace::LineFeeds::keep);
}

}  // namespace

std::size_t CheckedLesson::failures() const {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const CheckedStep& step) { return !step.faults.empty(); }));
}

CheckedLesson check_lesson(const lessons::Lesson& lesson, LessonLab& lab, std::chrono::seconds limit) {
  return Checker(lesson, lab, limit).check();
}

std::string report_text(const CheckedLesson& checked) {
  const std::size_t bad = checked.failures();
  std::string text = fmt::format("{} {}: {} of {} steps hold\n", bad == 0 ? "ok  " : "FAIL", checked.id,
                                 checked.steps.size() - bad, checked.steps.size());
  for (const CheckedStep& step : checked.steps) {
    for (const std::string& fault : step.faults) text += fault + "\n";
  }
  return text;
}

std::string junit_xml(const std::vector<CheckedLesson>& all) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const CheckedLesson& lesson : all) {
    text += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n", xml(lesson.id), lesson.steps.size(),
                        lesson.failures());
    for (const CheckedStep& step : lesson.steps) {
      text += fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{:.3f}\"", xml(lesson.id),
                          xml(step.id), xml(lesson.file), step.seconds);
      if (step.faults.empty()) {
        text += "/>\n";
        continue;
      }
      text += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", xml(step.faults[0]),
                          xml(join(step.faults, "\n")));
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace glassdock::headless
