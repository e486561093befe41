#pragma once

#include <filesystem>
#include <functional>

#include "engine/base/unique_fd.h"
#include "engine/client/place.h"

namespace glassdock::client {

// True when something accepts connections there. Throws Error(permission) as connect_engine
// (place.h).
bool engine_answers(const std::filesystem::path& socket);

// A connection to the engine, for whoever goes on with it: a look whether it is there that costs nothing. Empty where
// `started`.
struct Reached {
  UniqueFd connection;
  bool started = false;
};

// Asked now and then while an engine comes up; true: its caller waits no longer (it comes up all the same). Empty: it
// waits.
using GivenUp = std::function<bool()>;

// Makes sure that an engine listens at `place.socket`: starts `program` (glassdockd) detached where none does, with
// --idle-exit, and waits until it says that it is ready. Two callers at once start one engine: a lock beside the socket
// orders them. The engine's words go to engine.log in its data folder. Throws Error(unavailable) with the engine's own
// last line when it does not come up, Error(cancelled) when given up.
Reached reach_engine(const Place& place, const std::filesystem::path& program, const GivenUp& given_up = {});
// The same for who wants no connection. Returns true when one was started.
bool ensure_engine(const Place& place, const std::filesystem::path& program, const GivenUp& given_up = {});

// glassdockd beside the running program, or by its bare name for the search in PATH.
std::filesystem::path find_engine_program();

}  // namespace glassdock::client
