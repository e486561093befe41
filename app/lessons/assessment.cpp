#include "app/lessons/assessment.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>

#include "app/lessons/misconceptions.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/json.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

using Json = nlohmann::ordered_json;
constexpr int version = 1;

// Of a file that a stranger may have made: deeper nesting than any of ours would overflow the stack that writes it.
Json parsed(const std::string& text) {
  constexpr int deepest = trace::json_depth_limit + 8;  // an event, within a recording, a lesson, the file
  return Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
    if (depth > deepest) throw Error(ErrorKind::corrupt, "it is nested too deeply");
    return true;
  });
}

const StepRecording* recording_of(const HandedIn& handed_in, const std::string& lesson, const std::string& step) {
  const auto all = handed_in.recordings.find(lesson);
  if (all == handed_in.recordings.end()) return nullptr;
  const auto found = all->second.find(step);
  return found == all->second.end() ? nullptr : &found->second;
}

// Grades one learner's lesson.
class Grader {
 public:
  Grader(const HandedIn& handed_in, const Lesson& lesson, const LessonProgress& progress)
      : handed_in_(handed_in), lesson_(lesson), progress_(progress) {}

  GradedLesson grade() {
    graded_.learner = handed_in_.learner;
    graded_.number = lesson_.number;
    graded_.lesson = lesson_.id;
    graded_.hints = progress_.hints;
    graded_.finished = progress_.finished;
    for (const Step& step : lesson_.steps) {
      const auto given = progress_.answers.find(step.id);
      if (step.predict && given != progress_.answers.end()) grade_answer(step, given->second);
      if (step.is_challenge() && progress_.finished) confirm(step);
    }
    return std::move(graded_);
  }

 private:
  void remark(const Step& step, std::string_view what) {
    graded_.remarks.push_back(fmt::format("{}: {}", step.id, what));
  }

  // Whether it holds in the step's recording; nothing where that does not say, with a remark.
  std::optional<bool> holds(const Step& step, const Conditions& conditions) {
    const StepRecording* recording = recording_of(handed_in_, lesson_.id, step.id);
    if (!recording) {
      remark(step, "no recording");
      return std::nullopt;
    }
    try {
      return judge(conditions, *recording).holds;
    } catch (const Error& error) {
      remark(step, error.message());
      return std::nullopt;
    }
  }

  void grade_answer(const Step& step, const Answered& given) {
    const auto& answers = step.predict->answers;
    const auto chosen =
        std::find_if(answers.begin(), answers.end(), [&](const Answer& one) { return one.id == given.answer; });
    if (chosen == answers.end()) return remark(step, "no such answer: " + given.answer);
    std::vector<const Answer*> true_ones;
    for (const Answer& one : answers) {
      const std::optional<bool> found = holds(step, one.when);
      if (!found) return;
      if (*found) true_ones.push_back(&one);
    }
    const bool decided = true_ones.size() == 1;
    const bool right = decided && true_ones[0] == &*chosen;
    if (given.scored != decided || given.right != right) remark(step, "the recording says otherwise");
    if (!decided) return;
    ++graded_.scored;
    if (right) {
      ++graded_.right;
    } else if (!chosen->misconception.empty()) {
      graded_.misconceptions.push_back(chosen->misconception);
    }
  }

  void confirm(const Step& step) {
    const std::optional<bool> found = holds(step, step.expect);
    if (found && !*found) remark(step, "the recording says otherwise");
    graded_.finished = graded_.finished && found.value_or(false);
  }

  const HandedIn& handed_in_;
  const Lesson& lesson_;
  const LessonProgress& progress_;
  GradedLesson graded_;
};

// A cell. What a spreadsheet would take for a formula begins with an apostrophe instead.
std::string cell(std::string_view text) {
  std::string out = trace::visible(text);
  if (!out.empty() && std::string_view("=+-@").find(out[0]) != std::string_view::npos) out.insert(0, 1, '\'');
  if (out.find_first_of(",\"") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char letter : out) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  return quoted + "\"";
}

}  // namespace

std::string to_json(const HandedIn& handed_in) {
  Json recordings = Json::object();
  for (const auto& [lesson, steps] : handed_in.recordings) {
    for (const auto& [step, recording] : steps) recordings[lesson][step] = Json::parse(to_json(recording));
  }
  const Json json{{"glassdock_lessons", version},
                  {"learner", handed_in.learner},
                  {"progress", Json::parse(to_json(handed_in.progress))},
                  {"recordings", std::move(recordings)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

HandedIn handed_in_from_json(const std::string& text) {
  try {
    const Json json = parsed(text);
    if (json.at("glassdock_lessons").get<int>() > version)
      throw Error(ErrorKind::corrupt, "it is of a newer glassdock");
    HandedIn handed_in{
        .learner = json.at("learner"), .progress = progress_from_json(json.at("progress").dump()), .recordings = {}};
    for (const auto& [lesson, steps] : json.at("recordings").items()) {
      for (const auto& [step, recording] : steps.items()) {
        handed_in.recordings[lesson][step] = recording_from_json(recording.dump());
      }
    }
    return handed_in;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::corrupt, error.what());
  }
}

std::vector<GradedLesson> grade(const HandedIn& handed_in, std::span<const Lesson> lessons) {
  std::vector<GradedLesson> all;
  std::set<std::string> known;
  for (const Lesson& lesson : lessons) {
    known.insert(lesson.id);
    const auto begun = handed_in.progress.find(lesson.id);
    if (begun != handed_in.progress.end()) all.push_back(Grader(handed_in, lesson, begun->second).grade());
  }
  for (const auto& [id, progress] : handed_in.progress) {
    if (known.count(id) != 0) continue;
    GradedLesson unknown;
    unknown.learner = handed_in.learner;
    unknown.lesson = id;
    unknown.hints = progress.hints;
    unknown.remarks = {"this lesson is not here"};
    all.push_back(std::move(unknown));
  }
  return all;
}

std::vector<MisconceptionCount> commonest(std::span<const std::vector<GradedLesson>> all) {
  std::map<std::string, int> learners;
  for (const std::vector<GradedLesson>& one : all) {
    std::set<std::string> held;
    for (const GradedLesson& lesson : one) held.insert(lesson.misconceptions.begin(), lesson.misconceptions.end());
    for (const std::string& id : held) ++learners[id];
  }
  std::vector<MisconceptionCount> counts;
  counts.reserve(learners.size());
  for (const auto& [id, count] : learners) counts.push_back({id, count});
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.learners > b.learners; });
  return counts;
}

std::string to_csv(std::span<const std::vector<GradedLesson>> all) {
  std::string text = "learner,number,lesson,finished,right,scored,hints,misconceptions,remarks\n";
  for (const std::vector<GradedLesson>& one : all) {
    for (const GradedLesson& lesson : one) {
      text += fmt::format("{},{},{},{},{},{},{},{},{}\n", cell(lesson.learner), lesson.number, cell(lesson.lesson),
                          lesson.finished ? "yes" : "no", lesson.right, lesson.scored, lesson.hints,
                          cell(join(lesson.misconceptions, "; ")), cell(join(lesson.remarks, "; ")));
    }
  }
  text += "\nmisconception,learners,what\n";
  for (const MisconceptionCount& count : commonest(all)) {
    const Misconception* found = find_misconception(count.id);
    text += fmt::format("{},{},{}\n", cell(count.id), count.learners, cell(found ? found->english : ""));
  }
  return text;
}

}  // namespace glassdock::lessons
