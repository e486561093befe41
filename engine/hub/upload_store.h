#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "engine/base/digest.h"
#include "engine/base/unique_fd.h"
#include "engine/os/system.h"

namespace glassdock::hub {

// A blob on its way in: a file that is hashed while it grows. The destructor removes the file, unless it was moved
// away. One thread at a time.
class Upload {
 public:
  Upload(os::System& system, const std::filesystem::path& folder, std::string repository);
  ~Upload();
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  const std::string& id() const { return id_; }
  const std::string& repository() const { return repository_; }
  std::uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }
  // Throws Error(no_space) and other errors of the disk; the upload is then of no more use.
  void write(std::span<const std::byte> bytes);
  // Ends the upload: its digest. The file is safe from power loss.
  Digest finish();

 private:
  friend class UploadStore;
  os::System& system_;
  std::string id_;
  std::string repository_;
  std::filesystem::path path_;
  UniqueFd file_;
  Hasher hasher_;
  std::uint64_t size_ = 0;
  std::chrono::steady_clock::time_point last_used_;
};

// The uploads that are open, by id. Those in use by a request are out of the map, so no two requests write into one. A
// restart ends them all: the spec lets a client begin again. Any thread.
class UploadStore {
 public:
  // Empties the folder. `idle`: after so long without a request an upload is removed, at the next request of any kind.
  UploadStore(os::System& system, std::filesystem::path folder, std::chrono::milliseconds idle);

  // Throws Refusal(TOOMANYREQUESTS) when too many are open.
  std::unique_ptr<Upload> begin(const std::string& repository);
  // Takes it out for a request. Throws Refusal(BLOB_UPLOAD_UNKNOWN).
  std::unique_ptr<Upload> take(const std::string& repository, const std::string& id);
  // Back into the map, for the next request.
  void keep(std::unique_ptr<Upload> upload);
  void remove_idle();

 private:
  os::System& system_;
  std::filesystem::path folder_;
  std::chrono::milliseconds idle_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Upload>> uploads_;
};

}  // namespace glassdock::hub
