// A picture of one moment of a recording as a PNG file: no display, no engine.
#pragma once

#include <filesystem>
#include <string>

#include "app/render/fonts.h"
#include "app/render/palette.h"
#include "app/scene/view.h"

namespace glassdock::studio {

struct PictureRequest {
  std::filesystem::path recording, output;
  std::string at;  // a stage, a gate, an event's number; empty: the end
  scene::Viewport size;
  render::Theme theme = render::Theme::dark;
  trace::Language language = trace::Language::english;
};

// How many events are shown at the place: a stage at its last event, a gate just before its operation, an event with
// it. Throws Error(invalid_argument) where the recording has no such place.
std::size_t find_place(const model::History& history, const std::string& at);

// How a recording is looked at by nobody in particular. Throws Error where Korean has no font.
scene::View recorded_view(const model::History& history, const render::Fonts& fonts, trace::Language language,
                          render::Theme theme);

// Throws Error; the output is written whole or not at all.
void make_picture(const PictureRequest& request, const std::filesystem::path& shaders);

}  // namespace glassdock::studio
