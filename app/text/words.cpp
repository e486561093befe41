#include "app/text/words.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "engine/base/text.h"

namespace glassdock::text {
namespace {

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

std::string local_time(std::int64_t seconds) {
  const auto time = static_cast<time_t>(seconds);
  tm parts{};
  ::localtime_r(&time, &parts);
  std::array<char, 80> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z %Z", &parts)};
}

std::string local_rfc3339(std::int64_t seconds) {
  const auto time = static_cast<time_t>(seconds);
  tm parts{};
  ::localtime_r(&time, &parts);
  std::array<char, 80> text;
  std::string written(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts));
  constexpr long minute = 60, hour = 60 * minute;
  const long east = parts.tm_gmtoff;
  if (east == 0) return written + "Z";
  return written +
         fmt::format("{}{:02}:{:02}", east < 0 ? '-' : '+', std::abs(east) / hour, std::abs(east) % hour / minute);
}

std::string progress_size(double bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000.0 && unit + 1 < units.size(); ++unit) bytes /= 1000.0;
  return fmt::format("{:.4g}{}", bytes, units[unit]);
}

std::string binary_size(double bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024.0 && unit + 1 < units.size(); ++unit) bytes /= 1024.0;
  return fmt::format("{:.4g}{}", bytes, units[unit]);
}

std::string short_id(std::string_view id) {
  auto colon = id.find(':');
  if (colon != std::string_view::npos) id.remove_prefix(colon + 1);
  return std::string(id.substr(0, 12));
}

std::string full_name(std::string_view name) {
  auto slash = name.find('/');
  std::string_view first = name.substr(0, slash);
  bool has_registry =
      slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
  if (has_registry) return std::string(name);
  return (slash == std::string_view::npos ? "docker.io/library/" : "docker.io/") + std::string(name);
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (char byte : text) width += !continues_character(byte);
  return width;
}

std::string ellipsis(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  std::size_t kept = 0, bytes = 0;
  for (; bytes < text.size(); ++bytes) {
    if (!continues_character(text[bytes]) && ++kept == columns) break;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char byte : text) {
    switch (byte) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '\r':
        quoted += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) {
          quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        } else {
          quoted += byte;
        }
    }
  }
  return quoted + "\"";
}

}  // namespace glassdock::text
