#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <fstream>
#include <future>
#include <thread>

#include "engine/base/error.h"
#include "engine/daemon/image_service.h"
#include "engine/os/files.h"
#include "tests/support/failing_system.h"
#include "tests/support/faulty_registry.h"
#include "tests/support/tar_builder.h"

namespace glassdock::daemon {
namespace {

using content::Reference;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::TarBuilder;
using tests::TestImage;
namespace fs = std::filesystem;

// A data folder with all that the service works with, opened anew by reopen() as a restarted daemon would.
struct Engine {
  Engine(tests::FailingSystem& system, const fs::path& folder, const std::string& hub, ImageUsers users)
      : blobs(system, folder),
        metadata(folder / "metadata.db"),
        layers(system, folder / "layers", /*rootless=*/::geteuid() != 0),
        client({.ca_file = {},
                .stall_timeout = std::chrono::seconds(2),
                .retries = 2,
                .first_wait = std::chrono::milliseconds(1)}),
        images({blobs, metadata, layers, client}, {.places = {.hub = hub, .insecure = {}}}, std::move(users)) {}
  content::BlobStore blobs;
  content::Metadata metadata;
  snapshot::LayerStore layers;
  registry::Client client;
  ImageService images;
};

class ImageServiceTest : public testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    engine_.reset();
    engine_ = std::make_unique<Engine>(system_, folder_.path(), registry_.host(), [this](const Digest& image) {
      auto found = users_.find(image);
      return found == users_.end() ? std::vector<ImageUser>() : found->second;
    });
  }
  ImageService& images() { return engine_->images; }

  std::shared_ptr<const Image> pull(const std::string& name, std::optional<content::Platform> platform = std::nullopt) {
    lines_.clear();
    return images().pull(Reference::parse(name), platform, context_, [this](const PullProgress& progress) {
      lines_.push_back(progress.id.empty() ? progress.status : progress.id + ": " + progress.status);
    });
  }
  Error pull_fault(const std::string& name, std::optional<content::Platform> platform = std::nullopt) {
    try {
      pull(name, platform);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "pulled " << name;
    return Error(ErrorKind::internal, "no fault");
  }
  template <typename Call>
  Error fault_of(Call&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no fault";
    return Error(ErrorKind::internal, "no fault");
  }

  // Everything in the data folder but the database's own files, and the rows of the database.
  std::set<std::string> everything() {
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      std::string name = fs::relative(entry.path(), folder_.path()).string();
      if (!starts_with(name, "metadata.db")) all.insert(name);
    }
    for (const auto& row : engine_->metadata.images()) all.insert("image " + row.id.text());
    for (const auto& row : engine_->metadata.references()) all.insert("reference " + row.reference);
    for (const auto& row : engine_->metadata.layers()) all.insert("layer " + row.diff_id.text());
    for (auto number : engine_->metadata.pending_layers()) all.insert("pending " + std::to_string(number));
    return all;
  }
  static std::vector<std::string> flat(const std::vector<RemovedItem>& removed) {
    std::vector<std::string> lines;
    for (const RemovedItem& item : removed) {
      lines.push_back(item.untagged.empty() ? "Deleted: " + item.deleted : "Untagged: " + item.untagged);
    }
    return lines;
  }
  static TarBuilder tar(const std::string& name, const std::string& text = "x") {
    return TarBuilder().folder("etc").file("etc/" + name, text);
  }

  const std::string base_ = tar("base").finish();
  const std::string top_ = tar("top").finish();
  const TestImage image_ = tests::make_image({base_, top_});
  os::TempDir folder_{fs::temp_directory_path(), "glassdock-images."};
  tests::FailingSystem system_;
  tests::FaultyRegistry registry_;
  std::map<Digest, std::vector<ImageUser>> users_;
  std::vector<std::string> lines_;
  trace::Context context_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(ImageServiceTest, PullsAnImageAndKnowsItAfterARestart) {
  registry_.add("library/alpine", "latest", image_);
  auto image = pull("alpine");
  EXPECT_EQ(image->id, image_.id());
  EXPECT_EQ(image->layers.size(), 2u);
  EXPECT_TRUE(fs::exists(engine_->layers.path(image->layers[0]) / "etc" / "base"));
  EXPECT_TRUE(fs::exists(engine_->layers.path(image->layers[1]) / "etc" / "top"));
  const std::string layer = Digest::of(image_.layers[0]).short_hex();
  EXPECT_EQ(lines_.front(), "latest: Pulling from library/alpine");
  EXPECT_THAT(lines_, Contains(layer + ": Pulling fs layer"));
  EXPECT_THAT(lines_, Contains(layer + ": Download complete"));
  EXPECT_THAT(lines_, Contains(layer + ": Pull complete"));
  EXPECT_EQ(lines_[lines_.size() - 2], "Digest: " + image_.digest().text());
  EXPECT_EQ(lines_.back(), "Status: Downloaded newer image for alpine:latest");

  reopen();
  EXPECT_EQ(images().get("alpine", context_)->id, image_.id());
  EXPECT_EQ(images().config_json(image_.id()), image_.config);
  std::size_t blobs_before = registry_.times("/blobs/");
  EXPECT_EQ(pull("alpine")->id, image_.id());
  EXPECT_EQ(lines_.back(), "Status: Image is up to date for alpine:latest");
  EXPECT_THAT(lines_, Contains(layer + ": Already exists"));
  EXPECT_EQ(registry_.times("/blobs/"), blobs_before) << "nothing is loaded twice";
}

TEST_F(ImageServiceTest, FindsByNameIdAndPrefix) {
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  const std::string hex = image_.id().hex();
  for (const std::string& name :
       {std::string("alpine"), std::string("docker.io/library/alpine:latest"), hex, "sha256:" + hex, hex.substr(0, 12),
        hex.substr(0, 2), "sha256:" + hex.substr(0, 7), "alpine@" + image_.digest().text()}) {
    auto image = images().find(name, context_);
    ASSERT_TRUE(image) << name;
    EXPECT_EQ(image->id, image_.id());
  }
  EXPECT_FALSE(images().find("alpine:3", context_));
  EXPECT_FALSE(images().find(std::string(64, '0'), context_));
  EXPECT_EQ(fault_of([&] { images().get("nosuch", context_); }).message(), "No such image: nosuch:latest");
  EXPECT_EQ(fault_of([&] { images().get("Nosuch", context_); }).kind(), ErrorKind::invalid_argument);
}

TEST_F(ImageServiceTest, TakesAnAmbiguousPrefixForNone) {
  // Images enough that two ids begin with the same digit.
  std::map<char, std::string> first;
  std::string ambiguous;
  for (int i = 0; i < 17 && ambiguous.empty(); ++i) {
    TestImage image = tests::make_image({base_}, {.label = std::to_string(i)});
    registry_.add("library/many", std::to_string(i), image);
    pull("many:" + std::to_string(i));
    char digit = image.id().hex()[0];
    if (first.count(digit) != 0) ambiguous = std::string(1, digit);
    first[digit] = image.id().hex();
  }
  ASSERT_FALSE(ambiguous.empty());
  EXPECT_FALSE(images().find(ambiguous, context_));
}

TEST_F(ImageServiceTest, TellsTheLookupWithItsResult) {
  trace::Tracer tracer;
  auto watcher = tracer.subscribe(true);
  context_.tracer = &tracer;
  images().find("alpine", context_);
  ASSERT_TRUE(watcher->next(std::chrono::milliseconds(0)));
  auto event = watcher->next(std::chrono::milliseconds(0));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, trace::Kind::end);
  EXPECT_EQ(event->name, "cache.lookup");
  EXPECT_EQ(event->stage, trace::Stage::cache);
  EXPECT_EQ(trace::argument_text(*event, "result"), "miss");
}

TEST_F(ImageServiceTest, ChoosesFromAnIndexByPlatform) {
  TestImage other = tests::make_image({top_}, {.architecture = "s390x"});
  registry_.add("library/multi", "a", image_);
  registry_.add("library/multi", "b", other);
  const std::string mine = content::Platform::of_this_machine().architecture;
  const std::string index = tests::make_index({{mine, image_}, {"s390x", other}});
  registry_.add_document("library/multi", "latest", index);
  EXPECT_EQ(pull("multi", content::Platform::parse("linux/" + mine))->id, image_.id());
  EXPECT_THAT(lines_, Contains("Digest: " + Digest::of(index).text()));
  EXPECT_EQ(pull("multi", content::Platform::parse("linux/s390x"))->id, other.id());
  EXPECT_EQ(images().find("multi", context_)->id, other.id()) << "the name moves";
  auto before = everything();
  Error error = pull_fault("multi", content::Platform::parse("linux/riscv64"));
  EXPECT_EQ(error.message(), "no matching manifest for linux/riscv64 in the manifest list entries");
  EXPECT_EQ(everything(), before);
}

TEST_F(ImageServiceTest, RefusesAnImageOfAnotherPlatform) {
  registry_.add("library/foreign", "latest", tests::make_image({base_}, {.architecture = "s390x"}));
  auto before = everything();
  Error error = pull_fault("foreign");
  EXPECT_THAT(error.message(), HasSubstr("image foreign:latest is for linux/s390x, this machine is linux/"));
  EXPECT_EQ(everything(), before);
  EXPECT_TRUE(pull("foreign", content::Platform::parse("s390x")));
}

TEST_F(ImageServiceTest, LeavesNothingAfterAnyBadImage) {
  auto before = everything();
  const std::string layer = Digest::of(image_.layers[1]).text();

  registry_.add("library/bad", "digest", image_);
  std::string wrong = image_.layers[1];
  wrong[wrong.size() / 2] = static_cast<char>(wrong[wrong.size() / 2] ^ 1);
  registry_.corrupt_blob(layer, wrong);
  Error error = pull_fault("bad:digest");
  EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  EXPECT_EQ(error.message(), "filesystem layer verification failed for digest " + layer)
      << "and not what the unpacker thinks of such bytes";
  EXPECT_EQ(everything(), before);

  registry_.add("library/bad", "diff", tests::make_image({base_}, {.false_diff_id = true}));
  EXPECT_THAT(pull_fault("bad:diff").message(), HasSubstr("is not the one that the image's configuration names"));
  EXPECT_EQ(everything(), before);

  registry_.add("library/bad", "tar", tests::make_image({base_, std::string(5000, 'n')}));
  EXPECT_EQ(pull_fault("bad:tar").kind(), ErrorKind::corrupt);
  EXPECT_EQ(everything(), before);

  registry_.add("library/bad", "climbs", tests::make_image({TarBuilder().file("../../evil").finish()}));
  EXPECT_EQ(pull_fault("bad:climbs").kind(), ErrorKind::corrupt);
  EXPECT_EQ(everything(), before);

  registry_.add("library/bad", "empty", tests::make_image({}));
  EXPECT_EQ(pull_fault("bad:empty").message(), "the image has no layers");
  EXPECT_EQ(everything(), before);

  TestImage short_config = image_;
  registry_.add("library/bad", "config", short_config);
  registry_.corrupt_blob(image_.id().text(), std::string(image_.config.size(), '{'));
  EXPECT_EQ(pull_fault("bad:config").kind(), ErrorKind::corrupt);
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(pull_fault("127.0.0.1:1/nosuch").kind(), ErrorKind::unavailable);
  EXPECT_EQ(everything(), before);
}

TEST_F(ImageServiceTest, LeavesNothingWhateverCallOfTheSystemFails) {
  registry_.add("library/alpine", "latest", image_);
  const auto before = everything();
  std::map<std::string, std::uint64_t> zero = system_.counts();
  pull("alpine");
  std::map<std::string, std::uint64_t> calls = system_.counts();
  images().remove("alpine", false, context_);
  ASSERT_EQ(everything(), before);
  int failed = 0;
  for (const auto& [call, count] : calls) {
    if (call == "unlinkat" || call == "fchownat" || call == "fsetxattr") continue;  // undo, and what unpacking forgives
    for (std::uint64_t number = 1; number <= count - zero[call]; ++number) {
      system_.fail(call, number, ENOSPC);
      try {
        pull("alpine");
        images().remove("alpine", false, context_);  // threads interleave: not every number comes up each time
      } catch (const Error& error) {
        ++failed;
        EXPECT_EQ(error.kind(), ErrorKind::no_space) << call << " " << number << ": " << error.what();
      }
      system_.fail(call, 0, 0);
      EXPECT_EQ(everything(), before) << call << " " << number;
    }
  }
  EXPECT_GT(failed, 10);
}

TEST_F(ImageServiceTest, SharesTheWorkOfPullsAtOnce) {
  TestImage other = tests::make_image({base_, tar("other").finish()});
  registry_.add("library/one", "latest", image_);
  registry_.add("library/two", "latest", other);
  std::vector<std::jthread> pulls;
  std::atomic<int> done{0};
  for (const char* name : {"one", "two", "one", "two"}) {
    pulls.emplace_back([&, name] {
      if (images().pull(Reference::parse(name), std::nullopt, {}, {})) ++done;
    });
  }
  pulls.clear();
  EXPECT_EQ(done, 4);
  EXPECT_EQ(registry_.times("/blobs/" + Digest::of(image_.layers[0]).text()), 1u);
  EXPECT_EQ(engine_->metadata.layers().size(), 3u);
  EXPECT_TRUE(engine_->metadata.pending_layers().empty());
}

TEST_F(ImageServiceTest, AFailedPullLeavesWhatAnotherOneNeeds) {
  registry_.add("library/good", "latest", image_);
  TestImage bad = tests::make_image({base_, std::string(5000, 'n')});
  registry_.add("library/bad", "latest", bad);
  for (int i = 0; i < 10; ++i) {
    std::jthread other([&] {
      try {
        images().pull(Reference::parse("bad"), std::nullopt, {}, {});
        ADD_FAILURE() << "pulled";
      } catch (const Error&) {
      }
    });
    auto image = images().pull(Reference::parse("good"), std::nullopt, {}, {});
    other.join();
    for (auto number : image->layers) EXPECT_TRUE(engine_->layers.has(number));
    EXPECT_EQ(engine_->metadata.layers().size(), 2u);
    images().remove("good", false, context_);
    EXPECT_TRUE(engine_->metadata.layers().empty());
  }
}

TEST_F(ImageServiceTest, EndsAllDownloadsWhenTheRunIsGivenUp) {
  struct Gates : trace::GateKeeper {
    std::atomic<bool> given_up{false};
    std::mutex mutex;
    std::vector<std::string> passed;
    void pass(std::string_view gate, std::string_view) override {
      std::lock_guard lock(mutex);
      passed.emplace_back(gate);
    }
    bool cancelled() const noexcept override { return given_up; }
  } gates;
  registry_.add("library/slow", "latest", image_);
  const std::string layer = Digest::of(image_.layers[1]).text();
  registry_.on_request([&](http::Request& request, http::ResponseWriter& answer) {
    if (request.path().find(layer) == std::string::npos) return false;
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[1].size())}});
    gates.given_up = true;
    while (!answer.peer_closed()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return true;
  });
  auto before = everything();
  context_.gates = &gates;
  EXPECT_EQ(pull_fault("slow").kind(), ErrorKind::cancelled);
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(gates.passed.at(0), "pull.manifest");
  EXPECT_EQ(gates.passed.at(1), "pull.config");
  EXPECT_THAT(gates.passed, Contains("pull.blob"));
}

TEST_F(ImageServiceTest, ResumesALayerWhileItIsUnpacked) {
  registry_.add("library/cut", "latest", image_);
  std::atomic<int> cuts{0};
  const std::string layer = Digest::of(image_.layers[0]).text();
  registry_.on_request([&](http::Request& request, http::ResponseWriter& answer) {
    if (request.path().find(layer) == std::string::npos || cuts++ > 0) return false;
    answer.start(200, {{"Content-Length", std::to_string(image_.layers[0].size())}});
    answer.write(std::string_view(image_.layers[0]).substr(0, 50));
    answer.abort();
    return true;
  });
  auto image = pull("cut");
  EXPECT_TRUE(fs::exists(engine_->layers.path(image->layers[0]) / "etc" / "base"));
  EXPECT_EQ(cuts, 2);
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

TEST_F(ImageServiceTest, ListsAnImageThatLostItsName) {
  registry_.add("library/alpine", "latest", image_);
  pull("alpine");
  TestImage newer = tests::make_image({base_, tar("newer").finish()});
  registry_.add("library/alpine", "latest", newer);
  pull("alpine");
  EXPECT_EQ(lines_.back(), "Status: Downloaded newer image for alpine:latest");
  auto list = images().list();
  ASSERT_EQ(list.size(), 2u);
  for (const NamedImage& named : list) {
    EXPECT_EQ(named.tags.empty(), named.image->id == image_.id());
    EXPECT_EQ(named.digests.size(), 1u);
  }
}

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

// The sweep behind a failed pull comes to a manifest that takes for ever to be read.
TEST_F(ImageServiceTest, ImagesArePulledWhileASweepReadsManifests) {
  registry_.add("library/alpine", "latest", image_);
  const Digest slow = Digest::of("slow");
  const std::string manifest = engine_->blobs.path(slow).string();
  ASSERT_EQ(::mkfifo(manifest.c_str(), 0600), 0);
  engine_->metadata.put_image({.id = Digest::of("config"), .manifest = slow}, {});
  auto failing = std::async(std::launch::async, [&] {
    try {
      images().pull(Reference::parse("missing"), {}, context_, {});
    } catch (const Error&) {
    }
  });
  UniqueFd writer;  // a FIFO opens for writing once somebody reads
  while (!writer) writer.reset(::open(manifest.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
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
  const Digest slow = Digest::of("slow");
  const std::string manifest = engine_->blobs.path(slow).string();
  ASSERT_EQ(::mkfifo(manifest.c_str(), 0600), 0);
  engine_->metadata.put_image({.id = Digest::of("config"), .manifest = slow}, {});
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
    UniqueFd writer;
    while (!writer) writer.reset(::open(manifest.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    auto naming = std::async(std::launch::async, [&] { images().tag(other.id(), Reference::parse("name"), context_); });
    EXPECT_EQ(naming.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    writer.reset();
    removing.get();
  }
  EXPECT_FALSE(images().find("alpine", context_));
  EXPECT_FALSE(engine_->metadata.image(image_.id()));
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

TEST_F(ImageServiceTest, TellsAPullInEvents) {
  registry_.add("library/alpine", "latest", image_);
  trace::Tracer tracer;
  auto watcher = tracer.subscribe(true);
  context_.tracer = &tracer;
  pull("alpine");
  std::map<std::string, int> begun, ended;
  while (auto event = watcher->next(std::chrono::milliseconds(0))) {
    if (event->kind == trace::Kind::begin) ++begun[event->name];
    if (event->kind == trace::Kind::end) ++ended[event->name];
    if (event->kind == trace::Kind::instant) ++ended[event->name];
    if (event->name == "pull.done") {
      EXPECT_EQ(trace::argument_text(*event, "image"), image_.id().text());
    }
  }
  EXPECT_EQ(begun["pull.manifest"], 1);
  EXPECT_EQ(begun["pull.config"], 1);
  EXPECT_EQ(begun["pull.blob"], 2);
  EXPECT_EQ(begun["snapshot.unpack"], 2);
  EXPECT_EQ(ended["pull.blob"], 2);
  EXPECT_EQ(ended["pull.http"], 4) << "manifest, config, two layers";
  EXPECT_EQ(ended["pull.done"], 1);
}

TEST_F(ImageServiceTest, TellsALayerInTheOrderInWhichItHappens) {
  registry_.add("library/alpine", "latest", image_);
  trace::Tracer tracer;
  auto watcher = tracer.subscribe(false);
  context_.tracer = &tracer;
  pull("alpine");
  std::map<std::string, std::vector<std::string>> told;  // by layer
  std::int64_t last_ns = 0;
  while (auto event = watcher->next(std::chrono::milliseconds(0))) {
    EXPECT_GE(event->time_ns, last_ns) << event->name;
    last_ns = event->time_ns;
    const char* end = event->kind == trace::Kind::begin ? " begins" : event->kind == trace::Kind::end ? " ends" : "";
    if (event->kind != trace::Kind::sample) told[event->subject].push_back(event->name + end);
  }
  for (const std::string& layer : image_.layers) {
    // A small layer may have come before the one that unpacks it gets to run.
    EXPECT_THAT(told[Digest::of(layer).text()],
                ::testing::AnyOf(ElementsAre("pull.blob begins", "snapshot.unpack begins", "pull.blob ends",
                                             "snapshot.unpack ends", "snapshot.commit"),
                                 ElementsAre("pull.blob begins", "pull.blob ends", "snapshot.unpack begins",
                                             "snapshot.unpack ends", "snapshot.commit")));
  }
}

TEST_F(ImageServiceTest, ALayerOfAnotherNameIsNotToldAsUnpacked) {
  registry_.add("library/bad", "diff", tests::make_image({base_}, {.false_diff_id = true}));
  trace::Tracer tracer;
  auto watcher = tracer.subscribe(false);
  context_.tracer = &tracer;
  pull_fault("bad:diff");
  int failed = 0;
  while (auto event = watcher->next(std::chrono::milliseconds(0))) {
    if (event->name == "snapshot.unpack" && event->kind == trace::Kind::end) {
      EXPECT_TRUE(trace::find_argument(*event, "failed"));
      ++failed;
    }
    EXPECT_NE(event->name, "snapshot.commit");
  }
  EXPECT_EQ(failed, 1);
}

}  // namespace
}  // namespace glassdock::daemon
