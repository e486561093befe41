#pragma once

#include <filesystem>

#include "engine/base/unique_fd.h"

namespace glassdock {

// One engine a data folder: a POSIX record lock (fcntl(2)) on DATA/engine.lock, which the kernel lets go of with the
// process, however it dies. Held until the object ends; the process must not open the file otherwise, for any close
// would free it.
class EngineLock {
 public:
  // Makes the folder where it is missing, and closes one that others may read. Throws Error(permission) where others
  // may write and it can't be closed. The keeper of an engine that has just ended has the lock for a moment: it is
  // waited for. Throws Error(conflict) "another engine (pid N) already uses DIR".
  explicit EngineLock(const std::filesystem::path& data);
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  UniqueFd file_;
};

}  // namespace glassdock
