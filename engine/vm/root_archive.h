#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/snapshot/layer_store.h"
#include "engine/snapshot/merged_tree.h"

namespace glassdock::vm {

// What is called between the files, so that whoever waits can give up: it throws.
using StillWanted = std::function<void()>;

// The files of a guest's root, one behind the other, written to a descriptor by libarchive. Device nodes, sockets and
// extended attributes are left out: an initramfs has no place for the last, and a guest makes its own devices.
class RootArchive {
 public:
  enum class Format {
    initramfs,  // "newc" (Linux Documentation/driver-api/early-userspace/buffer-format.rst)
    tar,        // pax, for whoever makes a file system of it
  };
  // `fd` is borrowed. What would be larger than `most_bytes` throws Error(not_supported).
  RootArchive(Format format, int fd, std::uint64_t most_bytes);

  // All that a container of these layers sees, but `own_folder`. Throws Error.
  void add_layers(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                  const StillWanted& still_wanted);
  // Ours: root's alone.
  void add_folder(std::string_view name);
  void add_file(std::string_view name, std::string_view bytes);

  void finish();
  std::uint64_t bytes() const { return static_cast<std::uint64_t>(::archive_filter_bytes(writer_.get(), -1)); }
  std::uint64_t entries() const noexcept { return entries_; }

 private:
  void add(const snapshot::MergedEntry& from);
  void resolve(archive_entry* entry);
  void resolve_rest();
  void write(archive_entry* entry);
  void copy_content(archive_entry* entry);
  void put(std::string_view name, unsigned mode, std::string_view bytes);
  void check(la_ssize_t result);
  void check_size() const;

  const std::uint64_t most_bytes_;
  std::unique_ptr<archive, int (*)(archive*)> writer_;
  std::unique_ptr<archive_entry_linkresolver, void (*)(archive_entry_linkresolver*)> links_;
  std::uint64_t entries_ = 0;
  std::vector<char> piece_ = std::vector<char>(128 * 1024);  // a connection's thread has a small stack
};

}  // namespace glassdock::vm
