#pragma once

#include <filesystem>
#include <string_view>

namespace glassdock::os {

// The program's file in PATH; empty where there is none.
std::filesystem::path find_program(std::string_view name);

// Where this process's own program is. Throws std::filesystem::filesystem_error without /proc.
std::filesystem::path program_folder();

}  // namespace glassdock::os
