// What is played in the studio step by step, a lesson or a scenario: its course, and what it waits for besides its
// user.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/lessons/faults.h"
#include "app/lessons/player.h"
#include "app/model/model.h"
#include "app/scene/view.h"
#include "app/session/wishes.h"

namespace glassdock::session {

using Wishes = std::vector<Wish>;

// What is asked, for those who cannot see it.
std::string question_words(const lessons::Words& say, const lessons::Words& question,
                           const std::vector<lessons::Answer>& answers, trace::Language language);

// Stays where it was made: its player points into it. Inputs that it does not wait for change nothing. One thread.
class Play {
 public:
  Play() = default;
  virtual ~Play() = default;
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  virtual lessons::Wants wants() const = 0;
  // That Enter starts; empty: none, just now.
  virtual std::string line_of_enter() const = 0;
  // The line begins; whether it is the step's own.
  virtual bool begins(const std::string& line, Wishes& wishes) = 0;
  virtual void not_begun(Wishes& wishes) = 0;
  // At which that line is held.
  virtual std::vector<std::string> gates() const = 0;
  // The words of the step that stand at this gate, which holds now; nullptr: none do.
  virtual const lessons::Words* said_at(const std::string& gate) const = 0;
  // False: the step has stood there before, and is not to stop again.
  virtual bool at_gate(const model::Held& held, Wishes& wishes) = 0;
  virtual void leave_gate(Wishes& wishes) = 0;
  void take_gate(std::vector<lessons::Fault> faults);
  // The engine tells this while the line runs.
  void note(const trace::Event& event) { told_so_far_.push_back(event); }
  // The line has ended, and the engine told this.
  void told(int exit_code, std::vector<trace::Event> events, Wishes& wishes);
  // It is known what came of it, and the picture has shown that.
  virtual bool has_verdict() const = 0;
  virtual void reveal(Wishes& wishes) = 0;
  virtual bool choose(std::size_t answer, Wishes& wishes) = 0;
  // Enter, where no line is started by it.
  virtual void go_on(Wishes& wishes) = 0;
  virtual void hint(Wishes& wishes) = 0;
  // The lab is to be made as at the beginning.
  virtual void restart(Wishes& wishes) = 0;
  virtual void skip(Wishes& wishes) = 0;
  // One leaves it: what is kept of it.
  virtual void leave(Wishes& wishes) = 0;
  virtual void show(scene::View& view, const model::Held* held) const = 0;
  virtual std::string words(trace::Language language, const model::Held* held) const = 0;

  bool waits_for_user() const { return !prepares && !judges; }
  // The lab could not be made, or not be looked at.
  virtual void fail(std::string why, Wishes& wishes);

  bool prepares = false;  // the lab is being made
  bool observes = false;  // the step's line runs: what it prints is kept
  bool judges = false;    // what is there is being looked at
  std::string output;     // of the line
  std::string fault;      // why the lab could not be made or looked at; empty: it could
  int first_row = 0;      // of the panel's text, that is seen

 protected:
  virtual lessons::Observed& observed() = 0;
  virtual void judge(Wishes& wishes) = 0;
  virtual void judged_gate(std::vector<lessons::Fault> faults) = 0;
  void begin_to_observe();
  // What is known of the line while it is held.
  lessons::Observed observed_so_far(const model::Held& held);
  void fill(scene::PlayView& view) const;

  std::vector<trace::Event> told_so_far_;
  std::string held_;  // the id of what was held last: its gate's conditions are looked at once
};

}  // namespace glassdock::session
