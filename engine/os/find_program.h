#pragma once

#include <filesystem>
#include <string_view>

namespace glassdock::os {

// The program's file in PATH; empty where there is none.
std::filesystem::path find_program(std::string_view name);

}  // namespace glassdock::os
