#include "app/studio/beginning.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "app/scene/strings.h"

namespace glassdock::studio {
namespace {

namespace fs = std::filesystem;

bool wants_less_motion(const StudioOptions& options) {
  const char* wish = std::getenv("GLASSDOCK_REDUCED_MOTION");
  return options.reduced_motion || (wish && *wish && std::string_view(wish) != "0");
}

}  // namespace

client::Place place_of(const client::PlaceWish& wish) {
  return client::find_place(::geteuid(), wish, [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
}

fs::path lines_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  return terminal::history_file(state ? state : "", home ? home : "");
}

session::Session make_session(const StudioOptions& options, const session::Settings& settings,
                              terminal::LineHistory& lines) {
  if (options.recording.empty()) return {settings, lines};
  model::History first{trace::Recording(options.recording)};
  if (options.second.empty()) return {std::move(first), settings, lines};
  const auto title = [](scene::Word word, const fs::path& file, const model::History& history,
                        trace::Language language) {
    return std::string(scene::say(word, language)) + ": " + file.filename().native() + "   " +
           history.now().run.command;
  };
  model::History second{trace::Recording(options.second)};
  std::array titles{title(scene::Word::first_run, options.recording, first, settings.language),
                    title(scene::Word::second_run, options.second, second, settings.language)};
  return {std::move(first), std::move(second), std::move(titles), settings, lines};
}

session::Settings settings_of(const StudioOptions& options, session::Settings settings) {
  if (options.size) {
    settings.width = static_cast<int>(options.size->width);
    settings.height = static_cast<int>(options.size->height);
  }
  if (options.light) settings.light = *options.light;
  if (options.language) settings.language = *options.language;
  if (wants_less_motion(options)) settings.reduced_motion = true;
  return settings;
}

bool names_no_engine(const client::PlaceWish& place) {
  return place.data.empty() && place.socket.empty();
}

}  // namespace glassdock::studio
