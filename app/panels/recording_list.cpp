#include <string>
#include <utility>

#include "app/panels/list.h"
#include "app/scene/strings.h"

namespace glassdock::panels {

using scene::say;
using scene::Word;

bool RecordingList::draw(Frame& frame, bool appears) {
  const trace::Language language = frame.language();
  const std::vector<session::RecordingRow>& rows = frame.session.recordings();
  // From one of them a last row leads back.
  const std::size_t count = rows.size() + (frame.session.is_recording() ? 1 : 0);
  if (appears) cursor_ = {};
  cursor_.keep_within(count);
  const bool entered = std::exchange(cursor_.entered, false);
  bool chosen = false;
  begin_child("recordings", {0, 0});
  for (std::size_t i = 0; i < count; ++i) {
    const bool here = i == cursor_.at, back = i == rows.size();
    ImGui::PushID(static_cast<int>(i));
    const std::string name = back ? std::string(say(Word::engine_again, language)) : rows[i].name;
    if (ImGui::Selectable(name.c_str(), here) || (here && entered)) {
      frame.commands.push_back(
          {.action = session::Action::open_recording, .name = back ? std::string() : rows[i].file});
      chosen = true;
    }
    if (here && std::exchange(cursor_.moved, false)) ImGui::SetScrollHereY();
    if (!back) {
      const std::string where =
          rows[i].accelerator.empty()
              ? say(Word::recorded_on, language, {rows[i].day, rows[i].host})
              : say(Word::recorded_with, language, {rows[i].day, rows[i].host, rows[i].accelerator});
      ImGui::SameLine(260 * frame.pixels);
      ImGui::TextDisabled("%s", where.c_str());
    }
    ImGui::PopID();
  }
  ImGui::EndChild();
  return chosen;
}

}  // namespace glassdock::panels
