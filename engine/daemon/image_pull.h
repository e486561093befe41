#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/daemon/image_store.h"

namespace glassdock::daemon {

// One pull from its first request to the image's record. Made, run once, thrown away.
class ImagePull {
 public:
  struct Request {
    content::Reference reference;
    content::Platform platform;
    bool platform_given = false;
    std::vector<registry::Endpoint> endpoints;
    std::size_t downloads_at_once = 3;
  };
  ImagePull(ImageStore& store, Request request, const trace::Context& context, const PullWatcher& watcher);

  // See ImageService::pull.
  std::shared_ptr<const Image> run();

 private:
  // Hands the run's gates on, and ends all downloads when one of them failed.
  class Gates : public trace::GateKeeper {
   public:
    explicit Gates(trace::GateKeeper* outer) : outer_(outer) {}
    void pass(std::string_view gate, std::string_view subject, std::uint64_t request) override;
    bool cancelled() const noexcept override;
    void give_up() noexcept { given_up_ = true; }

   private:
    trace::GateKeeper* outer_;
    std::atomic<bool> given_up_{false};
  };

  struct Target {
    registry::FetchedManifest top;       // what the name points to: manifest or index
    registry::FetchedManifest platform;  // the manifest for this platform; the same where there is no index
    content::Manifest manifest;
  };
  Target fetch_manifest();
  content::ImageConfig fetch_config(const Target& target);
  void check_config(const Target& target, const content::ImageConfig& config) const;
  void fetch_layers(const Target& target, const content::ImageConfig& config);
  void fetch_layer(const Target& target, const content::Descriptor& blob, const Digest& diff_id);
  std::string unpack_command(const Digest& blob) const;
  void download(const Target& target, const content::Descriptor& blob, snapshot::LayerWriter& unpacking);
  void feed_stored(const content::Descriptor& blob, snapshot::LayerWriter& unpacking);
  std::shared_ptr<const Image> record(const Target& target, const content::ImageConfig& config);
  void say(const PullProgress& progress);

  ImageStore& store_;
  Request request_;
  Gates gates_;
  trace::Context context_;
  const PullWatcher& watcher_;
  std::mutex say_mutex_;
};

}  // namespace glassdock::daemon
