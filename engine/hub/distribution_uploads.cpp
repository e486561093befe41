#include <fmt/format.h>

#include <vector>

#include "engine/hub/byte_range.h"
#include "engine/hub/distribution.h"

namespace glassdock::hub {
namespace {

constexpr std::size_t receive_step = 64 * 1024;

void receive(Exchange& exchange, Upload& upload) {
  std::vector<std::byte> piece(receive_step);
  while (std::size_t got = exchange.read_some(piece)) upload.write(std::span(piece).first(got));
}

http::Headers where(const Upload& upload) {
  return {{"Location", fmt::format("/v2/{}/blobs/uploads/{}", upload.repository(), upload.id())},
          {"Docker-Upload-UUID", upload.id()},
          {"Range", fmt::format("0-{}", upload.size() == 0 ? 0 : upload.size() - 1)}};
}

http::Headers where_blob(const std::string& repository, const Digest& digest) {
  return {{"Location", fmt::format("/v2/{}/blobs/{}", repository, digest.text())},
          {"Docker-Content-Digest", digest.text()}};
}

}  // namespace

void Distribution::begin_upload(Exchange& exchange, const Route& route) {
  if (exchange.method() != "POST") refuse_method(exchange);
  auto mount = exchange.request().query("mount");
  auto from = exchange.request().query("from");
  if (mount && from && valid_repository_name(*from)) {
    Digest digest = parse_digest(*mount);
    if (store_.mount_blob(route.repository, digest, *from)) {
      return exchange.send(201, where_blob(route.repository, digest));
    }
  }
  std::unique_ptr<Upload> upload = uploads_.begin(route.repository);
  if (exchange.request().query("digest")) return finish_upload(exchange, std::move(upload));
  http::Headers headers = where(*upload);
  uploads_.keep(std::move(upload));
  exchange.send(202, headers);
}

void Distribution::answer_upload(Exchange& exchange, const Route& route) {
  std::unique_ptr<Upload> upload = uploads_.take(route.repository, route.reference);
  if (exchange.method() == "PATCH") return append_upload(exchange, std::move(upload));
  if (exchange.method() == "PUT") return finish_upload(exchange, std::move(upload));
  if (exchange.method() == "DELETE") {
    upload.reset();
    return exchange.send(204, {});
  }
  http::Headers headers = where(*upload);
  bool reads = exchange.reads();
  uploads_.keep(std::move(upload));
  if (!reads) refuse_method(exchange);
  exchange.send(204, headers);
}

void Distribution::append_upload(Exchange& exchange, std::unique_ptr<Upload> upload) {
  std::uint64_t before = upload->size();
  std::optional<ByteRange> range;
  if (std::string_view header = exchange.request().headers().get("Content-Range"); !header.empty()) {
    range = parse_chunk_range(header);
    if (!range || range->first != before) {
      http::Headers headers = where(*upload);
      uploads_.keep(std::move(upload));
      return exchange.refuse(Refusal(416, "BLOB_UPLOAD_INVALID", fmt::format("the next chunk begins at {}", before)),
                             headers);
    }
  }
  try {
    receive(exchange, *upload);
  } catch (const Error& fault) {
    // A client that was cut off may come back and ask how far it got; a disk that failed is the upload's end.
    if (fault.error_number() == 0) uploads_.keep(std::move(upload));
    throw;
  }
  if (range && upload->size() - before != range->length()) {
    throw Refusal(400, "SIZE_INVALID",
                  fmt::format("{} bytes came, the chunk was to have {}", upload->size() - before, range->length()));
  }
  http::Headers headers = where(*upload);
  uploads_.keep(std::move(upload));
  exchange.send(202, headers);
}

void Distribution::finish_upload(Exchange& exchange, std::unique_ptr<Upload> upload) {
  auto wanted = exchange.request().query("digest");
  if (!wanted) throw Refusal(400, "DIGEST_INVALID", "the query lacks the blob's digest");
  Digest expected = parse_digest(*wanted);
  receive(exchange, *upload);
  Digest found = upload->finish();
  if (found != expected) {
    throw Refusal(400, "DIGEST_INVALID",
                  fmt::format("what came has the digest {}, not {}", found.text(), expected.text()));
  }
  store_.put_blob(upload->repository(), found, upload->path());
  exchange.send(201, where_blob(upload->repository(), found));
}

}  // namespace glassdock::hub
