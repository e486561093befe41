#include "engine/glassdockd/engine_lock.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "engine/base/error.h"
#include "engine/os/files.h"

namespace glassdock {

EngineLock::EngineLock(const std::filesystem::path& data) : path_(data / "engine.lock") {
  os::make_folders(data, 0700);
  file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) {
    throw Error::from_errno(errno, "open", path_.string(), "the data folder must be writable; --data names another");
  }
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  // The keeper (runtime/keeper.cpp) waits in the lock's queue and has it for a moment when a daemon has died.
  constexpr int most_tries = 50;
  for (int tries = 0; tries < most_tries; ++tries) {
    if (::fcntl(file_.get(), F_SETLK, &lock) == 0) return;
    if (errno != EACCES && errno != EAGAIN) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (errno != EACCES && errno != EAGAIN) throw Error::from_errno(errno, "lock", path_.string());
  struct flock holder {};
  holder.l_type = F_WRLCK;
  holder.l_whence = SEEK_SET;
  std::string who = "another engine";
  if (::fcntl(file_.get(), F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK && holder.l_pid > 0) {
    who += fmt::format(" (pid {})", holder.l_pid);
  }
  throw Error(ErrorKind::conflict, fmt::format("{} already uses {}", who, data.string()),
              "use that one, end it, or give another --data");
}

}  // namespace glassdock
