#pragma once

#include <string>
#include <vector>

#include "app/lessons/world.h"
#include "engine/client/engine.h"

namespace glassdock::lessons {

// What a lab holds before a step's own lines are run. Throws Error where the engine does not answer.

// All containers of the scope, those that run too.
void remove_containers(client::Engine& engine, const Scope& scope);
// The images that are to be there. Of an engine that is for lessons alone (the scope is all of it) no others stay:
// there a first run is one.
void prepare_images(client::Engine& engine, const Scope& scope, const std::vector<std::string>& images);

}  // namespace glassdock::lessons
