// lessons: files of lessons: their format, what their conditions say of a real engine, what the learner has done so
// far.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"

namespace glassdock::lessons {

// A place in a file, as editors count: from 1. The column counts characters.
struct Mark {
  int line = 1, column = 1;

  bool operator==(const Mark&) const = default;
};

// A part of a YAML file (YAML 1.2.2, chapter 3.2.2: the serialization tree) that knows where it stands.
struct YamlNode {
  enum class Kind { nothing, text, list, map };
  Kind kind = Kind::nothing;
  Mark mark;
  std::string text = {};             // of a scalar, as written
  bool plain = false;                // a scalar without quotes: 7 and true mean a number and a truth value
  std::vector<YamlNode> items = {};  // of a list
  std::vector<std::pair<YamlNode, YamlNode>> pairs = {};  // of a map: each key once, a scalar

  const YamlNode* find(std::string_view key) const;  // nullptr where the map has none
};

// A file's name and text, to say what is wrong at a place of it.
struct Source {
  std::string name;  // as it is shown
  std::string text;

  // "NAME:LINE:COLUMN: MESSAGE, in: THE LINE".
  Error fault(Mark mark, std::string_view message, std::string hint = {}) const;
};

// The text, or where it has more than `most` bytes its beginning and "…".
std::string shortened(const std::string& text, std::size_t most);
// A key, as an error names it.
std::string shown_key(const std::string& key);

// What a file may be at most: far beyond any that a person writes.
inline constexpr std::size_t most_bytes = 1024 * 1024;
inline constexpr int most_depth = 32;

// The one document of a YAML file. Throws Error(invalid_argument) with the place for whatever is no YAML, and for what
// makes a file hard to trust: anchors and aliases, tags, a key twice, more than one document, bytes that are no UTF-8.
YamlNode parse_yaml(const Source& source);

// Reads the file. Throws Error as parse_yaml and where it cannot be read.
Source read_source(const std::string& path);

}  // namespace glassdock::lessons
