#include "app/headless/play_text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/headless/terminal.h"
#include "app/lessons/say.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {

using lessons::said;
using lessons::Say;

std::string paragraph_text(const lessons::Words& words, trace::Language language) {
  return trace::wrapped(words.in(language), terminal_columns(STDOUT_FILENO), 0) + "\n\n";
}

std::string notes_text(const lessons::Words& notes, trace::Language language) {
  constexpr int indent = 4;
  const std::string text = said(Say::for_presenter, language, notes.in(language));
  return std::string(indent, ' ') + trace::wrapped(text, terminal_columns(STDOUT_FILENO), indent) + "\n\n";
}

std::string side_by_side(const std::string& left_head, const std::string& left, const std::string& right_head,
                         const std::string& right) {
  constexpr int half = 36, narrow = 2 * half;
  const int columns = terminal_columns(STDOUT_FILENO);
  if (columns != 0 && columns < narrow) return fmt::format("{}\n  {}\n{}\n  {}\n", left_head, left, right_head, right);
  const std::vector<std::string> lefts = split(left_head + "\n" + trace::wrapped(left, half - 2, 0), '\n');
  const std::vector<std::string> rights = split(right_head + "\n" + trace::wrapped(right, half - 2, 0), '\n');
  std::string text;
  for (std::size_t i = 0; i < std::max(lefts.size(), rights.size()); ++i) {
    text += "  " + trace::padded(i < lefts.size() ? lefts[i] : "", half) + (i < rights.size() ? rights[i] : "") + "\n";
  }
  return text;
}

std::string step_head(std::size_t number, std::size_t count, trace::Language language) {
  constexpr int width = 60;
  const std::string words = said(Say::step, language, number, count) + " ";
  std::string rule;
  for (int column = trace::columns(words); column < width; ++column) rule += "─";
  return "\n" + words + rule + "\n";
}

std::string answers_text(const std::vector<lessons::Answer>& answers, trace::Language language) {
  std::string text;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    text += fmt::format("  {}  {}\n", i + 1, answers[i].text.in(language));
  }
  return text;
}

}  // namespace glassdock::headless
