// Keys as people name them, apart from any window system.
#pragma once

#include <cstdint>
#include <string>

namespace glassdock::session {

// clang-format off
enum class Key : std::uint8_t {
  none,
  a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z,
  zero, plus, minus, question, space, enter, escape, tab, backspace, del, insert,
  left, right, up, down, home, end, page_up, page_down,
  f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12,
};
// clang-format on

// A key with what is held down beside it.
struct Chord {
  Key key = Key::none;
  bool ctrl = false;
  bool shift = false;
  bool alt = false;
  bool operator==(const Chord&) const = default;
};

// As terminals take it: for the command that runs.
inline constexpr Chord interrupt{.key = Key::c, .ctrl = true};

bool is_function_key(Key key);
// "Ctrl →", "F10", "Space", "?": as it stands on a key cap.
std::string name_of(Chord chord);

}  // namespace glassdock::session
