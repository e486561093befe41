#pragma once

#include <string>

#include "app/model/history.h"

namespace glassdock::player {

// How many events are shown at the place of a recording that `at` names:
//   nothing      all of them
//   a stage      as it ended when the run first came through it: the request has come, the look into the cache has
//                its answer, all blobs are here, the overlay is made, all walls are up, the command runs
//   a gate       while it was held there, or just before its operation where nothing held
//   after:GATE   just behind its operation
//   a number     with the event of that number
// Throws Error(invalid_argument) where the recording has no such place.
std::size_t find_place(const model::History& history, const std::string& at);

}  // namespace glassdock::player
