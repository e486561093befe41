#include "engine/os/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"

namespace fs = std::filesystem;

namespace glassdock::os {
namespace {

constexpr std::size_t read_chunk = 64 * 1024;

std::string read_descriptor(int fd, const fs::path& path, std::size_t limit) {
  std::string bytes;
  for (;;) {
    std::size_t have = bytes.size();
    bytes.resize(have + read_chunk);
    ssize_t got = ::read(fd, bytes.data() + have, read_chunk);
    if (got < 0 && errno != EINTR) throw Error::from_errno(errno, "read", path.string());
    if (got == 0) {
      bytes.resize(have);
      return bytes;
    }
    if (got < 0) got = 0;
    bytes.resize(have + static_cast<std::size_t>(got));
    if (bytes.size() > limit) {
      throw Error(ErrorKind::invalid_argument, fmt::format("{} is larger than {} bytes", path.string(), limit));
    }
  }
}

}  // namespace

std::string write_hint(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full: make room, for example with docker rm and docker rmi";
    case EFBIG:
      return "the engine may write no file of this size: `ulimit -f` where it is started tells its limit";
    case EROFS:
    case EACCES:
    case EPERM:
      return "the folder must be writable; --data names another for the engine";
    default:
      return {};
  }
}

Error write_error(int error_number, std::string_view tried, const fs::path& path) {
  return Error::from_errno(error_number, tried, path.string(), write_hint(error_number));
}

std::string read_file(const fs::path& path, std::size_t limit) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw Error::from_errno(errno, "open", path.string());
  return read_descriptor(fd.get(), path, limit);
}

std::optional<std::string> try_read_file(const fs::path& path, std::size_t limit) {
  try {
    return read_file(path, limit);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::string> read_file_if_there(const fs::path& path, std::size_t limit) {
  try {
    return read_file(path, limit);
  } catch (const Error& fault) {
    if (fault.error_number() == ENOENT || fault.error_number() == ESRCH) return std::nullopt;
    throw;
  }
}

void write_all(System& system, int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    ssize_t put = system.write(fd, bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      throw write_error(errno, "write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

constexpr std::string_view temporary_mark = ".tmp.";

bool is_temporary(std::string_view name) {
  return starts_with(name, temporary_mark);
}

void write_file_atomically(System& system, const fs::path& path, std::string_view bytes, mode_t mode,
                           Durability durability) {
  const fs::path temporary = path.parent_path() / (std::string(temporary_mark) + random_hex(8));
  UniqueFd fd(system.openat(AT_FDCWD, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) throw write_error(errno, "create", temporary);
  try {
    write_all(system, fd.get(), bytes, temporary);
    if (durability == Durability::power_loss && system.fsync(fd.get()) != 0) {
      throw write_error(errno, "fsync", temporary);
    }
    if (system.renameat(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str()) != 0) {
      throw write_error(errno, "rename", path);
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (durability == Durability::power_loss) {
    UniqueFd folder = open_folder(path.parent_path());
    if (system.fsync(folder.get()) != 0) throw write_error(errno, "fsync", path.parent_path());
  }
}

void make_folders(const fs::path& path, mode_t mode) {
  if (path.empty() || ::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    make_folders(path.parent_path(), mode);
    if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return;
  }
  throw write_error(errno, "create folder", path);
}

UniqueFd open_folder(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw Error::from_errno(errno, "open folder", path.string());
  return fd;
}

TempDir::TempDir(const fs::path& parent, std::string_view prefix)
    : path_(parent / fmt::format("{}{}", prefix, random_hex(12))) {
  make_folders(path_);
}

TempDir::~TempDir() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const std::exception&) {  // what is left is seen in the folder
  }
}

fs::path TempDir::release() noexcept {
  return std::exchange(path_, {});
}

}  // namespace glassdock::os
