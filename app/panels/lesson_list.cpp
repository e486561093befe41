#include <string>
#include <utility>

#include "app/lessons/say.h"
#include "app/panels/list.h"

namespace glassdock::panels {
namespace {

using lessons::said;
using lessons::Say;

std::string standing_words(const session::LessonRow& row, trace::Language language) {
  if (row.standing.finished) return said(Say::state_finished, language);
  if (row.standing.step == 0) return said(Say::state_new, language);
  return said(Say::state_begun, language, row.standing.step, row.steps);
}

}  // namespace

bool LessonList::draw(Frame& frame, bool appears) {
  const trace::Language language = frame.language();
  const std::vector<session::LessonRow>& rows = frame.session.lessons();
  if (appears) cursor_ = {};
  cursor_.keep_within(rows.size());
  const bool entered = std::exchange(cursor_.entered, false);
  bool chosen = false;
  begin_child("lessons", {0, 0});
  const float wide = ImGui::GetContentRegionAvail().x;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool here = i == cursor_.at;
    const std::string title = std::to_string(rows[i].number) + "  " + rows[i].title.in(language);
    ImGui::PushID(static_cast<int>(i));
    if (ImGui::Selectable(title.c_str(), here) || (here && entered)) {
      frame.commands.push_back({.action = session::Action::open_lesson, .name = rows[i].id});
      chosen = true;
    }
    if (here && std::exchange(cursor_.moved, false)) ImGui::SetScrollHereY();
    ImGui::SameLine(wide - 190 * frame.pixels);
    ImGui::TextDisabled("%s", said(Say::minutes, language, rows[i].minutes).c_str());
    ImGui::SameLine(wide - 120 * frame.pixels);
    ImGui::TextDisabled("%s", standing_words(rows[i], language).c_str());
    ImGui::PopID();
  }
  ImGui::EndChild();
  return chosen;
}

}  // namespace glassdock::panels
