// Draws a scene with our shaders into whatever framebuffer is bound.
#pragma once

#include <filesystem>
#include <vector>

#include "app/render/fonts.h"
#include "app/render/gl.h"
#include "app/render/palette.h"
#include "app/scene/scene.h"

namespace glassdock::render {

// Needs the OpenGL context that it was made with to be current.
class Painter {
 public:
  // `shaders`: the folder of shape.vert and its kin. `fonts` must outlive the painter.
  Painter(const std::filesystem::path& shaders, const Fonts& fonts);
  ~Painter();
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  // `pixels`: device pixels of one logical pixel; the same as the fonts'. Clears to the window's ground first.
  void paint(const scene::Scene& scene, Theme theme, float pixels);

 private:
  void paint_shapes(const scene::Layer& layer, const scene::Scene& scene, Theme theme, float pixels);
  void flush(const Program& program, const scene::Scene& scene, float pixels);
  void append_glyphs(const scene::Layer& layer, Theme theme, float pixels);
  void paint_texts(const scene::Layer& layer, const scene::Scene& scene, Theme theme, float pixels);
  void update_atlas();

  const Fonts& fonts_;
  Program shape_program_, box_program_, plain_program_, text_program_;
  Instances shapes_, glyphs_;
  GLuint atlas_ = 0;
  std::uint64_t atlas_revision_ = 0;
  std::vector<float> values_;  // of what is drawn next; kept for its memory
};

}  // namespace glassdock::render
