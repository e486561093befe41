#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "app/headless/stdio_relay.h"
#include "engine/base/error.h"
#include "engine/base/unique_fd.h"

namespace glassdock::headless {
namespace {

std::string frame(char stream, const std::string& bytes) {
  std::string head{stream, 0, 0, 0};
  auto size = static_cast<std::uint32_t>(bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(size >> shift & 0xFF);
  return head + bytes;
}

void send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string read_all(int fd) {
  std::string all(4096, '\0'), text;
  for (ssize_t got; (got = ::read(fd, all.data(), all.size())) > 0;) text.append(all, 0, static_cast<std::size_t>(got));
  return text;
}

// The standard streams replaced for the length of a test.
class Redirected {
 public:
  Redirected(int standard, int by) : standard_(standard), saved_(::fcntl(standard, F_DUPFD_CLOEXEC, 10)) {
    ::dup2(by, standard);
  }
  ~Redirected() { ::dup2(saved_.get(), standard_); }

 private:
  int standard_;
  UniqueFd saved_;
};

class StdioRelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    near_.socket.reset(pair[0]);
    engine_.reset(pair[1]);
    ASSERT_EQ(::pipe2(pair, O_CLOEXEC), 0);
    input_read_.reset(pair[0]);
    input_write_.reset(pair[1]);
    ASSERT_EQ(::pipe2(pair, O_CLOEXEC), 0);
    output_read_.reset(pair[0]);
    output_write_.reset(pair[1]);
  }

  http::Hijacked near_;
  UniqueFd engine_;
  UniqueFd input_read_, input_write_, output_read_, output_write_;
};

TEST_F(StdioRelayTest, PassesOutputOnThatCameWithTheHead) {
  near_.already_read = frame(1, "early ");
  send_all(engine_.get(), frame(1, "late"));
  engine_.reset();
  {
    Redirected out(STDOUT_FILENO, output_write_.get());
    StdioRelay(std::move(near_), false).run();
  }
  output_write_.reset();
  EXPECT_EQ(read_all(output_read_.get()), "early late");
}

TEST_F(StdioRelayTest, PassesInputAndItsEndWhileOutputFloods) {
  // The engine sends much before it reads anything, then echoes how much it got: neither side may wait for the other.
  const std::string flood(1 << 20, 'x'), typed(1 << 20, 'y');
  std::thread engine([&] {
    send_all(engine_.get(), frame(1, flood));
    std::string got = read_all(engine_.get());
    send_all(engine_.get(), frame(1, std::to_string(got.size())));
    engine_.reset();
  });
  std::thread typist([&] {
    EXPECT_EQ(::write(input_write_.get(), typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
    input_write_.reset();
  });
  std::string seen;
  std::thread reader([&] { seen = read_all(output_read_.get()); });
  {
    Redirected in(STDIN_FILENO, input_read_.get());
    Redirected out(STDOUT_FILENO, output_write_.get());
    StdioRelay(std::move(near_), true).run();
  }
  output_write_.reset();
  engine.join();
  typist.join();
  reader.join();
  EXPECT_EQ(seen, flood + std::to_string(typed.size()));
}

TEST_F(StdioRelayTest, SaysWhenTheStreamIsCutInsideAFrame) {
  send_all(engine_.get(), frame(1, "whole") + frame(1, "cut").substr(0, 9));
  engine_.reset();
  Redirected out(STDOUT_FILENO, output_write_.get());
  EXPECT_THROW(StdioRelay(std::move(near_), false).run(), Error);
}

}  // namespace
}  // namespace glassdock::headless
