#include "engine/content/blob_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::content {
namespace {

// The disk is set to work while a blob still comes in, so that the fsync at its end has little left to wait for.
constexpr std::uint64_t flush_step = 8 * 1024 * 1024;

fs::path blobs_folder(const fs::path& folder) {
  return folder / "blobs" / "sha256";
}

// A new name for a file that is no blob yet, or no more.
fs::path partial_file(const fs::path& folder, const Digest& digest) {
  return folder / "ingest" / fmt::format("{}.{}", digest.short_hex(), random_hex(12));
}

[[noreturn]] void fail(int error_number, std::string_view tried, const fs::path& path) {
  throw os::write_error(error_number, tried, path);
}

void fsync_or_fail(os::System& system, int fd, const fs::path& path) {
  if (system.fsync(fd) != 0) fail(errno, "fsync", path);
}

}  // namespace

BlobWriter::BlobWriter(os::System& system, const fs::path& folder, Digest digest, std::uint64_t expected)
    : system_(&system),
      folder_(folder),
      partial_(partial_file(folder, digest)),
      digest_(std::move(digest)),
      expected_(expected) {
  file_.reset(system.openat(AT_FDCWD, partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file_) fail(errno, "create", std::exchange(partial_, {}));
}

BlobWriter::BlobWriter(BlobWriter&& other) noexcept
    : system_(other.system_),
      folder_(std::move(other.folder_)),
      partial_(std::exchange(other.partial_, {})),
      file_(std::move(other.file_)),
      digest_(std::move(other.digest_)),
      expected_(other.expected_),
      size_(other.size_),
      flushing_(other.flushing_),
      hasher_(std::move(other.hasher_)) {}

BlobWriter::~BlobWriter() {
  if (!partial_.empty()) system_->unlinkat(AT_FDCWD, partial_.c_str(), 0);
}

void BlobWriter::write(std::span<const std::byte> bytes) {
  if (bytes.size() > expected_ - size_) {
    throw Error(ErrorKind::corrupt,
                fmt::format("blob {} is longer than the {} bytes of its manifest", digest_.text(), expected_));
  }
  hasher_.update(bytes);
  while (!bytes.empty()) {
    ssize_t put = system_->write(file_.get(), bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      fail(errno, "write", partial_);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    size_ += static_cast<std::uint64_t>(put);
  }
  if (size_ - flushing_ >= flush_step) {
    // A wish, not a promise: whether it worked shows at the fsync.
    ::sync_file_range(file_.get(), static_cast<off_t>(flushing_), static_cast<off_t>(size_ - flushing_),
                      SYNC_FILE_RANGE_WRITE);
    flushing_ = size_;
  }
}

void BlobWriter::commit() {
  Digest computed = hasher_.finish();
  if (size_ != expected_ || computed != digest_) {
    throw Error(ErrorKind::corrupt, fmt::format("filesystem layer verification failed for digest {}", digest_.text()),
                fmt::format("{} bytes came with digest {}, expected were {}: pull again, or tell the registry's owner",
                            size_, computed.text(), expected_));
  }
  fsync_or_fail(*system_, file_.get(), partial_);
  fs::path target = blobs_folder(folder_) / digest_.hex();
  if (system_->renameat(AT_FDCWD, partial_.c_str(), AT_FDCWD, target.c_str()) != 0) fail(errno, "rename", target);
  partial_.clear();
  file_.reset();
  UniqueFd folder = os::open_folder(target.parent_path());
  fsync_or_fail(*system_, folder.get(), target.parent_path());
}

BlobStore::BlobStore(os::System& system, fs::path folder) : system_(system), folder_(std::move(folder)) {
  try {
    os::remove_tree(folder_ / "ingest");
    os::make_folders(blobs_folder(folder_));
    os::make_folders(folder_ / "ingest");
  } catch (const Error& error) {
    fail(error.error_number(), "use data folder", folder_);
  }
}

fs::path BlobStore::path(const Digest& digest) const {
  return blobs_folder(folder_) / digest.hex();
}

bool BlobStore::has(const Digest& digest) const {
  return size(digest).has_value();
}

std::optional<std::uint64_t> BlobStore::size(const Digest& digest) const {
  struct stat status {};
  if (digest.empty() || ::stat(path(digest).c_str(), &status) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

UniqueFd BlobStore::open(const Digest& digest) const {
  fs::path file = path(digest);
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw Error::from_errno(errno, "open blob", file.string());
  return fd;
}

std::string BlobStore::read(const Digest& digest, std::size_t limit) const {
  std::string bytes = os::read_file(path(digest), limit);
  if (Digest::of(bytes) != digest) {
    throw Error(ErrorKind::corrupt, fmt::format("blob {} is damaged", digest.text()),
                "remove the image with docker rmi -f and pull it again");
  }
  return bytes;
}

BlobWriter BlobStore::begin(const Digest& digest, std::uint64_t expected_size) {
  return BlobWriter(system_, folder_, digest, expected_size);
}

void BlobStore::put(const Digest& digest, std::string_view bytes) {
  BlobWriter writer = begin(digest, bytes.size());
  writer.write(std::as_bytes(std::span(bytes)));
  writer.commit();
}

fs::path BlobStore::detach(const Digest& digest) {
  const fs::path file = path(digest);
  fs::path detached = partial_file(folder_, digest);
  if (system_.renameat(AT_FDCWD, file.c_str(), AT_FDCWD, detached.c_str()) == 0) return detached;
  if (errno != ENOENT) fail(errno, "remove", file);
  return {};
}

void BlobStore::discard(const fs::path& detached) {
  if (system_.unlinkat(AT_FDCWD, detached.c_str(), 0) != 0 && errno != ENOENT) fail(errno, "remove", detached);
}

std::vector<Digest> BlobStore::list(const std::function<void(const std::string&)>& foreign) const {
  std::vector<Digest> digests;
  for (const auto& entry : fs::directory_iterator(blobs_folder(folder_))) {
    const std::string name = entry.path().filename().string();
    try {
      digests.push_back(Digest::parse("sha256:" + name));
    } catch (const Error&) {
      if (foreign) foreign(name);
    }
  }
  return digests;
}

}  // namespace glassdock::content
