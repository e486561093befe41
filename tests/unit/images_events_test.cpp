#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/image_service_lab.h"

namespace glassdock::daemon {
namespace {

using testing::ElementsAre;

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
    // An ordinary user's engine leaves the files' owners out.
    const bool counts = event->kind != trace::Kind::sample && event->name != "snapshot.left-out";
    if (counts) told[event->subject].push_back(event->name + end);
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
