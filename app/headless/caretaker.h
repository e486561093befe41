#pragma once

#include <filesystem>

namespace glassdock::headless {

// `glassdock-lesson caretaker FOLDER`: the life of the process that cleans up behind a play (app/live/lab_engine.h).
// Waits for the end of its standard input, then removes the engine of that folder with all that it has. Signals of a
// service manager are not meant for it.
int take_care(const std::filesystem::path& folder);

}  // namespace glassdock::headless
