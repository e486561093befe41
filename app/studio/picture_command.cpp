#include "app/studio/picture_command.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/player/places.h"
#include "app/render/offscreen.h"
#include "app/scene/panels.h"
#include "engine/base/error.h"

namespace glassdock::studio {

scene::View recorded_view(const model::History& history, const render::Fonts& fonts, trace::Language language,
                          render::Theme theme) {
  if (language == trace::Language::korean && !fonts.has_hangul()) {
    throw Error(ErrorKind::not_found, "no font here has Hangul", "sudo apt install fonts-nanum");
  }
  scene::View view;
  view.language = language;
  view.light = theme == render::Theme::light;
  if (const trace::RecordingHeader* header = history.header()) {
    view.machine = header->machine;
    view.kernel = header->kernel;
  }
  return view;
}

namespace {

constexpr std::string_view of_run = "run", of_race = "race";
// In the order of scene::Way.
constexpr std::array<std::string_view, 6> of_ways{"", "alone", "together", "machines", "containers", "sizes"};

// Both are drawn whenever the recording has them, the figures of the way before the race that is one of them.
void arrange(scene::Arrangement& arrangement, std::string_view view, const model::Model& model) {
  const bool ways = view.empty() && !model.ways.sights.empty();
  arrangement.race = view == of_race || (view.empty() && !ways && model.race.told());
  const auto way = std::find(of_ways.begin() + 1, of_ways.end(), ways ? of_ways[1] : view);
  arrangement.way = way == of_ways.end() ? scene::Way::none : static_cast<scene::Way>(way - of_ways.begin());
}

}  // namespace

std::vector<std::string> view_names() {
  std::vector<std::string> names{std::string(of_run), std::string(of_race)};
  names.insert(names.end(), of_ways.begin() + 1, of_ways.end());
  return names;
}

void make_picture(const PictureRequest& request, const std::filesystem::path& shaders) {
  model::History history{trace::Recording(request.recording)};
  player::ViewTimes times;
  times.extend(history);
  player::Track track{history, times};
  player::Player player = player::make_recorded_player(track);
  player::scrub_to_count(player, track, player::find_place(history, request.at));

  render::Fonts fonts;
  scene::View view = recorded_view(history, fonts, request.language, request.theme);
  view.position = player::position(player, track);
  const model::Model& model = history.at(view.position.count);
  arrange(view.arrangement, request.view, model);
  view.arrangement.class_mode = request.class_mode;
  scene::Scene scene = scene::build({model, history, times, view}, request.size, fonts);
  render::Offscreen offscreen(shaders, fonts);
  render::write_png(request.output, offscreen.paint(scene, request.theme));
}

}  // namespace glassdock::studio
