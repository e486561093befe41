// play_panel: what the panels of a lesson and of a scenario share: their head, their rows of text, what comes next and
// the buttons below it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/question.h"
#include "app/lessons/say.h"
#include "app/scene/brush.h"
#include "app/scene/evidence_column.h"
#include "app/scene/view.h"

namespace glassdock::scene {

namespace play {
inline constexpr Font text{Face::sans, 14}, text_strong{Face::sans_bold, 14};
inline constexpr int many = 60;  // lines: all of them
}  // namespace play

// Rows of what is said and asked. `brief`: of class mode's panel, which has the line to type at its foot, and no small
// words.
class PlayText {
 public:
  PlayText(EvidenceColumn& column, trace::Language language, bool brief = false)
      : column_(column), language_(language), brief_(brief) {}

  void line(std::string_view words, Font font, Colour colour);
  void words(const lessons::Words& words, Font font) { line(lessons::plain(words, language_), font, Colour::ink); }
  void small_line(std::string_view words);
  // The line that is to run, with words before it; of one that runs nothing is said before.
  void next_command(lessons::Say before, const std::string& line, const std::vector<std::string>& inside);
  // A line that is typed, and what is typed into its command.
  void command(const std::string& line, const std::vector<std::string>& inside);
  // The end of what it printed, where no terminal stands beside the panel; behind all else, which is what is seen.
  void output(const std::string& printed);
  // `asks`: an answer can be chosen.
  void answers(const std::vector<lessons::Answer>& answers, const std::optional<std::size_t>& chosen, bool asks);

 protected:
  EvidenceColumn& column_;
  trace::Language language_;
  const bool brief_;
};

// What Enter does now, or what is waited for.
struct Next {
  lessons::Say words;
  bool enter = true;  // false: nothing but waiting
};
struct PlayButton {
  lessons::Say words;
  std::string_view key;
  Act act;
};
struct PlayHead {
  std::string kind;  // "Lesson 2"
  std::string title;
  std::size_t step = 0, steps = 0;  // from 1; steps + 1: finished. 0 steps: nobody knows how many
};

struct PlayPanel {
  PlayHead head;
  std::string warning;  // on a plate below the title; empty: none
  std::optional<Next> next;
  std::vector<PlayButton> buttons;
  std::string line;  // that Enter types; empty: none
  int first_row = 0;
};
// `column` is as wide as play_text_width(panel) says.
float play_text_width(Rect panel);
// Class mode's panel, beneath the picture.
bool is_wide(Rect panel);
void draw_play_panel(const Brush& brush, Rect panel, const PlayPanel& what, const EvidenceColumn& column,
                     const View& view);

// The panel of what is played, or of what a recording tells; false where there is nothing.
bool has_play(const Subject& subject);
void draw_play(const Brush& brush, Rect panel, const Subject& subject);
void draw_lesson(const Brush& brush, Rect panel, const Subject& subject);
void draw_scenario(const Brush& brush, Rect panel, const Subject& subject);

}  // namespace glassdock::scene
