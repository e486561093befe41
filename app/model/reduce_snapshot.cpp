#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

std::string text_between(std::string_view text, std::string_view head, std::string_view ends) {
  const std::size_t at = text.find(head);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + head.size());
  return std::string(text.substr(0, std::min(text.find_first_of(ends), text.size())));
}

// "lowerdir=layers/2:layers/1": the layers by their folders, the highest first.
std::vector<std::string> layers_in(const Model& model, const trace::Event& event) {
  std::vector<std::string> blobs;
  for (const trace::Evidence& evidence : event.evidence) {
    std::vector<std::string> folders = split(text_between(evidence.content, "lowerdir=", ", \n"), ':');
    if (folders.size() > most_layers_of_image) return {};
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
      const std::optional<std::uint64_t> number = parse_number(folder->substr(folder->rfind('/') + 1));
      const auto found = std::find_if(model.layers.begin(), model.layers.end(), [&](const Layer& layer) {
        return number && layer.number != 0 && static_cast<std::uint64_t>(layer.number) == *number;
      });
      if (found != model.layers.end()) blobs.push_back(found->blob);
    }
    if (!blobs.empty()) break;
  }
  return blobs;
}

}  // namespace

void snapshot_unpack(const Change& change) {
  Layer& layer = touch_layer(change, change.event.subject);
  if (change.begins()) {
    if (layer.state != State::there) layer.state = State::appearing;
    return;
  }
  if (change.failed()) {
    layer.state = State::failed;
    return;
  }
  layer.bytes = change.number("bytes");
  layer.entries = change.number("entries");
  layer.diff_id = change.text("diff_id");
}

void snapshot_commit(const Change& change) {
  Layer& layer = touch_layer(change, change.event.subject);
  layer.number = change.number("layer");
  layer.state = State::there;
}

void snapshot_prepare(const Change& change) {
  Container& container = touch_container(change);
  container.writable = change.begins() ? State::appearing : change.failed() ? State::failed : State::there;
  container.writable_event = change.index;
  if (!change.begins()) return;
  const Model& model = change.model;
  const Image* image = model.image_of(container);
  if (image) container.layers = image->layers;
}

void snapshot_overlay(const Change& change) {
  mount_done(change);
  if (change.error_number() != 0) return;
  Container& container = touch_container(change);
  container.overlay_event = change.index;
  // What the kernel itself says goes before what the image's names say.
  std::vector<std::string> shown = layers_in(change.model, change.event);
  if (shown.size() >= container.layers.size() && !shown.empty()) container.layers = std::move(shown);
}

}  // namespace glassdock::model
