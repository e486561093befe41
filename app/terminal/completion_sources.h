#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/terminal/completion.h"

namespace glassdock::terminal {

// Files and folders whose path begins with `word` ("src/ma", "~/pro", "/etc/"), seen from `folder`; at most 200. Names
// that cannot be typed (control characters, no UTF-8) are left out.
std::vector<Candidate> paths(const std::string& word, const std::filesystem::path& folder);

// Programs in PATH, and `cd`, that begin with `word`; none for an empty word but docker.
std::vector<Candidate> programs(const std::string& word);

}  // namespace glassdock::terminal
