#include "app/studio/write_scenario.h"

#include <fmt/format.h>

#include "engine/os/files.h"
#include "engine/os/system.h"

namespace glassdock::studio {

namespace fs = std::filesystem;

fs::path write_scenario(std::string_view text, const fs::path& folder) {
  constexpr mode_t mode = 0666;  // less the umask, as an editor writes it
  const fs::path place = folder.empty() ? fs::current_path() : folder;
  fs::path file = place / "scenario.yaml";
  for (int number = 2; fs::exists(file); ++number) file = place / fmt::format("scenario-{}.yaml", number);
  os::write_file_atomically(os::real_system(), file, text, mode);
  return file;
}

}  // namespace glassdock::studio
