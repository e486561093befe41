#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glassdock::hub::build {

// The dynamic linker that an ELF program asks for (PT_INTERP, elf(5)); nothing for static ones and for other files.
std::optional<std::string> interpreter_of(std::string_view file);

}  // namespace glassdock::hub::build
