// The way to containers in four pictures (one server with one program, several on one, virtual machines, containers)
// and the sizes of it all. Each figure is a sight, a machine or a container of the model: what is missing says so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/brush.h"
#include "app/scene/parts.h"
#include "app/scene/strings_ways.h"
#include "app/scene/thing.h"
#include "app/scene/view.h"

namespace glassdock::scene {

// In the place of stages and picture.
void draw_ways(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate);

// For the back row of a room: in place of the stages which picture it is and what it says, on class mode's own grid;
// in place of the picture what it shows, at the size of class mode's panels.
void draw_way_head_for_class(const Brush& brush, const Subject& subject);
void draw_way_for_class(const Brush& brush, Rect room, const Subject& subject);
std::string_view way_title(Way way, trace::Language language);
std::string_view way_words(Way way, trace::Language language);

// The parts.
void draw_way_stack(const Brush& brush, Rect room, const Subject& subject);
void draw_way_rows(const Brush& brush, Rect room, const Subject& subject);
void draw_way_sizes(const Brush& brush, Rect room, const Subject& subject);
std::string way_sizes_in_words(const model::Model& model, trace::Language language);

// One measurement of a picture.
struct WayRow {
  std::string place;  // "way:port": what a click explains
  std::string title;
  std::string command;             // that printed it; empty: no line of a shell did
  std::vector<std::string> lines;  // what was printed
  std::int64_t exit_code = 0;
  std::string_view lacks;  // what will stand here; empty: it was measured
  model::EventIndex event = model::no_event;
};
std::vector<WayRow> way_rows(const model::Model& model, Way way, trace::Language language);
// What measures that which the picture lacks, and a command a line; nothing: it lacks nothing.
struct WayToMeasure {
  std::string_view words;
  std::vector<std::string> commands;
};
std::optional<WayToMeasure> way_to_measure(const std::vector<WayRow>& rows, Way way, trace::Language language);
// The picture in one line, for those who cannot see it.
std::string way_in_words(const model::Model& model, Way way, trace::Language language);

// The containers that stand just now, the oldest first.
std::vector<const model::Container*> standing_containers(const model::Model& model);

// What thing_of says of a place of these pictures: "way:port", "way:machine:0".
void explain_way(const Subject& subject, std::string_view name, Thing& thing);

}  // namespace glassdock::scene
