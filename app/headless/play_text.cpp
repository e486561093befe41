#include "app/headless/play_text.h"

#include <fmt/format.h>
#include <unistd.h>

#include "app/headless/terminal.h"
#include "app/lessons/say.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {

using lessons::said;
using lessons::Say;

std::string paragraph_text(const lessons::Words& words, trace::Language language) {
  return trace::wrapped(words.in(language), terminal_columns(STDOUT_FILENO), 0) + "\n\n";
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
