#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "app/lessons/progress.h"
#include "app/session/play.h"

namespace glassdock::session {

class LessonPlay final : public Play {
 public:
  LessonPlay(lessons::Lesson of, lessons::Progress kept, const std::string& from)
      : lesson(std::move(of)), progress(std::move(kept)), player(lesson, progress[lesson.id], from) {}

  lessons::Wants wants() const override { return player.wants(); }
  std::string line_of_enter() const override;
  bool begins(const std::string& line, Wishes& wishes) override;
  void not_begun(Wishes& wishes) override;
  std::vector<std::string> gates() const override { return player.gates(); }
  const lessons::Words* said_at(const std::string& gate) const override;
  bool at_gate(const model::Held& held, Wishes& wishes) override;
  void leave_gate(Wishes& /*wishes*/) override {}
  bool has_verdict() const override { return verdict_.has_value(); }
  void reveal(Wishes& wishes) override;
  bool choose(std::size_t answer, Wishes& wishes) override;
  void go_on(Wishes& wishes) override;
  void hint(Wishes& wishes) override;
  void restart(Wishes& wishes) override;
  void skip(Wishes& wishes) override;
  void leave(Wishes& wishes) override { keep(wishes); }
  void show(scene::View& view, const model::Held* held) const override;
  std::string words(trace::Language language, const model::Held* held) const override;
  // As at the step's start.
  void reset_lab(Wishes& wishes);
  void take(lessons::Verdict verdict);

  const lessons::Lesson lesson;
  lessons::Progress progress;
  lessons::Player player;

 private:
  lessons::Observed& observed() override { return player.observed(); }
  void judge(Wishes& wishes) override;
  void judged_gate(std::vector<lessons::Fault> faults) override;
  void keep(Wishes& wishes) const { wishes.push_back(KeepProgress{progress}); }
  const lessons::Hold* hold_at(const model::Held* held) const;
  std::string step_words(trace::Language language) const;

  std::optional<lessons::Verdict> verdict_;      // that waits until the picture has shown what it is about
  std::optional<lessons::Finding> not_at_gate_;  // what the gate expects and is not there
};

}  // namespace glassdock::session
