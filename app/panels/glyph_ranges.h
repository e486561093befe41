#pragma once

#include <array>
#include <utility>

namespace glassdock::panels {

// What the interface and the engine's words are made of, first and last character of each stretch; Hangul whole, for
// names and sentences may hold any of it. An ImGui before 1.92 bakes these and draws all else as "?".
inline constexpr std::array<std::pair<char32_t, char32_t>, 8> glyph_ranges{{
    {0x0020, 0x024F},
    {0x2010, 0x2027},
    {0x2190, 0x21FF},
    {0x2260, 0x2265},
    {0x2300, 0x23FF},
    {0x2600, 0x26FF},
    {0x3131, 0x318E},
    {0xAC00, 0xD7A3},
}};

}  // namespace glassdock::panels
