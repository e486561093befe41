// What a shell or a job that starts an engine brings along must reach neither containers nor what lives on behind it.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

class Surroundings : public ::testing::TestWithParam<Owner> {};

TEST_P(Surroundings, NeitherAnOpenPipeNorANarrowUmaskStays) {
  if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // as a shell's are: not close-on-exec
  UniqueFd reads(ends[0]), writes(ends[1]);
  mode_t before = ::umask(077);
  RealEngine engine(GetParam());
  ::umask(before);
  writes.reset();
  pollfd wait{reads.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 5000), 1) << "the engine, its launcher or its keeper holds the pipe";
  EXPECT_EQ(wait.revents & POLLHUP, POLLHUP);
  if (engine.rootless()) return;  // where one id alone is mapped there is no other user
  Outcome read = engine.docker({"run", "--rm", "-u", "1000", "alpine", "cat", "/etc/hosts", "/etc/resolv.conf"});
  EXPECT_EQ(read.code, 0) << read.err;
}

// Root in a container could change the mode of the machine's own node through it.
TEST_P(Surroundings, InputFromNowhereIsTheContainersOwnNullDevice) {
  if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
  RealEngine engine(GetParam());
  const Outcome said =
      engine.docker({"run", "--rm", "alpine", "sh", "-c", "stat -L -c %d:%i /proc/self/fd/0; stat -c %d:%i /dev/null"});
  EXPECT_EQ(said.code, 0) << said.err;
  const std::vector<std::string> lines = split(trim(said.out), '\n');
  ASSERT_EQ(lines.size(), 2u) << said.out;
  EXPECT_EQ(lines[0], lines[1]);
}

INSTANTIATE_TEST_SUITE_P(OfEachOwner, Surroundings, ::testing::Values(Owner::self, Owner::ordinary_user));

}  // namespace
}  // namespace glassdock::golden
