#include "engine/os/id_map.h"

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::os {

std::uint64_t mapped_ids(std::string_view map) {
  std::uint64_t count = 0;
  for (const std::string& line : split(map, '\n')) {
    std::vector<std::string> numbers;
    for (std::string& word : split(line, ' ')) {
      if (!word.empty()) numbers.push_back(std::move(word));
    }
    if (numbers.size() == 3) count += parse_number(numbers[2]).value_or(0);
  }
  return count;
}

std::uint64_t own_mapped_ids() {
  return mapped_ids(try_read_file("/proc/self/uid_map").value_or(""));
}

}  // namespace glassdock::os
