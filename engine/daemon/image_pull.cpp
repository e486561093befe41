#include "engine/daemon/image_pull.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::daemon {
namespace {

using trace::Span;
using trace::Stage;

constexpr std::int64_t progress_interval_ns = 100'000'000;  // docker's own, so that terminals keep up
constexpr std::size_t feed_chunk = 256 * 1024;

// A bad layer is reported as bad only when its bytes are what the manifest promised; otherwise the transfer is to
// blame. So what the unpacker complains about waits until the digest is known.
class Unpacking {
 public:
  explicit Unpacking(snapshot::LayerWriter& writer) : writer_(writer) {}
  void write(std::span<const std::byte> bytes) {
    if (fault_) return;
    try {
      writer_.write(bytes);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      fault_ = std::current_exception();
    }
  }
  void throw_fault() const {
    if (fault_) std::rethrow_exception(fault_);
  }

 private:
  snapshot::LayerWriter& writer_;
  std::exception_ptr fault_;
};

// What is kept damaged is as good as missing.
std::optional<std::string> read_kept(const content::BlobStore& blobs, const Digest& digest, std::size_t limit) {
  if (!blobs.has(digest)) return std::nullopt;
  try {
    return blobs.read(digest, limit);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

void ImagePull::Gates::pass(std::string_view gate, std::string_view subject, std::uint64_t request) {
  if (outer_) outer_->pass(gate, subject, request);
  if (given_up_) throw Error(ErrorKind::cancelled, "cancelled");
}

bool ImagePull::Gates::cancelled() const noexcept {
  return given_up_ || (outer_ && outer_->cancelled());
}

ImagePull::ImagePull(ImageStore& store, Request request, const trace::Context& context, const PullWatcher& watcher)
    : store_(store), request_(std::move(request)), gates_(context.gates), context_(context), watcher_(watcher) {
  context_.gates = &gates_;
}

void ImagePull::say(const PullProgress& progress) {
  std::lock_guard lock(say_mutex_);
  if (watcher_) watcher_(progress);
}

std::shared_ptr<const Image> ImagePull::run() {
  Target target = fetch_manifest();
  std::vector<Digest> needed{target.platform.digest, target.manifest.config.digest};
  for (const content::Descriptor& layer : target.manifest.layers) needed.push_back(layer.digest);
  ImageStore::Pin pin(store_, needed);
  const auto& reference = request_.reference;
  say({.id = reference.digest ? reference.digest->text() : reference.tag,
       .status = fmt::format("Pulling from {}", reference.path)});
  content::ImageConfig config = fetch_config(target);
  check_config(target, config);
  ImageStore::Pin layers_pin(store_, config.diff_ids);
  fetch_layers(target, config);
  return record(target, config);
}

ImagePull::Target ImagePull::fetch_manifest() {
  const std::string subject = request_.reference.familiar();
  context_.gate("pull.manifest", subject);
  Span span(context_, Stage::pull, "pull.manifest", subject);
  registry::Client& client = store_.parts().client;
  Target target;
  target.top = client.resolve(request_.reference, request_.endpoints, span.context());
  target.platform = target.top;
  auto document = content::parse_manifest(target.top.json, target.top.content_type);
  if (auto* index = std::get_if<content::Index>(&document)) {
    const content::Descriptor& entry = content::choose(*index, request_.platform);
    span.result("platform", request_.platform.text());
    target.platform = client.manifest(request_.reference, entry.digest, target.top.endpoint, span.context());
    document = content::parse_manifest(target.platform.json, target.platform.content_type);
  }
  if (!std::holds_alternative<content::Manifest>(document)) {
    throw Error(ErrorKind::not_supported, fmt::format("{} is a list of lists of images", subject));
  }
  target.manifest = std::get<content::Manifest>(std::move(document));
  span.result("digest", target.platform.digest.text());
  span.result("registry", target.top.endpoint.host);
  span.result("layers", static_cast<std::int64_t>(target.manifest.layers.size()));
  if (span.told()) span.result("blobs", content::digests_of(target.manifest.layers));
  if (span.context().wants_evidence()) {
    span.evidence({.source = "manifest " + target.platform.digest.text(),
                   .before = {},
                   .content = target.platform.json,
                   .command = {}});
  }
  return target;
}

content::ImageConfig ImagePull::fetch_config(const Target& target) {
  const content::Descriptor& blob = target.manifest.config;
  content::BlobStore& blobs = store_.parts().blobs;
  std::optional<std::string> config = read_kept(blobs, blob.digest, content::config_limit);
  if (!config) {
    if (blob.size > content::config_limit) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("image configuration is larger than {} bytes", content::config_limit));
    }
    context_.gate("pull.config", blob.digest.text());
    Span span(context_, Stage::pull, "pull.config", blob.digest.text(),
              {{"bytes", static_cast<std::int64_t>(blob.size)}});
    content::BlobWriter writer = blobs.begin(blob.digest, blob.size);
    store_.parts().client.blob(
        request_.reference, blob, target.top.endpoint, [&](std::span<const std::byte> bytes) { writer.write(bytes); },
        span.context());
    writer.commit();
    span.result("digest", blob.digest.text());
    config = blobs.read(blob.digest, content::config_limit);
  }
  return content::parse_image_config(*config);
}

void ImagePull::check_config(const Target& target, const content::ImageConfig& config) const {
  if (config.diff_ids.size() != target.manifest.layers.size()) {
    throw Error(ErrorKind::corrupt, "layers from manifest don't match image configuration",
                fmt::format("{} layers, {} diff_ids", target.manifest.layers.size(), config.diff_ids.size()));
  }
  if (config.diff_ids.empty()) throw Error(ErrorKind::not_supported, "the image has no layers");
  if (content::match_quality(request_.platform, config.platform) > 0) return;
  throw Error(ErrorKind::not_supported,
              fmt::format("image {} is for {}, {} is {}", request_.reference.familiar(), config.platform.text(),
                          request_.platform_given ? "asked for" : "this machine", request_.platform.text()),
              "choose an image of this platform, or name the other one with --platform to pull it nevertheless");
}

void ImagePull::fetch_layers(const Target& target, const content::ImageConfig& config) {
  const auto& layers = target.manifest.layers;
  for (const auto& layer : layers) say({.id = layer.digest.short_hex(), .status = "Pulling fs layer"});
  std::atomic<std::size_t> next{0};
  std::mutex fault_mutex;
  std::exception_ptr fault;
  auto work = [&] {
    try {
      for (std::size_t i = next++; i < layers.size(); i = next++) fetch_layer(target, layers[i], config.diff_ids[i]);
    } catch (...) {
      std::lock_guard lock(fault_mutex);
      // The first fault is the cause; the others follow from giving up.
      if (!fault) fault = std::current_exception();
      gates_.give_up();
    }
  };
  {
    std::vector<std::jthread> helpers;
    std::size_t at_once = std::clamp<std::size_t>(request_.downloads_at_once, 1, layers.size());
    for (std::size_t i = 1; i < at_once; ++i) helpers.emplace_back(work);
    work();
  }
  if (fault) std::rethrow_exception(fault);
}

void ImagePull::fetch_layer(const Target& target, const content::Descriptor& blob, const Digest& diff_id) {
  const std::string id = blob.digest.short_hex();
  ImageStore::Turn turn(store_, diff_id, context_);
  if (store_.has_layer(diff_id)) {
    context_.tell(Stage::cache, "cache.layer", diff_id.text(), {{"result", "hit"}});
    say({.id = id, .status = "Already exists"});
    return;
  }
  bool stored = store_.parts().blobs.has(blob.digest);
  if (!stored) context_.gate("pull.blob", blob.digest.text());
  auto unpacking = store_.parts().layers.begin(context_, blob.digest.text(), unpack_command(blob.digest));
  if (stored) {
    feed_stored(blob, *unpacking);
  } else {
    download(target, blob, *unpacking);
  }
  say({.id = id, .status = "Extracting", .current = blob.size, .total = blob.size});
  store_.add_layer(*unpacking, unpacking->finish(diff_id));
  say({.id = id, .status = "Pull complete"});
}

// From the blob that the engine keeps, into a folder where one stands.
std::string ImagePull::unpack_command(const Digest& blob) const {
  std::string folder = "layer-" + blob.short_hex();
  return fmt::format("mkdir -p {0} && tar -xf {1} -C {0}", folder,
                     shell_quote(store_.parts().blobs.path(blob).string()));
}

void ImagePull::download(const Target& target, const content::Descriptor& blob, snapshot::LayerWriter& writer) {
  const std::string id = blob.digest.short_hex();
  Span span(context_, Stage::pull, "pull.blob", blob.digest.text(),
            {{"bytes", static_cast<std::int64_t>(blob.size)}, {"media_type", blob.media_type}});
  content::BlobWriter stored = store_.parts().blobs.begin(blob.digest, blob.size);
  Unpacking unpacking(writer);
  std::int64_t told_ns = 0;
  auto tell_progress = [&] {
    std::int64_t now = trace::monotonic_ns();
    if (now - told_ns < progress_interval_ns) return;
    told_ns = now;
    say({.id = id, .status = "Downloading", .current = stored.size(), .total = blob.size});
    if (!span.context().watched()) return;
    auto sample = span.context().make(Stage::pull, trace::Kind::sample, "pull.blob", blob.digest.text(),
                                      std::source_location::current());
    sample.arguments = {{"received", static_cast<std::int64_t>(stored.size())},
                        {"bytes", static_cast<std::int64_t>(blob.size)}};
    context_.tracer->emit(std::move(sample));
  };
  auto sink = [&](std::span<const std::byte> bytes) {
    stored.write(bytes);
    unpacking.write(bytes);
    tell_progress();
  };
  store_.parts().client.blob(request_.reference, blob, target.top.endpoint, sink, span.context());
  say({.id = id, .status = "Verifying Checksum"});
  stored.commit();
  span.result("received", static_cast<std::int64_t>(blob.size));
  span.result("verified", true);
  if (span.context().wants_evidence()) {
    span.evidence({.source = "SHA-256 of what came",
                   .before = {},
                   .content = blob.digest.text(),
                   .command = "sha256sum " + store_.parts().blobs.path(blob.digest).string()});
  }
  say({.id = id, .status = "Download complete"});
  unpacking.throw_fault();
}

void ImagePull::feed_stored(const content::Descriptor& blob, snapshot::LayerWriter& writer) {
  UniqueFd file = store_.parts().blobs.open(blob.digest);
  std::vector<std::byte> chunk(feed_chunk);
  for (;;) {
    ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error::from_errno(errno, "read", store_.parts().blobs.path(blob.digest).string());
    if (got == 0) return;
    writer.write(std::span(chunk).first(static_cast<std::size_t>(got)));
    context_.throw_if_cancelled();
  }
}

std::shared_ptr<const Image> ImagePull::record(const Target& target, const content::ImageConfig& config) {
  const std::int64_t begun_ns = trace::monotonic_ns();
  const content::Reference& reference = request_.reference;
  content::Metadata& metadata = store_.parts().metadata;
  const Digest& id = target.manifest.config.digest;
  if (!read_kept(store_.parts().blobs, target.platform.digest, content::manifest_limit)) {
    store_.parts().blobs.put(target.platform.digest, target.platform.json);
  }
  std::uint64_t bytes = store_.record_layers(config.diff_ids);

  auto lock = store_.lock_changes();
  auto named = metadata.find_reference(reference.canonical());
  auto known = metadata.image(id);
  bool up_to_date = named == id && known && !known->hidden;
  std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  metadata.put_image({.id = id,
                      .manifest = target.platform.digest,
                      .stored_unix = known && !known->hidden ? known->stored_unix : now,
                      .bytes = bytes},
                     {reference.canonical(), reference.name() + "@" + target.top.digest.text()});
  store_.forget(id);
  auto image = store_.load(id);
  context_.tell(Stage::pull, "pull.done", reference.familiar(),
                {{"image", id.text()},
                 {"digest", target.top.digest.text()},
                 {"bytes", static_cast<std::int64_t>(bytes)},
                 {"new", !up_to_date},
                 {"duration_ns", trace::monotonic_ns() - begun_ns}});
  lock.unlock();
  say({.id = {}, .status = fmt::format("Digest: {}", target.top.digest.text())});
  say({.id = {},
       .status = fmt::format("Status: {} for {}", up_to_date ? "Image is up to date" : "Downloaded newer image",
                             reference.familiar())});
  return image;
}

}  // namespace glassdock::daemon
