// What the files of class mode share: its grid of 1600 x 900, its sizes of text, and what it tells of.
#pragma once

#include "app/scene/brush.h"
#include "app/scene/view.h"

namespace glassdock::scene {

namespace class_grid {
inline constexpr Font large{Face::sans_bold, 36}, words_font{Face::sans_bold, 30}, text{Face::sans, 28},
    least{Face::sans, 26}, numbers{Face::mono, 26}, command_font{Face::mono, 30};

// Where the picture stands: all of the room is its own, or what the terminal leaves.
struct Form {
  Rect picture;
  float floor, kernel_high;  // what everything stands on
  Rect words;                // below it
  bool low;
};
inline constexpr Form whole{{32, 204, 1536, 604}, 652, 56, {64, 712, 1472, 92}, false};
// Without words of its own.
inline constexpr Form lowest{{32, 204, 1536, 240}, 386, 46, {}, true};
inline constexpr Form low{{32, 204, 1536, 276}, 386, 46, {64, 433, 1472, 42}, true};
}  // namespace class_grid

// Band, strip, picture and words are of one thing: of the run; or of another container that was chosen, or that
// something is done to meanwhile. At a gate they are of what is held there. nullptr: there is no container yet.
const model::Container* container_in_class(const Subject& subject);
const model::Container* other_in_class(const Subject& subject);  // nullptr: they are of the run

void draw_class_keys(const Brush& brush, const View& view);

void draw_class_strip(const Brush& brush, const Subject& subject);

// The container within its walls, and beside it the processes of the host.
void draw_class_container(const Brush& brush, const Subject& subject, const model::Container& container,
                          const class_grid::Form& form);

}  // namespace glassdock::scene
