#include <algorithm>
#include <string>
#include <utility>

#include "app/lessons/say.h"
#include "app/panels/list.h"
#include "app/scene/strings.h"

namespace glassdock::panels {

bool PickList::draw(Frame& frame, bool appears) {
  const trace::Language language = frame.language();
  const std::vector<session::PickRow>& rows = frame.session.choices();
  if (appears) cursor_ = {};
  cursor_.keep_within(rows.size());
  const bool entered = std::exchange(cursor_.entered, false);
  bool chosen = false;
  // What the row that the cursor is at is about stands below them all.
  constexpr float goal_lines = 3.5F;
  begin_child("choices", {0, -goal_lines * ImGui::GetTextLineHeightWithSpacing() - ImGui::GetFrameHeightWithSpacing()});
  const float wide = ImGui::GetContentRegionAvail().x;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool here = i == cursor_.at;
    const std::string number = rows[i].number > 0 ? std::to_string(rows[i].number) + "  " : std::string();
    ImGui::PushID(static_cast<int>(i));
    if (ImGui::Selectable((number + rows[i].title.in(language)).c_str(), here) || (here && entered)) {
      frame.commands.push_back(rows[i].chosen);
      chosen = true;
    }
    if (here && std::exchange(cursor_.moved, false)) ImGui::SetScrollHereY();
    ImGui::SameLine(wide - 190 * frame.pixels);
    ImGui::TextDisabled("%s", lessons::said(lessons::Say::minutes, language, rows[i].minutes).c_str());
    ImGui::SameLine(wide - 120 * frame.pixels);
    ImGui::TextDisabled("%s", rows[i].standing.in(language).c_str());
    ImGui::PopID();
  }
  ImGui::EndChild();
  if (rows.empty()) return chosen;
  ImGui::TextWrapped("%s", lessons::plain(rows[cursor_.at].goal, language).c_str());
  // The other list.
  const bool lessons = rows.front().chosen.action == session::Action::open_lesson;
  ImGui::SetCursorPosY(ImGui::GetWindowHeight() - ImGui::GetFrameHeight() - ImGui::GetStyle().WindowPadding.y);
  if (ImGui::Button(scene::say(lessons ? scene::Word::scenarios : scene::Word::lessons, language).data())) {
    frame.commands.push_back({.action = lessons ? session::Action::show_scenarios : session::Action::show_lessons});
    return true;
  }
  return chosen;
}

}  // namespace glassdock::panels
