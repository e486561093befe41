#include <fmt/format.h>

#include "engine/hub/byte_range.h"
#include "engine/hub/distribution.h"

namespace glassdock::hub {

void Distribution::answer_blob(Exchange& exchange, const Route& route) {
  parse_digest(route.reference);
  if (exchange.reads()) return get_blob(exchange, route);
  if (exchange.method() == "DELETE") return delete_blob(exchange, route);
  refuse_method(exchange);
}

void Distribution::get_blob(Exchange& exchange, const Route& route) {
  Digest digest = parse_digest(route.reference);
  std::optional<StoredBlob> blob;
  if (exchange.fault() != Fault::not_found) blob = store_.blob(route.repository, digest);
  if (!blob) {
    throw Refusal(404, "BLOB_UNKNOWN", fmt::format("{} has no blob {}", route.repository, digest.text()));
  }
  http::Headers headers = {{"Content-Type", "application/octet-stream"},
                           {"Docker-Content-Digest", digest.text()},
                           {"ETag", fmt::format("\"{}\"", digest.text())},
                           {"Accept-Ranges", "bytes"}};
  std::optional<ByteRange> range;
  try {
    range = parse_range(exchange.request().headers().get("Range"), blob->size);
  } catch (const Refusal& refusal) {
    return exchange.refuse(refusal, {{"Content-Range", fmt::format("bytes */{}", blob->size)}});
  }
  if (!range) return exchange.send_blob(200, headers, blob->file.get(), 0, blob->size);
  headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, blob->size));
  exchange.send_blob(206, headers, blob->file.get(), range->first, range->length());
}

void Distribution::delete_blob(Exchange& exchange, const Route& route) {
  switch (store_.remove_blob(route.repository, parse_digest(route.reference))) {
    case Removal::removed:
      return exchange.send(202, {});
    case Removal::built_in:
      throw Refusal(405, "UNSUPPORTED", "the hub's own images cannot be deleted");
    case Removal::unknown:
      throw Refusal(404, "BLOB_UNKNOWN", fmt::format("{} has no blob {}", route.repository, route.reference));
  }
}

}  // namespace glassdock::hub
