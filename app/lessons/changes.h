#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/lessons/document.h"

namespace glassdock::lessons {

// What differs between two versions of a lesson's or a scenario's file, step by step: for an author who saves it while
// it is played.
struct Changes {
  std::vector<std::string> changed, added, removed;  // ids of steps
  bool around = false;                               // what is no step: the title, the lab, the order

  bool empty() const { return changed.empty() && added.empty() && removed.empty() && !around; }
  bool has(const std::string& step) const;  // among the changed ones
};
// Both: trees of files that were read as a whole.
Changes changes_between(const YamlNode& before, const YamlNode& after);

// The ids of its steps.
std::vector<std::string> step_ids(const YamlNode& root);
template <typename Step>
std::vector<std::string> ids_of(const std::vector<Step>& steps) {
  std::vector<std::string> ids;
  ids.reserve(steps.size());
  for (const Step& step : steps) ids.push_back(step.id);
  return ids;
}
// Where to go on in the newer version: at the step `index` of the older one, or where that is gone at the first behind
// it that is there; otherwise at the last.
std::size_t place_in(const std::vector<std::string>& newer, const std::vector<std::string>& older, std::size_t index);

}  // namespace glassdock::lessons
