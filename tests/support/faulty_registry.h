#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/http/server.h"
#include "engine/http/socket.h"
#include "tests/support/test_image.h"

namespace glassdock::tests {

// A registry in memory on loopback that does to its clients what real ones do only on bad days. `on_request` sees each
// request first, on the connection's thread: true means that it has answered.
class FaultyRegistry {
 public:
  struct Seen {
    std::string target;
    std::string range;
    std::string authorization;
    std::string accept;
  };
  using OnRequest = std::function<bool(http::Request&, http::ResponseWriter&)>;

  FaultyRegistry()
      : socket_(http::listen_tcp_loopback()),
        port_(http::local_port(socket_.get())),
        server_(std::move(socket_),
                [this](http::Request& request, http::ResponseWriter& answer) { handle(request, answer); }) {}

  std::string host() const { return fmt::format("127.0.0.1:{}", port_); }

  void add(const std::string& repository, const std::string& tag, const TestImage& image) {
    std::lock_guard lock(mutex_);
    for (const std::string& layer : image.layers) blobs_[Digest::of(layer).text()] = layer;
    blobs_[image.id().text()] = image.config;
    for (const std::string& name : {tag, image.digest().text()})
      documents_[repository + "/manifests/" + name] = image.manifest;
  }
  void add_document(const std::string& repository, const std::string& name, const std::string& json) {
    std::lock_guard lock(mutex_);
    documents_[repository + "/manifests/" + name] = json;
    documents_[repository + "/manifests/" + Digest::of(json).text()] = json;
  }
  // Other bytes under the same digest.
  void corrupt_blob(const std::string& digest, const std::string& bytes) {
    std::lock_guard lock(mutex_);
    blobs_[digest] = bytes;
  }
  void on_request(OnRequest function) {
    std::lock_guard lock(mutex_);
    on_request_ = std::move(function);
  }
  std::vector<Seen> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  std::size_t times(std::string_view part) const {
    std::size_t count = 0;
    for (const Seen& one : seen()) count += one.target.find(part) != std::string::npos ? 1 : 0;
    return count;
  }
  std::string blob(const std::string& digest) const {
    std::lock_guard lock(mutex_);
    auto found = blobs_.find(digest);
    return found == blobs_.end() ? std::string() : found->second;
  }

  // The blob that `request` asks for, from its Range on, whole.
  void send_blob(http::Request& request, http::ResponseWriter& answer, const std::string& bytes) {
    std::string_view range = request.headers().get("Range");
    if (!starts_with(range, "bytes=")) return answer.send(200, {}, bytes);
    std::size_t from = parse_number(range.substr(6, range.size() - 7)).value_or(0);
    answer.send(206, {{"Content-Range", fmt::format("bytes {}-{}/{}", from, bytes.size() - 1, bytes.size())}},
                std::string_view(bytes).substr(from));
  }

 private:
  void handle(http::Request& request, http::ResponseWriter& answer) {
    OnRequest first;
    std::string document, bytes;
    const std::string path = request.path().substr(std::min<std::size_t>(4, request.path().size()));  // after "/v2/"
    {
      std::lock_guard lock(mutex_);
      seen_.push_back({request.target(), std::string(request.headers().get("Range")),
                       std::string(request.headers().get("Authorization")),
                       std::string(request.headers().get("Accept"))});
      first = on_request_;
      if (auto found = documents_.find(path); found != documents_.end()) document = found->second;
    }
    if (first && first(request, answer)) return;
    if (!document.empty()) {
      return answer.send(200, {{"Docker-Content-Digest", Digest::of(document).text()}}, document);
    }
    auto at = path.find("/blobs/");
    if (at != std::string::npos) bytes = blob(path.substr(at + 7));
    if (!bytes.empty()) return send_blob(request, answer, bytes);
    const char* code = at == std::string::npos ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN";
    const char* words = at == std::string::npos ? "manifest unknown" : "blob unknown to registry";
    answer.send(404, {}, fmt::format(R"({{"errors":[{{"code":"{}","message":"{}"}}]}})", code, words));
  }

  UniqueFd socket_;
  std::uint16_t port_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> documents_;
  std::map<std::string, std::string> blobs_;
  std::vector<Seen> seen_;
  OnRequest on_request_;
  http::Server server_;  // last: its threads end before what they use
};

}  // namespace glassdock::tests
