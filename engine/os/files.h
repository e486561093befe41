#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/os/system.h"

namespace glassdock::os {

// What to do where a file cannot be written: the disk is full, or the folder not for us to write. Empty for all else.
std::string write_hint(int error_number);
// Error::from_errno with that hint.
Error write_error(int error_number, std::string_view tried, const std::filesystem::path& path);

// All throw Error::from_errno with the path in it. No path here comes from inside a container's root.

// The whole file, at most `limit` bytes (Error(invalid_argument) beyond it).
std::string read_file(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);
// The same, or nothing where the file does not exist or cannot be read.
std::optional<std::string> try_read_file(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);
// The same; nothing only where the file does not exist, or is of a process that has gone (ESRCH, proc(5)).
std::optional<std::string> read_file_if_there(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);
void write_all(System& system, int fd, std::string_view bytes, const std::filesystem::path& path);

enum class Durability { killed_daemon, power_loss };  // power_loss: fsync of the file and its folder
// Whether the name is of a file that write_file_atomically had not renamed yet: it begins with a point.
bool is_temporary(std::string_view name);
// Writes a temporary file beside `path` and renames it over: readers see the old content or the new, never a part.
// The temporary file is gone after a failure.
void write_file_atomically(System& system, const std::filesystem::path& path, std::string_view bytes,
                           mode_t mode = 0600, Durability durability = Durability::killed_daemon);
// Like mkdir -p; folders made here get `mode`.
void make_folders(const std::filesystem::path& path, mode_t mode = 0700);
UniqueFd open_folder(const std::filesystem::path& path);
// rm -rf that follows no link and keeps two descriptors open, however deep the tree is; a missing path is fine. It
// crosses no mount: Error(conflict) with the place where something is mounted, when files before it are gone already.
void remove_tree(const std::filesystem::path& path);

// A folder with a random name below `parent`, removed with all in it by the destructor.
class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& parent, std::string_view prefix = "tmp.");
  TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TempDir& operator=(TempDir&&) = delete;
  ~TempDir();
  const std::filesystem::path& path() const noexcept { return path_; }
  // The folder stays; it is the caller's now.
  std::filesystem::path release() noexcept;

 private:
  std::filesystem::path path_;
};

}  // namespace glassdock::os
