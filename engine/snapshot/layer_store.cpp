#include "engine/snapshot/layer_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/snapshot/layer_writer.h"

namespace glassdock::snapshot {

namespace fs = std::filesystem;

LayerStore::LayerStore(os::System& system, fs::path folder, bool rootless, UnpackLimits limits)
    : system_(system), folder_(std::move(folder)), rootless_(rootless), limits_(limits) {
  os::make_folders(folder_);
  std::error_code error;
  for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    if (!starts_with(it->path().filename().string(), staging_prefix)) continue;
    try {
      discard(it->path());
    } catch (const Error& fault) {
      std::fprintf(stderr, "glassdockd: what is left of a layer stays: %s\n", fault.what());
    }
  }
  if (error) throw Error::from_errno(error.value(), "read folder", folder_.string());
}

std::unique_ptr<LayerWriter> LayerStore::begin(const trace::Context& context, std::string_view subject,
                                               std::string_view plain_command) {
  context.gate("snapshot.unpack", subject);
  return make_layer_writer({.system = system_,
                            .context = context,
                            .subject = std::string(subject),
                            .plain_command = std::string(plain_command),
                            .folder = folder_,
                            .rootless = rootless_,
                            .limits = limits_});
}

bool LayerStore::has(std::uint64_t number) const {
  struct stat status;
  return ::lstat(path(number).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::uint64_t> LayerStore::numbers() const {
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (auto number = parse_number(name); number && std::to_string(*number) == name) numbers.push_back(*number);
  }
  return numbers;
}

fs::path LayerStore::detach(std::uint64_t number) {
  fs::path detached = folder_ / (std::string(staging_prefix) + "removed." + random_hex(12));
  if (system_.renameat(AT_FDCWD, path(number).c_str(), AT_FDCWD, detached.c_str()) == 0) return detached;
  if (errno != ENOENT) throw os::write_error(errno, "remove layer", path(number));
  return {};
}

void LayerStore::discard(const fs::path& detached) {
  os::remove_tree(detached);
}

// A daemon killed in the middle leaves no half layer under a number.
void LayerStore::remove(std::uint64_t number) {
  if (const fs::path detached = detach(number); !detached.empty()) discard(detached);
}

}  // namespace glassdock::snapshot
