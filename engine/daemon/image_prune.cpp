#include <string>

#include "engine/base/error.h"
#include "engine/daemon/image_service.h"
#include "engine/daemon/image_store.h"

namespace glassdock::daemon {

std::vector<std::uint64_t> ImageService::layer_bytes(const Image& image) const {
  std::vector<std::uint64_t> sizes;
  sizes.reserve(image.config.diff_ids.size());
  for (const Digest& layer : image.config.diff_ids) {
    const auto row = store_->parts().metadata.layer(layer);
    sizes.push_back(row ? row->bytes : 0);
  }
  return sizes;
}

PrunedImages ImageService::prune(const std::function<bool(const NamedImage&)>& wanted, const trace::Context& context) {
  PrunedImages pruned;
  for (const NamedImage& image : list()) {
    const Digest& id = image.image->id;
    if (!wanted(image) || (users_ && !users_(id).empty())) continue;
    std::map<std::string, std::uint64_t> bytes;
    const std::vector<Digest> chain = content::chain_ids(image.image->config.diff_ids);
    const std::vector<std::uint64_t> sizes = layer_bytes(*image.image);
    for (std::size_t i = 0; i < chain.size(); ++i) bytes[chain[i].text()] = sizes[i];
    const auto is_as_seen = [&] {
      const NamedImage now = named(image.image);
      const auto row = store_->parts().metadata.image(id);
      return row && !row->hidden && now.tags == image.tags && now.digests == image.digests &&
             !store_->in_use.contains(id) && (!users_ || users_(id).empty());
    };
    for (RemovedItem& item : delete_if(id, is_as_seen, context)) {
      if (const auto freed = bytes.find(item.deleted); freed != bytes.end()) pruned.bytes += freed->second;
      pruned.items.push_back(std::move(item));
    }
  }
  store_->parts().events.tell("image", "prune", {}, {{"reclaimed", std::to_string(pruned.bytes)}});
  return pruned;
}

}  // namespace glassdock::daemon
