#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/content/blob_store.h"
#include "engine/content/image_config.h"
#include "engine/content/manifest.h"
#include "engine/content/metadata.h"
#include "engine/content/reference.h"
#include "engine/daemon/event_log.h"
#include "engine/registry/client.h"
#include "engine/snapshot/layer_store.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// An image of the store, ready to be run or listed.
struct Image {
  Digest id;                               // of its config
  Digest manifest;                         // of its platform's manifest
  std::vector<content::Descriptor> blobs;  // its layers as the registry has them, the lowest first; not all are kept
  std::int64_t stored_unix = 0;
  std::uint64_t bytes = 0;  // unpacked, all layers
  content::ImageConfig config;
  std::vector<std::uint64_t> layers;  // numbers in the layer store, the lowest first
  struct Unpacked {
    std::uint64_t bytes = 0, entries = 0;  // 0 entries: unknown
  };
  std::vector<Unpacked> unpacked;  // of each layer
};

// An image with the names that point to it, in docker's short form, sorted.
struct NamedImage {
  std::shared_ptr<const Image> image;
  std::vector<std::string> tags;     // "alpine:latest"
  std::vector<std::string> digests;  // "alpine@sha256:…"
};

// One line of a pull's progress, as docker's jsonmessage has it (moby pkg/jsonmessage): a layer's, or the pull's own.
struct PullProgress {
  std::string id;      // short digest of a layer; the tag in the first line; empty in the last ones
  std::string status;  // "Pulling fs layer", "Downloading", "Download complete", "Pull complete", "Already exists" …
  std::uint64_t current = 0;  // bytes; both 0 where there is no bar
  std::uint64_t total = 0;
};
// Called by one thread at a time, though not always by the same one. What it throws ends the pull.
using PullWatcher = std::function<void(const PullProgress&)>;

// A container that needs an image.
struct ImageUser {
  std::string container;  // 64 hex digits
  bool running = false;
};
using ImageUsers = std::function<std::vector<ImageUser>(const Digest& image)>;

// What docker rmi answers, in order: {untagged "alpine:latest"}, {deleted "sha256:…"} …; one of both is empty.
struct RemovedItem {
  std::string untagged;
  std::string deleted;
};

struct PrunedImages {
  std::vector<RemovedItem> items;
  std::uint64_t bytes = 0;  // of the layers that no image needs any more, unpacked
};

// What the service works with; all of it outlives the service.
struct ImageParts {
  content::BlobStore& blobs;
  content::Metadata& metadata;
  snapshot::LayerStore& layers;
  registry::Client& client;
  EventLog& events;
};

struct ImageSettings {
  registry::Places places;
  std::string socket;                 // the engine's own, for commands that ask it by hand
  std::size_t downloads_at_once = 3;  // of one pull; docker's max-concurrent-downloads
};

class ImageStore;

// Images as the user sees them: pulled, found, listed, removed, and nothing of them left behind. Any thread may call.
//
// One lock orders the changes (lock_changes). What changes images takes it: pull, tag, remove, container_removed,
// recover, and both ends of a Use. Those may not be called by a thread that holds it or the containers' lock, which is
// taken behind it. None of them holds it while bytes come, files are unpacked or deleted. What only looks (find,
// get, find_id, bytes_of, list, named, config_json) takes it not, and may be called with either lock held.
class ImageService {
 public:
  // `users` is asked by remove, container_removed and recover only, also with the lock of changes held: so it may take
  // the containers' lock, and may not call this service.
  ImageService(ImageParts parts, ImageSettings settings, ImageUsers users);
  ~ImageService();

  // Pulls what is missing of `reference` and names the image so. Gates and spans: pull.resolve and pull.manifest
  // (subject: the reference), pull.config, and for each layer at once pull.blob (its digest) with the layer store's
  // snapshot.unpack beside it; so the gate keeper must take several threads. Two pulls of one layer share the work.
  // Throws Error; then nothing of this pull is left that no image or other pull needs. Without `platform`, this
  // machine's.
  std::shared_ptr<const Image> pull(const content::Reference& reference,
                                    const std::optional<content::Platform>& platform, const trace::Context& context,
                                    const PullWatcher& watcher,
                                    const std::optional<registry::Credentials>& credentials = std::nullopt);

  // By docker's rules: a whole id, then a name (tag "latest" where none is given), then the beginning of one image's
  // id. Span "cache.lookup" with `found` and with `result` "hit" or "miss". Nothing where there is none; a prefix of
  // several ids counts as none. Throws Error(invalid_argument) for what is neither.
  std::shared_ptr<const Image> find(std::string_view name, const trace::Context& context) const;
  // The same, or Error(not_found) "No such image: alpine:latest".
  std::shared_ptr<const Image> get(std::string_view name, const trace::Context& context) const;
  // The id alone, and its size as unpacked (0 where there is none): also of an image whose files are damaged.
  std::optional<Digest> find_id(std::string_view name) const;
  std::uint64_t bytes_of(const Digest& image) const;
  // Keeps an image that a container is about to need from being removed, as a container does. Throws as get.
  class Use {
   public:
    Use(ImageService& images, std::string_view name, const trace::Context& context);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    const std::shared_ptr<const Image>& image() const noexcept { return image_; }

   private:
    Use(ImageService& images, std::string_view name, std::shared_ptr<const Image> found);

    ImageService& images_;
    std::shared_ptr<const Image> image_;
  };
  // Held while the images' baseline is read: no image comes or goes meanwhile.
  std::unique_lock<std::mutex> lock_changes() const;
  std::vector<NamedImage> list() const;  // the newest first, untagged ones too
  NamedImage named(const std::shared_ptr<const Image>& image) const;
  // The image's configuration as it was made (its SHA-256 is the id).
  std::string config_json(const Digest& image) const;
  // "127.0.0.1:41234", the embedded registry that is asked first; empty where there is none.
  const std::string& hub() const noexcept { return settings_.places.hub; }
  const std::string& socket() const noexcept { return settings_.socket; }

  // A further name for an image (docker tag). Throws Error(not_found).
  void tag(const Digest& image, const content::Reference& reference, const trace::Context& context);
  // docker rmi. Throws Error(not_found), or Error(conflict) in docker's words when containers use it: by `force` the
  // name goes nevertheless, and the image too unless one of them runs. An image that gets a name meanwhile stays.
  std::vector<RemovedItem> remove(std::string_view name, bool force, const trace::Context& context);
  // Removes each image that is `wanted` and that no container uses: with all its names, or not at all where it got one
  // or is used since it was looked at.
  PrunedImages prune(const std::function<bool(const NamedImage&)>& wanted, const trace::Context& context);
  // Unpacked, the lowest layer first; 0 for one that is not there.
  std::vector<std::uint64_t> layer_bytes(const Image& image) const;
  // To be called after a container is gone: lets go of an image that was removed before it.
  void container_removed(const Digest& image);
  // To be called once before any pull, when the daemon knows its containers and has ended those that nobody knows:
  // removes what a killed daemon left, layers without a finished record and blobs that no image names, and lets go of
  // images whose containers went while no daemon ran. What cannot be removed is told on stderr, and left to the next
  // start.
  void recover();

 private:
  std::vector<RemovedItem> delete_image(const Digest& id, const trace::Context& context);
  // What removes an image in one step: `may_go` decides with lock_changes() held. Nothing is removed where it says no.
  std::vector<RemovedItem> delete_if(const Digest& id, const std::function<bool()>& may_go,
                                     const trace::Context& context);
  // Tells the clients that follow events.
  void tell_clients(std::string_view action, std::string_view id, const std::string& name,
                    const std::map<std::string, std::string>& labels) const;
  std::map<std::string, std::string> labels_of(const Digest& image) const;
  void untag_locked(const Digest& id, const content::Reference& reference, const trace::Context& context,
                    std::vector<RemovedItem>& removed);
  Digest id_of(std::string_view name) const;

  std::unique_ptr<ImageStore> store_;
  ImageSettings settings_;
  ImageUsers users_;
};

}  // namespace glassdock::daemon
