#include "app/studio/picture_command.h"

#include <fmt/format.h>

#include "app/render/offscreen.h"
#include "app/scene/panels.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::studio {
namespace {

// Behind the last event of the stage; 0 where it has none.
std::size_t behind_stage(const model::History& history, trace::Stage stage) {
  for (std::size_t i = history.size(); i > history.first(); --i) {
    const model::Row& row = history.row(i - 1);
    if (row.stage == stage && (row.marks & (model::row_baseline | model::row_damaged)) == 0) return i;
  }
  return 0;
}

// While it was held there, if it was; otherwise before what follows the gate.
std::size_t before_gate(const model::History& history, const std::string& gate) {
  for (std::size_t i = history.first(); i < history.size(); ++i) {
    const trace::Event event = history.event(i);
    if (event.name == "gate.held" && trace::argument_text(event, "gate") == gate) return i + 1;
    if (event.gate == gate) return i;
  }
  return 0;
}

std::size_t behind_event(const model::History& history, std::uint64_t sequence) {
  std::size_t shown = 0;
  for (std::size_t i = history.first(); i < history.size() && history.event(i).sequence <= sequence; ++i) shown = i + 1;
  return shown;
}

}  // namespace

std::size_t find_place(const model::History& history, const std::string& at) {
  if (at.empty()) return history.size();
  std::size_t count = 0;
  if (auto stage = trace::find_stage(at, trace::main_stage_count)) {
    count = behind_stage(history, *stage);
  } else if (auto number = parse_number(at)) {
    count = behind_event(history, *number);
  } else {
    trace::check_hold(at);  // names the nearest where there is no such gate
    count = before_gate(history, at);
  }
  if (count > 0) return count;
  throw Error(ErrorKind::invalid_argument, fmt::format("the recording never comes to \"{}\"", at),
              "glassdock replay FILE shows what is in it");
}

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
  player::scrub_to_count(player, track, find_place(history, request.at));

  render::Fonts fonts;
  scene::View view = recorded_view(history, fonts, request.language, request.theme);
  view.position = player::position(player, track);
  const model::Model& model = history.at(view.position.count);
  scene::Scene scene = scene::build({model, history, times, view}, request.size, fonts);
  render::Offscreen offscreen(shaders, fonts);
  render::write_png(request.output, offscreen.paint(scene, request.theme));
}

}  // namespace glassdock::studio
