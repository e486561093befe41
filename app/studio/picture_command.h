// A picture of one moment of a recording as a PNG file: no display, no engine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/render/fonts.h"
#include "app/render/palette.h"
#include "app/scene/view.h"

namespace glassdock::studio {

struct PictureRequest {
  std::filesystem::path recording, output;
  std::string at;    // as player::find_place() takes it
  std::string view;  // one of view_names(); empty: what the recording is about
  bool class_mode = false;
  scene::Viewport size;
  render::Theme theme = render::Theme::dark;
  trace::Language language = trace::Language::english;
};

// How a recording is looked at by nobody in particular. Throws Error where Korean has no font.
scene::View recorded_view(const model::History& history, const render::Fonts& fonts, trace::Language language,
                          render::Theme theme);

// What a picture may be of: "run", "race", or one of the pictures of the way to containers.
std::vector<std::string> view_names();

// Throws Error; the output is written whole or not at all.
void make_picture(const PictureRequest& request, const std::filesystem::path& shaders);

}  // namespace glassdock::studio
