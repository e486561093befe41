#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "engine/base/random_id.h"
#include "engine/content/metadata.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/ready_kits.h"
#include "engine/daemon/start_kit.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

class Waiting : public ::testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    client_.reset(ends[0]);
    ours_.reset(ends[1]);
  }
  void change() {
    auto lock = containers_.lock();
    containers_.ring(*container_);
  }

  os::TempDir folder_{"/tmp", "glassdock-containers."};
  content::Metadata metadata_{folder_.path() / "db"};
  Containers containers_{metadata_, folder_.path(), [](const std::string&, const std::exception&) {}};
  ContainerPtr container_ = containers_.add(random_hex(64), "waited-for", {});
  UniqueFd client_, ours_;
};

TEST_F(Waiting, AClientThatSendsNoMoreIsStillThere) {
  ContainerWatch watch(containers_, container_);
  ::shutdown(client_.get(), SHUT_WR);
  EXPECT_TRUE(watch.wait(ours_.get(), 20)) << "the time passes";
  change();
  EXPECT_TRUE(watch.wait(ours_.get(), -1));
}

TEST_F(Waiting, AClientThatHasGoneIsNot) {
  ContainerWatch watch(containers_, container_);
  client_.reset();
  EXPECT_FALSE(watch.wait(ours_.get(), -1));
}

std::shared_ptr<StartKit> kit_with(int& descriptor) {
  auto kit = std::make_shared<StartKit>();
  kit->log.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  descriptor = kit->log.get();
  return kit;
}

TEST(ReadyKits, TheOldestIsClosedForTheNewest) {
  ReadyKits kits(2);
  int first = -1, second = -1, third = -1;
  kits.put("a", kit_with(first));
  kits.put("b", kit_with(second));
  EXPECT_GE(::fcntl(first, F_GETFD), 0);
  kits.put("c", kit_with(third));
  EXPECT_LT(::fcntl(first, F_GETFD), 0);
  EXPECT_FALSE(kits.take("a"));
  EXPECT_TRUE(kits.take("b"));
  EXPECT_FALSE(kits.take("b")) << "a kit is used once";
  EXPECT_EQ(kits.take("c")->log.get(), third);
  EXPECT_FALSE(kits.take(""));
}

}  // namespace
}  // namespace glassdock::daemon
