#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/condition_format.h"
#include "app/lessons/format.h"
#include "app/lessons/question.h"

namespace glassdock::lessons {

// How files of lessons and of scenarios write what both have.

// The newest version of these formats that is understood here.
inline constexpr int format_version = 1;
Kind<int> version_kind();

Kind<Words> title_kind();
Kind<Words> say_kind();
Kind<int> minutes_kind();
// Numbers of topics (topics.h).
Kind<std::vector<int>> topics_kind();
// Of a step or an answer.
Kind<std::string> id_kind();
bool is_id(const std::string& word);  // what that reads, of 100 letters at most
// A place of the picture (places.h).
Kind<std::string> point_kind();
// A gate, as --hold takes it.
Kind<std::string> gate_kind();
Kind<Prediction> prediction_kind();
// A class keeps no answers from before: only a lesson may ask once more (Opinion::again).
enum class AsksAgain { no, maybe };
Kind<Opinion> opinion_kind(AsksAgain again);

// The ids of a list, each once.
template <typename T>
void check_ids(const std::vector<T>& all, const Source& source, std::string_view what) {
  std::set<std::string> ids;
  for (const T& one : all) {
    if (!ids.insert(one.id).second) throw source.fault(one.mark, fmt::format("a second {} \"{}\"", what, one.id));
  }
}

// A whole file, of the kind that `make` gives: once a thread, for that costs as much as to read a file. A newer one may
// have other keys: that it is newer is what there is to say of it.
template <auto make>
auto read_whole(const Source& source) {
  thread_local const auto kind = make();
  const YamlNode root = parse_yaml(source);
  if (const YamlNode* version = root.find("version")) version_kind().read(*version, source);
  return kind.read(root, source);
}

// "02-flow-of-run.yaml" is "flow-of-run".
std::string id_of(const std::filesystem::path& file);
// Those of a folder, by their names. Throws std::filesystem::filesystem_error.
std::vector<std::string> yaml_files(const std::filesystem::path& folder);

}  // namespace glassdock::lessons
