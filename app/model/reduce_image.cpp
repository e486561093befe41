#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

// A layer that no image uses goes with the last one.
void drop_unused_layers(Model& model) {
  std::unordered_set<std::string_view> used;
  for (const Image& image : model.images) used.insert(image.layers.begin(), image.layers.end());
  std::erase_if(model.layers,
                [&](const Layer& layer) { return layer.state == State::there && !used.contains(layer.blob); });
}

// What is there needs none; `docker pull` asks the registry all the same.
void skip_pull(Run& run) {
  StageState& pull = run.stages[index_of(trace::Stage::pull)];
  if (pull.first == no_event && !run.is_pull()) pull.state = State::gone;
}

}  // namespace

std::string with_tag(std::string_view reference) {
  for (const std::string_view assumed : {"docker.io/", "library/"}) {
    if (starts_with(reference, assumed)) reference.remove_prefix(assumed.size());
  }
  const std::size_t name = reference.rfind('/') == std::string_view::npos ? 0 : reference.rfind('/');
  const bool complete = reference.find('@') != std::string_view::npos ||
                        reference.find(':', name) != std::string_view::npos || reference.empty();
  return complete ? std::string(reference) : std::string(reference) + ":latest";
}

Image& touch_image(const Change& change, std::string reference) {
  std::vector<Image>& images = change.model.images;
  auto found = std::find_if(images.rbegin(), images.rend(), [&](const Image& i) { return i.reference == reference; });
  if (found == images.rend()) {
    keep_newest(images, most_images - 1);
    images.push_back({.reference = std::move(reference), .state = State::planned});
    found = images.rbegin();
  }
  found->stale = false;
  found->event = change.index;
  return *found;
}

void name_image_of_run(const Change& change) {
  if (in_run(change)) change.model.run.image = with_tag(change.subject());
}

void cache_lookup(const Change& change) {
  Lookup& lookup = change.model.lookup;
  lookup.event = change.index;
  lookup.reference = with_tag(change.subject());
  if (change.begins()) {
    name_image_of_run(change);
    lookup.state = State::appearing;
    lookup.image.clear();
    return;
  }
  lookup.image = change.text("image");
  lookup.state = change.failed() ? State::failed : change.words("result") == "hit" ? State::there : State::gone;
  if (lookup.state == State::there && in_run(change)) skip_pull(change.model.run);
}

void image_tag(const Change& change) {
  const std::string id = change.text("image");
  const Image* source = change.model.image(id);
  const Image copy = source ? *source : Image{};
  Image& image = touch_image(change, change.subject());
  image.id = id;
  image.layers = copy.layers;
  image.bytes = copy.bytes;
  image.state = State::there;
}

void image_untag(const Change& change) {
  for (Image& image : change.model.images) {
    if (image.reference != change.event.subject) continue;
    image.state = State::leaving;
    image.event = change.index;
  }
}

void image_delete(const Change& change) {
  std::vector<Image>& images = change.model.images;
  const auto gone = std::erase_if(images, [&](const Image& image) { return image.id == change.event.subject; });
  if (gone > 0) drop_unused_layers(change.model);
}

}  // namespace glassdock::model
