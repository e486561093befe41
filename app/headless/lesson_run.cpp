#include "app/headless/lesson_run.h"

#include <unistd.h>

#include <algorithm>

#include "app/headless/lesson_assess.h"
#include "app/headless/lesson_words.h"
#include "app/headless/play_text.h"
#include "app/headless/stepper.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "app/lessons/misconceptions.h"
#include "app/lessons/recording.h"
#include "app/lessons/same_command.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/gates.h"

namespace glassdock::headless {
namespace {

constexpr std::string_view command_prompt = "$ ";

lessons::Words words_of(const lessons::Misconception& one) {
  return {std::string(one.english), std::string(one.korean)};
}

}  // namespace

LessonPlayer::LessonPlayer(const lessons::Lesson& lesson, Lab& lab, const Options& options, lessons::Progress& progress,
                           std::filesystem::path file)
    : lesson_(lesson),
      lab_(lab),
      options_(options),
      all_(progress),
      progress_(progress[lesson.id]),
      file_(std::move(file)) {}

bool LessonPlayer::play(const std::string& from) {
  const trace::Language language = options_.language;
  const std::string begin = from.empty() ? progress_.step : from;
  auto step = std::find_if(lesson_.steps.begin(), lesson_.steps.end(),
                           [&](const lessons::Step& one) { return one.id == begin; });
  if (step == lesson_.steps.end()) step = lesson_.steps.begin();
  print("\n" + said(Say::title, language, lesson_.number, lesson_.title.in(language), lesson_.minutes) + "\n");
  paragraph(lesson_.goal);
  print(said(Say::begins, language) + "\n");
  if (step != lesson_.steps.begin()) {
    print(said(Say::goes_on, language, step - lesson_.steps.begin() + 1, lesson_.steps.size()) + "\n");
  }
  reset(*step);
  bool skipped = false;
  while (step != lesson_.steps.end()) {
    print(step_head(static_cast<std::size_t>(step - lesson_.steps.begin()) + 1, lesson_.steps.size(), language));
    hints_ = 0;
    const Way way = play_step(*step);
    if (way == Way::left) {
      progress_.step = step->id;
      save();
      const std::string line = glassdock_line(options_, fmt::format("lesson run {}", lesson_.number));
      print("\n" + said(Say::left, language, line) + "\n");
      return false;
    }
    if (way == Way::again) {
      reset(*step);
      print(said(Say::restarted, language) + "\n");
      continue;
    }
    skipped = skipped || way == Way::skipped;
    if (way == Way::skipped && std::next(step) != lesson_.steps.end()) reset(*std::next(step));
    ++step;
    progress_.step = step == lesson_.steps.end() ? std::string() : step->id;
    save();
  }
  progress_.finished = progress_.finished || !skipped;
  save();
  print_score();
  return true;
}

void LessonPlayer::reset(const lessons::Step& step) {
  lab_.reset("step " + step.id, step.lab);
}

LessonPlayer::Way LessonPlayer::play_step(const lessons::Step& step) {
  paragraph(step.say);
  if (step.opinion) return ask_opinion(step);
  std::optional<std::size_t> chosen;
  if (step.predict) {
    print(said(step.predict->new_case ? Say::new_case : Say::question, options_.language) + "\n");
    paragraph(step.predict->question);
    print(answers_text(step.predict->answers, options_.language));
    Way way = Way::on;
    chosen = choose(step, step.predict->answers.size(), &way);
    if (!chosen) return way;
    print("\n");
  }
  lessons::Observed observed;
  if (const Way way = act(step, observed); way != Way::on) return way;
  print("\n");
  if (chosen) grade(step, *chosen, observed);
  if (const Way way = confirm(step, observed); way != Way::on) return way;
  if (!step.then.empty()) paragraph(step.then);
  return go_on(step);
}

LessonPlayer::Way LessonPlayer::ask_opinion(const lessons::Step& step) {
  const trace::Language language = options_.language;
  paragraph(step.opinion->question);
  print(said(Say::opinion, language) + "\n");
  print(answers_text(step.opinion->answers, options_.language));
  Way way = Way::on;
  const auto chosen = choose(step, step.opinion->answers.size(), &way);
  if (!chosen) return way;
  keep(step, step.opinion->answers[*chosen].id, false, false);
  print(said(Say::thanks, language) + "\n");
  if (!step.then.empty()) paragraph(step.then);
  return go_on(step);
}

LessonPlayer::Way LessonPlayer::act(const lessons::Step& step, lessons::Observed& observed) {
  if (step.is_challenge()) return solve(step, observed);
  if (!step.type.empty()) return type_until(step, observed);
  print_command(step.run);
  for (;;) {
    Way way = Way::on;
    const auto line = ask(step, said(Say::enter_runs, options_.language), &way);
    if (!line) return way;
    if (line->empty()) break;
    lab_.look(*line);
  }
  run_line(step, step.run, true, observed);
  return Way::on;
}

LessonPlayer::Way LessonPlayer::type_until(const lessons::Step& step, lessons::Observed& observed) {
  const trace::Language language = options_.language;
  print(said(Say::type_it, language, step.type) + "\n");
  if (!step.inside.empty()) print(said(Say::type_inside, language) + "\n");
  for (const std::string& line : step.inside) print(fmt::format("  # {}\n", line));
  if (!step.accept.empty()) print(said(Say::type_also, language, join(step.accept, ", ")) + "\n");
  for (;;) {
    Way way = Way::on;
    const auto line = ask(step, command_prompt, &way);
    if (!line) return way;
    if (line->empty()) continue;
    const bool same = lessons::same_command(*line, step.type) ||
                      std::any_of(step.accept.begin(), step.accept.end(),
                                  [&](const std::string& other) { return lessons::same_command(*line, other); });
    if (same) {
      run_line(step, *line, true, observed);
      return Way::on;
    }
    lab_.look(*line);
    print(said(Say::ran_but_waits, language, step.type) + "\n");
  }
}

LessonPlayer::Way LessonPlayer::solve(const lessons::Step& step, lessons::Observed& observed) {
  print(said(Say::challenge, options_.language) + "\n");
  for (;;) {
    Way way = Way::on;
    const auto line = ask(step, command_prompt, &way);
    if (!line) return way;
    if (!line->empty()) run_line(step, *line, false, observed);
    if (lab_.judge(step.expect, observed).holds) return Way::on;
  }
}

void LessonPlayer::run_line(const lessons::Step& step, const std::string& line, bool holds,
                            lessons::Observed& observed) {
  std::vector<std::string> gates;
  if (holds) {
    for (const lessons::Hold& hold : step.holds) gates.push_back(hold.at);
  }
  const auto at_gate = [&](const trace::Event& event, const client::Held& held) {
    hold_here(step, observed, event, held);
  };
  lab_.run(line, gates, {.output = true, .at_gate = at_gate, .inside = {}, .limit = {}}, observed);
}

void LessonPlayer::hold_here(const lessons::Step& step, const lessons::Observed& observed, const trace::Event& event,
                             const client::Held& held) {
  // Typed here, `docker` is the lab's: no word stands before it.
  print(held_text(event, held, text_options(options_, STDOUT_FILENO), ""));
  for (const lessons::Hold& hold : step.holds) {
    if (!trace::has_held(hold.at, held.gate)) continue;
    paragraph(hold.say);
    const lessons::Judgement judgement = lab_.judge(hold.expect, observed);
    if (!judgement.holds) {
      print(said(Say::not_yet, options_.language, judgement.finding.wanted.in(options_.language),
                 judgement.finding.seen.in(options_.language)) +
            "\n");
    }
  }
  for (;;) {
    // Whatever is typed but a command lets the run go on: it can neither begin anew nor be left half-way.
    Way way = Way::on;
    const auto line = ask(step, said(Say::held_prompt, options_.language), &way);
    if (!line || line->empty()) return;
    lab_.look(*line);
  }
}

void LessonPlayer::record(const lessons::Step& step, const lessons::Observed& observed, const lessons::Looks& looks) {
  const std::filesystem::path folder = recordings_folder(file_) / lesson_.id;
  os::make_folders(folder);
  os::write_file_atomically(os::real_system(), folder / (step.id + ".json"), lessons::to_json({observed, looks}));
}

void LessonPlayer::grade(const lessons::Step& step, std::size_t chosen, const lessons::Observed& observed) {
  const trace::Language language = options_.language;
  const auto& answers = step.predict->answers;
  std::vector<std::size_t> right;
  lessons::Looks looks;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (lab_.judge(answers[i].when, observed, &looks).holds) right.push_back(i);
  }
  const lessons::Answer& given = answers[chosen];
  const bool decided = right.size() == 1;
  if (keep(step, given.id, decided, decided && right[0] == chosen)) record(step, observed, looks);
  if (!decided) {
    print(said(Say::undecided, language) + "\n");
    return;
  }
  if (right[0] == chosen) {
    print(said(Say::right, language, given.text.in(language)) + "\n");
    return;
  }
  print(said(Say::wrong, language, given.text.in(language)) + "\n");
  print(said(Say::what_happens, language, answers[right[0]].text.in(language)) + "\n");
  if (const auto* belief = lessons::find_misconception(given.misconception)) {
    print(said(Say::often_believed, language, words_of(*belief).in(language)) + "\n");
  }
  if (!given.look.empty()) print(said(Say::look, language, given.look.in(language)) + "\n");
}

LessonPlayer::Way LessonPlayer::confirm(const lessons::Step& step, const lessons::Observed& observed) {
  const trace::Language language = options_.language;
  for (;;) {
    lessons::Looks looks;
    const lessons::Judgement judgement = lab_.judge(step.expect, observed, &looks);
    if (judgement.holds && step.is_challenge()) record(step, observed, looks);
    if (judgement.holds) break;
    print(said(Say::not_yet, language, judgement.finding.wanted.in(language), judgement.finding.seen.in(language)) +
          "\n");
    Way way = Way::on;
    const auto line = ask(step, said(Say::again, language), &way);
    if (!line) return way;
    if (!line->empty()) lab_.look(*line);
  }
  if (step.is_challenge()) print(said(Say::done, language) + "\n");
  return Way::on;
}

std::optional<std::string> LessonPlayer::ask(const lessons::Step& step, std::string_view prompt, Way* way) {
  for (;;) {
    print(prompt);
    const TypedLine typed = read_typed_line(STDIN_FILENO, -1);
    if (!typed.line || *typed.line == "quit") {
      *way = Way::left;
      return std::nullopt;
    }
    const std::string line(trim(*typed.line));
    if (line == "restart") {
      *way = Way::again;
      return std::nullopt;
    }
    if (line == "skip") {
      *way = Way::skipped;
      return std::nullopt;
    }
    if (line == "hint") {
      hint(step);
    } else if (line == "?") {
      print(said(Say::help, options_.language) + "\n");
    } else {
      return line;
    }
  }
}

LessonPlayer::Way LessonPlayer::go_on(const lessons::Step& step) {
  for (;;) {
    Way way = Way::on;
    const auto line = ask(step, said(Say::continue_on, options_.language), &way);
    if (!line || line->empty()) return way;
    lab_.look(*line);
  }
}

std::optional<std::size_t> LessonPlayer::choose(const lessons::Step& step, std::size_t count, Way* way) {
  for (;;) {
    const auto line = ask(step, said(Say::choose, options_.language, count), way);
    if (!line) return std::nullopt;
    const auto number = parse_number(*line);
    if (number && *number >= 1 && *number <= count) return *number - 1;
    print(said(Say::no_such_answer, options_.language, count) + "\n");
  }
}

void LessonPlayer::hint(const lessons::Step& step) {
  const trace::Language language = options_.language;
  ++progress_.hints;
  if (hints_ < step.hints.size()) {
    const std::string& words = step.hints[hints_].in(language);
    ++hints_;
    print(said(Say::hint, language, hints_, step.hints.size(), words) + "\n");
    return;
  }
  print(said(Say::no_more_hints, language) + "\n");
  for (const std::string& line : step.lines()) print_command(line);
}

void LessonPlayer::print(std::string_view text) {
  write_out(STDOUT_FILENO, text);
}

void LessonPlayer::paragraph(const lessons::Words& words) {
  print(paragraph_text(words, options_.language));
}

void LessonPlayer::print_command(std::string_view line) {
  print(said(Say::solution, options_.language, line) + "\n");
}

bool LessonPlayer::keep(const lessons::Step& step, const std::string& answer, bool scored, bool right) {
  // The first answer counts: later ones have seen what happens.
  return progress_.answers.try_emplace(step.id, lessons::Answered{answer, scored, right}).second;
}

void LessonPlayer::save() {
  lessons::save_progress(file_, all_);
}

void LessonPlayer::print_score() {
  const trace::Language language = options_.language;
  const auto& answers = progress_.answers;
  const auto scored = std::count_if(answers.begin(), answers.end(), [](const auto& one) { return one.second.scored; });
  const auto right = std::count_if(answers.begin(), answers.end(),
                                   [](const auto& one) { return one.second.scored && one.second.right; });
  print("\n" + said(Say::finished, language, lesson_.title.in(language)) + " " +
        said(Say::score, language, right, scored) + " " + said(Say::hints_taken, language, progress_.hints) + "\n");
}

}  // namespace glassdock::headless
