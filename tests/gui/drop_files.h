// Files dragged from another program and dropped into a window (the XDND protocol, version 5,
// https://freedesktop.org/wiki/Specifications/XDND), as file managers do.
#pragma once

#include <string>
#include <vector>

namespace glassdock::testing {

// Empty once the window has taken them; else what went wrong. `title`: of a window right below the root; `files`:
// absolute paths of letters that a URI need not escape.
std::string drop_files(const std::string& display, const std::string& title, const std::vector<std::string>& files);

}  // namespace glassdock::testing
