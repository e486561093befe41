#include "app/lessons/unwritten.h"

#include <fmt/format.h>

#include "engine/base/text.h"

namespace glassdock::lessons {
namespace {

void collect(const YamlNode& node, std::vector<Unwritten>& found) {
  if (node.kind == YamlNode::Kind::text && starts_with(trim(node.text), unwritten_mark)) {
    found.push_back({node.mark, std::string(trim(node.text))});
  }
  for (const YamlNode& item : node.items) collect(item, found);
  for (const auto& [key, value] : node.pairs) collect(value, found);
}

}  // namespace

Words to_be_written(std::string_view english, std::string_view korean) {
  return {fmt::format("{} {}", unwritten_mark, english), fmt::format("{} {}", unwritten_mark, korean)};
}

std::vector<Unwritten> unwritten_texts(const YamlNode& root) {
  std::vector<Unwritten> found;
  collect(root, found);
  return found;
}

}  // namespace glassdock::lessons
