#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/http/client.h"
#include "engine/http/server.h"
#include "engine/http/socket.h"

using namespace glassdock;
using namespace std::chrono_literals;

namespace {

// A server on a Unix socket in the temporary folder.
struct Fixture {
  explicit Fixture(http::Handler handler, http::ServerLimits limits = {})
      : path(std::filesystem::temp_directory_path() / ("http." + random_hex(8))),
        server(http::listen_unix(path), std::move(handler), {}, limits) {}
  ~Fixture() {
    server.stop();
    std::filesystem::remove(path);
  }
  http::Client client() const { return http::Client::connect_unix(path); }
  // Sends bytes as they are and returns all that comes back until the server closes.
  std::string raw(std::string_view bytes) const {
    UniqueFd socket = http::connect_unix(path);
    http::send_all(socket.get(), bytes);
    ::shutdown(socket.get(), SHUT_WR);
    return read_to_end(socket.get());
  }
  static std::string read_to_end(int socket) {
    std::string all;
    char piece[4096];
    for (ssize_t got; (got = ::recv(socket, piece, sizeof piece, 0)) > 0;)
      all.append(piece, static_cast<std::size_t>(got));
    return all;
  }

  std::filesystem::path path;
  http::Server server;
};

void echo(http::Request& request, http::ResponseWriter& answer) {
  answer.send(200, {{"X-Path", request.path()}}, request.read_body(1024 * 1024));
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}
std::size_t count(const std::string& text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size()) ++found;
  return found;
}

TEST(HttpServer, keeps_the_connection_for_the_next_request) {
  std::atomic<int> requests = 0;
  Fixture fixture([&](http::Request& request, http::ResponseWriter& answer) {
    ++requests;
    echo(request, answer);
  });
  http::Client client = fixture.client();
  int socket = -1;
  for (int i = 0; i < 3; ++i) {
    http::Response response = client.request("POST", "/a%20b?x=1", {}, "body");
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.headers().get("x-path"), "/a b");
    EXPECT_TRUE(i == 0 || response.socket() == socket);
    socket = response.socket();
    EXPECT_EQ(response.read_body(), "body");
  }
  EXPECT_EQ(requests, 3);
  EXPECT_EQ(fixture.server.connections(), 1u);
}

TEST(HttpServer, answers_pipelined_requests_in_order) {
  Fixture fixture(echo);
  std::string answers = fixture.raw(
      "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nthr\r\n2\r\nee\r\n0\r\n\r\n");
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 3u);
  EXPECT_LT(answers.find("X-Path: /1"), answers.find("X-Path: /2"));
  EXPECT_LT(answers.find("X-Path: /2"), answers.find("X-Path: /3"));
  EXPECT_TRUE(answers.ends_with("three")) << answers;
}

TEST(HttpServer, answers_HEAD_without_a_body) {
  Fixture fixture([](http::Request&, http::ResponseWriter& answer) { answer.send(200, {}, "hello"); });
  std::string answer = fixture.raw("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(body_of(answer), "");
  http::Client client = fixture.client();
  EXPECT_EQ(client.request("HEAD", "/").read_body(), "");
  EXPECT_EQ(client.request("GET", "/").read_body(), "hello");
}

TEST(HttpServer, sends_no_body_with_204_and_304) {
  Fixture fixture([](http::Request& request, http::ResponseWriter& answer) {
    answer.send(request.path() == "/204" ? 204 : 304, {}, "must not be seen");
  });
  for (const char* path : {"/204", "/304"}) {
    std::string answer = fixture.raw(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(body_of(answer), "") << answer;
    EXPECT_EQ(answer.find("Content-Length"), std::string::npos) << answer;
  }
}

TEST(HttpServer, asks_for_the_body_only_when_the_handler_reads_it) {
  Fixture fixture([](http::Request& request, http::ResponseWriter& answer) {
    if (request.path() == "/read") return echo(request, answer);
    answer.send(413, {}, "no");
  });
  UniqueFd socket = http::connect_unix(fixture.path);
  http::send_all(socket.get(), "POST /read HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  http::SocketReader reader(socket.get());
  ASSERT_TRUE(reader.fill(http::no_deadline));
  EXPECT_EQ(reader.take(), "HTTP/1.1 100 Continue\r\n\r\n");
  http::send_all(socket.get(), "data");
  ASSERT_TRUE(reader.fill(http::no_deadline));
  EXPECT_TRUE(reader.buffered().starts_with("HTTP/1.1 200")) << reader.buffered();

  UniqueFd refused = http::connect_unix(fixture.path);
  http::send_all(refused.get(), "POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  std::string answer = Fixture::read_to_end(refused.get());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST(HttpServer, refuses_garbage_with_400_and_closes) {
  Fixture fixture(echo);
  for (std::string_view garbage :
       {"\x16\x03\x01\x02\x01garbage of TLS\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET /%zz HTTP/1.1\r\n\r\n", "GET /%00 HTTP/1.1\r\n\r\n", "GET nowhere HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\nabcd", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabcd", "GET / HTTP/1.1\r\nbad header\r\n\r\n"}) {
    std::string answer = fixture.raw(garbage);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << garbage << "\n-> " << answer;
  }
  EXPECT_EQ(fixture.client().request("GET", "/").status(), 200);
}

TEST(HttpServer, refuses_a_head_that_is_too_large) {
  Fixture fixture(echo);
  std::string answer = fixture.raw("GET / HTTP/1.1\r\nX: " + std::string(200'000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
}

TEST(HttpServer, ends_a_connection_whose_head_never_ends) {
  http::ServerLimits limits;
  limits.head_timeout = 50ms;
  Fixture fixture(echo, limits);
  UniqueFd socket = http::connect_unix(fixture.path);
  http::send_all(socket.get(), "GET / HTTP/1.1\r\nX-Slow: ");
  std::string answer = Fixture::read_to_end(socket.get());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
}

TEST(HttpServer, answers_413_for_a_body_beyond_the_limit) {
  Fixture fixture(
      [](http::Request& request, http::ResponseWriter& answer) { answer.send(200, {}, request.read_body(10)); });
  http::Client client = fixture.client();
  EXPECT_EQ(client.request("POST", "/", {}, "0123456789").read_body(), "0123456789");
  EXPECT_EQ(client.request("POST", "/", {}, "0123456789x").status(), 413);
  bool sent = false;
  http::Response chunked = client.upload("POST", "/", {}, [&](std::span<std::byte> out) -> std::size_t {
    if (std::exchange(sent, true)) return 0;
    std::fill(out.begin(), out.end(), std::byte{'x'});
    return out.size();
  });
  EXPECT_EQ(chunked.status(), 413);
}

TEST(HttpServer, turns_an_exception_into_500_and_lives_on) {
  Fixture fixture([](http::Request& request, http::ResponseWriter& answer) {
    if (request.path() == "/forgotten") return;
    if (request.path() == "/late") {
      answer.start(200, {});
      answer.write("half");
    }
    throw Error(ErrorKind::conflict, "told in one line");
  });
  http::Client client = fixture.client();
  http::Response response = client.request("GET", "/");
  EXPECT_EQ(response.status(), 500);
  EXPECT_EQ(response.read_body(), "told in one line\n");
  EXPECT_EQ(client.request("GET", "/forgotten").status(), 500);
  http::Response cut = client.request("GET", "/late");
  EXPECT_EQ(cut.status(), 200);
  EXPECT_THROW(cut.read_body(), Error);
}

TEST(HttpServer, flushes_the_head_of_a_stream_at_once) {
  std::latch go_on(1);
  Fixture fixture([&](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {{"Content-Type", "application/json"}});
    go_on.wait();
    answer.write("{\"line\":1}\n");
    answer.write("{\"line\":2}\nlast");
    answer.finish();
  });
  http::Client client = fixture.client();
  http::Response response = client.request("GET", "/");
  EXPECT_EQ(response.headers().get("Transfer-Encoding"), "chunked");
  go_on.count_down();
  EXPECT_EQ(response.read_line(), "{\"line\":1}");
  EXPECT_EQ(response.read_line(), "{\"line\":2}");
  EXPECT_EQ(response.read_line(), "last");
  EXPECT_EQ(response.read_line(), std::nullopt);
}

TEST(HttpServer, ends_a_stream_for_HTTP_1_0_by_closing) {
  Fixture fixture([](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {});
    answer.write("one ");
    answer.write("two");
    answer.finish();
  });
  std::string answer = fixture.raw("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(body_of(answer), "one two");
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
}

TEST(HttpServer, sends_a_part_of_a_file) {
  UniqueFd file(::memfd_create("blob", MFD_CLOEXEC));
  std::string content(3'000'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 3);
  ASSERT_EQ(::write(file.get(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
  Fixture fixture([&](http::Request&, http::ResponseWriter& answer) {
    answer.send_file(206, {}, file.get(), 1000, content.size() - 2000);
  });
  http::Client client = fixture.client();
  EXPECT_TRUE(client.request("GET", "/").read_body() == content.substr(1000, content.size() - 2000));
  EXPECT_EQ(client.request("HEAD", "/").headers().get("Content-Length"), std::to_string(content.size() - 2000));
  EXPECT_EQ(client.request("HEAD", "/").read_body(), "");
}

TEST(HttpServer, a_body_shorter_than_promised_reaches_the_client_as_a_cut) {
  Fixture fixture([&](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {{"Content-Length", "100"}});
    answer.write("only this");
    answer.finish();
  });
  http::Client client = fixture.client();
  http::Response response = client.request("GET", "/");
  EXPECT_THROW(response.read_body(), Error);
}

TEST(HttpServer, hands_over_the_raw_connection) {
  Fixture fixture([](http::Request& request, http::ResponseWriter& answer) {
    EXPECT_EQ(request.read_body(100), "{}");
    http::Hijacked raw = answer.hijack(101, {{"Connection", "Upgrade"}, {"Upgrade", "tcp"}});
    std::string got = raw.already_read;
    while (got.size() < 10) {
      char piece[10];
      ssize_t size = ::recv(raw.socket.get(), piece, sizeof piece, 0);
      if (size <= 0) break;
      got.append(piece, static_cast<std::size_t>(size));
    }
    http::send_all(raw.socket.get(), "got " + got);
  });
  http::Client client = fixture.client();
  http::Response response = client.upgrade("POST", "/exec/start", {}, "{}");
  ASSERT_EQ(response.status(), 101);
  http::Hijacked raw = std::move(response).hijack();
  http::send_all(raw.socket.get(), "0123456789");
  EXPECT_EQ(raw.already_read + Fixture::read_to_end(raw.socket.get()), "got 0123456789");
  std::string early = fixture.raw(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n{}0123456789");
  EXPECT_EQ(body_of(early), "got 0123456789");
}

TEST(HttpServer, survives_clients_that_leave_in_mid_stream) {
  std::atomic<int> ended = 0;
  UniqueFd file(::memfd_create("blob", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(file.get(), 64 << 20), 0);
  {
    Fixture fixture([&](http::Request& request, http::ResponseWriter& answer) {
      struct Count {
        std::atomic<int>& ended;
        ~Count() { ++ended; }
      } counter{ended};
      if (request.path() == "/file") return answer.send_file(200, {}, file.get(), 0, 64 << 20);
      answer.start(200, {});
      std::string piece(100'000, 'x');
      for (;;) answer.write(piece);
    });
    for (const char* path : {"/file", "/stream"}) {
      UniqueFd socket = http::connect_unix(fixture.path);
      http::send_all(socket.get(), std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      char piece[1000];
      ASSERT_GT(::recv(socket.get(), piece, sizeof piece, 0), 0);
    }
  }
  EXPECT_EQ(ended, 2);
}

TEST(HttpServer, a_long_wait_learns_that_its_client_has_gone) {
  std::latch waiting(1);
  std::latch noticed(1);
  Fixture fixture([&](http::Request&, http::ResponseWriter& answer) {
    answer.start(200, {});
    waiting.count_down();
    while (!answer.peer_closed()) std::this_thread::sleep_for(1ms);
    noticed.count_down();
  });
  {
    http::Client client = fixture.client();
    http::Response response = client.request("GET", "/");
    waiting.wait();
  }
  noticed.wait();
}

TEST(HttpServer, stop_ends_handlers_that_wait) {
  std::latch waiting(2);
  auto fixture = std::make_unique<Fixture>([&](http::Request& request, http::ResponseWriter& answer) {
    if (request.path() == "/raw") {
      http::Hijacked raw = answer.hijack(200, {});
      waiting.count_down();
      Fixture::read_to_end(raw.socket.get());
      return;
    }
    waiting.count_down();
    while (!answer.peer_closed()) std::this_thread::sleep_for(1ms);
  });
  UniqueFd one = http::connect_unix(fixture->path);
  UniqueFd other = http::connect_unix(fixture->path);
  UniqueFd silent = http::connect_unix(fixture->path);
  http::send_all(one.get(), "GET /raw HTTP/1.1\r\nHost: x\r\n\r\n");
  http::send_all(other.get(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  waiting.wait();
  fixture.reset();
}

TEST(HttpServer, serves_500_clients_at_once) {
  constexpr int clients = 500;
  std::latch all_here(clients);
  Fixture fixture([&](http::Request& request, http::ResponseWriter& answer) {
    all_here.arrive_and_wait();
    echo(request, answer);
  });
  std::vector<UniqueFd> sockets;
  for (int i = 0; i < clients; ++i) {
    sockets.push_back(http::connect_unix(fixture.path));
    http::send_all(
        sockets.back().get(),
        "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  }
  for (int i = 0; i < clients; ++i) {
    std::string answer = Fixture::read_to_end(sockets[static_cast<std::size_t>(i)].get());
    EXPECT_NE(answer.find("X-Path: /" + std::to_string(i) + "\r\n"), std::string::npos);
    EXPECT_EQ(body_of(answer), "ok");
  }
}

TEST(HttpServer, tells_503_beyond_its_connections) {
  http::ServerLimits limits;
  limits.connections = 2;
  Fixture fixture(echo, limits);
  http::Client one = fixture.client();
  http::Client two = fixture.client();
  EXPECT_EQ(one.request("GET", "/").status(), 200);
  EXPECT_EQ(two.request("GET", "/").status(), 200);
  UniqueFd three = http::connect_unix(fixture.path);
  EXPECT_TRUE(Fixture::read_to_end(three.get()).starts_with("HTTP/1.1 503 "));
}

// Pages of this thread's stack that have been touched.
std::size_t touched_stack_bytes() {
  pthread_attr_t attributes;
  ::pthread_getattr_np(::pthread_self(), &attributes);
  void* base = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &base, &size);
  ::pthread_attr_destroy(&attributes);
  auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> resident(size / page);
  if (::mincore(base, size, resident.data()) != 0) return 0;
  std::size_t touched = 0;
  for (unsigned char entry : resident) touched += (entry & 1u) * page;
  return touched;
}

TEST(HttpServer, uses_a_small_part_of_its_threads_stacks) {
  std::atomic<std::size_t> touched = 0;
  Fixture fixture([&](http::Request& request, http::ResponseWriter& answer) {
    std::string body = request.read_body(10'000'000);
    answer.start(200, {});
    answer.write(body);
    answer.finish();
    touched = touched_stack_bytes();
  });
  http::Client client = fixture.client();
  client.request("POST", "/?a=b", {{"X-Long", std::string(30'000, 'x')}}, std::string(5'000'000, 'y')).read_body();
  client.request("GET", "/").read_body();
  EXPECT_GT(touched, 0u);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(touched, http::ServerLimits().stack_bytes / 4) << "the handlers need the rest";
#endif
}

TEST(HttpServer, knows_who_calls) {
  Fixture fixture([](http::Request& request, http::ResponseWriter& answer) {
    auto peer = request.peer();
    answer.send(200, {}, peer ? std::to_string(peer->pid) + " " + std::to_string(peer->uid) : "nobody");
  });
  EXPECT_EQ(fixture.client().request("GET", "/").read_body(),
            std::to_string(::getpid()) + " " + std::to_string(::getuid()));
}

}  // namespace
