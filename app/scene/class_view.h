// What the files of class mode share: its grid of 1600 x 900, and its sizes of text.
#pragma once

#include "app/scene/brush.h"
#include "app/scene/view.h"

namespace glassdock::scene {

namespace class_grid {
inline constexpr float floor = 652;  // what everything stands on; the words are below it
inline constexpr Font large{Face::sans_bold, 36}, words_font{Face::sans_bold, 30}, text{Face::sans, 28},
    least{Face::sans, 26}, numbers{Face::mono, 26}, command_font{Face::mono, 30};
}  // namespace class_grid

// The container within its walls, and beside it the processes of the host.
void draw_class_container(const Brush& brush, const Subject& subject, const model::Container& container);

}  // namespace glassdock::scene
