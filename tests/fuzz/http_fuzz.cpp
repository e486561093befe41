// Sends damaged requests to a server. Each must end in answers that are HTTP, or in a closed connection; the server may
// not crash, hang, or stop serving others. Build with the asan preset. usage: http_fuzz [--rounds N] [--seed N] [FILE…]
// FILEs join the corpus; a round that fails is named by its seed
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/http/server.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace glassdock;
using fuzz::below;
using fuzz::Random;

constexpr int hang_ms = 30'000;  // far beyond anything that a round waits for

std::vector<std::string> make_corpus() {
  return {
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "HEAD /v1.45/_ping?a=b&c=%20d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\nTrailer: "
      "1\r\n\r\n",
      "PUT /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
      "GET /stream HTTP/1.1\r\nHost: x\r\n\r\nGET /stream HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /hijack HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}raw bytes",
      "GET http://localhost:80/absolute?x#y HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /throw HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(5000, 'l') + "\r\n\r\n",
  };
}

void damage(std::string& bytes, const std::vector<std::string>& corpus, Random& random) {
  static const std::vector<std::string> words = {"\r\n",
                                                 "\n",
                                                 "\r\n\r\n",
                                                 "Content-Length: 18446744073709551616\r\n",
                                                 "Content-Length: 7\r\n",
                                                 "Transfer-Encoding: chunked\r\n",
                                                 "Transfer-Encoding: gzip, chunked\r\n",
                                                 "Connection: close\r\n",
                                                 "Connection: Upgrade\r\nUpgrade: tcp\r\n",
                                                 "Expect: 100-continue\r\n",
                                                 "ffffffffffffffff\r\n",
                                                 "0\r\n\r\n",
                                                 "%00",
                                                 "%",
                                                 "HTTP/1.0",
                                                 std::string(1, '\0'),
                                                 std::string(70'000, 'a')};
  const std::size_t at = below(random, bytes.size() + 1);
  switch (below(random, 6)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(random());
      break;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      bytes.erase(at, below(random, 20));
      break;
    case 3:
      bytes.insert(at, words[below(random, words.size())]);
      break;
    case 4:
      bytes.insert(at, bytes.substr(below(random, bytes.size() + 1), below(random, 200)));
      break;
    default:
      bytes.insert(at, corpus[below(random, corpus.size())]);
  }
}

void handle(http::Request& request, http::ResponseWriter& answer) {
  if (request.path() == "/ignore") return answer.send(204, {}, {});
  if (request.path() == "/throw") throw Error(ErrorKind::conflict, "thrown");
  if (request.path() == "/hijack") {
    http::Hijacked raw = answer.hijack(101, {{"Connection", "Upgrade"}, {"Upgrade", "tcp"}});
    return http::send_all(raw.socket.get(), raw.already_read);
  }
  if (request.path() == "/stream") {
    answer.start(200, {});
    answer.write("one");
    answer.write("two");
    return answer.finish();
  }
  std::string body = request.read_body(4096);
  for (const auto& [name, value] : request.query_pairs()) body += name + "=" + value;
  answer.send(200, {}, body);
}

// All that comes until the server closes; nothing where it hangs.
std::optional<std::string> read_to_end(int socket) {
  std::string all;
  char piece[16 * 1024];
  for (;;) {
    pollfd entry{socket, POLLIN, 0};
    if (::poll(&entry, 1, hang_ms) == 0) return std::nullopt;
    const ssize_t got = ::recv(socket, piece, sizeof piece, 0);
    if (got <= 0) return all;
    all.append(piece, static_cast<std::size_t>(got));
  }
}

// "" or what went wrong.
std::string run_round(const std::filesystem::path& path, const std::vector<std::string>& corpus, std::uint64_t seed,
                      std::uint64_t& answered) {
  Random random(seed);
  std::string request = corpus[below(random, corpus.size())];
  for (std::size_t times = below(random, 5); times > 0; --times) damage(request, corpus, random);
  UniqueFd socket = http::connect_unix(path);
  try {
    // In two pieces, so that the parser meets every seam.
    const std::size_t cut = below(random, request.size() + 1);
    http::send_all(socket.get(), std::string_view(request).substr(0, cut));
    http::send_all(socket.get(), std::string_view(request).substr(cut));
  } catch (const Error&) {
    // Refused before its end.
  }
  if (below(random, 8) == 0) return {};  // gone without reading
  ::shutdown(socket.get(), SHUT_WR);
  const auto answers = read_to_end(socket.get());
  if (!answers) return "the server hangs";
  if (answers->empty()) return {};
  ++answered;
  if (!answers->starts_with("HTTP/1.1 ")) return "the answer is not HTTP: " + answers->substr(0, 100);
  return {};
}

}  // namespace

int main(int argc, char** argv) try {
  std::vector<std::string> corpus = make_corpus();
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 3000, &corpus);
  os::TempDir folder(std::filesystem::temp_directory_path(), "http-fuzz.");
  const std::filesystem::path path = folder.path() / "socket";
  http::Server server(http::listen_unix(path), handle);
  std::uint64_t answered = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    std::string wrong = run_round(path, corpus, round, answered);
    if (wrong.empty() && round % 100 == 99) {
      if (http::Client::connect_unix(path).request("GET", "/").status() != 200) wrong = "it serves nobody any more";
    }
    if (wrong.empty()) continue;
    fmt::print(stderr, "http_fuzz: --rounds 1 --seed {}: {}\n", round, wrong);
    return 1;
  }
  server.stop();
  fmt::print("{} rounds from seed {}: {} answered\n", rounds, seed, answered);
} catch (const std::exception& error) {
  fmt::print(stderr, "http_fuzz: {}\n", error.what());
  return 1;
}
