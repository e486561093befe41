#include "app/terminal/fold.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "app/terminal/text.h"

namespace glassdock::terminal {
namespace {

// One character with its place.
struct Character {
  int column = 0;
  const Run* run = nullptr;
  std::string_view text;
};

std::vector<Character> characters_of(const std::vector<SharedLine>& parts) {
  std::vector<Character> characters;
  int begin = 0;
  for (const SharedLine& part : parts) {
    for (const Run& run : part->runs) {
      int column = begin + run.column;
      for (std::size_t at = 0; at < run.text.size(); column += run.cell_width) {
        const std::size_t next = character_after(run.text, at);
        characters.push_back({column, &run, std::string_view(run.text).substr(at, next - at)});
        at = next;
      }
    }
    begin += end_of(*part);
  }
  return characters;
}

// Blank columns round the place before that character, within the row that begins with `first`.
int gap_at(const std::vector<Character>& characters, std::size_t first, std::size_t place) {
  std::size_t before = place, after = place;
  while (before > first && characters[before - 1].text == " ") --before;
  while (after < characters.size() && characters[after].text == " ") ++after;
  if (before == first || after == characters.size()) return 0;
  return characters[after].column - characters[before - 1].column - characters[before - 1].run->cell_width;
}

// The first of the characters that no longer belong to the row that begins with `first`: between the columns of a
// table, otherwise between words.
std::size_t row_end(const std::vector<Character>& characters, std::size_t first, int begin, int columns) {
  std::size_t end = first;
  while (end < characters.size() && characters[end].column + characters[end].run->cell_width <= begin + columns) ++end;
  end = std::max(end, first + 1);
  if (end >= characters.size()) return characters.size();
  for (const int blanks : {2, 1}) {
    for (std::size_t place = end; place > first && characters[place].column > begin + columns / 2; --place) {
      if (gap_at(characters, first, place) >= blanks) return place;
    }
  }
  return end;
}

}  // namespace

void Fold::add(const SharedLine& row, std::optional<int> cursor) {
  // What goes on begins in the first column.
  if (!parts_.empty() && (row->runs.empty() || row->runs.front().column > 0)) finish_line();
  if (cursor) cursor_ = width_ + *cursor;
  parts_.push_back(row);
  width_ += end_of(*row);
  if (!row->goes_on) finish_line();
}

Fold::Lines Fold::take() {
  if (!parts_.empty()) finish_line();
  return std::exchange(folded_, {});
}

void Fold::finish_line() {
  const std::vector<SharedLine> parts = std::exchange(parts_, {});
  const std::optional<int> cursor = std::exchange(cursor_, {});
  const bool fits = std::exchange(width_, 0) <= columns_;
  if (fits && parts.size() == 1) {
    if (cursor) folded_.cursor = {folded_.lines.size(), *cursor};
    folded_.lines.push_back(parts.front());
    return;
  }
  const std::vector<Character> characters = characters_of(parts);
  for (std::size_t at = 0; at < characters.size();) {
    const int begin = at == 0 ? 0 : characters[at].column;
    const std::size_t end = row_end(characters, at, begin, columns_);
    auto line = std::make_shared<Line>();
    for (; at < end; ++at) {
      const Character& one = characters[at];
      add_character(*line, one.column - begin, one.run->cell_width, one.run->style).text += one.text;
    }
    while (at < characters.size() && characters[at].text == " ") ++at;
    if (cursor && *cursor >= begin) folded_.cursor = {folded_.lines.size(), std::min(*cursor - begin, columns_)};
    folded_.lines.push_back(std::move(line));
  }
}

}  // namespace glassdock::terminal
