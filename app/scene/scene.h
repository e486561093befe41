// scene: what stands where, as plain data: shapes, text runs and what can be clicked. No ImGui, no GL, no clock; the
// same model, view and viewport give the same scene. docs/studio.md says how it comes about.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::scene {

// All lengths are logical pixels of the window, y downwards.
struct Point {
  float x = 0, y = 0;
  bool operator==(const Point&) const = default;
};
struct Rect {
  float x = 0, y = 0, w = 0, h = 0;
  float right() const { return x + w; }
  float bottom() const { return y + h; }
  Point centre() const { return {x + w / 2, y + h / 2}; }
  bool contains(Point p) const { return p.x >= x && p.y >= y && p.x < right() && p.y < bottom(); }
  Rect inset(float by) const { return {x + by, y + by, w - 2 * by, h - 2 * by}; }
  bool operator==(const Rect&) const = default;
};

// A role, not a value: the theme gives the value (render/palette.h). A stage has three: its fill, its line and text
// colour, and the soft ground behind ink.
enum class Colour : std::uint8_t {
  none,
  window,
  panel,
  card,
  raised,
  inset,
  hairline,
  edge,  // edges that carry meaning
  ink,
  ink2,
  ink3,
  plate,
  on_plate,
  action,
  on_action,
  on_fill,      // text on a stage's fill
  on_run_fill,  // the same on run's
  request,
  request_line,
  request_soft,
  cache,
  cache_line,
  cache_soft,
  pull,
  pull_line,
  pull_soft,
  snapshot,
  snapshot_line,
  snapshot_soft,
  isolate,
  isolate_line,
  isolate_soft,
  run,
  run_line,
  run_soft,
  failed,
  failed_line,
  failed_soft,
};
inline constexpr std::size_t colour_count = static_cast<std::size_t>(Colour::failed_soft) + 1;

enum class Dash : std::uint8_t { solid, dashed, long_dashes, dotted };

// A rounded rectangle: bars, cards, badges, frames.
struct Box {
  Rect rect;
  float radius = 0;
  Colour fill = Colour::none;
  Colour line = Colour::none;
  float stroke = 1.2F;
  Dash dash = Dash::solid;
  bool hatched = false;  // stripes of `line` over `fill`
  float glow = 0;        // width of a soft edge of `line` outside, at most 16
  bool operator==(const Box&) const = default;
};
// A straight stroke with round ends.
struct Line {
  Point from, to;
  float width = 1.6F;
  Colour colour = Colour::ink;
  Dash dash = Dash::solid;
  bool operator==(const Line&) const = default;
};
// A full circle, or the part of a ring from one angle to the other: radians, 0 to the right, clockwise.
struct Arc {
  Point centre;
  float radius = 0;
  float stroke = 0;  // 0: filled
  Colour colour = Colour::ink;
  float from = 0, to = 6.2831853F;
  Dash dash = Dash::solid;
  bool operator==(const Arc&) const = default;
};
// Convex, at most six points: tags, blobs, arrow heads.
struct Polygon {
  std::array<Point, 6> points{};
  std::uint8_t count = 0;
  Colour fill = Colour::ink;
  bool operator==(const Polygon&) const = default;
};

struct Shape {
  enum class Kind : std::uint8_t { box, line, arc, polygon } kind = Kind::box;
  Box box;
  Line line;
  Arc arc;
  Polygon polygon;
  bool operator==(const Shape&) const = default;
};

enum class Face : std::uint8_t { sans, sans_bold, mono, mono_bold };
struct Font {
  Face face = Face::sans;
  float size = 13;
  bool operator==(const Font&) const = default;
};

// One line of text. `room` is what it may take; tests hold that it stays inside and that no two runs overlap.
struct Text {
  std::string words;
  bool cut = false;  // "…" stands for the rest
  Point at;          // upper left corner of the line
  float width = 0;   // as measured
  Rect room;
  Font font;
  Colour colour = Colour::ink;
  bool operator==(const Text&) const = default;
};

// What a click or a key on a place means.
enum class Act : std::uint8_t {
  none,
  select_event,  // number: the event's index; name: the thing, "layer:DIGEST", "wall:pid", …
  seek_event,
  timeline_closer,
  timeline_wider,
  seek_time,    // along the timeline: from `number`, nanoseconds of the view, as far as `length` at its right end
  toggle_gate,  // name: a gate or a stage
  toggle_play,
  step,         // of the view
  step_engine,  // to its next gate
  step_back,
  to_begin,
  to_end,
  go_live,
  run_on,
  start_typed,
  hold_others,
  set_speed,
  copy,  // name: the text
  show_events,
  show_images,
  show_containers,
  show_all_containers,
  show_signals,
  choose_container,   // name: its id
  scroll_containers,  // length: the last row that the table can begin with
  show_play,
  show_lessons,
  show_scenarios,
  leave_play,
  play_on,
  play_answer,  // number: which, from 0
  play_hint,
  play_restart,
  play_skip,
  scroll_play,  // pages, as scroll_evidence
  show_race,
  show_recordings,
  show_way,  // number: which (view.h); -1: the next one
  show_evidence,
  scroll_evidence,  // pages; by the wheel and the keys for pages alone
  set_language,
  set_theme,
  show_keys,
  focus_terminal,
  switch_tab,
  enlarge_terminal,
  class_mode,
  close,
};
struct Place {
  Rect rect;
  Act act = Act::none;
  std::string name;
  std::int64_t number = -1;
  std::int64_t length = 0;
  std::string tip;            // what it is, in one sentence
  bool ring_beneath = false;  // its ring is drawn with it: what stands on it would be crossed by one over all
  int row = 0;                // of the evidence: 0 is no row, so a link there is not the thing that it leads to
  std::vector<int> pages;     // of the evidence: for each row that it can begin with the one of the page behind
  bool operator==(const Place&) const = default;
};
// What stays of a place from one scene to the next: where it stands may change.
struct PlaceKey {
  Act act = Act::none;
  std::string name;
  std::int64_t number = -1;
  int row = 0;
  bool operator==(const PlaceKey&) const = default;
  explicit operator bool() const { return act != Act::none; }
};
inline PlaceKey key_of(const Place& place) {
  return {place.act, place.name, place.number, place.row};
}

// Shapes, then texts over them. Layers lie over each other: the picture and the panels, drawers, what lies over all.
struct Layer {
  std::vector<Shape> shapes;
  std::vector<Text> texts;
  bool operator==(const Layer&) const = default;
};
struct Scene {
  enum : std::size_t { ground, drawers, overlay, layer_count };
  std::array<Layer, layer_count> layers;
  std::vector<Place> places;  // the last one that contains the pointer counts
  float width = 0, height = 0;
  bool operator==(const Scene&) const = default;
};

// How wide a line of text is. The renderer's fonts say it; tests use the same fonts without a window.
class TextMeasure {
 public:
  virtual ~TextMeasure() = default;
  virtual float width(std::string_view words, Font font) const = 0;
  // From the top of a line to the next one's.
  virtual float line_height(Font font) const = 0;
};

// The place under the pointer, or nullptr.
const Place* place_at(const Scene& scene, Point point);
// What the wheel moves there, whatever lies over it; or nullptr.
const Place* scrolled_at(const Scene& scene, Point point);
// Of everything that is drawn; equal scenes have equal hashes.
std::uint64_t hash(const Scene& scene);

}  // namespace glassdock::scene
