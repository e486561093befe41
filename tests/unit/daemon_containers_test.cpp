#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/content/metadata.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/ready_kits.h"
#include "engine/daemon/service.h"
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

TEST_F(Waiting, ForAnExitIsAnsweredWithTheFirstOneWhateverCameBehindIt) {
  auto exits = [&](int code) {
    containers_.move(*container_, Move::start);
    containers_.move(*container_, Move::exit, [&](Container& changed) { changed.status.exit_code = code; });
  };
  container_->work = Work::none;
  exits(3);
  ContainerWatch watch(containers_, container_);
  auto answer = [&](WaitCondition condition) {
    auto lock = containers_.lock();
    auto result = wait_result_locked(condition, *container_, watch);
    return result ? result->exit_code : -1;
  };
  EXPECT_EQ(answer(WaitCondition::not_running), 3);
  EXPECT_EQ(answer(WaitCondition::next_exit), -1) << "that one was before";
  exits(7);
  exits(8);
  containers_.move(*container_, Move::start, [](Container& changed) { changed.status.exit_code = 0; });
  EXPECT_EQ(answer(WaitCondition::next_exit), 7);
  EXPECT_EQ(answer(WaitCondition::not_running), 7) << "it runs again, and did not in between";
  EXPECT_EQ(answer(WaitCondition::removed), -1);
  ContainerWatch later(containers_, container_);
  EXPECT_FALSE(later.first_exit());
}

TEST(Containers, OneWithADamagedRecordIsDeadUntilItIsRemoved) {
  os::TempDir folder("/tmp", "glassdock-containers.");
  content::Metadata metadata(folder.path() / "db");
  ContainerConfig config;
  config.image = "alpine";
  config.image_id = Digest::of("alpine");
  config.command = {"true"};
  const std::string whole(64, 'a'), spec(64, 'b'), state(64, 'c');
  const std::string exited = to_json(Status{State::exited}, 7);
  metadata.put_container({whole, "whole", to_json(config), exited});
  metadata.put_container({spec, "spec", "{", exited});
  metadata.put_container({state, "state", to_json(config), "{}"});
  metadata.put_container({"../elsewhere", "no-id", to_json(config), exited});
  std::vector<std::string> told;
  Containers containers(metadata, folder.path(),
                        [&](const std::string& id, const std::exception&) { told.push_back(id); });
  EXPECT_EQ(told, (std::vector<std::string>{spec, state, "../elsewhere"}));
  EXPECT_TRUE(containers.find("whole")->readable);
  EXPECT_EQ(containers.all().size(), 3u);
  for (const std::string& id : {spec, state}) {
    ContainerPtr container = containers.find(id);
    EXPECT_FALSE(container->readable);
    EXPECT_EQ(containers.status(*container).state, State::dead);
    EXPECT_FALSE(container->config.arguments().empty()) << "it can be shown";
    EXPECT_THROW(containers.add(random_hex(64), container->name, {}), Error);
    containers.forget(*container, [] {});
    EXPECT_TRUE(containers.add(random_hex(64), container->name, {})) << "the name is free";
  }
  EXPECT_EQ(metadata.containers().size(), 2u);
}

TEST(Containers, ANewNameIsStoredAndTheOldOneIsFree) {
  os::TempDir folder("/tmp", "glassdock-containers.");
  content::Metadata metadata(folder.path() / "db");
  Containers containers(metadata, folder.path(), [](const std::string&, const std::exception&) {});
  ContainerConfig config;
  config.image_id = Digest::of("alpine");
  ContainerPtr container = containers.add(random_hex(64), "before", config);
  const auto ignore = [](const std::string&) {};
  EXPECT_THROW(containers.rename(*container, "behind", ignore), Error) << "it is being created";
  containers.store_new(*container);
  container->work = Work::none;
  std::string told;
  containers.rename(*container, "/behind", [&](const std::string& name) { told = name; });
  EXPECT_EQ(told, "before");
  EXPECT_EQ(containers.name(*container), "behind");
  EXPECT_EQ(containers.find("behind"), container);
  EXPECT_EQ(metadata.containers().front().name, "behind");
  EXPECT_THROW(containers.find("before"), Error);
  containers.add(random_hex(64), "before", config);
  EXPECT_THROW(containers.rename(*container, "before", ignore), Error);
  EXPECT_THROW(containers.rename(*container, "behind", ignore), Error);
  EXPECT_THROW(containers.rename(*container, "-", ignore), Error);
  EXPECT_EQ(containers.name(*container), "behind");
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
