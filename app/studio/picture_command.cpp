#include "app/studio/picture_command.h"

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
  view.arrangement.race = model.race.told();
  scene::Scene scene = scene::build({model, history, times, view}, request.size, fonts);
  render::Offscreen offscreen(shaders, fonts);
  render::write_png(request.output, offscreen.paint(scene, request.theme));
}

}  // namespace glassdock::studio
