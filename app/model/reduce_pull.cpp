#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

Image* pulled_image(Model& model, std::uint64_t span) {
  const auto found =
      std::find_if(model.images.rbegin(), model.images.rend(), [&](const Image& i) { return i.pull == span; });
  return span == 0 || found == model.images.rend() ? nullptr : &*found;
}

// In the order of their telling, until the manifest's own order is told.
void add_layer(Image& image, const std::string& blob) {
  if (image.layers.size() >= most_layers_of_image) return;
  if (std::find(image.layers.begin(), image.layers.end(), blob) == image.layers.end()) image.layers.push_back(blob);
}

Transfer& touch_transfer(const Change& change) {
  std::vector<Transfer>& transfers = change.model.transfers;
  auto found = std::find_if(transfers.rbegin(), transfers.rend(),
                            [&](const Transfer& t) { return t.digest == change.event.subject; });
  if (found == transfers.rend()) {
    keep_newest(transfers, most_transfers - 1);
    transfers.push_back({.digest = change.subject(), .begin = change.index});
    found = transfers.rbegin();
  }
  found->event = change.index;
  return *found;
}

void end_transfer(const Change& change, Transfer& transfer) {
  transfer.state = change.failed() ? State::failed : State::there;
  if (change.failed()) return;
  transfer.received = std::max(transfer.received, change.number("received"));
  transfer.verified = change.flag("verified");
}

void answered(const Change& change, std::string_view path) {
  Hub& hub = change.model.hub;
  ++hub.requests;
  hub.last = cut(path);
  hub.status = change.number("status");
  hub.event = change.index;
}

}  // namespace

Layer& touch_layer(const Change& change, std::string_view blob) {
  std::vector<Layer>& layers = change.model.layers;
  auto found = std::find_if(layers.rbegin(), layers.rend(), [&](const Layer& l) { return l.blob == blob; });
  if (found == layers.rend()) {
    keep_newest(layers, most_layers - 1);
    layers.push_back({.blob = cut(blob), .state = State::planned});
    found = layers.rbegin();
  }
  found->event = change.index;
  return *found;
}

// Told by the digest of its files, which may have come in another blob.
void cache_layer(const Change& change) {
  for (Layer& layer : change.model.layers) {
    if (layer.diff_id != change.event.subject) continue;
    layer.state = State::there;
    layer.event = change.index;
  }
}

void pull_manifest(const Change& change) {
  Image& image = touch_image(change, with_tag(change.subject()));
  if (change.begins()) {
    name_image_of_run(change);
    image.pull = change.event.parent;
    if (image.state != State::there) image.state = State::appearing;
    return;
  }
  if (change.failed()) {
    image.pull = 0;
    if (image.state == State::appearing) image.state = State::failed;
    return;
  }
  if (std::string registry = change.text("registry"); starts_with(registry, "127.0.0.1:")) {
    change.model.engine.hub = std::move(registry);
  }
  image.layers = words_of(change.words("blobs"), most_layers_of_image);
  for (const std::string& blob : image.layers) touch_layer(change, blob);
}

void pull_config(const Change& change) {
  Transfer& transfer = touch_transfer(change);
  if (change.begins()) {
    transfer.bytes = change.number("bytes");
  } else if (change.ends()) {
    transfer.received = transfer.bytes;
    end_transfer(change, transfer);
    transfer.verified = !change.failed();
  }
}

void pull_blob(const Change& change) {
  Transfer& transfer = touch_transfer(change);
  if (change.begins()) {
    transfer.bytes = change.number("bytes");
    transfer.state = State::appearing;
    touch_layer(change, change.event.subject);
    if (Image* image = pulled_image(change.model, change.event.parent)) add_layer(*image, change.subject());
  } else if (change.ends()) {
    end_transfer(change, transfer);
  } else {
    transfer.received = std::max<std::int64_t>(change.number("received"), 0);
    if (change.number("bytes") > 0) transfer.bytes = change.number("bytes");
  }
}

// "http://127.0.0.1:41679/v2/library/alpine/manifests/latest"
void pull_http(const Change& change) {
  std::string_view url = change.event.subject;
  constexpr std::string_view scheme = "http://127.0.0.1:";
  const std::size_t path =
      std::min(url.find('/', url.find("://") == std::string_view::npos ? 0 : url.find("://") + 3), url.size());
  if (starts_with(url, scheme)) {
    change.model.engine.hub = cut(url.substr(7, path - 7));
    return answered(change, url.substr(path));
  }
  Hub& hub = change.model.hub;
  const std::size_t host = std::min(url.find("://"), url.size() - std::min<std::size_t>(url.size(), 3)) + 3;
  hub.upstream = cut(url.substr(std::min(host, path), path - std::min(host, path)));
  hub.upstream_status = change.number("status");
}

void pull_done(const Change& change) {
  Image& image = touch_image(change, with_tag(change.subject()));
  image.id = change.text("image");
  image.bytes = change.number("bytes");
  image.state = State::there;
  image.pull = 0;
  // Also those that were here already, under the blob of another image.
  for (Layer& layer : change.model.layers) {
    const bool of_image = std::find(image.layers.begin(), image.layers.end(), layer.blob) != image.layers.end();
    if (of_image && layer.state == State::planned) layer.state = State::there;
  }
}

void give_up_pull(Model& model, std::uint64_t span) {
  Image* image = pulled_image(model, span);
  if (!image) return;
  image->pull = 0;
  if (image->state == State::appearing) image->state = State::failed;
}

// Its own lane tells the hub's side of what pull.http tells: counted there, so that both never count twice.
void hub_request(const Change& change) {
  if (change.begins()) return;
  Hub& hub = change.model.hub;
  if (change.number("status") != 0) hub.status = change.number("status");
  hub.event = change.index;
}

}  // namespace glassdock::model
