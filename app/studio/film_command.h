// A recording as a film: the scenes that the window would show while it is played, one after the other. No display, no
// engine.
#pragma once

#include <filesystem>

#include "app/render/palette.h"
#include "app/scene/view.h"

namespace glassdock::studio {

struct FilmRequest {
  enum class Format { mp4, gif } format = Format::mp4;
  std::filesystem::path recording, output;
  scene::Viewport size;
  render::Theme theme = render::Theme::dark;
  trace::Language language = trace::Language::english;
  double speed = 1;              // 2: twice as fast as the window plays it
  double frames_per_second = 0;  // 0: what is usual for the format
  bool reduced_motion = false;
};

struct FilmMade {
  std::size_t frames = 0;
  double seconds = 0;
};

// Throws Error; the output is written whole or not at all.
FilmMade make_film(const FilmRequest& request, const std::filesystem::path& shaders);

}  // namespace glassdock::studio
