// The values of the colour roles in the two themes, from the visual language.
#pragma once

#include <array>
#include <cstdint>

#include "app/scene/scene.h"

namespace glassdock::render {

enum class Theme : std::uint8_t { dark, light };

// 0xRRGGBB; Colour::none has none and is not asked for.
std::uint32_t value_of(scene::Colour colour, Theme theme);

// WCAG 2.1, "contrast ratio": 1 to 21.
double contrast(std::uint32_t one, std::uint32_t other);

}  // namespace glassdock::render
