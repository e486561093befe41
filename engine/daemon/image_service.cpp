#include "engine/daemon/image_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/image_pull.h"
#include "engine/daemon/image_store.h"

namespace glassdock::daemon {
namespace {

using content::Reference;
using trace::Stage;

// Whether the user named the image by (the beginning of) its id, and not by a reference, which comes first.
bool is_named_by_id(const content::Metadata& metadata, const Digest& id, std::string_view name) {
  if (!starts_with(id.hex(), name) && !starts_with(id.text(), name)) return false;
  std::string_view hex = starts_with(name, "sha256:") ? name.substr(7) : name;
  return hex.size() == 64 || metadata.find_reference(Reference::parse(name).canonical()) != id;
}

Error no_such_image(std::string_view name) {
  std::string shown(name);
  std::string_view hex = starts_with(name, "sha256:") ? name.substr(7) : name;
  if (!is_hex(hex) || hex.size() != 64) shown = Reference::parse(name).familiar();
  return Error(ErrorKind::not_found, fmt::format("No such image: {}", shown), "docker images lists what is there");
}

// docker: at most one tag, and all names in one repository.
bool is_single_reference(const std::vector<Reference>& references) {
  std::size_t tags = 0;
  for (const Reference& reference : references) {
    tags += reference.digest ? 0 : 1;
    if (reference.name() != references.front().name()) return false;
  }
  return tags <= 1;
}

std::vector<Reference> references_of(const content::Metadata& metadata, const Digest& id) {
  std::vector<Reference> references;
  for (const std::string& text : metadata.references(id)) references.push_back(Reference::parse(text));
  return references;
}

Error conflict(const Digest& id, bool forceable, const std::string& why) {
  return Error(ErrorKind::conflict, fmt::format("conflict: unable to delete {} ({}) - {}", id.short_hex(),
                                                forceable ? "must be forced" : "cannot be forced", why));
}

}  // namespace

ImageService::ImageService(ImageParts parts, ImageSettings settings, ImageUsers users)
    : store_(std::make_unique<ImageStore>(parts)), settings_(std::move(settings)), users_(std::move(users)) {}
ImageService::~ImageService() = default;

std::shared_ptr<const Image> ImageService::pull(const Reference& reference,
                                                const std::optional<content::Platform>& platform,
                                                const trace::Context& context, const PullWatcher& watcher,
                                                const std::optional<registry::Credentials>& credentials) {
  ImagePull::Request request{.reference = reference,
                             .platform = platform.value_or(content::Platform::of_this_machine()),
                             .platform_given = platform.has_value(),
                             .endpoints = registry::endpoints_for(reference, settings_.places, credentials),
                             .downloads_at_once = settings_.downloads_at_once};
  try {
    auto image = ImagePull(*store_, std::move(request), context, watcher).run();
    tell_clients("pull", reference.familiar(), reference.familiar_name(), image->config.labels);
    return image;
  } catch (...) {
    try {
      store_->discard(store_->detach_unneeded());
    } catch (const Error&) {  // the pull's own fault says more; the next start of the daemon takes what is left
    }
    throw;
  }
}

std::shared_ptr<const Image> ImageService::find(std::string_view name, const trace::Context& context) const {
  context.gate("cache.lookup", name);
  trace::Span span(context, Stage::cache, "cache.lookup", name, {},
                   fmt::format("curl -sS --unix-socket {} {}", shell_quote(settings_.socket),
                               shell_quote(fmt::format("http://localhost/images/{}/json", name))));
  auto id = store_->find(name);
  if (span.told()) {
    span.result("found", id.has_value());
    span.result("result", id ? "hit" : "miss");
    if (id) span.result("image", id->text());
  }
  if (context.wants_evidence()) {
    span.evidence({.source = "the engine's metadata: images by reference",
                   .before = {},
                   .content = id ? fmt::format("{} -> {}", name, id->text()) : fmt::format("{}: no entry", name),
                   .command = "docker images --no-trunc --digests"});
  }
  return id ? store_->load(*id) : nullptr;
}

std::shared_ptr<const Image> ImageService::get(std::string_view name, const trace::Context& context) const {
  auto image = find(name, context);
  if (!image) throw no_such_image(name);
  return image;
}

std::optional<Digest> ImageService::find_id(std::string_view name) const {
  return store_->find(name);
}

std::uint64_t ImageService::bytes_of(const Digest& image) const {
  const auto row = store_->parts().metadata.image(image);
  return row ? row->bytes : 0;
}

ImageService::Use::Use(ImageService& images, std::string_view name, const trace::Context& context)
    : Use(images, name, images.get(name, context)) {
  // It may have been pulled again since it was found, with layers of other numbers. From here on they stay.
  image_ = images_.store_->load(image_->id);
}

ImageService::Use::Use(ImageService& images, std::string_view name, std::shared_ptr<const Image> found)
    : images_(images), image_(std::move(found)) {
  auto lock = images_.store_->lock_changes();
  auto row = images_.store_->parts().metadata.image(image_->id);
  if (!row || row->hidden) throw no_such_image(name);
  images_.store_->in_use.insert(image_->id);
}

ImageService::Use::~Use() {
  auto lock = images_.store_->lock_changes();
  images_.store_->in_use.erase(images_.store_->in_use.find(image_->id));
}

std::unique_lock<std::mutex> ImageService::lock_changes() const {
  return store_->lock_changes();
}

Digest ImageService::id_of(std::string_view name) const {
  auto id = store_->find(name);
  if (!id) throw no_such_image(name);
  return *id;
}

NamedImage ImageService::named(const std::shared_ptr<const Image>& image) const {
  NamedImage named{.image = image, .tags = {}, .digests = {}};
  for (const Reference& reference : references_of(store_->parts().metadata, image->id)) {
    (reference.digest ? named.digests : named.tags).push_back(reference.familiar());
  }
  return named;
}

std::vector<NamedImage> ImageService::list() const {
  std::vector<NamedImage> images;
  for (const content::ImageRow& row : store_->parts().metadata.images()) {
    if (row.hidden) continue;
    try {
      images.push_back(named(store_->load(row.id)));
    } catch (const Error& error) {
      // A damaged image is listed with what its record says, so that it can be removed.
      if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::not_found) throw;
      auto damaged = std::make_shared<Image>();
      damaged->id = row.id;
      damaged->manifest = row.manifest;
      damaged->stored_unix = row.stored_unix;
      damaged->bytes = row.bytes;
      images.push_back(named(damaged));
    }
  }
  return images;
}

std::string ImageService::config_json(const Digest& image) const {
  return store_->parts().blobs.read(image, content::config_limit);
}

void ImageService::tag(const Digest& image, const Reference& reference, const trace::Context& context) {
  auto lock = store_->lock_changes();
  auto row = store_->parts().metadata.image(image);
  if (!row || row->hidden) throw no_such_image(image.text());
  store_->parts().metadata.put_reference(reference.canonical(), image);
  context.tell(Stage::lifecycle, "image.tag", reference.familiar(), {{"image", image.text()}});
  tell_clients("tag", image.text(), reference.familiar(), labels_of(image));
}

void ImageService::tell_clients(std::string_view action, std::string_view id, const std::string& name,
                                const std::map<std::string, std::string>& labels) const {
  EventLog::Attributes attributes = labels;
  attributes["name"] = name;
  store_->parts().events.tell("image", action, id, std::move(attributes));
}

std::map<std::string, std::string> ImageService::labels_of(const Digest& image) const {
  try {
    return store_->load(image)->config.labels;
  } catch (const Error&) {  // a damaged one can be named and removed all the same
    return {};
  }
}

// Step by step as moby does it (daemon/images/image_delete.go), whose answers people know.
std::vector<RemovedItem> ImageService::remove(std::string_view name, bool force, const trace::Context& context) {
  content::Metadata& metadata = store_->parts().metadata;
  const Digest id = id_of(name);
  const bool by_id = is_named_by_id(metadata, id, name);
  std::vector<ImageUser> users = users_ ? users_(id) : std::vector<ImageUser>();
  std::vector<Reference> references = references_of(metadata, id);
  std::vector<RemovedItem> removed;
  auto untag = [&](const Reference& reference) {
    auto lock = store_->lock_changes();
    untag_locked(id, reference, context, removed);
  };

  if (!by_id) {
    if (!force && is_single_reference(references) && !users.empty()) {
      throw Error(ErrorKind::conflict,
                  fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - container {} is "
                              "using its referenced image {}",
                              name, users.front().container.substr(0, 12), id.short_hex()));
    }
    Reference wanted = Reference::parse(name);
    untag(wanted);
    references = references_of(metadata, id);
    bool more_tags = std::any_of(references.begin(), references.end(), [&](const Reference& other) {
      return !other.digest && other.name() == wanted.name();
    });
    if (!wanted.digest && !more_tags) {
      for (const Reference& other : references) {
        if (other.digest && other.name() == wanted.name()) untag(other);
      }
      references = references_of(metadata, id);
    }
    if (!references.empty()) return removed;
  }

  auto running = std::find_if(users.begin(), users.end(), [](const ImageUser& user) { return user.running; });
  if (running != users.end()) {
    if (!by_id) return removed;  // the name is gone, the image stays for its container
    throw conflict(id, false,
                   fmt::format("image is being used by running container {}", running->container.substr(0, 12)));
  }
  if (!force && by_id && !is_single_reference(references)) {
    throw conflict(id, true, "image is referenced in multiple repositories");
  }
  if (!force && !users.empty()) {
    throw conflict(id, true,
                   fmt::format("image is being used by stopped container {}", users.front().container.substr(0, 12)));
  }
  for (const Reference& reference : references) untag(reference);
  auto deleted = delete_image(id, context);
  removed.insert(removed.end(), deleted.begin(), deleted.end());
  return removed;
}

void ImageService::untag_locked(const Digest& id, const Reference& reference, const trace::Context& context,
                                std::vector<RemovedItem>& removed) {
  content::Metadata& metadata = store_->parts().metadata;
  if (metadata.find_reference(reference.canonical()) != id) return;  // a pull or a tag has moved it since
  metadata.remove_reference(reference.canonical());
  context.tell(Stage::lifecycle, "image.untag", reference.familiar(), {{"image", id.text()}});
  tell_clients("untag", id.text(), id.text(), labels_of(id));  // as docker names it
  removed.push_back({.untagged = reference.familiar(), .deleted = {}});
}

std::vector<RemovedItem> ImageService::delete_image(const Digest& id, const trace::Context& context) {
  // A pull or a tag may have named it since.
  return delete_if(
      id, [&] { return store_->parts().metadata.references(id).empty(); }, context);
}

std::vector<RemovedItem> ImageService::delete_if(const Digest& id, const std::function<bool()>& may_go,
                                                 const trace::Context& context) {
  std::vector<RemovedItem> removed;
  std::vector<Digest> diff_ids;
  try {
    diff_ids = store_->load(id)->config.diff_ids;
  } catch (const Error&) {
    // A damaged image can be removed all the same; which layers were its own is then not told.
  }
  ImageStore::Needs needs = store_->read_needs({});
  auto lock = store_->lock_changes();
  if (!may_go()) return {};
  for (const Reference& reference : references_of(store_->parts().metadata, id)) {
    untag_locked(id, reference, context, removed);
  }
  removed.push_back({.untagged = {}, .deleted = id.text()});
  if (store_->in_use.contains(id) || (users_ && !users_(id).empty())) {
    // docker keeps the layers of a container whose image was forced away; so do we, until the container goes.
    store_->parts().metadata.hide_image(id);
  } else {
    store_->parts().metadata.remove_image(id);
    store_->forget(id);
  }
  ImageStore::Unneeded unneeded = store_->detach_unneeded(std::move(needs));
  std::vector<Digest> chain = content::chain_ids(diff_ids);
  for (std::size_t i = diff_ids.size(); i-- > 0;) {
    if (unneeded.layers.count(diff_ids[i]) != 0) removed.push_back({.untagged = {}, .deleted = chain[i].text()});
  }
  context.tell(Stage::lifecycle, "image.delete", id.text(),
               {{"layers", static_cast<std::int64_t>(unneeded.layers.size())}});
  tell_clients("delete", id.text(), id.text(), {});  // docker has forgotten the labels by then
  lock.unlock();
  store_->discard(std::move(unneeded));
  return removed;
}

void ImageService::container_removed(const Digest& image) {
  auto is_unneeded = [&] {
    auto row = store_->parts().metadata.image(image);
    return row && row->hidden && !store_->in_use.contains(image) && (!users_ || users_(image).empty());
  };
  auto lock = store_->lock_changes();
  if (!is_unneeded()) return;
  lock.unlock();
  ImageStore::Needs needs = store_->read_needs({});
  lock.lock();
  if (!is_unneeded()) return;
  store_->parts().metadata.remove_image(image);
  store_->forget(image);
  ImageStore::Unneeded unneeded = store_->detach_unneeded(std::move(needs));
  lock.unlock();
  store_->discard(std::move(unneeded));
}

void ImageService::recover() {
  store_->remove_stale_layers();
  attempt_recovery([&] { store_->discard(store_->detach_unneeded()); });
  for (const content::ImageRow& row : store_->parts().metadata.images()) {
    attempt_recovery([&] { container_removed(row.id); });
  }
}

}  // namespace glassdock::daemon
