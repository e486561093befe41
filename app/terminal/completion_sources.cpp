#include "app/terminal/completion_sources.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "app/terminal/text.h"
#include "engine/base/text.h"

namespace glassdock::terminal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_candidates = 200;
constexpr std::size_t most_entries = 20'000;  // of a folder that are looked at

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

template <typename Take>
void each_entry(const fs::path& folder, Take take) {
  std::error_code fault;
  std::size_t seen = 0;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end && seen < most_entries; ++seen) {
    take(*entry);
    entry.increment(fault);
  }
}

}  // namespace

std::vector<Candidate> paths(const std::string& word, const fs::path& folder) {
  const std::size_t slash = word.rfind('/');
  const std::string typed_folder = slash == std::string::npos ? "" : word.substr(0, slash + 1);
  const std::string beginning = word.substr(typed_folder.size());
  const bool at_home = starts_with(typed_folder, "~/");
  const fs::path where = at_home ? fs::path(from_environment("HOME")) / typed_folder.substr(2) : folder / typed_folder;

  std::vector<Candidate> found;
  each_entry(where, [&](const fs::directory_entry& entry) {
    std::string name = entry.path().filename().string();
    const bool hidden = starts_with(name, ".") && !starts_with(beginning, ".");
    if (hidden || !starts_with(name, beginning) || typed_text(name) != name) return;
    std::error_code fault;
    const bool is_folder = entry.is_directory(fault);
    if (is_folder) name += '/';
    // A quoted ~ would be an ordinary character.
    std::string text = at_home ? "~/" + shell_quote(typed_folder.substr(2) + name) : shell_quote(typed_folder + name);
    found.push_back({std::move(text), "", is_folder});
  });
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) { return a.text < b.text; });
  if (found.size() > most_candidates) found.resize(most_candidates);
  return found;
}

std::vector<Candidate> programs(const std::string& word) {
  std::set<std::string> names;
  for (const char* own : {"docker", "glassdock", "cd"}) {
    if (starts_with(own, word)) names.insert(own);
  }
  if (!word.empty()) {
    for (const std::string& folder : split(from_environment("PATH"), ':')) {
      each_entry(folder, [&](const fs::directory_entry& entry) {
        std::string name = entry.path().filename().string();
        if (starts_with(name, word) && typed_text(name) == name && ::access(entry.path().c_str(), X_OK) == 0) {
          names.insert(std::move(name));
        }
      });
    }
  }
  std::vector<Candidate> found;
  for (const std::string& name : names) {
    if (found.size() < most_candidates) found.push_back({shell_quote(name), ""});
  }
  return found;
}

}  // namespace glassdock::terminal
