#include "engine/snapshot/merged_tree.h"

#include <dirent.h>

#include <cerrno>
#include <map>
#include <memory>

#include "engine/base/error.h"
#include "engine/snapshot/overlay_names.h"

namespace glassdock::snapshot {
namespace {

namespace fs = std::filesystem;

// Each level costs stack, of which a connection's thread has little; PATH_MAX ends at 2048 levels.
constexpr int depth_limit = 200;

struct Found {
  MergedEntry entry;
  std::vector<fs::path> folders;  // where it is a folder: of all layers that it is merged from, the top first
  bool hidden = false;            // by a whiteout above
  bool closed = false;            // nothing of the layers below counts
};

void take_name(std::map<std::string, Found>& names, const std::string& name, const fs::path& path, bool rootless) {
  Found& found = names[name];
  if (found.hidden || found.closed) return;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) throw Error::from_errno(errno, "look at", path.native());
  const bool first = found.entry.path.empty();
  if (is_whiteout(status)) {
    (first ? found.hidden : found.closed) = true;
    return;
  }
  if (!first && !S_ISDIR(status.st_mode)) {
    found.closed = true;  // below a folder a file of its name is hidden
    return;
  }
  if (first) {
    found.entry.path = path;
    found.entry.status = status;
  }
  if (S_ISDIR(status.st_mode)) found.folders.push_back(path);
  found.closed = !S_ISDIR(status.st_mode) || is_opaque(path, rootless);
}

void read_folder(std::map<std::string, Found>& names, const fs::path& folder, bool rootless) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), ::closedir);
  if (!stream) throw Error::from_errno(errno, "open", folder.native());
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") take_name(names, name, folder / name, rootless);
  }
}

void walk(const std::vector<fs::path>& folders, const std::string& prefix, bool rootless, int depth,
          const std::function<void(const MergedEntry&)>& visit) {
  if (depth > depth_limit) throw Error(ErrorKind::not_supported, "the image's folders are nested too deep: " + prefix);
  std::map<std::string, Found> names;
  for (const fs::path& folder : folders) read_folder(names, folder, rootless);
  for (auto& [name, found] : names) {
    if (found.hidden) continue;
    found.entry.name = prefix + name;
    visit(found.entry);
    if (!found.folders.empty()) walk(found.folders, found.entry.name + "/", rootless, depth + 1, visit);
  }
}

}  // namespace

void walk_merged(const LayerStore& store, const std::vector<std::uint64_t>& layers,
                 const std::function<void(const MergedEntry&)>& visit) {
  std::vector<fs::path> roots;
  for (auto number = layers.rbegin(); number != layers.rend(); ++number) {
    roots.push_back(store.path(*number));
    if (is_opaque(roots.back(), store.rootless())) break;
  }
  walk(roots, "", store.rootless(), 0, visit);
}

}  // namespace glassdock::snapshot
