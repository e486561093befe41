#pragma once

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <filesystem>
#include <string_view>

namespace glassdock::snapshot {

// What overlay itself reads from a lower folder (Linux Documentation/filesystems/overlayfs.rst): in a user namespace,
// with mount option userxattr, user.overlay.* instead of trusted.overlay.*. Root's layers have both, for its trials.
inline const char* opaque_attribute(bool rootless) {
  return rootless ? "user.overlay.opaque" : "trusted.overlay.opaque";
}

// What hides a file of the layers below (Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque
// directories").
inline bool is_whiteout(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

// Whether the folder hides what the layers below have in it.
inline bool is_opaque(const std::filesystem::path& folder, bool rootless) {
  char value = 0;
  return ::lgetxattr(folder.c_str(), opaque_attribute(rootless), &value, 1) == 1 && value == 'y';
}

inline bool is_overlay_attribute(std::string_view name) {
  return name.substr(0, 16) == "trusted.overlay." || name.substr(0, 13) == "user.overlay.";
}

// How a layer's tar says it (OCI image spec, layer.md#representing-changes).
inline constexpr std::string_view whiteout_prefix = ".wh.";
inline constexpr std::string_view opaque_name = ".wh..wh..opq";
inline constexpr std::string_view aufs_prefix = ".wh..wh.";  // aufs' own book-keeping, no part of the content

}  // namespace glassdock::snapshot
