#include "app/studio/play_side.h"

#include <utility>

#include "app/lessons/catalog.h"
#include "app/lessons/folders.h"
#include "app/lessons/progress.h"
#include "app/lessons/say.h"
#include "app/scenarios/scenario.h"
#include "app/window/window.h"
#include "engine/base/error.h"

namespace glassdock::studio {
namespace {

// What cannot be kept is said, and what is played goes on.
template <typename Write>
void keep(session::Session& session, Write write) {
  try {
    write();
  } catch (const Error& error) {
    session.set_notice(error.what());
  }
}

// As the lists of lessons and scenarios say it.
lessons::Words said_in_both(lessons::Say line, const auto&... values) {
  return {lessons::said(line, trace::Language::english, values...),
          lessons::said(line, trace::Language::korean, values...)};
}

lessons::Words words_of(const lessons::Standing& standing, std::size_t steps) {
  using lessons::Say;
  if (standing.finished) return said_in_both(Say::state_finished);
  return standing.step == 0 ? said_in_both(Say::state_new) : said_in_both(Say::state_begun, standing.step, steps);
}

}  // namespace

std::vector<session::PickRow> lesson_rows() {
  const lessons::Progress progress = lessons::load_progress(lessons::progress_file(), nullptr);
  std::vector<session::PickRow> rows;
  for (const lessons::Lesson& lesson : lessons::load_lessons(lessons::shipped_folder("lessons"))) {
    rows.push_back({.chosen = {.action = session::Action::open_lesson, .name = lesson.id},
                    .title = lesson.title,
                    .goal = lesson.goal,
                    .standing = words_of(lessons::standing_of(lesson, progress), lesson.steps.size()),
                    .number = lesson.number,
                    .minutes = lesson.minutes});
  }
  return rows;
}

std::vector<session::PickRow> scenario_rows() {
  std::vector<session::PickRow> rows;
  for (const scenarios::Scenario& scenario : scenarios::load_scenarios(lessons::shipped_folder("scenarios"))) {
    std::string topics;
    for (const int topic : scenario.topics) topics += (topics.empty() ? "" : ", ") + std::to_string(topic);
    rows.push_back({.chosen = {.action = session::Action::open_scenario, .name = scenario.id},
                    .title = scenario.title,
                    .goal = scenario.goal,
                    .standing = topics.empty() ? lessons::Words() : said_in_both(lessons::Say::topics, topics),
                    .minutes = scenario.minutes});
  }
  return rows;
}

PlaySide::PlaySide(session::Session& session, EngineSide& engine, const client::Place& place, const Played& played,
                   std::filesystem::path folder)
    : session_(session), engine_(engine), lab_(place, std::move(folder), window::Window::wake) {
  if (!played.lesson.empty()) {
    begin_lesson(played.lesson);
  } else {
    session_.begin_scenario(scenarios::find_scenario(played.scenario));
  }
}

void PlaySide::begin_lesson(const std::string& lesson) {
  file_ = lessons::progress_file();
  std::string fault;
  lessons::Progress progress = lessons::load_progress(file_, &fault);
  session_.begin_lesson(lessons::find_lesson(lesson), std::move(progress), "");
  if (!fault.empty()) session_.set_notice(fault);
}

bool PlaySide::take_news() {
  live::LabNews news = lab_.take();
  if (!news.any()) return false;
  tells_ = news.fault.empty() ? tells_ - news.told : 0;
  if (news.ready) {
    engine_.begin_in(lab_.folder());
    if (const session::ScenarioPlay* play = session_.scenario()) {
      session_.lab_is_ready(scenarios::left_out_here(play->scenario, news.info));
    } else {
      session_.lab_is_ready();
    }
  }
  if (news.verdict) session_.take_verdict(std::move(*news.verdict));
  if (news.scenario_verdict) session_.take_verdict(std::move(*news.scenario_verdict));
  if (news.gate) session_.take_gate_judgement(std::move(*news.gate));
  if (!news.fault.empty()) session_.lab_failed(std::move(news.fault));
  return true;
}

void PlaySide::carry_out(const session::ResetLab& wish) {
  lab_.reset(wish.images, wish.lines, wish.asks_info);
}

void PlaySide::carry_out(const session::JudgeStep& wish) {
  lab_.judge(wish.step, wish.observed);
}

void PlaySide::carry_out(const session::JudgeScenarioStep& wish) {
  lab_.judge(wish.step, wish.observed);
}

void PlaySide::carry_out(const session::JudgeGate& wish) {
  lab_.judge_gate(wish.conditions, wish.observed);
}

void PlaySide::carry_out(const session::TellEngine& wish) {
  ++tells_;
  lab_.tell(wish.orders);
}

void PlaySide::carry_out(const session::KeepProgress& wish) {
  keep(session_, [&] { lessons::save_progress(file_, wish.progress); });
}

void PlaySide::carry_out(const session::KeepRecording& wish) {
  keep(session_, [&] { lessons::record_step(file_, wish.lesson, wish.step, wish.recording); });
}

}  // namespace glassdock::studio
