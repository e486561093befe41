#pragma once

#include <filesystem>
#include <string>

namespace glassdock::os {

// The whole disk on which the file system of `path` stands, as "/dev/sda", whichever of its parts it has. Empty where
// it stands on none (a tmpfs, an overlay, a network), on several, or the disk has no file in /dev. Reads sysfs.
std::string disk_below(const std::filesystem::path& path);

}  // namespace glassdock::os
