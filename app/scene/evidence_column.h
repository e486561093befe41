// evidence_column: what the panels of evidence and lesson say, as rows that scroll: lines of text, lines in an inset,
// buttons, answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/scene/brush.h"

namespace glassdock::scene {

// Takes rows, then shows as many as the room has, from one of them on.
class EvidenceColumn {
 public:
  EvidenceColumn(const Brush& brush, float wide) : brush_(brush), wide_(wide) {}

  // What is added until the next call stands in one of several columns, where it has room.
  void keep_together() { ++group_; }
  // Free room above the next row.
  void gap(float high) { gap_ += high; }
  // Never the last one that is seen. `button`: at the right end of its line, with these words.
  void heading(std::string_view words, std::string_view button = {}, Place place = {});
  void paragraph(std::string_view words, Font font, Colour colour, int most_lines);
  // A value behind its name, in as many lines as it takes.
  void fact(std::string_view name, std::string_view value);
  // A name that opens something, and what is said beside it.
  void link(std::string_view name, std::string_view beside, Place place);
  // One of several answers, in as many lines as it takes; `chosen`: the one that was given.
  void choice(std::string_view name, std::string_view words, bool chosen, Place place);
  // Two texts beside each other in boxes, a heading over each.
  void pair(std::string_view left_head, std::string_view left, std::string_view right_head, std::string_view right);
  // A key and what it does.
  void key(std::string_view name, std::string_view words);
  // A line for a terminal in an inset, under its heading with a button that copies it.
  void command(std::string_view heading, std::string_view button, const std::string& line);
  // Lines of a file or an answer, long ones broken.
  void inset(std::string_view words, std::size_t most_lines);

  const Brush& brush() const { return brush_; }
  float wide() const { return wide_; }

  // In `room`, as wide as was said, or in so many columns of that width side by side. Begins with the row `first`, or
  // earlier where the end would leave room over.
  void draw(Rect room, int first, int columns = 1) const;
  // The largest row to begin with: 0 where everything fits.
  int farthest(float high, int columns = 1) const;
  // For each row that can be the first, the row that the page behind begins with: one row stays in sight, and none is
  // left out.
  std::vector<int> pages(float high, int columns = 1) const;

 private:
  struct Row {
    float above = 0, high = 0;
    std::string words;
    Font font;
    Colour colour = Colour::ink;
    float indent = 0;
    std::string beside;  // at `beside_x`, or at the right end
    Font beside_font;
    float beside_x = -1;
    bool heading = false;
    int group = 0;  // that stands in one column
    int inset = 0;  // the number of the inset that it stands in; 0: none
    bool boxed = false;
    bool chosen = false;
    std::vector<std::string> lines;        // of a choice, beside its name; of a pair, on the left
    std::vector<std::string> right_lines;  // of a pair
    std::string button;
    Place place;  // of the button, or of the whole row
  };
  Row& add(Row row);
  float need(const Row& row, bool first) const;
  // The row behind the last one that is seen, where `from` is the first.
  std::size_t end_of_column(float high, std::size_t from, int columns) const;
  std::size_t end_of_page(float high, std::size_t from, int columns) const;
  void draw_column(Rect room, std::size_t from, std::size_t end) const;
  std::vector<std::string> broken(std::string line, float wide, std::size_t most) const;
  void draw_row(const Row& row, Rect rect) const;
  void draw_choice(const Row& row, Rect rect) const;
  void draw_pair(const Row& row, Rect rect) const;

  const Brush& brush_;
  float wide_;
  float gap_ = 0;
  int insets_ = 0, group_ = 0;
  std::vector<Row> rows_;
};

}  // namespace glassdock::scene
