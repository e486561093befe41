// Where the tree and its programs are. Functions, not macros of each test's command line: what one checkout has
// compiled serves the next (ccache).
#pragma once

#include <string>
#include <string_view>

namespace glassdock {

// "…/build/release/bin/glassdock"; of an empty name the folder.
std::string program_path(std::string_view name);
// "…/docs/hub.md" of "docs/hub.md".
std::string source_path(std::string_view name);
// "…/build/release/share/glassdock/hub" of "share/glassdock/hub".
std::string build_path(std::string_view name);

}  // namespace glassdock
