#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <utility>

#include "tests/support/image_service_lab.h"

namespace glassdock::daemon {
namespace {

using content::Reference;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using tests::TestImage;

// An image whose manifest, a FIFO, takes for ever to be read.
class SlowImage {
 public:
  explicit SlowImage(Engine& engine) : manifest_(engine.blobs.path(Digest::of("slow")).string()) {
    EXPECT_EQ(::mkfifo(manifest_.c_str(), 0600), 0);
    engine.metadata.put_image({.id = Digest::of("config"), .manifest = Digest::of("slow")}, {});
  }
  // Waits for one who reads it; that one goes on, with an unreadable image, when the result is closed.
  UniqueFd hold_reader() const {
    UniqueFd writer;  // a FIFO opens for writing once somebody reads
    while (!writer) writer.reset(::open(manifest_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    return writer;
  }

 private:
  std::string manifest_;
};

TEST_F(ImageServiceTest, PruneLeavesAnImageAloneThatIsNamedOrUsedMeanwhile) {
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  const auto named_meanwhile = [&](const NamedImage&) {
    images().tag(image_.id(), Reference::parse("mine:1"), context_);
    return true;
  };
  EXPECT_TRUE(images().prune(named_meanwhile, context_).items.empty());
  EXPECT_TRUE(images().find("alpine", context_)) << "not one of its names goes";
  EXPECT_TRUE(images().find("mine:1", context_));
  std::optional<ImageService::Use> use;
  const auto used_meanwhile = [&](const NamedImage&) {
    use.emplace(images(), "alpine", context_);
    return true;
  };
  EXPECT_TRUE(images().prune(used_meanwhile, context_).items.empty());
  EXPECT_TRUE(images().find("mine:1", context_));
  use.reset();
  EXPECT_THAT(flat(images().prune([](const NamedImage&) { return true; }, context_).items),
              Contains("Untagged: mine:1"));
  EXPECT_FALSE(images().find("mine:1", context_));
}

TEST_F(ImageServiceTest, RemovesAsDockerAnswers) {
  TestImage other = tests::make_image({base_, tar("other").finish()});
  registry_.add("library/alpine", "latest", image_);
  registry_.add("library/other", "latest", other);
  auto before = everything();
  pull("alpine");
  pull("other");
  images().tag(image_.id(), Reference::parse("mine:1"), context_);
  EXPECT_THAT(flat(images().remove("alpine", false, context_)),
              ElementsAre("Untagged: alpine:latest", "Untagged: alpine@" + image_.digest().text()));
  EXPECT_TRUE(images().find("mine:1", context_));
  auto chain = content::chain_ids(image_.diff_ids);
  EXPECT_THAT(flat(images().remove("mine:1", false, context_)),
              ElementsAre("Untagged: mine:1", "Deleted: " + image_.id().text(), "Deleted: " + chain[1].text()))
      << "the shared layer stays";
  EXPECT_EQ(fault_of([&] { images().remove("mine:1", false, context_); }).message(), "No such image: mine:1");
  auto last = flat(images().remove(other.id().short_hex(), false, context_));
  EXPECT_THAT(last, Contains("Untagged: other:latest"));
  EXPECT_THAT(last, Contains("Deleted: " + chain[0].text()));
  EXPECT_EQ(everything(), before);
}

TEST_F(ImageServiceTest, RefusesToRemoveWhatContainersUse) {
  registry_.add("library/alpine", "latest", image_);
  auto empty = everything();
  pull("alpine");
  const std::string container(64, 'c');
  const std::string id = image_.id().short_hex();
  users_[image_.id()] = {{container, false}};
  Error error = fault_of([&] { images().remove("alpine", false, context_); });
  EXPECT_EQ(error.kind(), ErrorKind::conflict);
  EXPECT_EQ(error.message(),
            "conflict: unable to remove repository reference \"alpine\" (must force) - container "
            "cccccccccccc is using its referenced image " +
                id);
  EXPECT_EQ(
      fault_of([&] { images().remove(id, false, context_); }).message(),
      "conflict: unable to delete " + id + " (must be forced) - image is being used by stopped container cccccccccccc");
  users_[image_.id()][0].running = true;
  EXPECT_EQ(fault_of([&] { images().remove(id, true, context_); }).message(),
            "conflict: unable to delete " + id +
                " (cannot be forced) - image is being used by running container cccccccccccc");
  users_[image_.id()][0].running = false;

  auto removed = flat(images().remove("alpine", true, context_));
  EXPECT_THAT(removed, Contains("Deleted: " + image_.id().text()));
  EXPECT_TRUE(images().list().empty());
  EXPECT_FALSE(images().find(id, context_));
  reopen();
  images().recover();
  EXPECT_EQ(engine_->metadata.layers().size(), 2u) << "the container still stands on them";
  users_.clear();
  images().container_removed(image_.id());
  EXPECT_EQ(everything(), empty);
}

TEST_F(ImageServiceTest, KeepsWhatAContainerIsAboutToNeed) {
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  {
    ImageService::Use use(images(), "alpine", context_);
    images().remove("alpine", false, context_);
    EXPECT_EQ(engine_->metadata.layers().size(), 2u) << "they are needed in a moment";
    EXPECT_THROW(ImageService::Use(images(), image_.id().text(), context_), Error) << "it is removed";
    EXPECT_EQ(fault_of([&] { images().tag(image_.id(), Reference::parse("mine"), context_); }).message(),
              "No such image: " + image_.id().text());
  }
  images().container_removed(image_.id());
  EXPECT_EQ(engine_->metadata.layers().size(), 0u);
}

// A removal is held at its first file; an engine that deletes under its lock would never come to an end here.
TEST_F(ImageServiceTest, WhatIsRemovedIsDeletedWhileContainersAreMadeAndImagesPulled) {
  TestImage other = tests::make_image({base_, tar("other").finish()});
  registry_.add("library/alpine", "latest", image_);
  registry_.add("library/other", "latest", other);
  pull("alpine");
  pull("other");
  std::promise<void> deleting, go_on;
  std::atomic<int> files{0};
  system_.before("unlinkat", [&] {
    if (files++ > 0) return;
    deleting.set_value();
    go_on.get_future().wait();
  });
  constexpr std::chrono::seconds for_ever{30};
  auto removing = std::async(std::launch::async, [&] { return flat(images().remove("alpine", false, context_)); });
  ASSERT_EQ(deleting.get_future().wait_for(for_ever), std::future_status::ready);
  auto meanwhile = std::async(std::launch::async, [&] {
    ImageService::Use use(images(), "other", context_);
    EXPECT_FALSE(images().find("alpine", context_)) << "it is gone for all who look";
    return pull("alpine");
  });
  EXPECT_EQ(meanwhile.wait_for(for_ever), std::future_status::ready);
  go_on.set_value();
  EXPECT_THAT(removing.get(), Contains("Deleted: " + image_.id().text()));
  auto image = meanwhile.get();
  for (const auto& blob : image->blobs) EXPECT_TRUE(engine_->blobs.has(blob.digest)) << "what came anew stays";
  for (auto number : image->layers) EXPECT_TRUE(engine_->layers.has(number));
  EXPECT_EQ(images().config_json(image_.id()), image_.config);
}

TEST_F(ImageServiceTest, AFaultInARemovalIsToldAndTheRestIsRemoved) {
  registry_.add("library/alpine", "latest", image_);
  auto before = everything();
  for (const char* call : {"renameat", "unlinkat"}) {
    pull("alpine");
    system_.fail(call, 1, EIO);
    EXPECT_THAT(fault_of([&] { images().remove("alpine", false, context_); }).message(), HasSubstr("remove"));
    EXPECT_TRUE(engine_->metadata.layers().empty());
    EXPECT_EQ(everything().size(), before.size() + 1) << call << ": one file is left";
    reopen();
    EXPECT_EQ(everything(), before) << call << ": the next start takes it";
  }
}

// The sweep behind a failed pull comes to a manifest that takes for ever to be read.
TEST_F(ImageServiceTest, ImagesArePulledWhileASweepReadsManifests) {
  registry_.add("library/alpine", "latest", image_);
  const SlowImage slow(*engine_);
  auto failing = std::async(std::launch::async, [&] {
    try {
      images().pull(Reference::parse("missing"), {}, context_, {});
    } catch (const Error&) {
    }
  });
  UniqueFd writer = slow.hold_reader();
  auto pulling = std::async(std::launch::async, [&] { return pull("alpine"); });
  EXPECT_EQ(pulling.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  writer.reset();
  failing.get();
  EXPECT_TRUE(images().find("alpine", context_));
}

// A removal comes to another image's manifest that takes for ever to be read.
TEST_F(ImageServiceTest, ImagesAreNamedWhileARemovalReadsManifests) {
  registry_.add("library/alpine", "latest", image_);
  const TestImage other = tests::make_image({base_, tar("other").finish()});
  registry_.add("library/other", "latest", other);
  pull("other");
  pull("alpine");
  const SlowImage slow(*engine_);
  users_[image_.id()] = {{.container = std::string(64, 'c'), .running = false}};
  const std::vector<std::function<void()>> removals = {
      [&] { images().remove("alpine", true, context_); },
      [&] {
        users_.clear();
        images().container_removed(image_.id());
      },
  };
  for (const auto& removal : removals) {
    auto removing = std::async(std::launch::async, removal);
    UniqueFd writer = slow.hold_reader();
    auto naming = std::async(std::launch::async, [&] { images().tag(other.id(), Reference::parse("name"), context_); });
    EXPECT_EQ(naming.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    writer.reset();
    removing.get();
  }
  EXPECT_FALSE(images().find("alpine", context_));
  EXPECT_FALSE(engine_->metadata.image(image_.id()));
}

// A removal that has untagged its image comes to another one's manifest.
TEST_F(ImageServiceTest, WhatIsNamedWhileItIsRemovedStays) {
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  const SlowImage slow(*engine_);
  const std::vector<std::function<void()>> namings = {
      [&] { pull("alpine"); },
      [&] { images().tag(image_.id(), Reference::parse("mine"), context_); },
  };
  for (const auto& naming : namings) {
    auto removing = std::async(std::launch::async, [&] { return flat(images().remove("alpine", false, context_)); });
    UniqueFd writer = slow.hold_reader();
    naming();
    writer.reset();
    EXPECT_THAT(removing.get(), Not(Contains(HasSubstr("Deleted"))));
    ASSERT_TRUE(images().find(image_.id().text(), context_));
  }
  EXPECT_TRUE(images().find("mine", context_));
}

TEST_F(ImageServiceTest, ANameThatMovesWhileItsImageIsRemovedStays) {
  const TestImage other = tests::make_image({base_, tar("other").finish()});
  registry_.add("library/alpine", "latest", image_);
  registry_.add("library/other", "latest", other);
  pull("alpine");
  pull("other");
  // Who uses the image is asked between the look at the name and its removal, and again later.
  bool moved = false;
  ImageService removing({engine_->blobs, engine_->metadata, engine_->layers, engine_->client, engine_->events}, {},
                        [&](const Digest&) {
                          if (!std::exchange(moved, true)) {
                            engine_->metadata.put_reference(Reference::parse("alpine").canonical(), other.id());
                          }
                          return std::vector<ImageUser>();
                        });
  EXPECT_THAT(flat(removing.remove("alpine", false, context_)), Contains("Deleted: " + image_.id().text()));
  EXPECT_EQ(removing.get("alpine", context_)->id, other.id());
}

}  // namespace
}  // namespace glassdock::daemon
