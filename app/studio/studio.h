// The studio as a program: a window, the session that it shows, the engine or the recording behind it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/scene/view.h"
#include "app/studio/play_side.h"
#include "engine/client/place.h"

namespace glassdock::studio {

struct StudioOptions {
  std::filesystem::path recording;  // empty: an engine
  std::filesystem::path second;     // beside the first; empty: that one alone
  Played played;                    // on an engine that is for it alone
  client::PlaceWish place;
  std::optional<scene::Viewport> size;
  std::optional<bool> light;
  std::optional<trace::Language> language;
  bool reduced_motion = false;
  bool in_words = false;  // what is on screen goes to stdout too, one line each
  bool evidence = true;
};

// Returns when the window is closed. Throws Error.
void run_studio(const StudioOptions& options, const std::filesystem::path& shaders);

}  // namespace glassdock::studio
