#include "app/session/play.h"

#include <algorithm>
#include <climits>
#include <iterator>
#include <utility>

#include "app/lessons/say.h"

namespace glassdock::session {

std::string question_words(const lessons::Words& say, const lessons::Words& question,
                           const std::vector<lessons::Answer>& answers, trace::Language language) {
  std::string words = lessons::plain(say, language) + " " + lessons::plain(question, language);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    words += " " + std::to_string(i + 1) + ": " + lessons::plain(answers[i].text, language) + ";";
  }
  return words;
}

void Play::begin_to_observe() {
  observes = true;
  held_.clear();
  output.clear();
  told_so_far_.clear();
}

lessons::Observed Play::observed_so_far(const model::Held& held) {
  lessons::Observed seen = observed();
  seen.output += lessons::readable(output);
  seen.events.insert(seen.events.end(), told_so_far_.begin(), told_so_far_.end());
  seen.held = held.pid;
  return seen;
}

void Play::told(int exit_code, std::vector<trace::Event> events, Wishes& wishes) {
  if (!std::exchange(observes, false)) return;
  told_so_far_.clear();
  lessons::Observed& seen = observed();
  seen.exit_code = exit_code;
  seen.output += lessons::readable(std::exchange(output, {}));
  std::move(events.begin(), events.end(), std::back_inserter(seen.events));
  judge(wishes);
}

void Play::take_gate(std::vector<lessons::Fault> faults) {
  if (observes) judged_gate(std::move(faults));
}

void Play::fail(std::string why, Wishes& /*wishes*/) {
  prepares = judges = false;
  fault = std::move(why);
}

void Play::fill(scene::PlayView& view) const {
  view.prepares = prepares;
  view.judges = judges;
  view.follows = has_verdict();
  view.fault = fault;
  view.first_row = first_row;
}

}  // namespace glassdock::session
