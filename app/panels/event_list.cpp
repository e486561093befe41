#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "app/panels/list.h"
#include "app/scene/gate_words.h"
#include "app/scene/strings.h"
#include "engine/trace/utf8.h"

namespace glassdock::panels {

using scene::say;
using scene::Word;
using session::Action;

namespace {

std::string words_of(const trace::Event& event, trace::Language language) {
  return event.name + " " + trace::visible(event.subject) + " " + trace::sentence(event, language);
}

// With as much of its texts as a row, or the lines below the table, could ever show: they may be of megabytes.
trace::Event brief(trace::Event event) {
  const auto cut = [](std::string& text) {
    constexpr std::size_t most = 2048;  // bytes
    text.resize(trace::cut_between_characters(text, most).size());
  };
  cut(event.name);
  cut(event.subject);
  for (trace::Argument& argument : event.arguments) {
    if (auto* text = std::get_if<std::string>(&argument.value)) cut(*text);
  }
  return event;
}

bool readable(const model::History& history, std::size_t index) {
  return (history.row(index).marks & model::row_damaged) == 0;
}

}  // namespace

// So many at each frame, so that a recording of a million events does not stop the window.
bool EventList::search(Frame& frame) {
  constexpr std::size_t most = 3000, most_bytes = 2 * 1024 * 1024;
  const model::History& history = frame.session.history();
  if (searched_for_ != filter_) {
    searched_for_ = filter_;
    searched_ = 0;
    found_.clear();
    cursor_.at = 0;  // a key that waits for the filter is left
    cursor_.moved = true;
  }
  const auto kept = std::lower_bound(found_.begin(), found_.end(), history.first());
  const auto forgotten = static_cast<std::size_t>(kept - found_.begin());
  cursor_.at -= std::min(cursor_.at, forgotten);
  found_.erase(found_.begin(), kept);
  searched_ = std::max(searched_, history.first());
  const std::size_t end = std::min(history.size(), searched_ + most);
  for (std::size_t bytes = 0; searched_ < end && bytes < most_bytes; ++searched_) {
    if (!readable(history, searched_)) continue;
    trace::Event event = scene::told_event(history, searched_);
    bytes += trace::footprint(event);
    if (matches(words_of(brief(std::move(event)), frame.language()), filter_)) found_.push_back(searched_);
  }
  return searched_ < history.size();
}

void EventList::toggle_gate(Frame& frame, std::size_t index) {
  frame.commands.push_back({.action = Action::toggle_event_gate, .number = static_cast<std::int64_t>(index)});
  answers_ = true;
}

void EventList::draw_row(Frame& frame, std::size_t index, std::size_t row) {
  const model::History& history = frame.session.history();
  ImGui::TableNextRow();
  ImGui::PushID(static_cast<int>(index));
  ImGui::TableNextColumn();
  if (!readable(history, index)) {
    ImGui::PopID();
    return;
  }
  const trace::Event event = brief(scene::told_event(history, index));
  // Where the event itself has no gate, the one before it is set; it is marked where it stands.
  const std::string gate = frame.session.is_recording() ? std::string() : frame.session.gate_at(index);
  if (!gate.empty()) {
    const auto& gates = frame.session.breakpoints();
    const bool set = gate == event.name && std::find(gates.begin(), gates.end(), gate) != gates.end();
    if (ImGui::SmallButton(set ? "#" : "+")) toggle_gate(frame, index);
  }
  ImGui::TableNextColumn();
  const bool shown = frame.session.position().event == index;
  const std::string number = std::to_string(event.sequence);
  if (row == cursor_.at) ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, ImGui::GetColorU32(ImGuiCol_HeaderHovered));
  if (ImGui::Selectable(number.c_str(), shown, whole_row)) {
    cursor_.at = row;
    frame.commands.push_back({.action = Action::seek_event, .number = static_cast<std::int64_t>(index)});
  }
  const model::Row& about = history.row(index);
  const std::int64_t begin = frame.session.history().now().run.begin_ns;
  ImGui::TableNextColumn();
  if (begin != 0 && (about.marks & model::row_baseline) == 0) {
    ImGui::TextUnformatted(trace::milliseconds_text(about.time_ns - begin).c_str());
  }
  if (names_) {
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(event.name.c_str());
  }
  ImGui::TableNextColumn();
  ImGui::TextUnformatted(trace::sentence(event, frame.language()).c_str());
  ImGui::PopID();
}

bool EventList::press(session::Chord chord) {
  if (chord == session::Chord{.key = session::Key::f9}) return toggles_ = true;
  return cursor_.press(chord);
}

bool EventList::draw(Frame& frame, bool appears) {
  const model::History& history = frame.session.history();
  const trace::Language language = frame.language();
  if (appears) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(-1);
  input_line("##filter", say(Word::filter, language).data(), filter_);
  ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
  ImGui::TextWrapped("%s", say(Word::event_list_hint, language).data());
  ImGui::PopStyleColor();
  answers_ = answers_ && !appears;
  if (answers_) ImGui::TextWrapped("%s", frame.session.notice().c_str());
  const bool all = filter_.empty();
  const bool searches = !all && search(frame);
  const std::size_t rows = all ? history.size() - history.first() : found_.size();
  if (rows == 0) {
    if (!searches && !frame.text_waits) toggles_ = cursor_.entered = false;  // there is nothing to choose
    ImGui::TextWrapped("%s", say(all ? Word::no_events : Word::none_match, language).data());
    return searches;
  }
  const auto index_of = [&](std::size_t row) { return all ? history.first() + row : found_[row]; };
  cursor_.keep_within(rows);
  if (appears && frame.session.position().event != model::no_event) {
    cursor_.at = std::min(rows - 1, std::max(frame.session.position().event, history.first()) - history.first());
    constexpr int frames = 3;
    settles_ = frames;
  }
  if (settles_ > 0) cursor_.moved = true, --settles_;
  if (!frame.text_waits && std::exchange(toggles_, false)) toggle_gate(frame, index_of(cursor_.at));
  if (!frame.text_waits && std::exchange(cursor_.entered, false)) {
    frame.commands.push_back({.action = Action::seek_event, .number = static_cast<std::int64_t>(index_of(cursor_.at))});
  }
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInnerH;
  const float unit = frame.pixels;
  // The sentence needs the room more.
  constexpr float least_for_names = 1000;
  names_ = ImGui::GetContentRegionAvail().x >= least_for_names * unit;
  ImVec2 table = ImGui::GetContentRegionAvail();
  constexpr float lines_below = 2;  // what the row has no room for stands below the table
  const float below = names_ ? 0 : lines_below * ImGui::GetTextLineHeightWithSpacing();
  table.y -= below;
  if (!ImGui::BeginTable(names_ ? "events" : "sentences", names_ ? 5 : 4, flags, table)) return searches;
  const auto column = [&](float wide) {
    ImGui::TableSetupColumn("", wide > 0 ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch,
                            wide * unit);
  };
  for (float wide : {22.0F, 44.0F, 100.0F}) column(wide);
  if (names_) column(190);
  column(0);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows));
  float high = 0;
  while (clipper.Step()) {
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
      draw_row(frame, index_of(static_cast<std::size_t>(row)), static_cast<std::size_t>(row));
    }
    if (clipper.ItemsHeight > 0) high = clipper.ItemsHeight;
  }
  if (high > 0 && std::exchange(cursor_.moved, false)) {
    const float top = static_cast<float>(cursor_.at) * high, room = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY()) ImGui::SetScrollY(top);
    if (top + 2 * high > ImGui::GetScrollY() + room) ImGui::SetScrollY(top + 2 * high - room);
  }
  ImGui::EndTable();
  if (below > 0 && readable(history, index_of(cursor_.at))) {
    begin_child("whole", {0, 0});
    const trace::Event event = brief(scene::told_event(history, index_of(cursor_.at)));
    ImGui::TextWrapped("%s", trace::sentence(event, language).c_str());
    ImGui::EndChild();
  }
  return searches;
}

}  // namespace glassdock::panels
