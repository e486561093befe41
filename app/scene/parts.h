// The drawing words that the picture and the panels share: stage colours, icons, badges, panels.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/model/model.h"
#include "app/scene/brush.h"
#include "app/scene/strings.h"
#include "app/scene/view.h"
#include "engine/trace/event.h"
#include "engine/trace/words.h"

namespace glassdock::scene {

struct Subject;

struct StageColours {
  Colour fill, line, soft;
};
StageColours colours_of(trace::Stage stage);
// Text on the stage's fill.
Colour ink_on(trace::Stage stage);

enum class Icon : std::uint8_t {
  request,
  cache,
  pull,
  snapshot,
  isolate,
  run,
  terminal,
  chip,
  hub,
  lock,
  pencil,
  gate,
  check,
  cross,
  clock,
  target,
  clone_pid,
  folder,
  network,
  tag,
  arrows,
  person,
  meter,
  eye,
  book,
  play,
  pause,
  step,
  step_back,
  to_begin,
  to_end,
};
Icon icon_of(trace::Stage stage);
Icon icon_of(model::WallKind kind);

// Lines and arcs on a grid of 16, drawn into the square of `size` at `at`.
void draw_icon(const Brush& brush, Icon icon, Point at, float size, Colour colour);
// The stage's mark: a rounded square with its icon. Form tells the state.
void draw_badge(const Brush& brush, trace::Stage stage, model::State state, Point at, float size);

// Of a circle what hatching is of a bar: it is gone.
void draw_crossed_out(const Brush& brush, Point centre, float radius, float stroke);

// A panel's ground with its corner.
void draw_panel(const Brush& brush, Rect rect);
// "CLIENT" and the like: small, grey, bold.
inline constexpr Font caption{Face::sans_bold, 11};
inline constexpr Font body{Face::sans, 13};
inline constexpr Font small{Face::sans, 12};
inline constexpr Font strong{Face::sans_bold, 13};
inline constexpr Font row_title{Face::sans_bold, 14};
inline constexpr Font title{Face::sans_bold, 17};
inline constexpr Font code{Face::mono, 12};
inline constexpr Font code_strong{Face::mono_bold, 12};

// A word of the interface and behind it, in the mono face, what others named; in the middle of the room or at its left.
struct Named {
  std::string_view words, name;
};
void draw_named(const Brush& brush, Rect room, const Named& named, float size, Colour colour,
                Align align = Align::left);

// A button or chip of text, as wide as its words; returns its width. The place is registered with `act`.
float draw_button(const Brush& brush, Rect room, std::string_view words, std::string_view key, Place place,
                  bool filled = false);

// One of the buttons in the head of a panel, which stand from its right end on. Its right end is at `right`; gives that
// of the next one.
float draw_head_button(const Brush& brush, Rect panel, float right, std::string_view words, Act act);

// "monitor", "monitor, gone".
std::string name_of_process(Word name, bool ended, trace::Language language);

// How wide draw_button makes it.
float button_width(const Brush& brush, std::string_view words, std::string_view key);

// One end of a band that tells of the past: hatched.
void draw_band_end(const Brush& brush, Rect rect);

// Planned, or held by a gate in front of it: it is not there yet.
bool is_to_come(model::State state);

// The outline of a thing that a gate may hold back: dashed until it is there.
Dash outline_of(model::State state);

// The form of a state: how the outline of a thing is drawn.
Dash dash_of(model::State state);

// The image that the run is about: whether the engine has it, or what is said in place of that.
struct RunImage {
  std::string name;
  const model::Image* image = nullptr;  // nullptr: the engine knows none of that name
  bool here = false;
  Word words = Word::not_here;  // where it is not
};
std::optional<RunImage> image_of_run(const model::Model& model);
// The same of the container that the picture is of, where that is another one.
std::optional<RunImage> image_in_picture(const Subject& subject);
// The engine's list of images at this moment.
std::vector<const model::Image*> images_here(const model::Model& model);

// The containers that run besides the one in the picture.
std::vector<const model::Container*> running_beside(const Subject& subject);

// Whether its first process never became the command, though nobody gave the start up.
bool start_failed(const model::Container& container);
// Why the run failed, as its client was told it, but for the words that each failed start's error begins with. Empty:
// it did not, or nothing was told.
std::string failure_reason(const model::Model& model);

// What is said of something planned that is not there: it is to come, until the run has ended without it.
Word planned_word(const model::Run& run);
// The same in the container that the picture is of.
Word planned_word(const Subject& subject);

// What is said beside a stage: its time so far, or why it has none; before a run nothing.
std::string stage_words(const model::Run& run, trace::Stage which, std::optional<std::int64_t> time_ns,
                        trace::Language language);

// "$ docker run alpine ls"; what another client typed nobody tells.
std::string command_words(const model::Run& run, trace::Language language);
// What the engine does for the run: the stage that the shown event is of, otherwise the highest.
std::string_view engine_words(const Subject& subject);

// "412 files", "1 file".
std::string files_text(std::int64_t count, trace::Language language);
// The name of a layer's place: "layer:" or "shared:" and its digest. An image may have one blob several times: from the
// second place on "#2" and so on follow. blob_of takes that away again.
std::string layer_name(std::string_view kind, const std::vector<std::string>& blobs, std::size_t index);
std::string_view blob_of(std::string_view name_behind_kind);
// "sha256:1f9c04be7d21…" as "1f9c04be7d21…".
std::string short_digest(std::string_view digest);
// Ids as docker shortens them: 12 characters.
std::string short_id(std::string_view id);

}  // namespace glassdock::scene
