#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/os/system.h"
#include "engine/snapshot/layer_store.h"

namespace glassdock::snapshot {

// The folders of one overlay mount (Linux Documentation/filesystems/overlayfs.rst), relative to `base`: mount from
// there, since an option string may not be longer than a page.
struct OverlayFolders {
  std::filesystem::path base;                // absolute
  std::vector<std::filesystem::path> lower;  // the top layer first; at least one
  std::filesystem::path upper;
  std::filesystem::path work;
};

// What containers write: DATA/containers/ID/upper and work. Any thread may call; one container is made or removed by
// one caller at a time.
class ContainerLayers {
 public:
  // `data` is the folder that holds both the layer store's folder and containers/. All referred to outlive it.
  ContainerLayers(os::System& system, const LayerStore& layers, std::filesystem::path data);

  // Makes both folders, and DATA/containers/ID where it is missing. `layers` has the image's bottom layer first, at
  // least one. Throws Error(not_found) where a layer is missing; neither folder is left after a failure.
  OverlayFolders make(const std::string& id, const std::vector<std::uint64_t>& layers);
  // Where they are; makes nothing. Layers below one whose whole root is opaque are not named: overlay itself does not
  // look at a root's attribute.
  OverlayFolders folders(const std::string& id, const std::vector<std::uint64_t>& layers) const;
  // A root that was mounted volatile is mounted again only once overlay's mark of that is gone: for one that is started
  // once more in the same boot, whose files the page cache still has. Missing folders are fine. Throws Error.
  void forget_volatile(const std::string& id);
  // False from the first moment of remove() on, whatever becomes of the rest of it.
  bool is_whole(const std::string& id) const;
  // Both folders with all in them; not DATA/containers/ID. Missing ones are fine. Not while it is mounted. Throws
  // Error.
  void remove(const std::string& id);
  // The size of the files that the container wrote or changed (docker ps -s), hard links once. Works while it runs.
  std::uint64_t upper_bytes(const std::string& id) const;

 private:
  os::System& system_;
  const LayerStore& layers_;
  std::filesystem::path data_;
};

}  // namespace glassdock::snapshot
