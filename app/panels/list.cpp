#include "app/panels/list.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "engine/base/text.h"

namespace glassdock::panels {

bool Cursor::press(session::Chord chord) {
  using session::Key;
  constexpr std::size_t page = 15;
  if (chord.ctrl || chord.alt) return false;
  switch (chord.key) {
    case Key::up:
      at -= std::min<std::size_t>(at, 1);
      break;
    case Key::down:
      ++at;
      break;
    case Key::page_up:
      at -= std::min(at, page);
      break;
    case Key::page_down:
      at += page;
      break;
    case Key::enter:
      entered = true;
      return true;
    default:
      return false;
  }
  moved = true;
  return true;
}

bool Scroll::press(session::Chord chord) {
  using session::Key;
  constexpr int page = 10;
  if (chord.ctrl || chord.alt) return false;
  switch (chord.key) {
    case Key::up:
      lines -= 1;
      return true;
    case Key::down:
      lines += 1;
      return true;
    case Key::page_up:
      lines -= page;
      return true;
    case Key::page_down:
      lines += page;
      return true;
    default:
      return false;
  }
}

void Scroll::apply() {
  if (lines == 0) return;
  ImGui::SetScrollY(ImGui::GetScrollY() + static_cast<float>(std::exchange(lines, 0)) * ImGui::GetTextLineHeight());
}

void Cursor::keep_within(std::size_t rows) {
  at = rows == 0 ? 0 : std::min(at, rows - 1);
}

bool matches(std::string_view text, std::string_view filter) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (const std::string& word : split(filter, ' ')) {
    if (std::search(text.begin(), text.end(), word.begin(), word.end(), same) == text.end()) return false;
  }
  return true;
}

}  // namespace glassdock::panels
