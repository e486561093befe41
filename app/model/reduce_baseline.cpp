#include <algorithm>
#include <utility>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"

namespace glassdock::model {

// A baseline within a stream follows a loss: what is known so far holds only as far as it is told again.
void baseline_engine(const Change& change) {
  Model& model = change.model;
  for (Container& container : model.containers) {
    container.stale = true;
    container.changed = change.index;
  }
  for (Image& image : model.images) image.stale = true;
  Engine& engine = model.engine;
  engine.pid = change.event.pid;
  engine.launcher = static_cast<std::int32_t>(change.number("launcher"));
  engine.version = change.text("version");
  engine.data_folder = change.subject();
  engine.socket = change.text("socket");
  engine.rootless = change.flag("rootless");
  if (std::string hub = change.text("hub"); !hub.empty()) engine.hub = std::move(hub);
  engine.cgroups = change.text("cgroups");
  engine.namespaces = inodes_of(change.words("namespaces"));
  engine.event = change.index;
}

void baseline_image(const Change& change) {
  Image& image = touch_image(change, change.subject());
  image.id = change.text("id");
  image.bytes = change.number("bytes");
  image.state = State::there;
  change.model.had_container = true;
  image.pull = 0;
  image.layers = words_of(change.words("blobs"), most_layers_of_image);
  const auto numbers = [&](std::string_view name) {
    std::vector<std::int64_t> list;
    for (const std::string& word : words_of(change.words(name), most_layers_of_image)) {
      list.push_back(std::strtoll(word.c_str(), nullptr, 10));
    }
    list.resize(image.layers.size());
    return list;
  };
  const std::vector<std::int64_t> number = numbers("layer_numbers"), bytes = numbers("layer_bytes"),
                                  entries = numbers("layer_entries"), packed = numbers("blob_bytes");
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    Layer& layer = touch_layer(change, image.layers[i]);
    layer.state = State::there;
    if (number[i] > 0) layer.number = number[i];
    if (bytes[i] > 0) layer.bytes = bytes[i];
    if (entries[i] > 0) layer.entries = entries[i];
    if (packed[i] > 0) layer.packed = packed[i];
  }
}

void baseline_held(const Change& change) {
  Container* container = find_container(change.model, change.subject());
  if (container && container->process == 0 && change.text("waits") == trace::to_string(trace::Actor::child)) {
    container->process = static_cast<std::int32_t>(change.number("pid"));
    container->process_state = State::there;
  }
  gate_held(change);
}

void trace_ended(const Change& change) {
  release_all(change);
  forget_work(change.model);
  break_off_run(change);
  break_off_race(change);
  change.model.run.gone = true;
}

// What is held will be told again where it still is.
void trace_lost(const Change& change) {
  release_all(change);
  const std::int64_t count = std::clamp<std::int64_t>(change.number("count"), 0, std::int64_t{1} << 48);
  change.model.lost = saturating_add(change.model.lost, count);
  change.model.after_loss = true;
  change.model.had_container = true;  // among them may have been one
}

void end_baseline(const Change& change) {
  Model& model = change.model;
  std::erase_if(model.images, [](const Image& image) { return image.stale; });
  std::erase_if(model.containers,
                [&](const Container& container) { return container.stale && !is_kept(model, container); });
  // What is kept for the picture is as gone as the others.
  for (Container& container : model.containers) {
    if (container.stale) lose_container(container, change.index);
  }
  if (!std::exchange(model.after_loss, false)) return;
  // The run's own end may have been lost: it goes on where it is held, or its container is not over.
  const Container* container = model.current();
  if (!is_held(model) && (!container || container->stale || is_over(*container))) break_off_run(change);
}

}  // namespace glassdock::model
