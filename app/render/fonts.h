// Glyphs at any size, made when they are first asked for: FreeType draws them into one grey picture, fontconfig finds
// the files. No OpenGL here, so that texts can be measured without a window. docs/decisions/studio-text.md says why not
// through ImGui's atlas.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/scene.h"

namespace glassdock::render {

// Where a glyph stands in the atlas, and how it stands to the pen. Device pixels.
struct Glyph {
  std::uint16_t x = 0, y = 0, w = 0, h = 0;  // in the atlas; w = 0: nothing to draw
  std::int16_t left = 0, top = 0;            // from the pen on the baseline to the picture's upper left corner
  float advance = 0;
};

struct FontFile {
  std::string path;
  int index = 0;  // within the file
};

// Not for several threads at once.
class Fonts : public scene::TextMeasure {
 public:
  // `pixels` device pixels are one logical pixel (HiDPI). Throws Error(not_found) with the package to install where the
  // machine has no usable font at all.
  explicit Fonts(float pixels = 1);
  ~Fonts() override;

  // False where no font has Hangul: Korean text would be boxes. The interface then stays English and says so.
  bool has_hangul() const;
  // What is missing of the wished fonts, in one line with the packages; empty where nothing is.
  const std::string& notice() const;

  // The files in which characters are looked for, in this order: for whoever draws text by other means.
  const std::vector<FontFile>& files(scene::Face face) const;

  // False: it is drawn as a box.
  bool has(char32_t character, scene::Face face) const;

  float width(std::string_view words, scene::Font font) const override;
  float line_height(scene::Font font) const override;
  // From the top of a line to its baseline.
  float baseline(scene::Font font) const;

  // `quarter`: the pen's fraction of a pixel, in quarters.
  const Glyph& glyph(char32_t character, scene::Font font, int quarter) const;

  // A glyph was asked for that found no room in the largest atlas: it is not drawn. start_anew() forgets all glyphs, so
  // that those that are asked for from then on find room; places of earlier ones are void.
  bool full() const;
  void start_anew() const;

  // One byte a pixel. `revision` rises when something was added; `side` when it had to grow.
  const std::vector<std::uint8_t>& atlas() const;
  int atlas_side() const;
  std::uint64_t revision() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The next character of UTF-8 and how far to go on; bytes that are no UTF-8 are U+FFFD, one by one.
char32_t next_character(std::string_view text, std::size_t& at);

}  // namespace glassdock::render
