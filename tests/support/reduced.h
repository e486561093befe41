#pragma once

#include <string_view>
#include <vector>

#include "app/model/reducer.h"

namespace glassdock::support {

// The model behind all of the events.
inline model::Model reduce(const std::vector<trace::Event>& events) {
  model::Model model;
  for (std::size_t i = 0; i < events.size(); ++i) model::apply(model, events[i], i);
  return model;
}

// Of a model that is known to have it.
inline const model::Wall& wall(const model::Container& container, model::WallKind kind) {
  return container.walls[static_cast<std::size_t>(kind)];
}
inline model::State stage(const model::Model& model, trace::Stage name) {
  return model.run.stages[static_cast<std::size_t>(name)].state;
}
// nullptr: nothing is mounted there.
inline const model::Mount* mount(const model::Container& container, std::string_view target) {
  for (const model::Mount& each : container.mounts) {
    if (each.target == target) return &each;
  }
  return nullptr;
}

}  // namespace glassdock::support
