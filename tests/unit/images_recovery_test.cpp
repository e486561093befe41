#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/image_service_lab.h"

namespace glassdock::daemon {
namespace {

namespace fs = std::filesystem;

TEST_F(ImageServiceTest, MendsWhatAKilledDaemonOrALostDiskLeft) {
  registry_.add("library/alpine", "latest", image_);
  auto before = everything();
  auto image = pull("alpine");
  // A layer's folder was lost; a layer was committed and never recorded; a blob was stored for a pull that never ended.
  engine_->layers.remove(image->layers[1]);
  std::uint64_t number = engine_->metadata.reserve_layer();
  fs::create_directories(engine_->layers.path(number) / "half");
  reopen();
  EXPECT_FALSE(engine_->layers.has(number));
  EXPECT_TRUE(engine_->metadata.pending_layers().empty());
  EXPECT_EQ(fault_of([&] { images().get("alpine", context_); }).kind(), ErrorKind::corrupt);
  EXPECT_EQ(images().list().size(), 1u) << "it can still be seen and removed";
  std::size_t blobs = registry_.times("/blobs/");
  pull("alpine");
  EXPECT_EQ(registry_.times("/blobs/"), blobs) << "the layer is made anew from its stored blob";
  EXPECT_EQ(images().get("alpine", context_)->layers.size(), 2u);
  engine_->blobs.put(Digest::of("stray"), "stray");
  reopen();
  images().remove("alpine", false, context_);
  EXPECT_EQ(everything(), before);
}

TEST_F(ImageServiceTest, OpensWithAForeignFileAmongItsBlobs) {
  const fs::path foreign = folder_.path() / "blobs/sha256/lost+found";
  fs::create_directory(foreign);
  reopen();
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  images().remove("alpine", false, context_);
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(ImageServiceTest, SweepsNothingBeforeItIsTold) {
  const fs::path layer = engine_->layers.path(7) / "in-use";
  fs::create_directories(layer);
  open();
  EXPECT_TRUE(fs::exists(layer)) << "a container that nobody knows may still run on it";
  images().recover();
  EXPECT_FALSE(fs::exists(layer));
}

TEST_F(ImageServiceTest, PullsAnewWhereItsDatabaseWasLost) {
  registry_.add("library/alpine", "latest", image_);
  auto before = everything();
  auto image = pull("alpine");
  engine_.reset();
  for (const char* file : {"metadata.db", "metadata.db-wal", "metadata.db-shm"}) fs::remove(folder_.path() / file);
  fs::create_directories(folder_.path() / "layers/01");
  reopen();
  for (auto number : image->layers) EXPECT_FALSE(engine_->layers.has(number)) << "nobody would find it";
  EXPECT_TRUE(fs::remove(folder_.path() / "layers/01")) << "no layer's name";
  EXPECT_EQ(everything(), before);
  fs::create_directories(engine_->layers.path(1));
  EXPECT_THAT(pull("alpine")->layers, testing::UnorderedElementsAre(2, 3)) << "a number that is taken is passed over";
  images().remove("alpine", false, context_);
  reopen();
  EXPECT_EQ(everything(), before);
}

}  // namespace
}  // namespace glassdock::daemon
