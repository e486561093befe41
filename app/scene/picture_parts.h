// The container's picture by its parts; each file holds one kind of them. Brushes are placed on the picture's own grid.
#pragma once

#include "app/scene/picture.h"

namespace glassdock::scene {

// The first process is gone, and with it what stood round it.
bool walls_are_gone(const model::Container& container);

// picture_walls.cpp
void draw_outline(const Brush& brush);  // the place of walls that nobody has asked for yet
void draw_user_wall(const Brush& brush, const Subject& subject, const model::Container& container);
void draw_walls(const Brush& brush, const Subject& subject, const model::Container& container);
void draw_head(const Brush& brush, const Subject& subject, const model::Container& container);

// picture_gauges.cpp
void draw_gauges(const Brush& brush, const Subject& subject, const model::Container& container);
void draw_filters(const Brush& brush, const Subject& subject, const model::Container& container);

}  // namespace glassdock::scene
