// A block of the pictures of the way to containers: a program, a kernel, a resource. Form tells its state.
#pragma once

#include <string>
#include <string_view>

#include "app/model/states.h"
#include "app/scene/brush.h"
#include "app/scene/parts.h"

namespace glassdock::scene {

struct WayBlock {
  std::string place = {};
  Icon icon = Icon::chip;
  std::string_view name = {};    // of ours
  std::string named = {};        // by others, in the mono face behind it or alone
  std::string named_brief = {};  // where there is no room for that
  // Below it, where there is room: the first of these that stands whole.
  std::string second = {}, second_brief = {};
  Font second_font = small;
  Colour line = Colour::edge, soft = Colour::card;
  bool here = true;  // measured; otherwise to come
  bool failed = false;
  model::EventIndex event = model::no_event;
};
void draw_way_block(const Brush& brush, Rect rect, const WayBlock& block);

}  // namespace glassdock::scene
