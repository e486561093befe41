#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/document.h"
#include "app/lessons/words.h"

namespace glassdock::lessons {

// Texts of a file that are still to be written: a draft has a place for each, in both languages, and `check` names them
// until somebody has filled them in.

// What such a text begins with.
inline constexpr std::string_view unwritten_mark = "TODO:";

// "TODO: WHAT", for a draft.
Words to_be_written(std::string_view english, std::string_view korean);

struct Unwritten {
  Mark mark;
  std::string text;
};
// In the order of the file.
std::vector<Unwritten> unwritten_texts(const YamlNode& root);

}  // namespace glassdock::lessons
