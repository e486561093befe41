#include "app/headless/check_faults.h"

#include <fmt/format.h>

#include "app/lessons/say.h"
#include "engine/base/text.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

using lessons::said;
using lessons::Say;

std::string difference(const lessons::Finding& finding, trace::Language language) {
  const std::string wanted = said(Say::wanted, language, finding.wanted.in(language));
  std::string text = fmt::format("{}\n  - {}", said(Say::not_expected, language), wanted);
  if (finding.whole.empty()) return text + "\n  + " + said(Say::seen, language, finding.seen.in(language));
  constexpr std::size_t most_lines = 20;
  std::vector<std::string> lines = split(trim(finding.whole), '\n');
  const bool more = lines.size() > most_lines;
  if (more) lines.resize(most_lines);
  text += "\n  + " + said(Say::seen, language, "");
  for (const std::string& line : lines) text += "\n  +   " + trace::visible(line);
  return more ? text + "\n  +   …" : text;
}

std::vector<Fault> unmet(const lessons::Conditions& conditions, const lessons::Observed& observed, Lab& lab,
                         trace::Language language) {
  std::vector<Fault> faults;
  for (const lessons::Condition& one : conditions) {
    const lessons::Judgement judgement = lab.judge({one}, observed);
    if (!judgement.holds) faults.push_back({judgement.mark, difference(judgement.finding, language)});
  }
  return faults;
}

Answered judge_answers(const lessons::Prediction& question, const lessons::Observed& observed, Lab& lab) {
  Answered answered;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < question.answers.size(); ++i) {
    const lessons::Answer& answer = question.answers[i];
    const lessons::Judgement judgement = lab.judge(answer.when, observed);
    if (judgement.holds) {
      answered.true_ones.push_back(i);
      names.push_back(answer.id);
    }
    if (judgement.holds == answer.misconception.empty()) continue;
    answered.faults.push_back(
        {answer.mark, judgement.holds
                          ? fmt::format("answer {} is what happens, and names a misconception", answer.id)
                          : fmt::format("answer {} names no misconception, and is not what happens: {}", answer.id,
                                        difference(judgement.finding, trace::Language::english))});
  }
  if (names.size() != 1) {
    answered.faults.push_back({question.mark, fmt::format("exactly one answer is to be what happens, and these are: {}",
                                                          names.empty() ? "none" : listed(names))});
  }
  return answered;
}

}  // namespace glassdock::headless
