#include "app/lessons/player.h"

#include <algorithm>

#include "app/lessons/same_command.h"

namespace glassdock::lessons {

Verdict judge_step(const Step& step, const Observed& observed, World& world) {
  Verdict verdict;
  KeptWorld kept(&world, verdict.looks);
  if (step.predict) {
    const std::vector<Answer>& answers = step.predict->answers;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (judge(answers[i].when, observed, kept).holds) verdict.holding.push_back(i);
    }
  }
  verdict.expected = judge(step.expect, observed, kept);
  return verdict;
}

Score score_of(const LessonProgress& progress) {
  Score score;
  for (const auto& [step, answer] : progress.answers) {
    score.scored += answer.scored ? 1 : 0;
    score.right += answer.scored && answer.right ? 1 : 0;
  }
  return score;
}

const Misconception* belief_behind(const Answer& answer) {
  return find_misconception(answer.misconception);
}

const Answer* earlier_answer(const Opinion& opinion, const Progress& progress) {
  if (!opinion.again) return nullptr;
  const auto lesson = progress.find(opinion.again->lesson);
  if (lesson == progress.end()) return nullptr;
  const auto kept = lesson->second.answers.find(opinion.again->step);
  if (kept == lesson->second.answers.end()) return nullptr;
  const auto answer = std::find_if(opinion.answers.begin(), opinion.answers.end(),
                                   [&](const Answer& one) { return one.id == kept->second.answer; });
  return answer == opinion.answers.end() ? nullptr : &*answer;
}

Player::Player(const Lesson& lesson, LessonProgress& progress, const std::string& from)
    : lesson_(lesson), progress_(progress) {
  const std::string& begin = from.empty() ? progress.step : from;
  const auto step =
      std::find_if(lesson.steps.begin(), lesson.steps.end(), [&](const Step& one) { return one.id == begin; });
  if (step != lesson.steps.end()) index_ = static_cast<std::size_t>(step - lesson.steps.begin());
  progress_.step = this->step().id;
  enter_step();
  begin_lab();
}

void Player::begin_lab() {
  made_by_.reset();
  if (index_ != 0 && index_ != lesson_.steps.size()) made_by_ = step().lab;
}

// As often as they are in `lines`.
bool Player::was_made_by(std::vector<std::string> lines) const {
  std::vector<std::string> made = *made_by_;
  std::sort(made.begin(), made.end());
  std::sort(lines.begin(), lines.end());
  return std::includes(made.begin(), made.end(), lines.begin(), lines.end());
}

void Player::enter_step() {
  chosen_.reset();
  grade_.reset();
  missing_.reset();
  hints_ = 0;
  shows_way_ = false;
  observed_ = {};
  needs_lab_ = false;
  if (index_ == lesson_.steps.size()) {
    wants_ = Wants::nothing;
  } else if (step().predict || step().opinion) {
    wants_ = Wants::answer;
  } else {
    wants_ = step().run.empty() ? Wants::line : Wants::run;
  }
}

void Player::next_step() {
  ++index_;
  const bool over = index_ == lesson_.steps.size();
  progress_.step = over ? std::string() : step().id;
  progress_.finished = progress_.finished || (over && !skipped_);
  enter_step();
}

std::size_t Player::answers() const {
  if (wants_ != Wants::answer) return 0;
  return step().opinion ? step().opinion->answers.size() : step().predict->answers.size();
}

void Player::choose(std::size_t answer) {
  if (answer >= answers()) return;
  chosen_ = answer;
  if (step().opinion) {
    keep(step().opinion->answers[answer].id, false, false);
    wants_ = Wants::on;
  } else {
    wants_ = step().run.empty() ? Wants::line : Wants::run;
  }
}

bool Player::takes(const std::string& line) const {
  if (wants_ != Wants::line) return false;
  if (step().is_challenge() || same_command(line, step().type)) return true;
  return std::any_of(step().accept.begin(), step().accept.end(),
                     [&](const std::string& other) { return same_command(line, other); });
}

void Player::begin() {
  if (wants_ == Wants::line || wants_ == Wants::run) wants_ = Wants::end;
}

void Player::not_begun() {
  if (wants_ == Wants::end) wants_ = step().run.empty() ? Wants::line : Wants::run;
}

std::vector<std::string> Player::gates() const {
  std::vector<std::string> gates;
  if (wants_ != Wants::end || step().is_challenge()) return gates;
  for (const Hold& hold : step().holds) gates.push_back(hold.at);
  return gates;
}

bool Player::judged(const Verdict& verdict) {
  const bool ended = wants_ == Wants::end;
  // An empty line of a challenge looks whether it is done by now.
  const bool looks = wants_ == Wants::look || (wants_ == Wants::line && step().is_challenge());
  if (!ended && !looks) return false;
  bool records = false;
  if (chosen_ && !grade_ && verdict.expected.holds) {
    grade_ = Grade{*chosen_, {}};
    if (verdict.holding.size() == 1) grade_->right = verdict.holding.front();
    records = keep(step().predict->answers[*chosen_].id, grade_->right.has_value(), grade_->is_right());
  }
  missing_.reset();
  if (verdict.expected.holds) {
    wants_ = Wants::on;
    return records || step().is_challenge();
  }
  if (step().is_challenge()) {
    wants_ = Wants::line;
  } else {
    missing_ = verdict.expected.finding;
    wants_ = Wants::look;
  }
  return records;
}

bool Player::go_on() {
  if (wants_ != Wants::on) return false;
  const std::vector<std::string> done = step().lines();
  next_step();
  if (!made_by_ || wants_ == Wants::nothing) return true;
  made_by_->insert(made_by_->end(), done.begin(), done.end());
  needs_lab_ = !was_made_by(step().lab);
  if (needs_lab_) begin_lab();
  return true;
}

void Player::hint() {
  if (!has_hints()) return;
  ++progress_.hints;
  if (hints_ < step().hints.size()) {
    ++hints_;
  } else {
    shows_way_ = true;
  }
}

void Player::restart() {
  if (wants_ == Wants::nothing) return;
  enter_step();
  begin_lab();
}

void Player::skip() {
  if (wants_ == Wants::nothing) return;
  skipped_ = true;
  next_step();
  begin_lab();
}

// The first answer counts: later ones have seen what happens.
bool Player::keep(const std::string& answer, bool scored, bool right) {
  return progress_.answers.try_emplace(step().id, Answered{answer, scored, right}).second;
}

}  // namespace glassdock::lessons
