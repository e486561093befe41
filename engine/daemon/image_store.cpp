#include "engine/daemon/image_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::daemon {
namespace {

constexpr std::size_t cached_images = 64;  // their configs are some KiB each
constexpr std::chrono::milliseconds cancel_poll{100};

}  // namespace

void attempt_recovery(const std::function<void()>& step) {
  try {
    step();
  } catch (const Error& fault) {
    std::fprintf(stderr, "glassdockd: what is left of an image stays: %s\n", fault.what());
  }
}

void ImageStore::remove_stale_layers() {
  for (std::uint64_t number : parts_.metadata.pending_layers()) {
    attempt_recovery([&] {
      parts_.layers.remove(number);
      parts_.metadata.forget_pending_layer(number);
    });
  }
  std::vector<Digest> lost;
  std::set<std::uint64_t> known;
  for (const content::LayerRow& layer : parts_.metadata.layers()) {
    known.insert(layer.number);
    if (!parts_.layers.has(layer.number)) lost.push_back(layer.diff_id);
  }
  if (!lost.empty()) parts_.metadata.remove_layers(lost);
  for (std::uint64_t number : parts_.layers.numbers()) {  // of a database that was lost
    if (!known.contains(number)) attempt_recovery([&] { parts_.layers.remove(number); });
  }
}

std::shared_ptr<const Image> ImageStore::load(const Digest& id) const {
  std::uint64_t forgotten = 0;
  {
    std::lock_guard lock(cache_mutex_);
    forgotten = forgotten_;
    if (auto found = cache_.find(id); found != cache_.end()) return found->second;
  }
  auto row = parts_.metadata.image(id);
  if (!row) throw Error(ErrorKind::not_found, fmt::format("No such image: {}", id.text()));
  auto image = std::make_shared<Image>();
  image->id = id;
  image->manifest = row->manifest;
  image->stored_unix = row->stored_unix;
  image->bytes = row->bytes;
  auto document = content::parse_manifest(parts_.blobs.read(row->manifest, content::manifest_limit), {});
  image->blobs = std::get<content::Manifest>(document).layers;
  image->config = content::parse_image_config(parts_.blobs.read(id, content::config_limit));
  for (const Digest& diff_id : image->config.diff_ids) {
    auto layer = parts_.metadata.layer(diff_id);
    if (!layer) {
      throw Error(ErrorKind::corrupt, fmt::format("image {} lacks its layer {}", id.short_hex(), diff_id.text()),
                  "pull it again");
    }
    image->layers.push_back(layer->number);
    image->unpacked.push_back({layer->bytes, layer->entries});
  }
  std::lock_guard lock(cache_mutex_);
  if (forgotten_ != forgotten) return image;
  if (cache_.size() >= cached_images) cache_.clear();
  cache_[id] = image;
  return image;
}

void ImageStore::forget(const Digest& id) {
  std::lock_guard lock(cache_mutex_);
  cache_.erase(id);
  ++forgotten_;
}

std::optional<Digest> ImageStore::find(std::string_view name) const {
  auto shown = [this](const Digest& id) {
    auto row = parts_.metadata.image(id);
    return row && !row->hidden;
  };
  bool prefixed = starts_with(name, "sha256:");
  std::string_view hex = prefixed ? name.substr(7) : name;
  if (is_hex(hex) && hex.size() == 64) {
    Digest id = Digest::parse("sha256:" + std::string(hex));
    return shown(id) ? std::optional(id) : std::nullopt;
  }
  if (auto id = parts_.metadata.find_reference(content::Reference::parse(name).canonical())) return id;
  if (!is_hex(hex)) return std::nullopt;
  std::optional<Digest> only;
  for (const content::ImageRow& row : parts_.metadata.images()) {
    if (row.hidden || !starts_with(row.id.hex(), hex)) continue;
    if (only) return std::nullopt;
    only = row.id;
  }
  return only;
}

ImageStore::Pin::Pin(ImageStore& store, std::vector<Digest> digests) : store_(store), digests_(std::move(digests)) {
  std::lock_guard lock(store_.mutex_);
  store_.pinned_.insert(digests_.begin(), digests_.end());
}

ImageStore::Pin::~Pin() {
  std::lock_guard lock(store_.mutex_);
  for (const Digest& digest : digests_) store_.pinned_.erase(store_.pinned_.find(digest));
}

ImageStore::Turn::Turn(ImageStore& store, const Digest& diff_id, const trace::Context& context)
    : store_(store), diff_id_(diff_id) {
  std::unique_lock lock(store_.mutex_);
  while (store_.in_work_.count(diff_id_) != 0) {
    store_.turn_ended_.wait_for(lock, cancel_poll);
    context.throw_if_cancelled();
  }
  store_.in_work_.insert(diff_id_);
}

ImageStore::Turn::~Turn() {
  std::lock_guard lock(store_.mutex_);
  store_.in_work_.erase(diff_id_);
  store_.turn_ended_.notify_all();
}

bool ImageStore::has_layer(const Digest& diff_id) const {
  std::lock_guard lock(mutex_);
  if (unrecorded_.count(diff_id) != 0) return true;
  auto row = parts_.metadata.layer(diff_id);
  return row && parts_.layers.has(row->number);
}

void ImageStore::add_layer(snapshot::LayerWriter& writer, const snapshot::UnpackedLayer& layer) {
  std::uint64_t number = parts_.metadata.reserve_layer();
  while (parts_.layers.has(number)) {  // a new database counts from 1 again
    parts_.metadata.forget_pending_layer(number);
    number = parts_.metadata.reserve_layer();
  }
  try {
    writer.commit(number);
  } catch (...) {
    parts_.metadata.forget_pending_layer(number);
    throw;
  }
  std::lock_guard lock(mutex_);
  unrecorded_[layer.diff_id] = {layer.diff_id, number, layer.bytes, layer.entries};
}

std::uint64_t ImageStore::record_layers(const std::vector<Digest>& diff_ids) {
  std::vector<content::LayerRow> fresh;
  {
    std::lock_guard lock(mutex_);
    for (const Digest& diff_id : diff_ids) {
      if (auto found = unrecorded_.find(diff_id); found != unrecorded_.end()) fresh.push_back(found->second);
    }
  }
  if (!fresh.empty()) {
    UniqueFd folder = os::open_folder(parts_.layers.folder());
    if (::syncfs(folder.get()) != 0) throw Error::from_errno(errno, "syncfs", parts_.layers.folder().string());
  }
  std::lock_guard lock(mutex_);
  for (const content::LayerRow& layer : fresh) {
    if (unrecorded_.erase(layer.diff_id) != 0) parts_.metadata.put_layer(layer);
  }
  std::uint64_t bytes = 0;
  for (const Digest& diff_id : diff_ids) {
    if (auto row = parts_.metadata.layer(diff_id)) bytes += row->bytes;
  }
  return bytes;
}

ImageStore::Needs ImageStore::read_needs(Needs known) const {
  Needs needs{.images = parts_.metadata.images(), .of = {}};
  for (const content::ImageRow& row : needs.images) {
    Needs::OfImage& image = needs.of[row.id];
    if (auto before = known.of.find(row.id); before != known.of.end() && before->second.manifest == row.manifest) {
      image = std::move(before->second);
      continue;
    }
    image.manifest = row.manifest;
    try {
      auto loaded = load(row.id);
      image.blobs = {row.id, row.manifest};
      for (const content::Descriptor& blob : loaded->blobs) image.blobs.insert(blob.digest);
      image.layers.insert(loaded->config.diff_ids.begin(), loaded->config.diff_ids.end());
      image.readable = true;
    } catch (const Error&) {  // as it says
    }
  }
  return needs;
}

ImageStore::Unneeded ImageStore::detach_unneeded(Needs known) {
  Unneeded unneeded;
  auto attempt = [&](auto&& step) {
    try {
      step();
    } catch (const Error&) {
      if (!unneeded.fault) unneeded.fault = std::current_exception();
    }
  };
  // One that came meanwhile is seen, or its pull holds its pin: it can't let go of that before the sweep is over.
  std::set<Digest> blobs, layers;
  std::unique_lock lock(mutex_, std::defer_lock);
  do {
    if (lock) lock.unlock();
    known = read_needs(std::move(known));
    for (const auto& [id, image] : known.of) {
      if (!image.readable) return unneeded;
    }
    lock.lock();
  } while (parts_.metadata.images() != known.images);
  for (const auto& [id, image] : known.of) {
    blobs.insert(image.blobs.begin(), image.blobs.end());
    layers.insert(image.layers.begin(), image.layers.end());
  }
  auto wanted = [&](const std::set<Digest>& set, const Digest& digest) {
    return set.count(digest) != 0 || pinned_.count(digest) != 0;
  };
  auto detach_layer = [&](std::uint64_t number) {
    if (auto folder = parts_.layers.detach(number); !folder.empty()) unneeded.layer_folders.push_back(folder);
  };
  auto foreign = [](const std::string& name) {
    std::fprintf(stderr, "glassdockd: among the blobs lies what is none, and stays: %s\n", name.c_str());
  };
  for (const Digest& blob : parts_.blobs.list(foreign)) {
    if (wanted(blobs, blob)) continue;
    attempt([&] {
      if (auto file = parts_.blobs.detach(blob); !file.empty()) unneeded.blob_files.push_back(file);
    });
  }
  for (auto at = unrecorded_.begin(); at != unrecorded_.end();) {
    if (wanted(layers, at->first)) {
      ++at;
      continue;
    }
    const std::uint64_t number = at->second.number;
    at = unrecorded_.erase(at);
    attempt([&] {
      detach_layer(number);
      parts_.metadata.forget_pending_layer(number);
    });
  }
  // The folders first: where one cannot be detached, its record stays.
  std::vector<Digest> gone;
  for (const content::LayerRow& layer : parts_.metadata.layers()) {
    if (wanted(layers, layer.diff_id)) continue;
    attempt([&] {
      detach_layer(layer.number);
      gone.push_back(layer.diff_id);
    });
  }
  if (!gone.empty()) attempt([&] { parts_.metadata.remove_layers(gone); });
  unneeded.layers.insert(gone.begin(), gone.end());
  return unneeded;
}

void ImageStore::discard(Unneeded unneeded) {
  auto attempt = [&](auto&& remove, const fs::path& path) {
    try {
      remove(path);
    } catch (const Error&) {
      if (!unneeded.fault) unneeded.fault = std::current_exception();
    }
  };
  for (const fs::path& file : unneeded.blob_files)
    attempt([&](const fs::path& path) { parts_.blobs.discard(path); }, file);
  for (const fs::path& folder : unneeded.layer_folders) attempt(snapshot::LayerStore::discard, folder);
  if (unneeded.fault) std::rethrow_exception(unneeded.fault);
}

}  // namespace glassdock::daemon
