#include "engine/hub/byte_range.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/hub/refusal.h"

namespace glassdock::hub {

std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!starts_with(header, unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  std::size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return std::nullopt;
  auto first = parse_number(trim(header.substr(0, dash)));
  auto last = parse_number(trim(header.substr(dash + 1)));
  auto unsatisfiable = [&] { return Refusal(416, "SIZE_INVALID", fmt::format("the blob has {} bytes", size)); };
  if (!first) {  // "-500": so many from the end
    if (!last || dash != 0) return std::nullopt;
    if (*last == 0 || size == 0) throw unsatisfiable();
    return ByteRange{size - std::min(*last, size), size - 1};
  }
  if (!last && dash + 1 != header.size()) return std::nullopt;
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) throw unsatisfiable();
  return ByteRange{*first, std::min(last.value_or(size - 1), size - 1)};
}

std::optional<ByteRange> parse_chunk_range(std::string_view header) {
  std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto first = parse_number(header.substr(0, dash));
  auto last = parse_number(header.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return ByteRange{*first, *last};
}

}  // namespace glassdock::hub
