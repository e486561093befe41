// Asks a real engine for damaged paths, queries and bodies. Each must be answered with HTTP; the engine may not crash,
// hang, or stop serving others. Build with the asan preset. usage: api_fuzz [--rounds N] [--seed N]
// a round that fails is named by its seed
#include <fmt/format.h>
#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/http/socket.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/program.h"

namespace {

using namespace glassdock;
using fuzz::below;
using fuzz::Random;

constexpr std::chrono::seconds hang_time{30};  // far beyond anything that a round waits for

// Neither a pull, which goes to the network, nor a virtual machine.
const std::vector<std::string> requests = {
    "GET /v1.45/_ping",
    "HEAD /_ping",
    "GET /v1.24/info",
    "GET /version",
    "GET /v1.45/containers/json?all=1&limit=2&size=1&filters={\"status\":[\"exited\"],\"name\":{\"a\":true}}",
    "GET /v1.45/containers/a/json?size=1",
    "GET /v1.45/containers/a/logs?stdout=1&stderr=1&tail=3&since=1.5&until=2001-02-03T04:05:06Z",
    "GET /v1.45/containers/a/stats?stream=0&one-shot=1",
    "GET /v1.45/containers/a/top?ps_args=-ef",
    "POST /v1.45/containers/a/attach?stream=1&stdout=1&detachKeys=ctrl-p,ctrl-q",
    "POST /v1.45/containers/a/wait?condition=removed",
    "POST /v1.45/containers/a/resize?h=24&w=80",
    "POST /v1.45/containers/a/kill?signal=SIGUSR1",
    "POST /v1.45/containers/a/stop?signal=9&t=-1",
    "POST /v1.45/containers/a/rename?name=b",
    "POST /v1.45/containers/a/start",
    "POST /v1.45/containers/a/exec",
    "POST /v1.45/containers/a/update",
    "POST /v1.45/containers/create?name=a&platform=linux/amd64",
    "POST /v1.45/containers/prune?filters={\"until\":[\"1h\"],\"label!\":[\"a=b\"]}",
    "DELETE /v1.45/containers/a?force=1",
    "POST /v1.45/exec/a/start",
    "GET /v1.45/images/json?filters={\"reference\":[\"a*\"],\"dangling\":[\"true\"]}",
    "GET /v1.45/images/library/alpine:latest/history",
    "POST /v1.45/images/alpine/tag?repo=localhost:5000/a&tag=b",
    "DELETE /v1.45/images/sha256:0123456789ab",
    "GET /v1.45/events?since=0&until=1&filters={\"type\":[\"container\"]}",
    "GET /v1.45/system/df?type=image",
    "GET /glass/events?evidence=1",
    "GET /glass/gates",
    "POST /glass/runs/1/release",
    "POST /glass/faults",
    "POST /glass/narration",
    "POST /glass/sights",
};

const std::vector<std::string> bodies = {
    "",
    R"({"Image":"alpine","Cmd":["a"],"Env":["A=1"],"HostConfig":{"Binds":["/a:/b:ro"],"Memory":6291456}})",
    R"({"AttachStdin":true,"Tty":true,"Cmd":["sh","-c","a"],"DetachKeys":"ctrl-a","ConsoleSize":[24,80]})",
    R"({"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}})",
    R"({"mode":"step","gates":["isolate.clone"],"held":[1],"path":"/a","language":"ko"})",
};

void damage(std::string& text, Random& random) {
  static const std::vector<std::string> words = {"/",
                                                 "//",
                                                 "/v",
                                                 "/v1.45",
                                                 "..",
                                                 "%2F",
                                                 "%00",
                                                 "%",
                                                 "?",
                                                 "&",
                                                 "=",
                                                 "{",
                                                 "}",
                                                 "[]",
                                                 "null",
                                                 "\"",
                                                 ":",
                                                 ",",
                                                 "-1",
                                                 "-0",
                                                 ".",
                                                 "\xff\xfe",
                                                 "1e9",
                                                 std::string(5000, 'a'),
                                                 "{}[",
                                                 "\\u",
                                                 "sha256:",
                                                 "9223372036854775807",
                                                 "-9223372036854775808",
                                                 "18446744073709551616"};
  const std::size_t at = below(random, text.size() + 1);
  switch (below(random, 5)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(random());
      break;
    case 1:
      text.resize(at);
      break;
    case 2:
      text.erase(at, below(random, 12));
      break;
    case 3:
      text.insert(at, words[below(random, words.size())]);
      break;
    default:
      text.insert(at, text.substr(below(random, text.size() + 1), below(random, 40)));
  }
}

// What would end the request line: the parser is http_fuzz's to try.
std::string on_one_line(std::string target) {
  for (char& c : target) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) c = '_';
  }
  return target.starts_with('/') ? target : "/" + target;
}

// "" or what went wrong.
std::string run_round(const std::filesystem::path& socket_path, std::uint64_t seed) {
  Random random(seed);
  const std::string& whole = requests[below(random, requests.size())];
  const std::size_t blank = whole.find(' ');
  std::string target = whole.substr(blank + 1), body = bodies[below(random, bodies.size())];
  for (std::size_t times = below(random, 4); times > 0; --times) damage(target, random);
  for (std::size_t times = below(random, 4); times > 0; --times) damage(body, random);
  const UniqueFd socket = http::connect_unix(socket_path);
  http::send_all(socket.get(),
                 fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                             "Content-Length: {}\r\n\r\n",
                             whole.substr(0, blank), on_one_line(target), body.size()),
                 body);
  // Whoever waits for something takes this for the end of its client, or has sent its head before.
  ::shutdown(socket.get(), SHUT_WR);
  http::SocketReader reader(socket.get());
  try {
    if (!reader.fill(std::chrono::steady_clock::now() + hang_time)) return "no answer to " + target;
  } catch (const Error& fault) {
    return fmt::format("{}: {}", target, fault.message());
  }
  if (!reader.buffered().starts_with("HTTP/1.1 ")) return "the answer is not HTTP: " + target;
  return {};
}

}  // namespace

int main(int argc, char** argv) try {
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 2000, nullptr);
  const testing::EngineHome home;
  home.glassdock({"engine", "start"});
  const pid_t engine = home.engine();
  const std::filesystem::path socket = home.data() / "engine.sock";
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    std::string wrong = run_round(socket, round);
    if (wrong.empty() && round % 100 == 0 && home.engine() != engine) wrong = "the engine has gone";
    if (wrong.empty()) continue;
    fmt::print(stderr, "api_fuzz: --rounds 1 --seed {}: {}\n", round, wrong);
    return 1;
  }
  fmt::print("{} rounds from seed {}\n", rounds, seed);
} catch (const std::exception& error) {
  fmt::print(stderr, "api_fuzz: {}\n", error.what());
  return 1;
}
