#pragma once

#include <span>
#include <string>

#include "app/headless/options.h"
#include "engine/client/place.h"

namespace glassdock::headless {

// `engine start|stop|status`. status: 0 when one runs, 3 when none does (as LSB init scripts have it).
int manage_engine(const Options& options, std::span<const std::string> words);

// Ends the engine that listens there, and waits for its end; false where none does. Throws Error(unavailable) when it
// stays.
bool end_engine(const client::Place& place);

// `watch`: explains what any client of the engine does, until Ctrl-C or the engine's end. With --step or --hold their
// commands are held as well.
int watch_clients(const Options& options, std::span<const std::string> words);

}  // namespace glassdock::headless
