// What the scene needs beside the model: how it is looked at. Plain data, filled by whoever shows the scene.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/player.h"
#include "app/model/history.h"
#include "app/player/player.h"
#include "app/scenarios/player.h"
#include "app/scene/scene.h"
#include "app/terminal/line.h"
#include "app/text/usage_lines.h"
#include "engine/trace/words.h"

namespace glassdock::scene {

struct Viewport {
  float width = 1600, height = 900;  // logical pixels
};

struct TerminalText {
  std::vector<terminal::SharedLine> lines;  // the oldest first; what was printed up to this moment
  std::string typed;                        // behind the prompt
  std::size_t cursor = 0;                   // byte in `typed`
  std::vector<std::string> candidates;      // that could stand there
  std::size_t chosen = 0;                   // of these; candidates.size(): none yet
  struct Cell {
    std::size_t line = 0, column = 0;
  };
  std::optional<Cell> cell;  // where the command that runs has its cursor
  std::uint64_t below = 0;   // lines that came later: one has scrolled back
  bool prompt = true;        // false: a command runs, and gets what is typed
  std::string folder;        // where the prompt stands
  bool focused = false;
  bool late = false;        // more has been printed than the live view has come to
  bool first_line = false;  // `typed` is what stands typed when the studio is opened for the first time
  bool suggested = false;   // `typed` stands there by no hand, and gives way to what is typed
  bool empty() const { return lines.empty(); }
};

inline constexpr int most_timeline_zoom = 1024;

enum class EngineState : std::uint8_t { none, starting, there, gone };

// Which of the pictures of the way to containers is shown, in the order in which they are told.
enum class Way : std::uint8_t { none, alone, together, machines, containers, sizes };

// What of the window is shown, where there is not room for everything at once.
struct Arrangement {
  bool terminal_tab = false;     // of the bottom strip: the terminal instead of the timeline
  bool terminal_large = false;   // it has the whole width, the timeline's place and some of the canvas's
  int terminal_lines = 0;        // that it has to show; in a low window it rises over the canvas for them
  bool evidence_drawer = false;  // where evidence is folded away
  bool play =
      false;  // the panel of a lesson or scenario, in the place of the stages; in a narrow window over the canvas
  bool class_mode = false;
  bool race = false;    // a container against a virtual machine, in the place of stages and picture
  Way way = Way::none;  // likewise; not both
  // One of them has the place of the stages, too.
  bool is_wide() const { return race || way != Way::none; }
  enum class ClassPanel : std::uint8_t {
    none,
    evidence,
    terminal,
    timeline,
    containers,
    play
  } class_panel = ClassPanel::none;
  bool operator==(const Arrangement&) const = default;
};

// The containers, in place of the stages and the timeline.
struct ContainersView {
  bool open = false;
  bool all = true;                              // those that are over, too: docker ps -a
  bool signals = false;                         // what they did stands in the place of the table
  int first_row = 0;                            // of the table
  std::optional<text::UsageLine> usage;         // of the one in the picture, as the engine measured it; live alone
  std::optional<std::vector<std::string>> log;  // its last lines; nothing: they were not asked for
};

// What is played: what it waits for besides its user.
struct PlayView {
  bool prepares = false;  // its lab is being made
  bool judges = false;    // what is there is being looked at
  bool follows = false;   // it is known, and told when the picture has come there
  std::string fault;      // why that failed; empty: it did not
  int first_row = 0;      // of its text, that is seen
};
struct LessonView : PlayView {
  const lessons::Player* player = nullptr;        // nullptr: none is played
  const lessons::Answer* earlier = nullptr;       // to the step's question, asked again; nullptr: none was given
  const lessons::Hold* hold = nullptr;            // of the step, that its command is held at; nullptr: it is not
  const lessons::Finding* not_at_gate = nullptr;  // what that gate expects and is not there; nullptr: it is
};
struct ScenarioView : PlayView {
  const scenarios::Player* player = nullptr;  // nullptr: none is played; a recording may tell of one (model.narration)
  bool held = false;                          // the step's command, at one of its gates
};

struct View {
  trace::Language language = trace::Language::english;
  bool light = false;  // only for the theme's button
  player::Position position;
  bool gate_is_own = true;                  // held: by a gate that the user can let go
  std::array<std::uint64_t, 2> own_runs{};  // whose gates these are, by their spans; 0: none
  bool holds_others = false;                // commands of other clients are held here, too
  std::int64_t slowness = 1;
  int timeline_zoom = 1;  // 1 … most_timeline_zoom: the timeline shows that part of the run, round the moment shown
  bool playing = false;
  std::optional<model::EventIndex> selected;  // otherwise the last event is explained
  std::string container;        // the id of the one that was chosen; empty: the picture is of the model's own choice
  std::string thing;            // the place's name that was chosen in the picture; empty: an event alone, or none
  int evidence_row = 0;         // the first of the evidence's rows that is seen
  std::string machine, kernel;  // where it runs, or where the recording was made
  EngineState engine = EngineState::none;  // none: a recording, or a picture alone
  std::int64_t waited_ns = 0;  // live: true time since the newest event, in whole seconds, whatever moment is shown
  std::string notice;          // one line that must not be missed; empty: none
  TerminalText terminal;
  ContainersView containers;
  LessonView lesson;
  ScenarioView scenario;
  std::string point;                     // the place of the picture that the step is about; empty: none
  std::vector<std::string> breakpoints;  // names of gates and stages
  Arrangement arrangement;
  bool letter_keys = true;  // E, T and L are keys of the picture: no line takes them as text
  bool can_race = false;    // QEMU and a kernel for a guest are here
  bool leads_back = false;  // from the recording to an engine that was shown before
  bool controls = false;    // there is a user: buttons of the window, and what keys do
  PlaceKey focused, hovered;
  bool tip = false;             // what is hovered is explained
  bool reduced_motion = false;  // what changed last is marked instead
  // How far what an event made has come, 0 … 1 (player::progress_of). Empty: everything has arrived.
  std::function<float(model::EventIndex, player::Motion)> progress;

  bool is_recorded() const { return position.mode == player::Mode::recorded; }
  // A question waits for its answer: nothing else may give that away.
  bool asks() const {
    return (lesson.player && lesson.player->wants() == lessons::Wants::answer) ||
           (scenario.player && scenario.player->answers() > 0);
  }
  // Of the moment shown, where that is the newest: looking back nothing goes on.
  std::int64_t waited_here_ns() const { return position.behind == 0 ? waited_ns : 0; }
  // What is explained where nothing was chosen: looking back the event that one came to; at the newest moment what
  // last happened, and not that its request was answered.
  model::EventIndex explained(const model::Model& model) const {
    return position.behind == 0 ? model.telling : model.last;
  }
  // Whether the evidence has anything to explain: something was chosen, or done, if by no run.
  bool explains(const model::Model& model) const {
    return selected || !thing.empty() || model.run.first != model::no_event || !model.focus.empty();
  }
  float far(model::EventIndex event, player::Motion motion) const {
    return progress && event != model::no_event ? progress(event, motion) : 1.0F;
  }
  bool has_breakpoint(std::string_view name) const {
    return std::find(breakpoints.begin(), breakpoints.end(), name) != breakpoints.end();
  }
};

// A live view that still shows what is past: a start lasts milliseconds, and a picture of it seconds.
inline bool is_late(const View& view) {
  constexpr std::int64_t worth_telling_ns = 500'000'000;
  return view.controls && view.position.mode == player::Mode::live && view.position.behind_view_ns > worth_telling_ns;
}

// Looking back the engine still lives that has gone since.
inline bool shows_dead_engine(const View& view) {
  return view.engine == EngineState::gone && view.position.behind == 0;
}

class TimelineBars;

// Everything that a scene is made from.
struct Subject {
  const model::Model& model;
  const model::History& history;
  const player::ViewTimes& times;
  const View& view;
  TimelineBars* bars = nullptr;  // kept from the scene before; changes nothing but the time it takes
  bool before_run = false;       // of a recording: `model.run` is the one that comes, and nothing of it is done yet
};

// Whether a client waits for the engine's answers.
inline bool run_goes_on(const Subject& subject) {
  return subject.model.run.first != model::no_event && !subject.before_run && !subject.model.run.is_over();
}

// The hold that is told of where several are: one of the own runs, the first of these before the second, or else the
// oldest of all; nullptr: nothing is held.
inline const model::Held* shown_hold(const model::Model& model, const std::array<std::uint64_t, 2>& own_runs) {
  for (const std::uint64_t run : own_runs) {
    if (const model::Held* own = model.held_by(run)) return own;
  }
  return model.held.empty() ? nullptr : &model.held.front();
}
inline const model::Held* shown_hold(const Subject& subject) {
  return shown_hold(subject.model, subject.view.own_runs);
}

// The container that the picture is of: the one that was chosen by its id, as long as it is known, or else the model's
// own choice; nullptr: there is none yet.
inline const model::Container* shown_container(const model::Model& model, std::string_view chosen) {
  const model::Container* container = chosen.empty() ? nullptr : model.container(chosen);
  return container ? container : model.in_picture();
}
inline const model::Container* shown_container(const Subject& subject) {
  return shown_container(subject.model, subject.view.container);
}

}  // namespace glassdock::scene
