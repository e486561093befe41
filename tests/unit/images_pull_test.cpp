#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/image_service_lab.h"

namespace glassdock::daemon {
namespace {

using content::Reference;
using testing::Contains;
using testing::HasSubstr;
using tests::TarBuilder;
using tests::TestImage;
namespace fs = std::filesystem;

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

TEST_F(ImageServiceTest, DoesNotLoadALayerThatIsHereFromAnotherCompression) {
  const TestImage other = tests::make_image_of({tests::gzip(base_, "9")}, {Digest::of(base_)});
  const Digest blob = Digest::of(other.layers[0]);
  ASSERT_NE(other.layers[0], image_.layers[0]);
  registry_.add("library/alpine", "latest", image_);
  registry_.add("library/other", "latest", other);
  pull("alpine");
  const auto image = pull("other");
  EXPECT_THAT(lines_, Contains(blob.short_hex() + ": Already exists"));
  EXPECT_EQ(registry_.times("/blobs/" + blob.text()), 0u);
  images().remove("alpine", false, context_);
  EXPECT_TRUE(engine_->layers.has(image->layers[0])) << "it is needed by what it holds, not by the blob that it was";
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
    void pass(std::string_view gate, std::string_view, std::uint64_t) override {
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

}  // namespace
}  // namespace glassdock::daemon
