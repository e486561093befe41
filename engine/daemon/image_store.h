#pragma once

#include <condition_variable>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "engine/daemon/image_service.h"

namespace glassdock::daemon {

// Takes a step of what is done when the engine starts. What fails is told on stderr: no leftover that cannot be removed
// keeps an engine from coming.
void attempt_recovery(const std::function<void()>& step);

// What the image service's pulls and removals share: images read from their blobs, layers being made, and the sweep
// that removes what nothing needs. Any thread may call.
class ImageStore {
 public:
  explicit ImageStore(ImageParts parts) : parts_(parts) {}

  const ImageParts& parts() const noexcept { return parts_; }

  // Read from the blobs and kept. Throws Error(not_found) for an unknown id, Error(corrupt) for a damaged image.
  std::shared_ptr<const Image> load(const Digest& id) const;
  // By docker's rules (ImageService::find).
  std::optional<Digest> find(std::string_view name) const;

  // Keeps blobs and layers of a running pull from the sweep, from construction to destruction.
  class Pin {
   public:
    Pin(ImageStore& store, std::vector<Digest> digests);
    ~Pin();
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

   private:
    ImageStore& store_;
    std::vector<Digest> digests_;
  };

  // Under it images are named, unnamed and removed, and each such change is told: who holds it sees no half of one.
  // Taken before any other lock.
  std::unique_lock<std::mutex> lock_changes() const { return std::unique_lock(changes_); }
  // Images that are about to have a container; guarded by lock_changes().
  std::multiset<Digest> in_use;

  // The right to make one layer, so that two pulls don't do the same work.
  class Turn {
   public:
    // Waits while another thread has it. Throws Error(cancelled).
    Turn(ImageStore& store, const Digest& diff_id, const trace::Context& context);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ImageStore& store_;
    Digest diff_id_;
  };

  // What a killed daemon left: folders of layers without a finished record, and records of layers without a folder.
  void remove_stale_layers();

  bool has_layer(const Digest& diff_id) const;
  // Commits an unpacked layer under a new number. It can be used at once, and is recorded by record_layers.
  void add_layer(snapshot::LayerWriter& writer, const snapshot::UnpackedLayer& layer);
  // What of these is not recorded yet goes to the disk first, then into the metadata: a record is true after a power
  // loss, too. Returns the bytes of all of them together.
  std::uint64_t record_layers(const std::vector<Digest>& diff_ids);

  // Blobs and layers that no image and no pull needs, out of the stores already and still to be deleted.
  struct Unneeded {
    std::set<Digest> layers;  // those that images had
    std::vector<std::filesystem::path> blob_files, layer_folders;
    std::exception_ptr fault;  // the first; all else was taken nevertheless
  };
  // What images need, as their manifests and configs say. These are read and hashed, which may take as long as the disk
  // likes: under no lock. What `known` has of an image is taken from there.
  struct Needs {
    struct OfImage {
      Digest manifest;
      bool readable = false;  // else it may need anything
      std::set<Digest> blobs, layers;
    };
    std::vector<content::ImageRow> images;  // that were looked at
    std::map<Digest, OfImage> of;
  };
  Needs read_needs(Needs known) const;
  // Takes as long as they are in number, not as they are large, so that it may be called under lock_changes(), with
  // what was read before: only an image that came since is read then. Does nothing while an image cannot be read.
  Unneeded detach_unneeded(Needs known = {});
  // Deletes them, which may take seconds: under no lock. Throws the first fault of both when all is done.
  void discard(Unneeded unneeded);
  // Forgets what load() kept of it.
  void forget(const Digest& id);

 private:
  ImageParts parts_;
  mutable std::mutex changes_;
  mutable std::mutex cache_mutex_;
  mutable std::map<Digest, std::shared_ptr<const Image>> cache_;
  std::uint64_t forgotten_ = 0;  // how often: what was read before is not kept after

  mutable std::mutex mutex_;
  std::condition_variable turn_ended_;
  std::multiset<Digest> pinned_;
  std::set<Digest> in_work_;                        // by diff id
  std::map<Digest, content::LayerRow> unrecorded_;  // whole, not yet known to be on the disk
};

}  // namespace glassdock::daemon
