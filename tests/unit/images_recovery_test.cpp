#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <iterator>

#include "tests/support/image_service_lab.h"
#include "tests/support/private_mounts.h"

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

TEST_F(ImageServiceTest, OpensWithLeftoversThatCannotBeRemoved) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount";
  tests::have_own_mounts();  // to the end of this program
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  const fs::path layers = folder_.path() / "layers";
  const std::uint64_t number = engine_->metadata.reserve_layer();
  for (const fs::path& leftover : {layers / "unpack.half", layers / "77", engine_->layers.path(number)}) {
    fs::create_directories(leftover / "mounted");
    ASSERT_EQ(::mount("tmpfs", (leftover / "mounted").c_str(), "tmpfs", 0, "size=4096"), 0);
  }
  const auto entries = [&] { return std::distance(fs::directory_iterator(layers), fs::directory_iterator()); };
  for (int i = 0; i < 2; ++i) reopen();
  EXPECT_EQ(entries(), 5) << "the image's two, and what is mounted in";
  EXPECT_EQ(images().list().size(), 1u);
  for (const auto& leftover : fs::directory_iterator(layers)) ::umount((leftover.path() / "mounted").c_str());
  reopen();
  EXPECT_EQ(entries(), 2);
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
