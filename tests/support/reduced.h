#pragma once

#include <vector>

#include "app/model/reducer.h"

namespace glassdock::support {

// The model behind all of the events.
inline model::Model reduce(const std::vector<trace::Event>& events) {
  model::Model model;
  for (std::size_t i = 0; i < events.size(); ++i) model::apply(model, events[i], i);
  return model;
}

}  // namespace glassdock::support
