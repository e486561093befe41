#include "app/render/fonts.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "engine/base/error.h"

namespace glassdock::render {
namespace {

constexpr int first_side = 1024;
constexpr int largest_side = 4096;
constexpr std::size_t face_count = 4;

struct Wish {
  std::vector<const char*> families;  // the first that the machine has
  int weight;
  bool mono;
};
// The families of the visual language with their stand-ins.
const std::array<Wish, face_count>& wishes() {
  static const std::array<Wish, face_count> all{{
      {{"Inter", "DejaVu Sans", "Liberation Sans"}, FC_WEIGHT_REGULAR, false},
      {{"Inter", "DejaVu Sans", "Liberation Sans"}, FC_WEIGHT_DEMIBOLD, false},
      {{"JetBrains Mono", "DejaVu Sans Mono", "Liberation Mono"}, FC_WEIGHT_REGULAR, true},
      {{"JetBrains Mono", "DejaVu Sans Mono", "Liberation Mono"}, FC_WEIGHT_BOLD, true},
  }};
  return all;
}
constexpr std::array<const char*, 4> hangul_families{"NanumBarunGothic", "NanumGothic", "Noto Sans CJK KR", "UnDotum"};

// Only what really has the family's name: fontconfig would otherwise give any font.
std::optional<FontFile> find_file(FcConfig* config, const char* family, int weight) {
  FcPattern* pattern = FcPatternCreate();
  FcPatternAddString(pattern, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddInteger(pattern, FC_WEIGHT, weight);
  FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
  FcConfigSubstitute(config, pattern, FcMatchPattern);
  FcDefaultSubstitute(pattern);
  FcResult result = FcResultNoMatch;
  FcPattern* match = FcFontMatch(config, pattern, &result);
  std::optional<FontFile> found;
  if (match) {
    bool same = false;
    FcChar8* name = nullptr;
    for (int i = 0; FcPatternGetString(match, FC_FAMILY, i, &name) == FcResultMatch && !same; ++i) {
      same = FcStrCmpIgnoreCase(name, reinterpret_cast<const FcChar8*>(family)) == 0;
    }
    FcChar8* path = nullptr;
    int index = 0;
    FcPatternGetInteger(match, FC_INDEX, 0, &index);
    if (same && FcPatternGetString(match, FC_FILE, 0, &path) == FcResultMatch) {
      found = FontFile{reinterpret_cast<const char*>(path), index};
    }
    FcPatternDestroy(match);
  }
  FcPatternDestroy(pattern);
  return found;
}

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
  auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
  constexpr char32_t replacement = 0xFFFD;
  unsigned first = byte(at);
  if (first < 0x80) return text[at++];
  std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  char32_t value = first & (0xFFU >> (length + 1));
  bool whole = first >= 0xC2 && first < 0xF5 && at + length <= text.size();
  for (std::size_t i = 1; whole && i < length; ++i) {
    whole = (byte(at + i) & 0xC0) == 0x80;
    value = (value << 6) | (byte(at + i) & 0x3F);
  }
  at += whole ? length : 1;
  return whole ? value : replacement;
}

struct Fonts::State {
  float pixels = 1;
  FT_Library library = nullptr;
  // For each of scene::Face: the wished font, then Hangul, then what has nearly everything.
  std::array<std::vector<FT_Face>, face_count> chains;
  std::array<std::vector<FontFile>, face_count> files;  // of the chains
  std::vector<FT_Face> opened;
  std::unordered_map<std::string, FT_Face> by_path;
  bool hangul = false;
  std::string notice;

  std::unordered_map<std::uint64_t, Glyph> glyphs;
  std::unordered_map<std::uint64_t, float> advances;
  std::vector<std::uint8_t> atlas;
  int side = first_side;
  int shelf_x = 1, shelf_y = 1, shelf_height = 0;
  std::uint64_t revision = 1;
  bool full = false;

  FT_Face open(const FontFile& file) {
    auto [place, is_new] = by_path.try_emplace(file.path + '#' + std::to_string(file.index), nullptr);
    if (is_new && FT_New_Face(library, file.path.c_str(), file.index, &place->second) != 0) place->second = nullptr;
    if (is_new && place->second) opened.push_back(place->second);
    return place->second;
  }

  void find_fonts() {
    FcConfig* config = FcInitLoadConfigAndFonts();
    if (!config) throw Error(ErrorKind::not_found, "fontconfig has no configuration", "sudo apt install fontconfig");
    auto add = [&](std::size_t i, const char* family, int weight) {
      auto file = find_file(config, family, weight);
      FT_Face face = file ? open(*file) : nullptr;
      if (face) {
        chains[i].push_back(face);
        files[i].push_back(*file);
      }
      return face != nullptr;
    };
    for (std::size_t i = 0; i < face_count; ++i) {
      const Wish& wish = wishes()[i];
      for (const char* family : wish.families) {
        if (add(i, family, wish.weight)) break;
      }
      for (const char* family : hangul_families) {
        if (!add(i, family, wish.weight)) continue;
        hangul = true;
        break;
      }
      add(i, wish.mono ? "DejaVu Sans Mono" : "DejaVu Sans", wish.weight);
      add(i, "DejaVu Sans", wish.weight);
    }
    if (!find_file(config, "Inter", FC_WEIGHT_REGULAR) || !find_file(config, "JetBrains Mono", FC_WEIGHT_REGULAR)) {
      notice =
          "The fonts Inter and JetBrains Mono are not all here; others stand in: "
          "sudo apt install fonts-inter fonts-jetbrains-mono";
    }
    FcConfigDestroy(config);
    for (const auto& chain : chains) {
      if (chain.empty()) {
        throw Error(ErrorKind::not_found, "no usable font was found",
                    "sudo apt install fonts-inter fonts-jetbrains-mono fonts-nanum");
      }
    }
  }

  std::pair<FT_Face, FT_UInt> face_of(char32_t character, scene::Face kind) const {
    const auto& chain = chains[static_cast<std::size_t>(kind)];
    for (FT_Face face : chain) {
      if (FT_UInt index = FT_Get_Char_Index(face, character)) return {face, index};
    }
    return {chain.front(), 0};
  }

  // In 1/64 pixel, as FreeType counts.
  FT_F26Dot6 size_of(scene::Font font) const { return static_cast<FT_F26Dot6>(std::lround(font.size * pixels * 64)); }

  static std::uint64_t key(char32_t character, scene::Face face, FT_F26Dot6 size, int quarter) {
    return (std::uint64_t{character} << 40) | (static_cast<std::uint64_t>(size & 0xFFFFFF) << 8) |
           (static_cast<std::uint64_t>(face) << 4) | static_cast<std::uint64_t>(quarter);
  }

  // Light hinting moves outlines up and down only, so that the advance is the font's own.
  static constexpr FT_Int32 load_flags = FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP;

  float advance(char32_t character, scene::Font font) {
    FT_F26Dot6 size = size_of(font);
    auto [place, is_new] = advances.try_emplace(key(character, font.face, size, 0), 0.0F);
    if (!is_new) return place->second;
    auto [face, index] = face_of(character, font.face);
    FT_Set_Char_Size(face, 0, size, 72, 72);
    if (FT_Load_Glyph(face, index, load_flags) == 0) {
      place->second = static_cast<float>(face->glyph->linearHoriAdvance) / 65536.0F;
    }
    return place->second;
  }

  void grow() {
    int wider = side * 2;
    std::vector<std::uint8_t> larger(static_cast<std::size_t>(wider) * static_cast<std::size_t>(wider));
    for (int row = 0; row < side; ++row) {
      std::copy_n(atlas.begin() + static_cast<std::ptrdiff_t>(row) * side, side,
                  larger.begin() + static_cast<std::ptrdiff_t>(row) * wider);
    }
    atlas = std::move(larger);
    side = wider;
  }

  // Room on the current shelf or a new one; false where the largest atlas is full.
  bool make_room(int w, int h) {
    for (;;) {
      if (shelf_x + w + 1 > side) {
        shelf_y += shelf_height + 1;
        shelf_x = 1;
        shelf_height = 0;
      }
      if (shelf_y + h + 1 <= side && shelf_x + w + 1 <= side) return true;
      if (side >= largest_side) return false;
      grow();
    }
  }

  Glyph draw(char32_t character, scene::Font font, int quarter) {
    Glyph glyph;
    auto [face, index] = face_of(character, font.face);
    FT_Set_Char_Size(face, 0, size_of(font), 72, 72);
    if (FT_Load_Glyph(face, index, load_flags) != 0) return glyph;
    FT_GlyphSlot slot = face->glyph;
    glyph.advance = static_cast<float>(slot->linearHoriAdvance) / 65536.0F;
    if (slot->format != FT_GLYPH_FORMAT_OUTLINE) return glyph;
    FT_Outline_Translate(&slot->outline, quarter * 16, 0);
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) return glyph;
    const FT_Bitmap& picture = slot->bitmap;
    int w = static_cast<int>(picture.width), h = static_cast<int>(picture.rows);
    if (w == 0 || h == 0) return glyph;
    if (!make_room(w, h)) {
      full = true;
      return glyph;
    }
    for (int row = 0; row < h; ++row) {
      std::copy_n(picture.buffer + static_cast<std::ptrdiff_t>(row) * picture.pitch, w,
                  atlas.begin() + static_cast<std::ptrdiff_t>(shelf_y + row) * side + shelf_x);
    }
    glyph.x = static_cast<std::uint16_t>(shelf_x);
    glyph.y = static_cast<std::uint16_t>(shelf_y);
    glyph.w = static_cast<std::uint16_t>(w);
    glyph.h = static_cast<std::uint16_t>(h);
    glyph.left = static_cast<std::int16_t>(slot->bitmap_left);
    glyph.top = static_cast<std::int16_t>(slot->bitmap_top);
    shelf_x += w + 1;
    shelf_height = std::max(shelf_height, h);
    ++revision;
    return glyph;
  }
};

Fonts::Fonts(float pixels) : state_(std::make_unique<State>()) {
  state_->pixels = pixels;
  if (FT_Init_FreeType(&state_->library) != 0) throw Error(ErrorKind::internal, "FreeType could not be started");
  state_->find_fonts();
  state_->atlas.resize(static_cast<std::size_t>(first_side) * first_side);
}

Fonts::~Fonts() {
  for (FT_Face face : state_->opened) FT_Done_Face(face);
  FT_Done_FreeType(state_->library);
}

const std::vector<FontFile>& Fonts::files(scene::Face face) const {
  return state_->files[static_cast<std::size_t>(face)];
}

bool Fonts::has(char32_t character, scene::Face face) const {
  return state_->face_of(character, face).second != 0;
}

bool Fonts::has_hangul() const {
  return state_->hangul;
}
const std::string& Fonts::notice() const {
  return state_->notice;
}
const std::vector<std::uint8_t>& Fonts::atlas() const {
  return state_->atlas;
}
int Fonts::atlas_side() const {
  return state_->side;
}
bool Fonts::full() const {
  return state_->full;
}
void Fonts::start_anew() const {
  State& state = *state_;
  state.glyphs.clear();
  std::fill(state.atlas.begin(), state.atlas.end(), std::uint8_t{0});  // between glyphs nothing may be left
  state.shelf_x = state.shelf_y = 1;
  state.shelf_height = 0;
  state.full = false;
  ++state.revision;
}
std::uint64_t Fonts::revision() const {
  return state_->revision;
}

float Fonts::width(std::string_view words, scene::Font font) const {
  float wide = 0;
  for (std::size_t at = 0; at < words.size();) wide += state_->advance(next_character(words, at), font);
  return wide / state_->pixels;
}

float Fonts::line_height(scene::Font font) const {
  constexpr float height = 1.5F;  // the visual language's
  return std::round(font.size * height * state_->pixels) / state_->pixels;
}

float Fonts::baseline(scene::Font font) const {
  // Capitals and digits stand in the middle of the line: both wished fonts have them 0.73 of the size high.
  constexpr float capitals = 0.73F;
  return std::round((line_height(font) + font.size * capitals) / 2 * state_->pixels) / state_->pixels;
}

const Glyph& Fonts::glyph(char32_t character, scene::Font font, int quarter) const {
  std::uint64_t key = State::key(character, font.face, state_->size_of(font), quarter);
  auto found = state_->glyphs.find(key);
  if (found == state_->glyphs.end()) {
    found = state_->glyphs.emplace(key, state_->draw(character, font, quarter)).first;
  }
  return found->second;
}

}  // namespace glassdock::render
