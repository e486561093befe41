#include "app/lessons/changes.h"

#include <algorithm>

namespace glassdock::lessons {
namespace {

// Wherever they stand in their files.
bool is_same(const YamlNode& a, const YamlNode& b) {
  const auto same_pair = [](const auto& one, const auto& other) {
    return is_same(one.first, other.first) && is_same(one.second, other.second);
  };
  return a.kind == b.kind && a.text == b.text && a.plain == b.plain &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), is_same) &&
         std::equal(a.pairs.begin(), a.pairs.end(), b.pairs.begin(), b.pairs.end(), same_pair);
}

const std::vector<YamlNode>& steps_of(const YamlNode& root) {
  static const std::vector<YamlNode> none;
  const YamlNode* steps = root.find("steps");
  return steps ? steps->items : none;
}

std::string id_of_step(const YamlNode& step) {
  const YamlNode* id = step.find("id");
  return id ? id->text : std::string();
}

const YamlNode* step_of(const YamlNode& root, const std::string& id) {
  for (const YamlNode& step : steps_of(root)) {
    if (id_of_step(step) == id) return &step;
  }
  return nullptr;
}

bool is_same_around(const YamlNode& a, const YamlNode& b) {
  const auto around = [](const YamlNode& root) {
    YamlNode rest = root;
    std::erase_if(rest.pairs, [](const auto& pair) { return pair.first.text == "steps"; });
    return rest;
  };
  return is_same(around(a), around(b));
}

}  // namespace

bool Changes::has(const std::string& step) const {
  return std::find(changed.begin(), changed.end(), step) != changed.end();
}

Changes changes_between(const YamlNode& before, const YamlNode& after) {
  Changes changes;
  std::vector<std::string> kept_before, kept_after;
  for (const std::string& id : step_ids(after)) {
    const YamlNode* older = step_of(before, id);
    if (!older) {
      changes.added.push_back(id);
      continue;
    }
    kept_after.push_back(id);
    if (!is_same(*older, *step_of(after, id))) changes.changed.push_back(id);
  }
  for (const std::string& id : step_ids(before)) (step_of(after, id) ? kept_before : changes.removed).push_back(id);
  changes.around = kept_before != kept_after || !is_same_around(before, after);
  return changes;
}

std::vector<std::string> step_ids(const YamlNode& root) {
  std::vector<std::string> ids;
  for (const YamlNode& step : steps_of(root)) ids.push_back(id_of_step(step));
  return ids;
}

std::size_t place_in(const std::vector<std::string>& newer, const std::vector<std::string>& older, std::size_t index) {
  for (; index < older.size(); ++index) {
    const auto found = std::find(newer.begin(), newer.end(), older[index]);
    if (found != newer.end()) return static_cast<std::size_t>(found - newer.begin());
  }
  return newer.empty() ? 0 : newer.size() - 1;
}

}  // namespace glassdock::lessons
