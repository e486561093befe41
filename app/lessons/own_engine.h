#pragma once

#include <filesystem>

#include "engine/client/place.h"

namespace glassdock::lessons {

// A lesson empties the engine that it is played on. So that no one loses what an engine has, the data folder of one
// that may be emptied has a file of this name, which is written before there is an engine.
inline constexpr char own_engine_marker[] = "for-lessons-alone";

// Where lessons are played unless an engine is named.
client::PlaceWish own_engine();

// Whoever is about to empty the engine at `place` asks first. A folder that is new becomes the lessons' own. Throws
// Error(invalid_argument) where an engine has its data that is not. `wish`: what named that place; where it was a
// socket alone, the engine that listens there is asked for its folder.
void claim_engine(const client::Place& place, const client::PlaceWish& wish);

}  // namespace glassdock::lessons
