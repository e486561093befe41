#include "app/scene/ways_block.h"

#include "app/scene/race_view.h"
#include "engine/trace/words.h"

namespace glassdock::scene {

void draw_way_block(const Brush& brush, Rect rect, const WayBlock& block) {
  const Colour line = block.failed ? Colour::failed_line : block.line;
  brush.box({.rect = rect,
             .radius = 4,
             .fill = block.here ? block.soft : Colour::none,
             .line = block.here ? line : Colour::edge,
             .stroke = block.here ? 1.6F : 1.2F,
             .dash = !block.here    ? Dash::dashed
                     : block.failed ? Dash::long_dashes
                                    : Dash::solid});
  brush.place(
      {.rect = rect, .act = Act::select_event, .name = block.place, .number = static_cast<std::int64_t>(block.event)});
  const Colour ink = block.here ? Colour::ink : Colour::ink3;
  constexpr float icon = 16, narrow = 120;
  const bool has_icon = rect.w >= narrow;
  if (has_icon) {
    draw_icon(brush, block.failed ? Icon::cross : block.icon, {rect.x + 8, rect.y + (rect.h - icon) / 2}, icon,
              block.here ? (line == Colour::edge ? Colour::ink2 : line) : ink);
  }
  const float left = rect.x + (has_icon ? 32 : 6), wide = rect.right() - 6 - left;
  const auto fits = [&](const std::string& words) {
    return !words.empty() && brush.width(words, block.second_font) + 1 <= wide;
  };
  const bool two = rect.h >= 40 && (fits(block.second) || fits(block.second_brief));
  Rect first{left, rect.y + (two ? 2 : 0), wide, two ? rect.h / 2 - 1 : rect.h};
  if (!block.name.empty()) {
    constexpr float gap = 5;
    const float taken = draw_whole(brush, first, {block.name}, strong, ink);
    first.x += taken > 0 ? taken + gap : 0, first.w -= taken > 0 ? taken + gap : 0;
  }
  const Font font = block.name.empty() ? code_strong : code;
  const std::string named = trace::visible(block.named);
  const bool brief = !block.named_brief.empty() && brush.width(named, font) + 1 > first.w;
  if (brief) {
    draw_whole(brush, first, {block.named_brief}, font, ink);
  } else if (constexpr float least = 36; !named.empty() && first.w > least) {
    brush.text(first, named, font, ink);
  }
  if (two) {
    draw_whole(brush, {left, rect.y + rect.h / 2, wide, rect.h / 2 - 1}, {block.second, block.second_brief},
               block.second_font, block.here ? Colour::ink2 : Colour::ink3);
  }
}

}  // namespace glassdock::scene
