#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/unique_fd.h"
#include "engine/os/system.h"

namespace glassdock::content {

// One blob on its way into the store: a partial file in ingest/, hashed while it grows. The destructor removes the
// partial file unless commit() came through. One thread at a time.
class BlobWriter {
 public:
  BlobWriter(BlobWriter&&) noexcept;
  BlobWriter& operator=(BlobWriter&&) = delete;
  ~BlobWriter();

  // Throws Error(no_space) on a full disk, Error(corrupt) on more bytes than expected.
  void write(std::span<const std::byte> bytes);
  // Bytes so far: where a download that was cut off goes on.
  std::uint64_t size() const noexcept { return size_; }
  // Throws Error(corrupt) "filesystem layer verification failed for digest sha256:…" (docker's words) when size or
  // digest are not the expected ones. Afterwards the blob is in the store and safe from power loss: file and folder are
  // fsynced. The same blob already there is fine.
  void commit();

 private:
  friend class BlobStore;
  BlobWriter(os::System& system, const std::filesystem::path& folder, Digest digest, std::uint64_t expected);

  os::System* system_;
  std::filesystem::path folder_;
  std::filesystem::path partial_;  // empty when nothing is left to remove
  UniqueFd file_;
  Digest digest_;
  std::uint64_t expected_;
  std::uint64_t size_ = 0;
  std::uint64_t flushing_ = 0;  // up to here the kernel was asked to write to the disk
  Hasher hasher_;
};

// Blobs by SHA-256, as an OCI image layout has them: FOLDER/blobs/sha256/HEX (0444), and FOLDER/ingest/ for those on
// their way. A file under blobs/ is always whole. Any thread may call anything; one process at a time (the daemon's
// lock file sees to it).
class BlobStore {
 public:
  // Makes the folders and removes what a killed daemon left in ingest/. `system` must outlive the store and its
  // writers. Throws Error(permission) for a folder that cannot be written, saying what to do.
  BlobStore(os::System& system, std::filesystem::path folder);

  bool has(const Digest& digest) const;
  // Bytes, or nothing where it is not there.
  std::optional<std::uint64_t> size(const Digest& digest) const;
  // For reading. Throws Error(not_found).
  UniqueFd open(const Digest& digest) const;
  // A small blob whole, hashed again. Throws Error(corrupt) when it is not what its name says, or beyond `limit`.
  std::string read(const Digest& digest, std::size_t limit) const;
  BlobWriter begin(const Digest& digest, std::uint64_t expected_size);
  // A small blob at once: begin, write, commit.
  void put(const Digest& digest, std::string_view bytes);
  // Removing is two steps, for a large file takes its time: detach() takes the blob out of the store at once, so that
  // nobody finds it any more, and returns its file, now in ingest/; empty where the blob is missing. discard() deletes
  // that file; where nobody does, the next store on this folder does.
  std::filesystem::path detach(const Digest& digest);
  void discard(const std::filesystem::path& detached);
  // What lies among the blobs and is none (a disk's lost+found) is told to `foreign` by its name.
  std::vector<Digest> list(const std::function<void(const std::string&)>& foreign = {}) const;
  std::filesystem::path path(const Digest& digest) const;

 private:
  os::System& system_;
  std::filesystem::path folder_;
};

}  // namespace glassdock::content
