#include <algorithm>

#include "app/panels/list.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::panels {

using scene::say;
using scene::Word;

namespace {

std::string users_of(const model::Model& model, const model::Image& image) {
  std::string users;
  for (const model::Container& container : model.containers) {
    if (container.image_id != image.id || container.phase == model::Phase::removed) continue;
    users += (users.empty() ? "" : ", ") + container.name;
  }
  return users;
}

void draw_layers(Frame& frame, const model::Model& model, const model::Image& image) {
  for (std::size_t i = image.layers.size(); i-- > 0;) {
    const model::Layer* layer = model.layer(image.layers[i]);
    std::string words =
        say(Word::layer, frame.language(), {std::to_string(i + 1)}) + "   " + scene::short_digest(image.layers[i]);
    if (layer) {
      // Of a layer that an older engine unpacked, nobody tells how much is in it.
      if (layer->entries > 0) words += "   " + scene::files_text(layer->entries, frame.language());
      if (layer->bytes > 0) words += "   " + trace::bytes_text(layer->bytes);
      // A layer that other images have too is kept once.
      const auto also = std::count_if(model.images.begin(), model.images.end(), [&](const model::Image& other) {
        return other.id != image.id &&
               std::find(other.layers.begin(), other.layers.end(), image.layers[i]) != other.layers.end();
      });
      if (also > 0) words += "   +" + std::to_string(also);
    }
    push_font(frame.mono);
    ImGui::BulletText("%s", words.c_str());
    ImGui::PopFont();
  }
}

}  // namespace

void draw_images(Frame& frame, Scroll& scroll) {
  const trace::Language language = frame.language();
  const model::Model& model = frame.session.shown();
  const bool any = std::any_of(model.images.begin(), model.images.end(),
                               [](const model::Image& image) { return image.state == model::State::there; });
  if (!any) {
    ImGui::TextWrapped("%s", say(Word::no_images, language).data());
    return;
  }
  if (!ImGui::BeginTable("images", 4, ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInnerH,
                         ImGui::GetContentRegionAvail())) {
    return;
  }
  scroll.apply();
  ImGui::TableSetupColumn(say(Word::image_name, language).data(), ImGuiTableColumnFlags_WidthStretch, 3);
  ImGui::TableSetupColumn(say(Word::image_id, language).data(), ImGuiTableColumnFlags_WidthStretch, 1);
  ImGui::TableSetupColumn(say(Word::image_size, language).data(), ImGuiTableColumnFlags_WidthStretch, 0.8F);
  ImGui::TableSetupColumn(say(Word::image_users, language).data(), ImGuiTableColumnFlags_WidthStretch, 1.4F);
  ImGui::TableHeadersRow();
  for (const model::Image& image : model.images) {
    if (image.state != model::State::there) continue;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const bool unfolded = ImGui::TreeNodeEx(image.reference.c_str(), ImGuiTreeNodeFlags_DefaultOpen);
    ImGui::TableNextColumn();
    push_font(frame.mono);
    ImGui::TextUnformatted(scene::short_digest(image.id).c_str());
    ImGui::PopFont();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(trace::bytes_text(image.bytes).c_str());
    ImGui::TableNextColumn();
    const std::string users = users_of(model, image);
    ImGui::TextWrapped("%s", users.empty() ? say(Word::nobody, language).data() : users.c_str());
    if (!unfolded) continue;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    draw_layers(frame, model, image);
    ImGui::TreePop();
  }
  ImGui::EndTable();
}

}  // namespace glassdock::panels
