#pragma once

#include <filesystem>
#include <string_view>

namespace glassdock::studio {

// Writes a scenario into a file of its own: scenario.yaml, or scenario-2.yaml and so on where that is there. An empty
// folder: the one that the program stands in. Throws Error.
std::filesystem::path write_scenario(std::string_view text, const std::filesystem::path& folder);

}  // namespace glassdock::studio
