// What the scene needs beside the model: how it is looked at. Plain data, filled by whoever shows the scene.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/model/history.h"
#include "app/player/player.h"
#include "engine/trace/words.h"

namespace glassdock::scene {

struct Viewport {
  float width = 1600, height = 900;  // logical pixels
};

struct TerminalText {
  std::vector<std::string> lines;  // the oldest first; what was printed up to this moment
  std::string typed;               // behind the prompt
  bool focused = false;
};

struct View {
  trace::Language language = trace::Language::english;
  bool light = false;  // only for the theme's button
  player::Position position;
  std::int64_t slowness = 1;
  bool playing = false;
  std::optional<model::EventIndex> selected;  // otherwise the last event is explained
  std::string machine, kernel;                // of a recording: where it was made
  std::int64_t held_for_ns = 0;               // of the wall clock; 0: not live
  TerminalText terminal;
  std::vector<std::string> breakpoints;  // names of gates
  // How far what an event made has come, 0 … 1 (player::progress_of). Empty: everything has arrived.
  std::function<float(model::EventIndex, player::Motion)> progress;

  float far(model::EventIndex event, player::Motion motion) const {
    return progress && event != model::no_event ? progress(event, motion) : 1.0F;
  }
};

// Everything that a scene is made from.
struct Subject {
  const model::Model& model;
  const model::History& history;
  const player::ViewTimes& times;
  const View& view;
};

}  // namespace glassdock::scene
