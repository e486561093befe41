// A table of words in both languages: a row for each value of an enum, in its order.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/trace/words.h"

namespace glassdock::scene {

template <typename Word>
struct WordRow {
  Word word;
  std::string_view english, korean;
};

// For a static_assert beside the table: one row each, and nothing is empty.
template <typename Word, std::size_t count>
constexpr bool in_order(const WordRow<Word> (&rows)[count], Word last) {
  for (std::size_t i = 0; i < count; ++i) {
    if (static_cast<std::size_t>(rows[i].word) != i || rows[i].english.empty() || rows[i].korean.empty()) return false;
  }
  return count == static_cast<std::size_t>(last) + 1;
}

template <typename Word, std::size_t count>
std::string_view word_of(const WordRow<Word> (&rows)[count], Word word, trace::Language language) {
  const WordRow<Word>& row = rows[static_cast<std::size_t>(word)];
  return language == trace::Language::korean ? row.korean : row.english;
}

}  // namespace glassdock::scene
