#include "engine/glassdockd/engine_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/record_lock.h"
#include "engine/runtime/keeper.h"

namespace glassdock {
namespace {

using namespace std::chrono_literals;

// The keeper looks for monitors in each container's folder meanwhile; thousands of them take some tenths of a second.
constexpr auto patience_with_keeper = 5s;

// True when the lock is ours; otherwise `holder` has it, where that can be told (0 where not).
bool try_lock(int file, const std::filesystem::path& path, pid_t& holder) {
  if (os::take_record_lock(file) == 0) return true;
  if (errno != EACCES && errno != EAGAIN) throw Error::from_errno(errno, "lock", path.string());
  holder = std::max(os::record_lock_holder(file), 0);
  return false;
}

// A folder that somebody made for the engine is closed to others. What it was not made for (/tmp) stays as it is, for
// all in it is closed itself; but whoever may write there could put something else in its place.
void close_to_others(const std::filesystem::path& data, const std::filesystem::path& lock) {
  struct stat status;
  if (::stat(data.c_str(), &status) != 0) throw Error::from_errno(errno, "look at", data.string());
  if ((status.st_mode & 077) == 0 || (status.st_mode & S_ISVTX) != 0) return;
  std::error_code ignored;
  const bool is_for_engine = std::filesystem::exists(lock, ignored) || std::filesystem::is_empty(data, ignored);
  if (is_for_engine && status.st_uid == ::geteuid()) {
    if (::chmod(data.c_str(), 0700) != 0) throw os::write_error(errno, "chmod", data);
  } else if ((status.st_mode & 022) != 0) {
    throw Error(
        ErrorKind::permission,
        fmt::format("others may write in the data folder {} (mode {:o})", data.string(), status.st_mode & 07777),
        "chmod 700 it, or give another --data");
  }
}

}  // namespace

EngineLock::EngineLock(const std::filesystem::path& data) : path_(data / "engine.lock") {
  os::make_folders(data, 0700);
  close_to_others(data, path_);
  file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) throw os::write_error(errno, "open", path_);
  const auto end = std::chrono::steady_clock::now() + patience_with_keeper;
  pid_t holder = 0;
  while (!try_lock(file_.get(), path_, holder)) {
    const bool passes = holder == 0 || holder == runtime::keeper_of(data);
    if (!passes || std::chrono::steady_clock::now() > end) {
      const std::string who = holder == 0 ? "" : fmt::format(" (pid {})", holder);
      throw Error(ErrorKind::conflict, fmt::format("another engine{} already uses {}", who, data.string()),
                  "use that one, end it, or give another --data");
    }
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace glassdock
