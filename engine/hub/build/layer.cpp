#include "engine/hub/build/layer.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/hub/build/image_writer.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::hub::build {
namespace {

using Kind = RecipeEntry::Kind;

[[noreturn]] void fail(const Place& place, std::string_view fault, std::string hint = {}) {
  throw Error(ErrorKind::invalid_argument, fmt::format("{}: {}", place, fault), std::move(hint));
}

void add(LayerFiles& files, const RecipeEntry& entry, const std::string& path, LayerFile file) {
  std::string key = path.substr(1);
  for (std::size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1)) {
    auto [above, fresh] = files.try_emplace(key.substr(0, slash), LayerFile{Kind::folder, 0755, {}});
    if (above->second.kind != Kind::folder) fail(entry.place, fmt::format("/{} is no folder", above->first));
  }
  auto [found, fresh] = files.try_emplace(key, file);
  if (fresh) return;
  bool folders = found->second.kind == Kind::folder && file.kind == Kind::folder;
  if (!folders) fail(entry.place, fmt::format("{} is in the layer already", path));
  found->second.mode = file.mode;
}

std::string read_source(const RecipeEntry& entry, const std::map<std::string, fs::path>& built) {
  if (entry.source == RecipeEntry::Source::text) return entry.text;
  if (entry.source == RecipeEntry::Source::package) {
    auto bytes = os::try_read_file(entry.origin);
    if (!bytes) {
      fail(entry.place, fmt::format("{} is missing", entry.origin), "install the package " + entry.package);
    }
    return *bytes;
  }
  auto found = built.find(entry.origin);
  if (found == built.end()) fail(entry.place, fmt::format("no target {} was built", entry.origin));
  return os::read_file(found->second);
}

const LayerFile* find_program(const LayerFiles& files, const std::vector<LayerFiles>& below, const std::string& path) {
  if (auto found = files.find(path.substr(1)); found != files.end()) return &found->second;
  for (const LayerFiles& layer : below) {
    if (auto found = layer.find(path.substr(1)); found != layer.end()) return &found->second;
  }
  return nullptr;
}

// What `busybox --list-full` prints, asked of the very program that goes into the image.
std::vector<std::string> list_applets(const RecipeEntry& entry, const LayerFile& program) {
  os::TempDir folder(fs::temp_directory_path(), "hub-image.");
  fs::path copy = folder.path() / "busybox";
  os::write_file_atomically(os::real_system(), copy, program.content, 0700);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(
      ::popen(fmt::format("{} --list-full", shell_quote(copy.string())).c_str(), "r"), &::pclose);
  if (!output) throw Error::from_errno(errno, "run", copy.string());
  std::string text;
  char piece[4096];
  for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, output.get())) > 0;) text.append(piece, got);
  std::vector<std::string> applets;
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) applets.push_back(line);
  }
  if (applets.empty()) fail(entry.place, fmt::format("{} --list-full lists nothing", entry.path));
  return applets;
}

void add_applets(LayerFiles& files, const RecipeEntry& entry, const std::vector<LayerFiles>& below) {
  const LayerFile* program = find_program(files, below, entry.path);
  if (program == nullptr) fail(entry.place, fmt::format("{} is in no layer yet", entry.path));
  for (const std::string& applet : list_applets(entry, *program)) {
    std::string name = fs::path(applet).filename().string();
    const auto& except = entry.applets_except;
    if (std::find(except.begin(), except.end(), name) != except.end()) continue;
    std::string path = entry.applets_into == "paths" ? "/" + applet : entry.applets_into + "/" + name;
    if (path != entry.path) add(files, entry, path, {Kind::link, 0777, entry.path});
  }
}

// Collects what libarchive writes.
la_ssize_t append(archive*, void* target, const void* bytes, std::size_t size) {
  static_cast<std::string*>(target)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

void check(const Archive& archive, int result) {
  if (result < ARCHIVE_WARN) {
    throw Error(ErrorKind::internal, fmt::format("write an archive: {}", ::archive_error_string(archive.get())));
  }
}

void write_entry(const Archive& archive, const std::string& path, const LayerFile& file) {
  std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(::archive_entry_new(), &::archive_entry_free);
  bool folder = file.kind == Kind::folder;
  ::archive_entry_set_pathname(entry.get(), (folder ? path + "/" : path).c_str());
  ::archive_entry_set_filetype(entry.get(), folder ? AE_IFDIR : file.kind == Kind::link ? AE_IFLNK : AE_IFREG);
  ::archive_entry_set_perm(entry.get(), file.mode);
  ::archive_entry_set_mtime(entry.get(), created_seconds, 0);
  if (file.kind == Kind::link) ::archive_entry_set_symlink(entry.get(), file.content.c_str());
  if (file.kind == Kind::file) ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
  check(archive, ::archive_write_header(archive.get(), entry.get()));
  if (file.kind != Kind::file) return;
  if (::archive_write_data(archive.get(), file.content.data(), file.content.size()) < 0) check(archive, ARCHIVE_FATAL);
}

}  // namespace

LayerFiles collect(const RecipeLayer& layer, const std::map<std::string, fs::path>& built,
                   const std::vector<LayerFiles>& below) {
  LayerFiles files;
  for (const RecipeEntry& entry : layer.entries) {
    switch (entry.kind) {
      case Kind::folder:
        add(files, entry, entry.path, {Kind::folder, entry.mode, {}});
        break;
      case Kind::link:
        add(files, entry, entry.path, {Kind::link, 0777, entry.text});
        break;
      case Kind::file:
        add(files, entry, entry.path, {Kind::file, entry.mode, read_source(entry, built)});
        break;
      case Kind::applets:
        add_applets(files, entry, below);
        break;
    }
  }
  return files;
}

std::string to_tar(const LayerFiles& files) {
  std::string bytes;
  Archive archive(::archive_write_new(), &::archive_write_free);
  check(archive, ::archive_write_set_format_pax_restricted(archive.get()));
  check(archive, ::archive_write_set_bytes_in_last_block(archive.get(), 1));
  check(archive, ::archive_write_open(archive.get(), &bytes, nullptr, &append, nullptr));
  for (const auto& [path, file] : files) write_entry(archive, path, file);
  check(archive, ::archive_write_close(archive.get()));
  return bytes;
}

std::string to_gzip(const std::string& bytes) {
  std::string packed;
  Archive archive(::archive_write_new(), &::archive_write_free);
  check(archive, ::archive_write_set_format_raw(archive.get()));
  check(archive, ::archive_write_add_filter_gzip(archive.get()));
  check(archive, ::archive_write_set_filter_option(archive.get(), "gzip", "compression-level", "9"));
  check(archive, ::archive_write_set_filter_option(archive.get(), "gzip", "timestamp", nullptr));
  check(archive, ::archive_write_set_bytes_in_last_block(archive.get(), 1));
  check(archive, ::archive_write_open(archive.get(), &packed, nullptr, &append, nullptr));
  write_entry(archive, "layer", {Kind::file, 0644, bytes});
  check(archive, ::archive_write_close(archive.get()));
  return packed;
}

}  // namespace glassdock::hub::build
