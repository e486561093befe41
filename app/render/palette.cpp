#include "app/render/palette.h"

#include <algorithm>
#include <cmath>

namespace glassdock::render {
namespace {

struct Pair {
  std::uint32_t dark, light;
};

// In the order of scene::Colour. Stage hues are Okabe-Ito's.
constexpr std::array<Pair, scene::colour_count> values{{
    {0x000000, 0x000000},                                              // none
    {0x0A0E13, 0xDFE5EA},                                              // window
    {0x121920, 0xF4F7F9},                                              // panel
    {0x1A232D, 0xFFFFFF},                                              // card
    {0x25313D, 0xE4EAEF},                                              // raised
    {0x0D1218, 0xFAFBFC},                                              // inset
    {0x34434F, 0xBCC7D0},                                              // hairline
    {0x61727F, 0x71818E},                                              // edge
    {0xF3F6F8, 0x10161C},                                              // ink
    {0xBDC8D1, 0x3A4753},                                              // ink2
    {0x91A0AD, 0x55636F},                                              // ink3
    {0xF3F6F8, 0x10161C},                                              // plate
    {0x10161C, 0xF3F6F8},                                              // on_plate
    {0x0072B2, 0x0072B2},                                              // action
    {0xFFFFFF, 0xFFFFFF},                                              // on_action
    {0x10161C, 0x10161C},                                              // on_fill
    {0xFFFFFF, 0xFFFFFF},                                              // on_run_fill
    {0x56B4E9, 0x56B4E9},                                              // request
    {0x56B4E9, 0x0B6C9E}, {0x142D3C, 0xD3EEF9}, {0xF0E442, 0xF0E442},  // cache
    {0xF0E442, 0x6C5E00}, {0x34330F, 0xFBF7BE}, {0xCC79A7, 0xCC79A7},  // pull
    {0xCC79A7, 0xA2487D}, {0x36222E, 0xF7E3EE}, {0x00AD80, 0x009E73},  // snapshot
    {0x00AD80, 0x007352}, {0x0B3227, 0xD3F0E5}, {0xE69F00, 0xE69F00},  // isolate
    {0xE69F00, 0x8C5600}, {0x3A2B08, 0xFCEBC8}, {0x0072B2, 0x0072B2},  // run
    {0x809CFF, 0x27408F}, {0x1A2145, 0xDDE2F7}, {0xF0753A, 0xD55E00},  // failed
    {0xF0753A, 0xA83C00}, {0x3F1E0E, 0xFBDFD0},
}};

// WCAG 2.1, "relative luminance".
double luminance(std::uint32_t value) {
  auto channel = [&](int shift) {
    double part = ((value >> shift) & 0xFF) / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
}

}  // namespace

std::uint32_t value_of(scene::Colour colour, Theme theme) {
  const Pair& pair = values[static_cast<std::size_t>(colour)];
  return theme == Theme::dark ? pair.dark : pair.light;
}

double contrast(std::uint32_t one, std::uint32_t other) {
  double a = luminance(one), b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

}  // namespace glassdock::render
