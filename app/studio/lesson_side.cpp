#include "app/studio/lesson_side.h"

#include <utility>

#include "app/lessons/catalog.h"
#include "app/lessons/folders.h"
#include "app/lessons/progress.h"
#include "app/window/window.h"
#include "engine/base/error.h"

namespace glassdock::studio {
namespace {

// What cannot be kept is said, and the lesson goes on.
template <typename Write>
void keep(session::Session& session, Write write) {
  try {
    write();
  } catch (const Error& error) {
    session.set_notice(error.what());
  }
}

}  // namespace

client::PlaceWish lesson_engine() {
  client::PlaceWish wish;
  wish.data = (lessons::lessons_state_folder() / "engine").native();
  return wish;
}

std::vector<session::LessonRow> lesson_rows() {
  const lessons::Progress progress = lessons::load_progress(lessons::progress_file(), nullptr);
  std::vector<session::LessonRow> rows;
  for (const lessons::Lesson& lesson : lessons::load_lessons(lessons::shipped_folder("lessons"))) {
    rows.push_back({.id = lesson.id,
                    .number = lesson.number,
                    .minutes = lesson.minutes,
                    .title = lesson.title,
                    .steps = lesson.steps.size(),
                    .standing = lessons::standing_of(lesson, progress)});
  }
  return rows;
}

LessonSide::LessonSide(session::Session& session, EngineSide& engine, const client::Place& place,
                       const std::string& lesson)
    : session_(session),
      engine_(engine),
      file_(lessons::progress_file()),
      lab_(place, lessons::lessons_state_folder() / "work", window::Window::wake) {
  std::string fault;
  lessons::Progress progress = lessons::load_progress(file_, &fault);
  session_.begin_lesson(lessons::find_lesson(lesson), std::move(progress), "");
  if (!fault.empty()) session_.set_notice(fault);
}

bool LessonSide::take_news() {
  live::LabNews news = lab_.take();
  if (!news.any()) return false;
  if (news.ready) {
    engine_.begin_in(lab_.folder());
    session_.lab_is_ready();
  }
  if (news.verdict) session_.take_verdict(std::move(*news.verdict));
  if (news.gate) session_.take_gate_judgement(*news.gate);
  if (!news.fault.empty()) session_.lab_failed(std::move(news.fault));
  return true;
}

void LessonSide::carry_out(const session::ResetLab& wish) {
  lab_.reset(wish.images, wish.lines);
}

void LessonSide::carry_out(const session::JudgeStep& wish) {
  lab_.judge(wish.step, wish.observed);
}

void LessonSide::carry_out(const session::JudgeGate& wish) {
  lab_.judge_gate(wish.conditions, wish.observed);
}

void LessonSide::carry_out(const session::KeepProgress& wish) {
  keep(session_, [&] { lessons::save_progress(file_, wish.progress); });
}

void LessonSide::carry_out(const session::KeepRecording& wish) {
  keep(session_, [&] { lessons::record_step(file_, wish.lesson, wish.step, wish.recording); });
}

}  // namespace glassdock::studio
