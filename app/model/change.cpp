#include <algorithm>

#include "app/model/reduce.h"
#include "engine/trace/utf8.h"

namespace glassdock::model {

bool Change::failed() const {
  return flag("failed");
}

bool Change::flag(std::string_view name) const {
  return trace::argument_flag(event, name);
}

std::int64_t Change::error_number() const {
  return number("errno");
}

std::int64_t Change::number(std::string_view name) const {
  return trace::argument_number(event, name);
}

std::string Change::text(std::string_view name) const {
  return cut(words(name));
}

std::string Change::long_text(std::string_view name) const {
  return std::string(trace::cut_between_characters(words(name), most_words));
}

std::string_view Change::words(std::string_view name) const {
  const trace::Value* value = trace::find_argument(event, name);
  const std::string* told = value ? std::get_if<std::string>(value) : nullptr;
  return told ? std::string_view(*told) : std::string_view();
}

std::string Change::subject() const {
  return cut(event.subject);
}

std::string cut(std::string_view text) {
  return std::string(trace::cut_between_characters(text, most_text));
}

std::vector<std::string> words_of(std::string_view list, std::size_t most) {
  std::vector<std::string> words;
  while (!list.empty() && words.size() < most) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (end > 0) words.push_back(cut(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

std::string first_word(std::string_view command) {
  std::string_view word = command.substr(0, std::min(command.find(' '), command.size()));
  return std::string(word);
}

std::string inode_of(std::string_view link) {
  const std::size_t open = link.find(":[");
  if (open == std::string_view::npos) return {};
  link.remove_prefix(open + 2);
  const std::size_t close = link.find(']');
  if (close == std::string_view::npos || close == 0 || close > 20) return {};
  link = link.substr(0, close);
  const bool digits = std::all_of(link.begin(), link.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::string(link) : std::string();
}

std::array<std::string, wall_count> inodes_of(std::string_view list) {
  std::array<std::string, wall_count> inodes;
  const std::vector<std::string> namespaces = words_of(list, 2 * wall_count);
  for (std::size_t kind = 0; kind < wall_count; ++kind) {
    const std::string head = std::string(to_string(static_cast<WallKind>(kind))) + ":[";
    const auto found = std::find_if(namespaces.begin(), namespaces.end(),
                                    [&](const std::string& word) { return word.compare(0, head.size(), head) == 0; });
    if (found != namespaces.end()) inodes[kind] = inode_of(*found);
  }
  return inodes;
}

}  // namespace glassdock::model
