#include "engine/os/id_map.h"

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::os {
namespace {

struct Range {
  std::uint64_t inside, outside, count;
};

std::vector<Range> ranges_of(std::string_view map) {
  std::vector<Range> ranges;
  for (const std::string& line : split(map, '\n')) {
    std::vector<std::uint64_t> numbers;
    for (const std::string& word : split_words(line)) numbers.push_back(parse_number(word).value_or(0));
    if (numbers.size() == 3) ranges.push_back({numbers[0], numbers[1], numbers[2]});
  }
  return ranges;
}

}  // namespace

std::uint64_t mapped_ids(std::string_view map) {
  std::uint64_t count = 0;
  for (const Range& range : ranges_of(map)) count += range.count;
  return count;
}

std::optional<std::uint64_t> outside_id(std::string_view map, std::uint64_t inside) {
  for (const Range& range : ranges_of(map)) {
    if (inside >= range.inside && inside - range.inside < range.count) return range.outside + (inside - range.inside);
  }
  return std::nullopt;
}

std::uint64_t own_mapped_ids() {
  return mapped_ids(try_read_file("/proc/self/uid_map").value_or(""));
}

}  // namespace glassdock::os
