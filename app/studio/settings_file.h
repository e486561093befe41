#pragma once

#include <filesystem>

#include "app/session/settings.h"

namespace glassdock::studio {

// $XDG_CONFIG_HOME/glassdock/studio.json, or ~/.config/… (XDG base directory specification); empty where there is no
// HOME either.
std::filesystem::path settings_file();
// The environment's, where a font here has its letters.
trace::Language default_language();
// What is missing or cannot be read is as by default, and the language default_language().
session::Settings load_settings(const std::filesystem::path& file);
// Throws Error.
void save_settings(const std::filesystem::path& file, const session::Settings& settings);

}  // namespace glassdock::studio
