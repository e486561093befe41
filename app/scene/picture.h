// The picture: client, engine and hub above; the host below with its one kernel, local cache, processes, and the
// container within its walls. Drawn at its own size of 956 x 608 and scaled as a whole.
#pragma once

#include "app/scene/brush.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "app/scene/view.h"

namespace glassdock::scene {

inline constexpr Rect picture_size{0, 0, 956, 608};

// All of the canvas, with the mode band and the frame. `tells_gate`: the band says what stands at a gate and what comes
// next, where no panel beside the picture does.
void draw_canvas(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate = false);

// Its frame and band alone; the room below them.
Rect draw_canvas_frame(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate);

// What the band says: live, held, past or recorded, and about what.
struct BandWords {
  Icon icon = Icon::target;
  Word name = Word::live;
  std::string first, second;
  std::string third;     // stands where there is room for all of it
  bool inverse = false;  // the one plate in inverse ink
};
BandWords band_words(const Subject& subject);

// The picture is an earlier moment, or another machine's: its frame says so.
inline bool tells_past(const View& view) {
  return view.position.mode == player::Mode::past || view.is_recorded();
}

// The parts; each file holds one. Brushes are placed on the picture's own grid.
void draw_actors(const Brush& brush, const Subject& subject);     // client, engine, hub and their wires
void draw_host(const Brush& brush, const Subject& subject);       // host, kernel, cache, processes
void draw_container(const Brush& brush, const Subject& subject);  // walls and what stands within

// The gauges of the cgroup: "memory", "cpu", "pids", and "io" where a disk is limited.
std::vector<std::string_view> gauges_of(const model::Container& container);
// What one is called, what it says, what told of it last.
std::string_view gauge_name(std::string_view gauge, trace::Language language);
std::string gauge_text(const Subject& subject, const model::Container& container, std::string_view gauge);
model::EventIndex gauge_event(const model::Container& container, std::string_view gauge);

// Where things stand, in the picture's units: shared by the parts that join them.
namespace place {
inline constexpr Rect client{14, 48, 214, 104}, engine{330, 48, 262, 104}, hub{696, 48, 246, 104};
inline constexpr Rect host{12, 166, 932, 432}, kernel{20, 558, 916, 34};
inline constexpr Rect cache{26, 200, 222, 214};
inline constexpr Rect processes{26, 424, 230, 126};
// Middle lines of the walls, and the floor that they stand on.
inline constexpr float wall_left = 350, wall_right = 890, wall_top = 228, floor = 558;
// The middle of process 1, and the middle line of what filters its calls into the kernel.
inline constexpr Point process{426, 484};
inline constexpr float filters = 537;
// The way down of a signal: between the local cache and the container.
inline constexpr float signal_corridor = 253;
// The container's shared layers stand at the height of the cached ones.
inline constexpr float layer_height = 26, layer_step = 31, lowest_layer = 376;
}  // namespace place

// The canvas scales as a whole; what it tells beside the names falls away when it is small.
inline bool second_lines(const Brush& brush) {
  constexpr float least = 0.85F;
  return brush.scale() >= least;
}

// How many layers are drawn one by one; the lower ones become one bar "and N more".
inline constexpr std::size_t most_bars = 3;

}  // namespace glassdock::scene
