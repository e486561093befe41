#include <algorithm>

#include "app/panels/list.h"
#include "app/scene/strings.h"

namespace glassdock::panels {

using scene::say;
using scene::Word;
using session::Action;

namespace {

struct Choice {
  std::string words, key;
  session::Command command;
};

std::vector<Choice> choices(const Frame& frame, const std::string& filter) {
  std::vector<Choice> all;
  const trace::Language language = frame.language();
  for (const session::CommandRow& row : session::command_rows()) {
    const bool here = row.action != Action::show_palette && row.action != Action::activate &&
                      row.action != Action::focus_up && row.action != Action::focus_down;
    const bool elsewhere = frame.session.is_recording()
                               ? row.of_engine
                               : row.action == Action::open_recording;  // without a name: leave it
    if (!here || elsewhere) continue;
    all.push_back({std::string(row.words(language)), name_of(row.chord), {.action = row.action}});
  }
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    const auto stage = static_cast<trace::Stage>(i);
    all.push_back({say(Word::run_to_stage, language, {trace::stage_title(stage, language)}),
                   {},
                   {.action = Action::run_to, .name = std::string(trace::to_string(stage))}});
  }
  std::erase_if(all, [&](const Choice& one) { return !matches(one.words, filter); });
  return all;
}

}  // namespace

bool Palette::draw(Frame& frame, bool appears) {
  if (appears) {
    filter_.clear();
    cursor_ = {};
    ImGui::SetKeyboardFocusHere();
  }
  ImGui::SetNextItemWidth(-1);
  if (input_line("##command", say(Word::filter, frame.language()).data(), filter_)) cursor_.at = 0;
  const std::vector<Choice> all = choices(frame, filter_);
  cursor_.keep_within(all.size());
  bool chosen = false;
  const bool entered = !frame.text_waits && std::exchange(cursor_.entered, false);
  begin_child("choices", {0, 0});
  const float key_column = ImGui::GetContentRegionAvail().x - 120 * frame.pixels;
  for (std::size_t i = 0; i < all.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const bool here = i == cursor_.at;
    if (ImGui::Selectable(all[i].words.c_str(), here) || (here && entered)) {
      frame.commands.push_back(all[i].command);
      chosen = true;
    }
    if (here && std::exchange(cursor_.moved, false)) ImGui::SetScrollHereY();
    ImGui::SameLine(key_column);
    push_font(frame.mono);
    ImGui::TextDisabled("%s", all[i].key.c_str());
    ImGui::PopFont();
    ImGui::PopID();
  }
  if (all.empty()) ImGui::TextDisabled("%s", say(Word::none_match, frame.language()).data());
  ImGui::EndChild();
  return chosen;
}

void draw_keys(Frame& frame, Scroll& scroll) {
  const trace::Language language = frame.language();
  ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
  ImGui::TextWrapped("%s", say(Word::terminal_keys, language).data());
  ImGui::PopStyleColor();
  if (!ImGui::BeginTable("keys", 2, ImGuiTableFlags_ScrollY, ImGui::GetContentRegionAvail())) return;
  scroll.apply();
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 150 * frame.pixels);
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch);
  for (const session::CommandRow& row : session::command_rows()) {
    if (row.chord.key == session::Key::none) continue;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    push_font(frame.mono);
    std::string keys = name_of(row.chord);
    if (row.also.key != session::Key::none) keys += "  " + name_of(row.also);
    ImGui::TextUnformatted(keys.c_str());
    ImGui::PopFont();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(row.words(language).data());
  }
  ImGui::EndTable();
}

}  // namespace glassdock::panels
