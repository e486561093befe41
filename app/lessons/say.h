#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "app/lessons/words.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {

// What the players of lessons and scenarios say besides the files' own texts; say.cpp has the rows.
enum class Say {
  title,     // number, title, minutes
  begins,    // the words to type at any time
  goes_on,   // at which step
  step,      // which, of how many
  question,  // to be predicted
  new_case,
  opinion,
  choose,  // how many answers
  no_such_answer,
  enter_runs,
  type_it,
  type_also,    // other forms
  type_inside,  // lines follow
  challenge,
  continue_on,
  ran_but_waits,  // the line that the step waits for
  held_prompt,
  right,
  wrong,           // the answer given
  what_happens,    // the right answer
  often_believed,  // the misconception
  look,
  undecided,
  thanks,
  answer_then,  // of a question that is asked again
  answer_now,
  no_answer_then,
  not_yet,  // what is wanted, what was seen
  again,
  done,
  hint,  // which, of how many, its words
  no_more_hints,
  solution,  // the line
  restarted,
  help,
  left,      // how to go on
  finished,  // title
  score,     // right, of
  hints_taken,
  state_new,
  state_begun,  // step, of
  state_finished,
  minutes,
  exported,            // file, learner, how many lessons
  not_handed_in,       // file, why
  recording_left_out,  // file, why
  grade_learner,
  grade_lesson,
  grade_finished,
  grade_right,
  grade_hints,
  grade_remarks,
  grade_yes,
  grade_no,
  grade_commonest,
  scenario_title,  // title, minutes
  scenario_begins,
  scenario_help,
  class_answers,
  scenario_end,  // title
  for_presenter,
  class_question,
  class_opinion,
  presenter_types,  // the line
  enter_shows,
  left_out,      // why
  not_expected,  // the difference comes behind it
  wanted,        // what
  seen,          // what
  // Of a lecture.
  lectures,
  lecture_title,  // title, minutes
  lecture_part,   // which, of how many, its title, from which minute, to which
  // Of a file that is saved while it is played.
  loaded_again,   // what differs
  steps_changed,  // which
  steps_added,
  steps_removed,
  around_changed,
  nothing_changed,
  old_goes_on,
  // Of the author's shell.
  author_begins,  // the file
  author_help,
  author_kept,          // as which step; what came of it stands below
  author_not_held,      // the gate
  author_text_missing,  // how the word is written with it
  author_held_help,
  author_slip,       // the exit code
  author_by_chance,  // the container's name
  author_reads_keyboard,
  author_undone,  // the line
  author_nothing_to_undo,
  author_nothing,
  author_left,  // the file, how many steps
  author_confirms,
  author_dropped,  // the step, the condition
  author_wrote,    // the file, how many steps, the command that checks it
  // Of the studio's panel.
  lesson_number,     // which
  type_in_terminal,  // the line stands below
  line_to_run,       // likewise
  key_answers,
  lab_is_made,
  command_runs,
  looking,
  button_go_on_held,
  button_to_end,  // of the picture that is played
  button_run,
  button_look,
  button_on,
  button_lessons,
  button_hint,
  button_restart,
  button_skip,
  one_way,
  // Of the studio's panel of a scenario, and of its presenter's notes.
  scenario_kind,  // minutes
  class_marks,
  as_expected,
  type_or_enter,
  button_scenarios,
  button_anew,
  button_leave,
  hub_slow,   // bytes a second
  hub_waits,  // ms
  hub_down,
  hub_empty,
  hub_changes,
  hub_cuts,
  notes_time,  // elapsed, planned
  notes_now,   // which, of how many
  notes_none,
  notes_command,
  notes_answers,
  notes_next,
  notes_last,
  notes_keys,
  topics,  // their numbers
};

std::string_view pattern_of(Say line, trace::Language language);

template <typename... Values>
std::string said(Say line, trace::Language language, const Values&... values) {
  return fmt::format(fmt::runtime(pattern_of(line, language)), values...);
}

// The text without the back quotes that mark what is typed.
std::string plain(const Words& words, trace::Language language);

}  // namespace glassdock::lessons
