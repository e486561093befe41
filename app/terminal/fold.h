#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "app/terminal/line.h"

namespace glassdock::terminal {

// Rows of a screen as a panel of another width shows them: rows of one printed line (Line::goes_on) become one again,
// which is then wrapped at `columns`, between the columns of a table or between words where that costs no more than
// half a row. Rows that fit are shared, not copied. One thread.
class Fold {
 public:
  // `columns` > 1.
  explicit Fold(int columns) : columns_(columns) {}

  // From the uppermost one on. `cursor`: the column in `row` where the cursor stands.
  void add(const SharedLine& row, std::optional<int> cursor = {});

  struct Cell {
    std::size_t line = 0;
    int column = 0;
  };
  struct Lines {
    std::vector<SharedLine> lines;
    std::optional<Cell> cursor;
  };
  Lines take();

 private:
  void finish_line();

  int columns_;
  std::vector<SharedLine> parts_;  // of the line that is not finished
  std::optional<int> cursor_;      // column in that line
  int width_ = 0;                  // columns of these parts
  Lines folded_;
};

}  // namespace glassdock::terminal
