#include "app/lessons/common_format.h"

#include <algorithm>
#include <regex>

#include "app/lessons/misconceptions.h"
#include "app/lessons/places.h"
#include "app/lessons/topics.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::lessons {
namespace {

// Short: what stands beside the picture is read while one looks at something else.
constexpr std::size_t most_title = 80, most_answer = 200, most_say = 600;  // characters
constexpr int most_version = 99, most_minutes = 90;
constexpr char id_pattern[] = "[a-z][a-z0-9-]*";

Kind<std::string> misconception_kind() {
  std::vector<std::string> ids;
  for (const Misconception& one : misconceptions()) ids.emplace_back(one.id);
  return one_of(std::move(ids), "a misconception that is known here", "glassdock lesson misconceptions");
}

Kind<Answer> answer_kind() {
  using T = Answer;
  return record<T>(
      "An answer to choose.",
      {needed<T>("id", &T::id, id_kind(), "Its name: progress keeps it."),
       needed<T>("text", &T::text, words_kind(most_answer), "What the learner reads."),
       needed<T>("when", &T::when, conditions_kind(), "What holds after the step where this is what happens."),
       maybe<T>("misconception", &T::misconception, misconception_kind(), "Of a wrong answer: what it comes from."),
       maybe<T>("look", &T::look, say_kind(), "Of a wrong answer: what to look at, to see how it is.")},
      {{Rule::Of::needs, {"misconception", "look"}}, {Rule::Of::needs, {"look", "misconception"}}},
      {.begin = [](T& answer, Mark mark) { answer.mark = mark; }, .check = {}});
}

Kind<Answer> belief_kind() {
  using T = Answer;
  return record<T>("An answer to choose; no run decides it.",
                   {needed<T>("id", &T::id, id_kind(), "Its name: progress keeps it."),
                    needed<T>("text", &T::text, words_kind(most_answer), "What the learner reads."),
                    maybe<T>("misconception", &T::misconception, misconception_kind(), "What it leans on.")},
                   {}, {.begin = [](T& answer, Mark mark) { answer.mark = mark; }, .check = {}});
}

Kind<std::optional<EarlierQuestion>> earlier_kind() {
  using T = EarlierQuestion;
  return as<std::optional<T>, T>(
      record<T>("The same question, with the same answers, of another lesson.",
                {needed<T>("lesson", &T::lesson, id_kind(), "Its id: its file's name without the number."),
                 needed<T>("step", &T::step, id_kind(), "The step that asks it.")}),
      [](T earlier) { return earlier; });
}

}  // namespace

Kind<Words> title_kind() {
  return words_kind(most_title);
}

Kind<Words> say_kind() {
  return words_kind(most_say);
}

Kind<std::string> id_kind() {
  return word(id_pattern, "a name of small letters, digits and -");
}

bool is_id(const std::string& word) {
  constexpr std::size_t most_letters = 100;
  static const std::regex form(id_pattern);
  return word.size() <= most_letters && std::regex_match(word, form);
}

Kind<std::string> point_kind() {
  return checked([](const std::string& name) {
    return std::pair<std::string, std::string>(
        fault_of_place(name), fmt::format("known: {}", join({place_names().begin(), place_names().end()}, ", ")));
  });
}

Kind<std::string> gate_kind() {
  return checked([](const std::string& name) {
    std::pair<std::string, std::string> fault;
    try {
      trace::check_hold(name);
    } catch (const Error& error) {
      fault = {error.message(), error.hint()};
    }
    return fault;
  });
}

Kind<Prediction> prediction_kind() {
  using T = Prediction;
  return record<T>("A question before the step's command, which decides it.",
                   {needed<T>("question", &T::question, say_kind(), "What will happen?"),
                    needed<T>("answers", &T::answers, list(answer_kind(), 2), "Exactly one is true afterwards."),
                    maybe<T>("new_case", &T::new_case, truth(), "Of a case that the lesson has not shown.")},
                   {},
                   {.begin = [](T& question, Mark mark) { question.mark = mark; },
                    .check =
                        [](const T& question, const YamlNode&, const Source& source) {
                          check_ids(question.answers, source, "answer");
                          const auto right =
                              std::count_if(question.answers.begin(), question.answers.end(),
                                            [](const Answer& answer) { return answer.misconception.empty(); });
                          if (right == 1) return;
                          throw source.fault(question.mark, fmt::format("{} answers name no misconception", right),
                                             "each wrong one names its own, the right one none");
                        }});
}

Kind<Opinion> opinion_kind(AsksAgain again) {
  using T = Opinion;
  std::vector<Field<T>> fields{
      needed<T>("question", &T::question, say_kind(), "What do you think?"),
      needed<T>("answers", &T::answers, list(belief_kind(), 2), "To choose from."),
  };
  if (again == AsksAgain::maybe) {
    fields.push_back(maybe<T>("again", &T::again, earlier_kind(),
                              "Where it was asked before: both answers are shown side by side."));
  }
  return record<T>("A question that no run decides: kept, and not scored.", std::move(fields), {},
                   {.begin = {}, .check = [](const T& question, const YamlNode&, const Source& source) {
                      check_ids(question.answers, source, "answer");
                    }});
}

Kind<int> minutes_kind() {
  return whole(1, most_minutes);
}

Kind<std::vector<int>> topics_kind() {
  return list(whole(1, static_cast<int>(topics().size())));
}

Kind<int> version_kind() {
  const Kind<int> number = whole(1, most_version);
  return {[number](const YamlNode& node, const Source& source) {
            const int version = number.read(node, source);
            if (version <= format_version) return version;
            throw source.fault(node.mark,
                               fmt::format("the file is of version {} of the format; this glassdock knows {}", version,
                                           format_version),
                               "use a newer glassdock");
          },
          [](Definitions&) {
            return Json{{"const", format_version}};
          }};
}

std::string id_of(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  const std::size_t letter = stem.find_first_not_of("0123456789-");
  return letter == std::string::npos ? stem : stem.substr(letter);
}

std::vector<std::string> yaml_files(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().native());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace glassdock::lessons
