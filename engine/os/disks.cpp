#include "engine/os/disks.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <system_error>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::os {

std::string disk_below(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  std::error_code error;
  // sysfs(5): a link to the device's folder; that of a partition stands in its disk's.
  fs::path device = fs::canonical(fmt::format("/sys/dev/block/{}:{}", major(found.st_dev), minor(found.st_dev)), error);
  if (error) return {};
  if (fs::exists(device / "partition", error)) device = device.parent_path();
  std::string name = device.filename();
  std::replace(name.begin(), name.end(), '!', '/');
  const std::string disk = "/dev/" + name;
  if (::stat(disk.c_str(), &found) != 0 || !S_ISBLK(found.st_mode)) return {};
  const std::string number = fmt::format("{}:{}", major(found.st_rdev), minor(found.st_rdev));
  return trim(try_read_file(device / "dev").value_or("")) == number ? disk : std::string();
}

}  // namespace glassdock::os
