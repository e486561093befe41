#include "engine/base/detach_keys.h"

#include <fmt/format.h>

#include <string>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock {
namespace {

// A key's byte (moby/term, ascii.go); -1 where there is none of that name.
int byte_of(const std::string& key) {
  constexpr std::string_view control = "ctrl-";
  if (key == "DEL") return 0x7f;
  if (key.size() == 1) return static_cast<unsigned char>(key[0]);
  if (key.size() != control.size() + 1 || !starts_with(key, control)) return -1;
  const char letter = key.back();
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 1;
  // ctrl-@ is NUL, and the control codes of these five follow that of z (ascii(7)).
  constexpr std::string_view marks = "[\\]^_";
  if (letter == '@') return 0;
  const auto mark = marks.find(letter);
  return mark == std::string_view::npos ? -1 : 'z' - 'a' + 2 + static_cast<int>(mark);
}

}  // namespace

DetachKeys parse_detach_keys(std::string_view text) {
  DetachKeys parsed;
  for (const std::string& key : split(text, ',')) {
    const int byte = byte_of(key);
    if (byte < 0) throw Error(ErrorKind::invalid_argument, fmt::format("Unknown character: '{}'", key));
    if (parsed.count == DetachKeys::most) {
      throw Error(ErrorKind::invalid_argument, fmt::format("more than {} detach keys", DetachKeys::most));
    }
    parsed.keys[parsed.count++] = static_cast<unsigned char>(byte);
  }
  return parsed;
}

}  // namespace glassdock
