#include "app/scene/evidence_column.h"

#include <algorithm>
#include <utility>

#include "app/scene/parts.h"
#include "engine/trace/words.h"

namespace glassdock::scene {
namespace {

constexpr float inset_padding = 6, inset_side = 10, below_inset = 8;
constexpr float button_height = 24, key_column = 72, fact_column = 96, choice_column = 30, pair_gap = 8;

}  // namespace

EvidenceColumn::Row& EvidenceColumn::add(Row row) {
  row.above += std::exchange(gap_, 0.0F);
  row.group = group_;
  rows_.push_back(std::move(row));
  rows_.back().place.row = static_cast<int>(rows_.size());
  return rows_.back();
}

void EvidenceColumn::heading(std::string_view words, std::string_view button, Place place) {
  const bool has_button = !button.empty();
  add({.above = has_button ? 2.0F : 0.0F,
       .high = has_button ? button_height : 20.0F,
       .words = std::string(words),
       .font = caption,
       .colour = Colour::ink2,
       .heading = true,
       .button = std::string(button),
       .place = std::move(place)});
}

void EvidenceColumn::command(std::string_view heading, std::string_view button, const std::string& line) {
  constexpr std::size_t most_lines = 30;
  this->heading(heading, button, {.act = Act::copy, .name = line});
  inset("$ " + line, most_lines);
}

void EvidenceColumn::paragraph(std::string_view words, Font font, Colour colour, int most_lines) {
  for (std::string& line : brush_.lines(words, font, wide_, most_lines)) {
    add({.high = brush_.line_height(font), .words = std::move(line), .font = font, .colour = colour});
  }
}

void EvidenceColumn::fact(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  constexpr std::size_t most_lines = 6;
  const float step = brush_.line_height(code);
  std::string left(name);
  for (std::string& line : broken(trace::visible(value), wide_ - fact_column, most_lines)) {
    add({.high = step,
         .words = std::exchange(left, {}),
         .font = small,
         .colour = Colour::ink2,
         .beside = std::move(line),
         .beside_font = code,
         .beside_x = fact_column});
  }
  gap(3);
}

void EvidenceColumn::link(std::string_view name, std::string_view beside, Place place) {
  constexpr float high = 24;  // the least that is hit well
  add({.high = high,
       .words = trace::visible(name),
       .font = code,
       .indent = inset_side,
       .beside = std::string(beside),
       .beside_font = small,
       .boxed = true,
       .place = std::move(place)});
  gap(3);
}

void EvidenceColumn::choice(std::string_view name, std::string_view words, bool chosen, Place place) {
  constexpr int most_lines = 6;
  std::vector<std::string> lines = brush_.lines(words, body, wide_ - choice_column - inset_side, most_lines);
  const float high = static_cast<float>(lines.size()) * brush_.line_height(body) + 2 * inset_padding;
  add({.high = high,
       .words = std::string(name),
       .font = code_strong,
       .indent = inset_side,
       .chosen = chosen,
       .lines = std::move(lines),
       .place = std::move(place)});
  gap(5);
}

void EvidenceColumn::draw_choice(const Row& row, Rect rect) const {
  brush_.box({.rect = rect,
              .radius = 4,
              .fill = row.chosen ? Colour::raised : Colour::card,
              .line = row.chosen ? Colour::ink : Colour::edge,
              .stroke = row.chosen ? 2.0F : 1.0F});
  const float step = brush_.line_height(body);
  brush_.text({rect.x + row.indent, rect.y + inset_padding, choice_column - row.indent, step}, row.words, row.font,
              row.colour);
  float y = rect.y + inset_padding;
  for (const std::string& line : row.lines) {
    brush_.text({rect.x + choice_column, y, rect.w - choice_column, step}, line, body, row.colour);
    y += step;
  }
  if (row.place.act == Act::none) return;
  Place place = row.place;
  place.rect = rect;
  brush_.place(place);
}

void EvidenceColumn::pair(std::string_view left_head, std::string_view left, std::string_view right_head,
                          std::string_view right) {
  constexpr int most_lines = 8;
  const float half = (wide_ - pair_gap) / 2 - 2 * inset_side;
  // The heading of each stands above its text.
  const auto lines_of = [&](std::string_view head, std::string_view words) {
    std::vector<std::string> lines = brush_.lines(head, small, half, 2);
    lines.emplace_back();
    for (std::string& line : brush_.lines(words, body, half, most_lines)) lines.push_back(std::move(line));
    return lines;
  };
  Row row;
  row.lines = lines_of(left_head, left);
  row.right_lines = lines_of(right_head, right);
  const std::size_t most = std::max(row.lines.size(), row.right_lines.size());
  row.high = static_cast<float>(most) * brush_.line_height(body) + 2 * inset_padding;
  add(std::move(row));
  gap(5);
}

void EvidenceColumn::draw_pair(const Row& row, Rect rect) const {
  const float half = (rect.w - pair_gap) / 2, step = brush_.line_height(body);
  for (const bool right : {false, true}) {
    const Rect box{right ? rect.right() - half : rect.x, rect.y, half, rect.h};
    brush_.box({.rect = box, .radius = 4, .fill = Colour::card, .line = Colour::edge, .stroke = 1});
    float y = box.y + inset_padding;
    bool in_head = true;  // up to the empty line
    for (const std::string& line : right ? row.right_lines : row.lines) {
      in_head = in_head && !line.empty();
      if (!line.empty()) {
        brush_.text({box.x + inset_side, y, half - 2 * inset_side, step}, line, in_head ? small : body,
                    in_head ? Colour::ink2 : Colour::ink);
      }
      y += step;
    }
  }
}

void EvidenceColumn::key(std::string_view name, std::string_view words) {
  std::string left(name);
  for (std::string& line : brush_.lines(words, body, wide_ - key_column, 3)) {
    const bool first = !left.empty();
    add({.high = first ? 22.0F : brush_.line_height(body),
         .words = std::exchange(left, {}),
         .font = code,
         .indent = 6,
         .beside = std::move(line),
         .beside_font = body,
         .beside_x = key_column,
         .boxed = first});
  }
  gap(8);
}

void EvidenceColumn::inset(std::string_view words, std::size_t most_lines) {
  constexpr std::size_t longest_line = 4096;  // bytes: of more nobody reads the end
  std::vector<std::string> lines;
  const std::string read = trace::with_line_feeds(words);
  words = read;
  while (words.ends_with('\n')) words.remove_suffix(1);
  bool cut = false;
  for (std::size_t at = 0; at < words.size() && lines.size() < most_lines;) {
    const std::size_t end = std::min(words.find('\n', at), words.size());
    const std::string_view line = words.substr(at, std::min(end - at, longest_line));
    for (std::string& part :
         broken(trace::visible(trace::tabs_as_blanks(line)), wide_ - 2 * inset_side, most_lines - lines.size())) {
      lines.push_back(std::move(part));
    }
    at = end + 1;
    cut = at < words.size();
  }
  if (lines.empty()) return;
  if (cut) lines.back() += " …";
  ++insets_;
  gap(inset_padding);
  for (std::string& line : lines) {
    add({.high = brush_.line_height(code),
         .words = std::move(line),
         .font = code,
         .indent = inset_side,
         .inset = insets_});
  }
  gap(inset_padding + below_inset);
}

// In at most `most` pieces, of which all but the last fit: broken after a blank where one stands in the second half,
// else anywhere.
std::vector<std::string> EvidenceColumn::broken(std::string line, float wide, std::size_t most) const {
  std::vector<std::string> parts;
  while (parts.size() + 1 < most && brush_.width(line, code) > wide) {
    std::size_t fits = brush_.fitting(line, code, wide);
    const std::size_t blank = line.rfind(' ', fits);
    if (blank != std::string::npos && blank >= fits / 2 && blank > 0) fits = std::min(fits, blank + 1);
    parts.push_back(line.substr(0, fits));
    line.erase(0, fits);
  }
  parts.push_back(std::move(line));
  return parts;
}

// What the row takes, with the part of its inset's frame that no other row counts.
float EvidenceColumn::need(const Row& row, bool first) const {
  const float above = !first ? row.above : row.inset > 0 ? inset_padding : 0;
  return above + row.high;
}

int EvidenceColumn::farthest(float high, int columns) const {
  if (columns > 1) {
    std::size_t from = 0;
    while (from < rows_.size() && end_of_page(high, from, columns) < rows_.size()) ++from;
    return static_cast<int>(from);
  }
  std::size_t first = rows_.size();
  float used = !rows_.empty() && rows_.back().inset > 0 ? inset_padding : 0;
  while (first > 0 && used + need(rows_[first - 1], true) <= high) {
    used += need(rows_[first - 1], false);
    --first;
  }
  if (first == rows_.size() && first > 0) --first;
  return static_cast<int>(first);
}

void EvidenceColumn::draw_row(const Row& row, Rect rect) const {
  if (!row.right_lines.empty()) return draw_pair(row, rect);
  if (!row.lines.empty()) return draw_choice(row, rect);
  if (row.boxed) {
    const float wide = row.place.act != Act::none ? rect.w : brush_.width(row.words, row.font) + 2 * row.indent;
    brush_.box({.rect = {rect.x, rect.y, wide, rect.h},
                .radius = 4,
                .fill = row.place.act != Act::none ? Colour::card : Colour::none,
                .line = Colour::edge,
                .stroke = 1});
  }
  float right = rect.right() - row.indent;
  if (!row.button.empty()) {
    const float wide = brush_.width(row.button, strong) + 20;
    draw_button(brush_, {rect.right() - wide, rect.y, wide, rect.h - 2}, row.button, "", row.place);
    right -= wide + 8;
  } else if (row.place.act != Act::none) {
    Place place = row.place;
    place.rect = rect;
    brush_.place(place);
  }
  if (!row.beside.empty()) {
    const float wide = brush_.width(row.beside, row.beside_font) + 1;
    const bool column = row.beside_x >= 0;
    const Rect room = column ? Rect{rect.x + row.beside_x, rect.y, rect.w - row.beside_x, rect.h}
                             : Rect{std::max(rect.x, right - wide), rect.y, std::min(wide, rect.w), rect.h};
    brush_.text(room, row.beside, row.beside_font, column && row.beside_font == code ? Colour::ink : Colour::ink2,
                column ? Align::left : Align::right);
    right = room.x - 6;
  }
  brush_.text({rect.x + row.indent, rect.y, right - rect.x - row.indent, rect.h}, row.words, row.font, row.colour);
}

std::size_t EvidenceColumn::end_of_column(float high, std::size_t from, int columns) const {
  std::size_t end = from;
  for (float y = 0; end < rows_.size(); ++end) {
    y += need(rows_[end], end == from);
    if (y + (rows_[end].inset > 0 ? inset_padding : 0) > high) break;
  }
  // No heading without its line.
  if (end < rows_.size()) {
    while (end > from + 1 && rows_[end - 1].heading) --end;
  }
  if (columns == 1 || end == rows_.size()) return end;
  std::size_t whole = end;
  while (whole > from && rows_[whole - 1].group == rows_[end].group) --whole;
  return whole > from ? whole : end;
}

std::size_t EvidenceColumn::end_of_page(float high, std::size_t from, int columns) const {
  for (int i = 0; i < columns; ++i) from = end_of_column(high, from, columns);
  return from;
}

std::vector<int> EvidenceColumn::pages(float high, int columns) const {
  const int farthest = this->farthest(high, columns);
  std::vector<int> pages;
  for (int first = 0; first <= farthest; ++first) {
    const auto end = static_cast<int>(end_of_page(high, static_cast<std::size_t>(first), columns));
    pages.push_back(std::min(std::max(end - 1, first + 1), farthest));
  }
  return pages;
}

void EvidenceColumn::draw_column(Rect room, std::size_t from, std::size_t end) const {
  std::vector<Rect> rects;
  float y = room.y;
  for (std::size_t i = from; i < end; ++i) {
    y += need(rows_[i], i == from);
    rects.push_back({room.x, y - rows_[i].high, room.w, rows_[i].high});
  }
  for (std::size_t i = from; i < end;) {
    std::size_t last = i;
    while (last + 1 < end && rows_[last + 1].inset == rows_[i].inset) ++last;
    if (rows_[i].inset > 0) {
      const float top = rects[i - from].y - inset_padding;
      brush_.box({.rect = {room.x, top, room.w, rects[last - from].bottom() + inset_padding - top},
                  .radius = 6,
                  .fill = Colour::inset,
                  .line = Colour::hairline,
                  .stroke = 1});
    }
    i = last + 1;
  }
  for (std::size_t i = from; i < end; ++i) draw_row(rows_[i], rects[i - from]);
}

void EvidenceColumn::draw(Rect room, int first, int columns) const {
  const auto size = rows_.size();
  const auto from = static_cast<std::size_t>(std::clamp(first, 0, farthest(room.h, columns)));
  const float apart = columns > 1 ? (room.w - wide_) / static_cast<float>(columns - 1) : 0;
  std::size_t end = from;
  for (int i = 0; i < columns; ++i) {
    const std::size_t begin = end;
    end = end_of_column(room.h, begin, columns);
    draw_column({room.x + static_cast<float>(i) * apart, room.y, wide_, room.h}, begin, end);
  }
  if (from == 0 && end == size) return;
  // How much there is, and which part of it is seen.
  const auto part = [&](std::size_t row) { return room.h * static_cast<float>(row) / static_cast<float>(size); };
  constexpr float beside = 7, thin = 3;
  brush_.box(
      {.rect = {room.right() + beside - thin, room.y + part(from), thin, std::max(part(end) - part(from), 12.0F)},
       .radius = 1.5F,
       .fill = Colour::edge});
  if (end == size) return;
  const Point tip{room.centre().x, room.bottom() + 9};
  brush_.polygon({{tip.x - 6, tip.y - 6}, {tip.x + 6, tip.y - 6}, tip}, Colour::ink2);
}

}  // namespace glassdock::scene
