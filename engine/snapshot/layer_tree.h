#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/base/unique_fd.h"
#include "engine/os/system.h"
#include "engine/snapshot/folder_times.h"
#include "engine/snapshot/tar_reader.h"

namespace glassdock::snapshot {

// What could not be made here and was left out, by number of entries (attributes: of attributes).
struct LeftOut {
  std::uint64_t devices = 0;
  std::uint64_t links = 0;       // to devices left out
  std::uint64_t attributes = 0;  // that the file system or our rights do not allow
  std::uint64_t owners = 0;      // rootless, with a single id: the file belongs to us instead
};

// Makes the entries of a layer below one folder and nowhere else: every name is reduced to plain components first, and
// its folders are opened with openat2(2) RESOLVE_IN_ROOT, so that no symbolic link leads out. Keeps the last entry's
// folder open, because entries of a folder come together. All calls throw Error naming the entry. One thread.
class LayerTree {
 public:
  LayerTree(os::System& system, const std::filesystem::path& root, bool rootless);

  // The name as the tree uses it: "./a//b/../c/" is "a/c", "/" is "". Throws Error(corrupt) where ".." climbs out.
  static std::string plain_name(std::string_view name);

  // `name` is plain. An entry of another type that stands there already is replaced.
  void make_folder(const std::string& name, const TarEntry& entry);
  void make_symlink(const std::string& name, const TarEntry& entry);
  void make_hard_link(const std::string& name, const std::string& target);
  void make_node(const std::string& name, const TarEntry& entry);
  // Hides what lower layers have under `name`, and leaves what this layer itself has there (OCI image spec, layer.md).
  void make_whiteout(const std::string& name);
  // Hides all that lower layers have in the folder `name`.
  void make_opaque(const std::string& name);

  // A file is begun, written, and ended; `name` lives until then.
  void begin_file(const std::string& name, const TarEntry& entry);
  void write(std::span<const std::byte> bytes, std::uint64_t offset);
  void end_file(const TarEntry& entry);

  // After the last entry: folders get their times, which the making of their content has changed.
  void finish();
  const LeftOut& left_out() const noexcept { return left_out_; }

 private:
  struct Place {  // where an entry goes
    int folder;
    const char* name;  // in it
  };
  Place place(const std::string& name);
  UniqueFd open_inside(const std::string& path, int flags) const;
  void make_missing_folders(const std::string& path);
  void fresh_folder(int parent, const char* name, mode_t mode);
  // After mkdirat and its like failed with EEXIST.
  void clear(const Place& at);
  void set_owner(int folder, const char* name, const TarEntry& entry, int flags);
  void finish_open(int fd, const TarEntry& entry);
  void finish_node(const Place& at, const TarEntry& entry);
  using SetAttribute = std::function<int(const char* name, const void* value, std::size_t size)>;
  void set_attributes(const TarEntry& entry, const SetAttribute& set);
  void set_opaque(int folder, const char* name);
  [[noreturn]] void fail(std::string_view tried) const;

  os::System& system_;
  const bool rootless_;
  const std::filesystem::path root_path_;
  UniqueFd root_;
  std::string parent_name_;            // of parent_
  UniqueFd parent_;                    // the last entry's folder; none: the root
  const std::string* name_ = nullptr;  // the caller's, of the entry at work, for errors
  UniqueFd file_;
  std::uint64_t file_position_ = 0;
  std::unordered_set<std::string> missing_;  // names of devices left out, so that links to them are too
  FolderTimes folder_times_;
  LeftOut left_out_;
};

}  // namespace glassdock::snapshot
