#include "app/studio/settings_file.h"

#include <cstdlib>

#include "app/render/fonts.h"
#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/system.h"

namespace glassdock::studio {

std::filesystem::path settings_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config && config[0] == '/') return std::filesystem::path(config) / "glassdock/studio.json";
  if (home && home[0] == '/') return std::filesystem::path(home) / ".config/glassdock/studio.json";
  return {};
}

trace::Language default_language() {
  const trace::Language wished = trace::environment_language();
  const bool drawn = wished != trace::Language::korean || render::Fonts().has_hangul();
  return drawn ? wished : trace::Language::english;
}

session::Settings load_settings(const std::filesystem::path& file) {
  session::Settings settings;
  settings.language = default_language();
  try {
    return session::settings_from_json(os::read_file(file), settings);
  } catch (const Error&) {
    return settings;
  }
}

void save_settings(const std::filesystem::path& file, const session::Settings& settings) {
  if (file.empty()) return;
  std::error_code unseen;
  std::filesystem::create_directories(file.parent_path(), unseen);
  os::write_file_atomically(os::real_system(), file, session::to_json(settings), 0600);
}

}  // namespace glassdock::studio
