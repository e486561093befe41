// What stands round the picture: top bar, stages, evidence, timeline, terminal. Each draws into the region it is given.
#pragma once

#include "app/scene/brush.h"
#include "app/scene/layout.h"
#include "app/scene/view.h"

namespace glassdock::scene {

void draw_top_bar(const Brush& brush, Rect bar, const Subject& subject);
void draw_stages(const Brush& brush, Rect panel, bool rail, const Subject& subject);
void draw_evidence(const Brush& brush, Rect panel, const Subject& subject);
void draw_timeline(const Brush& brush, Rect panel, const Layout& layout, const Subject& subject);
// To the beginning, back, play, on, to the end, the speed. Returns how wide they are.
float draw_transport_buttons(const Brush& brush, Point at, const View& view);
// What a bar of the timeline is: whole, or not at all.
void draw_bar_name(const Brush& brush, Rect bar, std::string_view name);
// The containers: docker's table in the place of the timeline, the life of the one in the picture in that of the
// stages; where there is not room for that, both over the canvas.
void draw_container_table(const Brush& brush, Rect panel, const Subject& subject);
// In the place of the table: what signals did to their first processes, along one line of seconds.
void draw_signals(const Brush& brush, Rect panel, const Subject& subject);
void draw_life(const Brush& brush, Rect panel, const Subject& subject);
void draw_containers_over(const Brush& brush, Rect panel, const Subject& subject);
// Those that docker's table lists at that moment, the newest first; with `all` also those that don't run (docker ps
// -a). They are the model's.
std::vector<const model::Container*> listed_containers(const model::Model& model, bool all);
// The one whose life is told: the one in the picture, or else the first of the table; nullptr: there is none.
const model::Container* container_of_life(const model::Model& model, std::string_view chosen, bool all);
// What docker's table says of it: "Up 2 seconds (Paused)".
std::string container_status(const model::Container& container, std::int64_t now_ns);
// `tabs`: it shares its place with the timeline.
void draw_terminal(const Brush& brush, Rect panel, bool tabs, const Subject& subject);

// Everything at once, for the back row of a room. It is drawn on a grid of its own, and that at this scale.
float class_scale(const Viewport& viewport);
void draw_class(const Brush& brush, const Viewport& viewport, const Subject& subject);

// What is typed behind the prompt, long lines from the right end, and the cursor.
void draw_typed_line(const Brush& brush, Rect row, const TerminalText& text);

inline constexpr Font terminal_font{Face::mono, 13};
inline constexpr float terminal_padding = 14, terminal_head = 40;

// What the pointer and the keyboard are at: the ring round it, the ground under it, what it is.
// A ring round what is focused or explained. Without `ring_beneath` mark_places draws it.
void draw_rings(const Brush& brush, const Place& place, const View& view);
void mark_places(Scene& scene, const TextMeasure& measure, const View& view);

// The whole window.
Scene build(const Subject& subject, const Viewport& viewport, const TextMeasure& measure);

}  // namespace glassdock::scene
