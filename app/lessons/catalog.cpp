#include "app/lessons/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/lessons/folders.h"
#include "engine/base/error.h"

namespace glassdock::lessons {

Lesson find_lesson(const std::string& word) {
  if (is_file_name(word)) return load_lesson(word);
  for (Lesson& lesson : load_lessons(shipped_folder("lessons"))) {
    if (word == std::to_string(lesson.number) || word == lesson.id) return std::move(lesson);
  }
  throw Error(ErrorKind::not_found, fmt::format("there is no lesson {}", word), "glassdock lesson list shows them");
}

Standing standing_of(const Lesson& lesson, const Progress& progress) {
  const auto found = progress.find(lesson.id);
  if (found == progress.end()) return {};
  const auto step = std::find_if(lesson.steps.begin(), lesson.steps.end(),
                                 [&](const Step& one) { return one.id == found->second.step; });
  const bool begun = step != lesson.steps.end();
  return {found->second.finished, begun ? static_cast<std::size_t>(step - lesson.steps.begin()) + 1 : 0};
}

}  // namespace glassdock::lessons
