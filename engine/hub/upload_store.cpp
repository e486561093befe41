#include "engine/hub/upload_store.h"

#include <fcntl.h>

#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/hub/refusal.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::hub {
namespace {

constexpr std::size_t open_uploads_limit = 256;  // each holds a descriptor; a push opens a handful

}  // namespace

Upload::Upload(os::System& system, const fs::path& folder, std::string repository)
    : system_(system),
      id_(random_hex(32)),
      repository_(std::move(repository)),
      path_(folder / id_),
      file_(system.openat(AT_FDCWD, path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)),
      last_used_(std::chrono::steady_clock::now()) {
  if (!file_) throw os::write_error(errno, "create", path_);
}

Upload::~Upload() {
  system_.unlinkat(AT_FDCWD, path_.c_str(), 0);
}

void Upload::write(std::span<const std::byte> bytes) {
  os::write_all(system_, file_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path_);
  hasher_.update(bytes);
  size_ += bytes.size();
}

Digest Upload::finish() {
  if (system_.fsync(file_.get()) != 0) throw os::write_error(errno, "fsync", path_);
  return hasher_.finish();
}

UploadStore::UploadStore(os::System& system, fs::path folder, std::chrono::milliseconds idle)
    : system_(system), folder_(std::move(folder)), idle_(idle) {
  os::remove_tree(folder_);
  os::make_folders(folder_);
}

std::unique_ptr<Upload> UploadStore::begin(const std::string& repository) {
  {
    std::lock_guard lock(mutex_);
    if (uploads_.size() >= open_uploads_limit) {
      throw Refusal(429, "TOOMANYREQUESTS", "too many uploads are open; finish or cancel some");
    }
  }
  return std::make_unique<Upload>(system_, folder_, repository);
}

std::unique_ptr<Upload> UploadStore::take(const std::string& repository, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second->repository() != repository) {
    throw Refusal(404, "BLOB_UPLOAD_UNKNOWN", "no such upload, or another request is using it");
  }
  std::unique_ptr<Upload> upload = std::move(found->second);
  uploads_.erase(found);
  return upload;
}

void UploadStore::keep(std::unique_ptr<Upload> upload) {
  upload->last_used_ = std::chrono::steady_clock::now();
  std::lock_guard lock(mutex_);
  std::string id = upload->id();
  uploads_[std::move(id)] = std::move(upload);
}

void UploadStore::remove_idle() {
  std::vector<std::unique_ptr<Upload>> idle;  // destroyed, and their files removed, without the lock
  std::lock_guard lock(mutex_);
  auto oldest = std::chrono::steady_clock::now() - idle_;
  for (auto entry = uploads_.begin(); entry != uploads_.end();) {
    auto next = std::next(entry);
    if (entry->second->last_used_ < oldest) {
      idle.push_back(std::move(entry->second));
      uploads_.erase(entry);
    }
    entry = next;
  }
}

}  // namespace glassdock::hub
