#pragma once

#include <filesystem>

namespace glassdock::bench {

// The engine as a racer: pulls alpine from its own hub into a new folder below `work`, prints the words for floor_start
// (tab-separated), among them box=PID:ID of a container that stays, then serves starts. Each byte on stdin is one start
// of `alpine true` in a container made before:
//   . nobody watches      e somebody watches the events      v and their evidence
// The answer is "STORED_NS STARTED_NS": from service.start() to the exit in the status file, and to its return. Or it
// is
//   x `true` as a further command in the box
// whose answer is "EXEC_NS": from the call that creates it until it executes.
int serve_engine(const std::filesystem::path& work, const std::filesystem::path& hub_images);

}  // namespace glassdock::bench
