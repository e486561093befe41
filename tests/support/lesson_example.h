// support: the lesson that docs/lessons.md shows.
#pragma once

#include <string>

#include "app/lessons/lesson.h"
#include "engine/os/files.h"

namespace glassdock::testing {

inline std::string lesson_example() {
  const std::string page = os::read_file(GLASSDOCK_SOURCE_DIR "/docs/lessons.md");
  const std::string fence = "```yaml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

// With the first `what` in it made `with`.
inline lessons::Source lesson_with(const std::string& what, const std::string& with) {
  std::string text = lesson_example();
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
  return {"a.yaml", text};
}

}  // namespace glassdock::testing
