#include "engine/hub/repository_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/content/manifest.h"
#include "engine/hub/names.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::hub {
namespace {

constexpr std::size_t copy_step = 64 * 1024;
constexpr std::size_t temporary_digits = 16;  // behind a blob's name while it is copied; what is left is no blob's

std::vector<std::string> file_names(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) names.push_back(entry.path().filename().string());
  return names;
}

std::optional<Digest> digest_of_hex(const std::string& hex) {
  try {
    return Digest::parse("sha256:" + hex);
  } catch (const Error&) {
    return std::nullopt;  // a temporary file beside the links
  }
}

bool remove_file(os::System& system, const fs::path& path) {
  if (system.unlinkat(AT_FDCWD, path.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  throw os::write_error(errno, "remove", path);
}

void sync_folder(os::System& system, const fs::path& folder) {
  UniqueFd fd = os::open_folder(folder);
  if (system.fsync(fd.get()) != 0) throw os::write_error(errno, "fsync", folder);
}

}  // namespace

RepositoryStore::RepositoryStore(os::System& system, ImageLayout built_in, fs::path folder)
    : system_(system), built_in_(std::move(built_in)), folder_(std::move(folder)) {
  os::make_folders(folder_ / "blobs" / "sha256");
  os::make_folders(folder_ / "repositories");
  remove_unused_blobs();
}

fs::path RepositoryStore::folder_of(const std::string& repository) const {
  return folder_ / "repositories" / repository;
}

fs::path RepositoryStore::pushed_blob_path(const Digest& digest) const {
  return folder_ / "blobs" / "sha256" / digest.hex();
}

std::vector<std::string> RepositoryStore::pushed_repositories() const {
  std::vector<std::string> found;
  fs::path root = folder_ / "repositories";
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (!entry->is_directory()) continue;
    if (entry->path().filename().native().front() == '_') {
      entry.disable_recursion_pending();
    } else if (fs::exists(entry->path() / "_manifests") || fs::exists(entry->path() / "_blobs")) {
      found.push_back(entry->path().lexically_relative(root).string());
    }
  }
  return found;
}

std::vector<std::string> RepositoryStore::repositories() const {
  std::set<std::string> names;
  for (const auto& [name, repository] : built_in_.repositories()) names.insert(name);
  std::lock_guard lock(mutex_);
  for (const std::string& name : pushed_repositories()) {
    if (!file_names(folder_of(name) / "_manifests").empty()) names.insert(name);
  }
  return {names.begin(), names.end()};
}

bool RepositoryStore::has_repository(const std::string& repository) const {
  return built_in_.find(repository) != nullptr || fs::exists(folder_of(repository) / "_manifests") ||
         fs::exists(folder_of(repository) / "_blobs");
}

std::vector<std::string> RepositoryStore::tags(const std::string& repository) const {
  std::set<std::string> names;
  if (const auto* built_in = built_in_.find(repository)) {
    for (const auto& [tag, digest] : built_in->tags) names.insert(tag);
  }
  for (const std::string& name : file_names(folder_of(repository) / "_tags")) {
    if (!os::is_temporary(name)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::optional<Digest> RepositoryStore::resolve(const std::string& repository, const std::string& reference) const {
  if (!valid_tag(reference)) return Digest::parse(reference);
  if (auto pushed = os::try_read_file(folder_of(repository) / "_tags" / reference)) return Digest::parse(*pushed);
  const auto* built_in = built_in_.find(repository);
  if (built_in == nullptr) return std::nullopt;
  auto found = built_in->tags.find(reference);
  if (found == built_in->tags.end()) return std::nullopt;
  return found->second;
}

std::optional<StoredManifest> RepositoryStore::manifest(const std::string& repository,
                                                        const std::string& reference) const {
  std::lock_guard lock(mutex_);
  std::optional<Digest> digest = resolve(repository, reference);
  if (!digest) return std::nullopt;
  if (auto media_type = os::try_read_file(folder_of(repository) / "_manifests" / digest->hex())) {
    return StoredManifest{*digest, *media_type, os::read_file(pushed_blob_path(*digest), content::manifest_limit)};
  }
  const auto* built_in = built_in_.find(repository);
  if (built_in == nullptr) return std::nullopt;
  auto found = built_in->manifests.find(*digest);
  if (found == built_in->manifests.end()) return std::nullopt;
  return StoredManifest{*digest, found->second, os::read_file(built_in_.blob_path(*digest), content::manifest_limit)};
}

std::vector<StoredManifest> RepositoryStore::manifests(const std::string& repository) const {
  std::set<std::string> digests;
  if (const auto* built_in = built_in_.find(repository)) {
    for (const auto& [digest, media_type] : built_in->manifests) digests.insert(digest.text());
  }
  for (const std::string& name : file_names(folder_of(repository) / "_manifests")) {
    if (auto digest = digest_of_hex(name)) digests.insert(digest->text());
  }
  std::vector<StoredManifest> all;
  for (const std::string& digest : digests) {
    if (auto found = manifest(repository, digest)) all.push_back(std::move(*found));
  }
  return all;
}

std::optional<StoredBlob> RepositoryStore::blob(const std::string& repository, const Digest& digest) const {
  std::lock_guard lock(mutex_);
  const auto* built_in = built_in_.find(repository);
  fs::path path;
  if (fs::exists(folder_of(repository) / "_blobs" / digest.hex())) {
    path = pushed_blob_path(digest);
  } else if (built_in != nullptr && built_in->blobs.count(digest) != 0) {
    path = built_in_.blob_path(digest);
  } else {
    return std::nullopt;
  }
  StoredBlob blob{UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0};
  struct stat status {};
  if (!blob.file || ::fstat(blob.file.get(), &status) != 0) throw Error::from_errno(errno, "open", path.string());
  blob.size = static_cast<std::uint64_t>(status.st_size);
  return blob;
}

void RepositoryStore::write_link(const fs::path& path, std::string_view content) {
  os::make_folders(path.parent_path());
  os::write_file_atomically(system_, path, content, 0600, os::Durability::power_loss);
}

void RepositoryStore::put_manifest(const std::string& repository, const std::string& tag,
                                   const StoredManifest& manifest) {
  std::lock_guard lock(mutex_);
  if (!fs::exists(pushed_blob_path(manifest.digest))) {
    os::write_file_atomically(system_, pushed_blob_path(manifest.digest), manifest.bytes, 0600,
                              os::Durability::power_loss);
  }
  fs::path folder = folder_of(repository);
  write_link(folder / "_manifests" / manifest.digest.hex(), manifest.media_type);
  if (!tag.empty()) write_link(folder / "_tags" / tag, manifest.digest.text());
}

void RepositoryStore::put_blob(const std::string& repository, const Digest& digest, const fs::path& upload) {
  std::lock_guard lock(mutex_);
  fs::path path = pushed_blob_path(digest);
  if (system_.renameat(AT_FDCWD, upload.c_str(), AT_FDCWD, path.c_str()) != 0) {
    throw os::write_error(errno, "rename", path);
  }
  try {
    sync_folder(system_, path.parent_path());
    write_link(folder_of(repository) / "_blobs" / digest.hex(), {});
  } catch (...) {
    drop_if_unused(digest);
    throw;
  }
}

bool RepositoryStore::mount_blob(const std::string& repository, const Digest& digest, const std::string& from) {
  std::optional<StoredBlob> source = blob(from, digest);
  if (!source) return false;
  // What was pushed must not depend on what this version of the program brings. Copied without the lock, a large blob
  // keeps nobody waiting; whoever else copies it meanwhile has a file of another name.
  const fs::path path = pushed_blob_path(digest);
  fs::path copy = path;
  copy += "." + random_hex(temporary_digits);
  if (!fs::exists(path)) copy_in(source->file.get(), copy);
  std::lock_guard lock(mutex_);
  if (!fs::exists(path)) {
    if (!fs::exists(copy)) copy_in(source->file.get(), copy);  // it was there a moment ago
    if (system_.renameat(AT_FDCWD, copy.c_str(), AT_FDCWD, path.c_str()) != 0) {
      const int fault = errno;
      remove_file(system_, copy);
      throw os::write_error(fault, "rename", path);
    }
    sync_folder(system_, path.parent_path());
  } else {
    remove_file(system_, copy);
  }
  write_link(folder_of(repository) / "_blobs" / digest.hex(), {});
  return true;
}

void RepositoryStore::copy_in(int source, const fs::path& temporary) {
  UniqueFd file(system_.openat(AT_FDCWD, temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) throw os::write_error(errno, "create", temporary);
  try {
    std::vector<char> piece(copy_step);
    ssize_t got = 0;
    while ((got = ::read(source, piece.data(), piece.size())) > 0) {
      os::write_all(system_, file.get(), {piece.data(), static_cast<std::size_t>(got)}, temporary);
    }
    if (got < 0) throw Error::from_errno(errno, "read the blob for", temporary.string());
    if (system_.fsync(file.get()) != 0) throw os::write_error(errno, "fsync", temporary);
  } catch (...) {
    system_.unlinkat(AT_FDCWD, temporary.c_str(), 0);
    throw;
  }
}

Removal RepositoryStore::remove_tag(const std::string& repository, const std::string& tag) {
  std::lock_guard lock(mutex_);
  if (remove_file(system_, folder_of(repository) / "_tags" / tag)) return Removal::removed;
  const auto* built_in = built_in_.find(repository);
  return built_in != nullptr && built_in->tags.count(tag) != 0 ? Removal::built_in : Removal::unknown;
}

Removal RepositoryStore::remove_manifest(const std::string& repository, const Digest& digest) {
  std::lock_guard lock(mutex_);
  fs::path folder = folder_of(repository);
  if (!remove_file(system_, folder / "_manifests" / digest.hex())) {
    const auto* built_in = built_in_.find(repository);
    return built_in != nullptr && built_in->manifests.count(digest) != 0 ? Removal::built_in : Removal::unknown;
  }
  for (const std::string& tag : file_names(folder / "_tags")) {
    if (os::try_read_file(folder / "_tags" / tag) == digest.text()) remove_file(system_, folder / "_tags" / tag);
  }
  drop_if_unused(digest);
  return Removal::removed;
}

Removal RepositoryStore::remove_blob(const std::string& repository, const Digest& digest) {
  std::lock_guard lock(mutex_);
  if (!remove_file(system_, folder_of(repository) / "_blobs" / digest.hex())) {
    const auto* built_in = built_in_.find(repository);
    return built_in != nullptr && built_in->blobs.count(digest) != 0 ? Removal::built_in : Removal::unknown;
  }
  drop_if_unused(digest);
  return Removal::removed;
}

void RepositoryStore::drop_if_unused(const Digest& digest) {
  for (const std::string& repository : pushed_repositories()) {
    if (fs::exists(folder_of(repository) / "_blobs" / digest.hex()) ||
        fs::exists(folder_of(repository) / "_manifests" / digest.hex())) {
      return;
    }
  }
  remove_file(system_, pushed_blob_path(digest));
}

void RepositoryStore::remove_unused_blobs() {
  std::set<std::string> used;
  for (const std::string& repository : pushed_repositories()) {
    for (const char* kind : {"_blobs", "_manifests", "_tags"}) {
      for (const std::string& name : file_names(folder_of(repository) / kind)) {
        used.insert(name);
        if (os::is_temporary(name)) remove_file(system_, folder_of(repository) / kind / name);
      }
    }
  }
  for (const std::string& name : file_names(folder_ / "blobs" / "sha256")) {
    if (used.count(name) == 0) remove_file(system_, folder_ / "blobs" / "sha256" / name);
  }
}

}  // namespace glassdock::hub
