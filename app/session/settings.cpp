#include "app/session/settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace glassdock::session {
namespace {

using Json = nlohmann::json;

template <typename Value>
void read(const Json& json, const char* key, Value& value) {
  const auto found = json.find(key);
  if (found == json.end()) return;
  try {
    value = found->get<Value>();
  } catch (const Json::exception&) {
  }
}

}  // namespace

Settings with_changes(Settings kept, const Settings& before, const Settings& now) {
  const auto take = [&](auto member) {
    if (before.*member != now.*member) kept.*member = now.*member;
  };
  take(&Settings::language);
  take(&Settings::light);
  take(&Settings::reduced_motion);
  take(&Settings::zoom);
  take(&Settings::width);
  take(&Settings::height);
  const auto take_arrangement = [&](bool scene::Arrangement::*member) {
    if (before.arrangement.*member != now.arrangement.*member) kept.arrangement.*member = now.arrangement.*member;
  };
  take_arrangement(&scene::Arrangement::terminal_tab);
  take_arrangement(&scene::Arrangement::evidence_drawer);
  return kept;
}

std::string to_json(const Settings& settings) {
  Json json{{"language", settings.language == trace::Language::korean ? "ko" : "en"},
            {"theme", settings.light ? "light" : "dark"},
            {"reduced_motion", settings.reduced_motion},
            {"zoom", settings.zoom},
            {"width", settings.width},
            {"height", settings.height},
            {"terminal_tab", settings.arrangement.terminal_tab},
            {"evidence_drawer", settings.arrangement.evidence_drawer}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Settings settings_from_json(std::string_view text, Settings settings) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return settings;
  std::string language, theme;
  read(json, "language", language);
  read(json, "theme", theme);
  if (language == "ko") settings.language = trace::Language::korean;
  if (language == "en") settings.language = trace::Language::english;
  if (!theme.empty()) settings.light = theme == "light";
  read(json, "reduced_motion", settings.reduced_motion);
  read(json, "zoom", settings.zoom);
  settings.zoom = std::clamp(settings.zoom, Settings::least_zoom, Settings::most_zoom);
  constexpr int least = 200, most = 16'384;
  read(json, "width", settings.width);
  read(json, "height", settings.height);
  settings.width = std::clamp(settings.width, least, most);
  settings.height = std::clamp(settings.height, least, most);
  read(json, "terminal_tab", settings.arrangement.terminal_tab);
  read(json, "evidence_drawer", settings.arrangement.evidence_drawer);
  return settings;
}

}  // namespace glassdock::session
