// Each character of the interface's own words can be drawn: by the picture's fonts, and in the panels by what is baked
// for them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/panels/glyph_ranges.h"
#include "app/render/fonts.h"
#include "app/scene/strings.h"
#include "app/session/commands.h"
#include "engine/trace/words.h"

namespace glassdock::session {
namespace {

std::vector<std::string> all_words() {
  std::vector<std::string> all;
  for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(scene::last_word); ++i) {
      all.emplace_back(say(static_cast<scene::Word>(i), language));
    }
    for (const CommandRow& row : command_rows()) all.emplace_back(row.words(language));
    for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
      const auto stage = static_cast<trace::Stage>(i);
      all.emplace_back(trace::stage_title(stage, language));
      all.emplace_back(trace::stage_sentence(stage, language));
    }
  }
  for (int key = 0; key <= static_cast<int>(Key::f12); ++key) {
    all.push_back(name_of({.key = static_cast<Key>(key), .ctrl = true, .shift = true, .alt = true}));
  }
  for (const trace::EventWords& row : trace::event_words()) {
    for (const std::string_view words : {row.english, row.korean, row.english_end, row.korean_end}) {
      all.emplace_back(words);
    }
  }
  for (const trace::RemarkWords& row : trace::remark_words())
    all.emplace_back(row.english), all.emplace_back(row.korean);
  return all;
}

TEST(Letters, OfTheInterfaceCanAllBeDrawn) {
  const render::Fonts fonts;
  for (const std::string& words : all_words()) {
    for (std::size_t at = 0; at < words.size();) {
      const char32_t letter = render::next_character(words, at);
      const bool baked = std::any_of(panels::glyph_ranges.begin(), panels::glyph_ranges.end(), [&](const auto& range) {
        return range.first <= letter && letter <= range.second;
      });
      EXPECT_TRUE(baked) << fmt::format("U+{:04X} in ", static_cast<unsigned>(letter)) << words;
      const bool hangul = letter >= 0x3131;
      for (const scene::Face face : {scene::Face::sans, scene::Face::mono}) {
        EXPECT_TRUE(fonts.has(letter, face) || (hangul && !fonts.has_hangul()))
            << fmt::format("U+{:04X} in ", static_cast<unsigned>(letter)) << words;
      }
    }
  }
}

}  // namespace
}  // namespace glassdock::session
