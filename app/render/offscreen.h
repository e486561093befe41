// Pictures without a display: OpenGL 3.3 on Mesa's surfaceless platform, a framebuffer, and PNG files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "app/render/painter.h"

namespace glassdock::render {

// A picture in memory: rows from the top, red green blue, one byte each.
struct Pixels {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
};

// Makes its context current on the calling thread and keeps it so. One at a time in a thread.
class Offscreen {
 public:
  // Throws Error(not_supported) with the package to install where there is no EGL or no OpenGL 3.3.
  Offscreen(const std::filesystem::path& shaders, const Fonts& fonts, float pixels = 1);
  ~Offscreen();
  Pixels paint(const scene::Scene& scene, Theme theme);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Of the framebuffer that is bound.
Pixels read_pixels(int width, int height);
// Written beside and renamed. Throws Error with the path.
void write_png(const std::filesystem::path& file, const Pixels& picture);

}  // namespace glassdock::render
