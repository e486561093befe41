#include "app/lessons/lab_contents.h"

#include <algorithm>

#include "engine/base/error.h"

namespace glassdock::lessons {

void remove_containers(client::Engine& engine, const Scope& scope) {
  for (const std::string& id : containers_in(engine, scope)) {
    try {
      engine.remove(id, true, true);
    } catch (const client::EngineError& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
  }
}

void prepare_images(client::Engine& engine, const Scope& scope, const std::vector<std::string>& images) {
  const auto is_wanted = [&](const std::string& tag) {
    return std::any_of(images.begin(), images.end(),
                       [&](const std::string& name) { return tag == name || tag == name + ":latest"; });
  };
  if (scope.label.empty()) {
    for (const client::ImageSummary& image : engine.images("")) {
      if (std::any_of(image.tags.begin(), image.tags.end(), is_wanted)) continue;
      engine.remove_image(image.id, true, false);
    }
  }
  for (const std::string& name : images) {
    if (engine.images(name).empty()) engine.pull(name, [](const client::PullProgress&) {});
  }
}

}  // namespace glassdock::lessons
