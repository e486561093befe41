#include "tests/support/places.h"

namespace glassdock {
namespace {

std::string within(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!name.empty()) path.append("/").append(name);
  return path;
}

}  // namespace

std::string program_path(std::string_view name) {
  return within(GLASSDOCK_BIN_DIR, name);
}

std::string source_path(std::string_view name) {
  return within(GLASSDOCK_SOURCE_DIR, name);
}

std::string build_path(std::string_view name) {
  return within(GLASSDOCK_BUILD_DIR, name);
}

}  // namespace glassdock
