#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/unique_fd.h"
#include "engine/hub/image_layout.h"
#include "engine/os/system.h"

namespace glassdock::hub {

struct StoredManifest {
  Digest digest;
  std::string media_type;
  std::string bytes;
};

struct StoredBlob {
  UniqueFd file;
  std::uint64_t size = 0;
};

enum class Removal { removed, unknown, built_in };

// The repositories of the hub: what came with the program, and what was pushed, in one folder:
//   blobs/sha256/HEX                        each blob and manifest once
//   repositories/NAME/_manifests/HEX        the repository has this manifest; the file holds its media type
//   repositories/NAME/_blobs/HEX            the repository has this blob
//   repositories/NAME/_tags/TAG             holds a manifest's digest
// (a component of a NAME never begins with '_'). Whatever is under these names is whole: files are renamed into place.
// A pushed tag hides a built-in one of the same name. Any thread.
class RepositoryStore {
 public:
  // Removes blobs that no repository has, as a killed daemon may leave them. `system` outlives the store.
  RepositoryStore(os::System& system, ImageLayout built_in, std::filesystem::path folder);

  bool has_repository(const std::string& repository) const;
  // Sorted.
  std::vector<std::string> repositories() const;
  std::vector<std::string> tags(const std::string& repository) const;
  // `reference` is a tag or a digest's text.
  std::optional<StoredManifest> manifest(const std::string& repository, const std::string& reference) const;
  std::vector<StoredManifest> manifests(const std::string& repository) const;
  std::optional<StoredBlob> blob(const std::string& repository, const Digest& digest) const;

  // Safe from power loss when it returns. An empty tag sets none.
  void put_manifest(const std::string& repository, const std::string& tag, const StoredManifest& manifest);
  // Moves the file `upload` (already fsynced, its digest checked) into the store.
  void put_blob(const std::string& repository, const Digest& digest, const std::filesystem::path& upload);
  // The blob of `from` is from now on in `repository` too. False where `from` has none.
  bool mount_blob(const std::string& repository, const Digest& digest, const std::string& from);

  Removal remove_tag(const std::string& repository, const std::string& tag);
  // With all tags that name it.
  Removal remove_manifest(const std::string& repository, const Digest& digest);
  Removal remove_blob(const std::string& repository, const Digest& digest);

 private:
  std::filesystem::path folder_of(const std::string& repository) const;
  std::filesystem::path pushed_blob_path(const Digest& digest) const;
  std::optional<Digest> resolve(const std::string& repository, const std::string& reference) const;
  std::vector<std::string> pushed_repositories() const;
  void write_link(const std::filesystem::path& path, std::string_view content);
  void copy_in(int source, const std::filesystem::path& temporary);
  void drop_if_unused(const Digest& digest);
  void remove_unused_blobs();

  os::System& system_;
  ImageLayout built_in_;
  std::filesystem::path folder_;
  mutable std::mutex mutex_;  // guards the links, so that a removal sees all of them
};

}  // namespace glassdock::hub
