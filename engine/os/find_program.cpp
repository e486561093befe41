#include "engine/os/find_program.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "engine/base/text.h"

namespace glassdock::os {

std::filesystem::path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path ? path : "", ':')) {
    std::filesystem::path file = std::filesystem::path(folder) / name;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace glassdock::os
