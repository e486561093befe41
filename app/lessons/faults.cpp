#include "app/lessons/faults.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/lessons/say.h"
#include "app/text/korean.h"
#include "engine/base/text.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {

Words in_both(const std::string& english) {
  return {english, text::korean(english)};
}

std::string difference(const Finding& finding, trace::Language language) {
  const std::string wanted = said(Say::wanted, language, finding.wanted.in(language));
  std::string text = fmt::format("{}\n  - {}", said(Say::not_expected, language), wanted);
  const auto add = [&](const std::string& line) { text += "\n  +   " + trace::visible(line); };
  if (finding.whole.empty()) {
    constexpr std::size_t most_last = 5;
    text += "\n  + " + said(Say::seen, language, finding.seen.in(language));
    if (trim(finding.last).empty()) return text;
    const std::vector<std::string> lines = split(trim(finding.last), '\n');
    const std::size_t begin = lines.size() > most_last ? lines.size() - most_last : 0;
    if (begin != 0) add("…");
    std::for_each(lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.end(), add);
    return text;
  }
  constexpr std::size_t most_lines = 20;
  std::vector<std::string> lines = split(trim(finding.whole), '\n');
  const bool more = lines.size() > most_lines;
  if (more) lines.resize(most_lines);
  text += fmt::format("\n  + {}", trim(said(Say::seen, language, "")));
  std::for_each(lines.begin(), lines.end(), add);
  if (more) add("…");
  return text;
}

std::vector<Fault> unmet(const Conditions& conditions, const Observed& observed, World& world) {
  std::vector<Fault> faults;
  for (const Condition& one : conditions) {
    const Judgement judgement = judge({one}, observed, world);
    if (judgement.holds) continue;
    faults.push_back({judgement.mark,
                      {difference(judgement.finding, trace::Language::english),
                       difference(judgement.finding, trace::Language::korean)},
                      judgement.finding});
  }
  return faults;
}

JudgedAnswers judge_answers(const Prediction& question, const Observed& observed, World& world) {
  JudgedAnswers judged;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < question.answers.size(); ++i) {
    const Answer& answer = question.answers[i];
    const Judgement judgement = judge(answer.when, observed, world);
    if (judgement.holds) {
      judged.true_ones.push_back(i);
      names.push_back(answer.id);
    }
    if (judgement.holds == answer.misconception.empty()) continue;
    judged.faults.push_back(
        {answer.mark,
         in_both(judgement.holds ? fmt::format("answer {} is what happens, and names a misconception", answer.id)
                                 : fmt::format("answer {} names no misconception, and is not what happens: {}",
                                               answer.id, difference(judgement.finding, trace::Language::english)))});
  }
  if (names.size() != 1) {
    judged.faults.push_back(
        {question.mark, in_both(fmt::format("exactly one answer is to be what happens, and these are: {}",
                                            names.empty() ? "none" : listed(names)))});
  }
  return judged;
}

}  // namespace glassdock::lessons
