// Many clients at once, and such as never say or read anything: nobody else waits for them, and what they cost is
// bounded.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "engine/os/files.h"
#include "tests/golden/real_engine.h"
#include "tests/support/api_call.h"
#include "tests/support/sanitizers.h"

namespace glassdock::golden {
namespace {

constexpr std::uint64_t mib_in_kib = 1024;

class Crowds : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(Owner::self); !why.empty()) GTEST_SKIP() << why;
    engine_ = std::make_unique<RealEngine>();
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    expect_runs();
    resident_before_ = resident_kib();
  }
  void expect_runs() const {
    const Outcome outcome = engine_->docker({"run", "--rm", "alpine", "echo", "ran"});
    EXPECT_EQ(outcome.out, "ran\n") << outcome.err;
  }
  UniqueFd say(const std::string& words) const {
    UniqueFd connection = http::connect_unix(engine_->socket());
    http::send_all(connection.get(), words);
    return connection;
  }
  // The most that the daemon has had in memory.
  std::uint64_t resident_kib() const {
    const std::string status = os::read_file(fmt::format("/proc/{}/status", engine_->pid()));
    return parse_number(trim(split(status.substr(status.find("VmHWM:") + 6, 32), 'k').front())).value_or(0);
  }
  void expect_grown_less_than(std::uint64_t mib) const {
    if (!tests::memory_is_the_programs_own()) return;
    EXPECT_LT(resident_kib(), resident_before_ + mib * mib_in_kib);
  }
  std::vector<UniqueFd> crowd_of(std::size_t count, const std::string& words) const {
    std::vector<UniqueFd> crowd(count);
    for (UniqueFd& one : crowd) one = say(words);
    return crowd;
  }

  std::unique_ptr<RealEngine> engine_;
  std::uint64_t resident_before_ = 0;
};

TEST_F(Crowds, WhoNeverReadKeepNobodyWaiting) {
  const std::vector<UniqueFd> events = crowd_of(200, "GET /events?since=0 HTTP/1.1\r\nHost: d\r\n\r\n");
  const std::vector<UniqueFd> glass = crowd_of(100, "GET /glass/events HTTP/1.1\r\nHost: d\r\n\r\n");
  for (int i = 0; i < 20; ++i) expect_runs();
  expect_grown_less_than(64);
}

TEST_F(Crowds, WhoNeverFinishTheirRequestsKeepNobodyWaiting) {
  const std::vector<UniqueFd> heads = crowd_of(250, "POST /containers/create HTTP/1.1\r\nHost: d\r\nX-Slow: ");
  const std::vector<UniqueFd> bodies = crowd_of(
      250,
      "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{");
  expect_runs();
  expect_grown_less_than(64);
}

TEST_F(Crowds, OfFiveHundredAreAllAnswered) {
  constexpr std::size_t clients = 500;
  std::vector<int> statuses(clients);
  std::vector<std::thread> threads;
  for (int& status : statuses) {
    threads.emplace_back([&] {
      const testing::ApiCaller call(engine_->socket());
      const testing::ApiAnswer made = call("POST", "/containers/create", R"({"Image":"alpine","Cmd":["true"]})");
      const std::string container = "/containers/" + made.json().value("Id", "");
      status = made.status != 201 ? made.status : call("GET", container + "/json").status;
      call("DELETE", container);
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), static_cast<std::ptrdiff_t>(clients));
  EXPECT_EQ(engine_->docker({"ps", "-aq"}).out, "");
  expect_grown_less_than(128);
}

// A log has no bound unless it was asked for one; its readers do.
TEST_F(Crowds, AStalledReaderOfALogCostsNoMemoryAndKeepsNoContainer) {
  const Outcome run = engine_->docker({"run", "-d", "--name", "loud", "alpine", "sh", "-c",
                                       "while [ ! -e /go ]; do sleep 0.05; done; yes tea | head -c 50000000"});
  ASSERT_EQ(run.code, 0) << run.err;
  const UniqueFd reader = say("GET /containers/loud/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: d\r\n\r\n");
  ASSERT_EQ(engine_->docker({"exec", "loud", "touch", "/go"}).code, 0);
  EXPECT_EQ(engine_->docker({"wait", "loud"}).out, "0\n");
  expect_grown_less_than(64);
  EXPECT_EQ(engine_->docker({"rm", "loud"}).code, 0);
}

// As much as a container likes to write: what is kept of it is what was asked for.
TEST_F(Crowds, AContainerThatWritesAndWritesCostsNoMoreThanItsLogMay) {
  const Outcome run = engine_->docker({"run", "--name", "loud", "--log-opt", "max-size=1m", "--log-opt", "max-file=2",
                                       "-a", "stderr", "alpine", "sh", "-c", "yes tea | head -c 300000000"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "") << "nobody was attached to it";
  expect_runs();
  expect_grown_less_than(32);
  std::uintmax_t bytes = 0;
  // The overlay's own folder is closed, to all but root (work/work, mode 0).
  constexpr auto what_is_open = std::filesystem::directory_options::skip_permission_denied;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(engine_->data() / "containers", what_is_open)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  EXPECT_LT(bytes, 8u * 1024 * 1024);
  const std::string last = engine_->docker({"logs", "-n", "2", "loud"}).out;
  EXPECT_EQ(last, "tea\ntea\n") << "the end is kept";
  EXPECT_EQ(engine_->docker({"rm", "loud"}).code, 0);
}

}  // namespace
}  // namespace glassdock::golden
