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

// picture_exec.cpp: a command beside the first process, within the same walls.
inline constexpr float exec_radius = 15;
// The newest, until something else happens to the container behind its end; nullptr: none.
const model::Exec* exec_in_picture(const model::Container& container);
// The middle of process 1: a second one beside it takes half of its room.
Point first_process(const model::Container& container);
// From its monitor to the wall; and the two processes, with the way in that joins the walls and makes none.
void draw_exec_line(const Brush& brush, const Subject& subject, const model::Exec& exec, Point monitor);
void draw_process_pair(const Brush& brush, const Subject& subject, const model::Container& container,
                       const model::Exec& exec);

// picture_signal.cpp: what travels to process 1.
// The newest signal, as long as the container has not gone on from there; nullptr: none.
const model::Signal* signal_in_picture(const model::Container& container);
void draw_signal_tag(const Brush& brush, Rect rect, const model::Signal& signal, Font font);
void draw_signal(const Brush& brush, const Subject& subject, const model::Container& container);
// "SIGTERM: 3 of 10 s to end", or what became of it; empty where there is none.
std::string signal_under_way(const Subject& subject, const model::Container& container);

}  // namespace glassdock::scene
