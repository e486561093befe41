#pragma once

#include <sys/types.h>

#include <filesystem>

#include "engine/base/unique_fd.h"
#include "engine/client/place.h"

namespace glassdock::live {

// An engine for one play, in a folder of its own under the folder for temporary files: gone at the end with all that it
// has. A process of its own cleans up, the caretaker (app/headless/caretaker.h): it waits for the end of a pipe that
// only this program holds, so that nothing is left where this program is killed either (pipe(7)).
class LabEngine {
 public:
  // Starts no engine yet: the lab does. Throws Error.
  LabEngine();
  // Waits until the caretaker is done, but not for long: where the engine does not answer, it goes on alone.
  ~LabEngine();
  LabEngine(const LabEngine&) = delete;
  LabEngine& operator=(const LabEngine&) = delete;

  const client::Place& place() const noexcept { return place_; }
  std::filesystem::path work_folder() const { return folder_ / "work"; }

 private:
  std::filesystem::path folder_;
  client::Place place_;
  UniqueFd alive_;  // the pipe's end that says so
  pid_t caretaker_ = -1;
};

// Where the engine of such a folder is.
client::Place lab_place(const std::filesystem::path& folder);

}  // namespace glassdock::live
