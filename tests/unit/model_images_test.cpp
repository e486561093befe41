// Images and their layers: looked for, pulled, tagged, deleted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/model/reducer.h"
#include "engine/trace/json.h"
#include "tests/support/reduced.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::reduce;
using support::RunStory;
using support::stage;
using support::story_base;
using support::story_image;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using trace::Kind;
using trace::Stage;

TEST(ModelImages, AnImageThatNobodyHasFailsThePull) {
  RunStory story;
  story.missing();
  story.pull_in_vain("alpine:latest");
  const Model model = reduce(story.events);
  EXPECT_EQ(stage(model, Stage::pull), State::failed);
  EXPECT_EQ(stage(model, Stage::run), State::planned);
  EXPECT_TRUE(model.run.failed);
  EXPECT_EQ(model.images[0].state, State::failed);
}

// The engine throws away what it had pulled by then.
TEST(ModelImages, APullThatFailsBehindItsManifestLeavesNoImage) {
  RunStory story;
  const std::uint64_t request = story.request("POST /images/create");
  story.tell(Stage::pull, Kind::begin, "pull.manifest", "alpine:latest", 90, request);
  story.tell(Stage::pull, Kind::end, "pull.manifest", "alpine:latest", 90, request, {{"blobs", story_base}});
  EXPECT_EQ(reduce(story.events).image_of_run()->state, State::appearing);
  story.answer(request, "POST /images/create", 500);
  EXPECT_EQ(reduce(story.events).image_of_run()->state, State::failed);
}

// As `docker pull busybox; docker pull alpine`: what both have comes once, and is told by the digest of its files.
TEST(ModelImages, ALayerThatIsHereAlreadyIsNoLayerMore) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  const std::string other = "sha256:" + std::string(64, '7'), files = "sha256:" + std::string(64, '8');
  const std::uint64_t request = story.request("POST /images/create");
  story.tell(Stage::pull, Kind::begin, "pull.manifest", "busybox:latest", 90, request);
  story.tell(Stage::pull, Kind::end, "pull.manifest", "busybox:latest", 90, request,
             {{"blobs", story_base + " " + other}});
  for (const char* digest : {"sha256:files of the base", files.c_str()}) {
    story.tell(Stage::cache, Kind::instant, "cache.layer", digest, request, 0, {{"result", std::string("hit")}});
  }
  story.tell(Stage::pull, Kind::instant, "pull.done", "busybox:latest", request, 0,
             {{"image", std::string("sha256:b")}});
  story.answer(request, "POST /images/create", 200);
  const Model model = reduce(story.events);
  EXPECT_THAT(model.image_of_run()->layers, ElementsAre(story_base, other));
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(model.layer(other)->state, State::there);
}

TEST(ModelImages, ARunNamesItsImageAsSoonAsAnEventDoes) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  const std::uint64_t request = story.request("POST /containers/create");
  EXPECT_EQ(reduce(story.events).run.image, "");
  story.tell(Stage::lifecycle, Kind::instant, "gate.held", "docker.io/library/alpine", 1, 0,
             {{"id", std::int64_t{1}}, {"gate", std::string("cache.lookup")}, {"stage", std::string("cache")}});
  Model model = reduce(story.events);
  EXPECT_EQ(model.run.image, "alpine:latest");
  ASSERT_NE(model.image_of_run(), nullptr);
  EXPECT_EQ(model.image_of_run()->id, story_image);
  story.lookup(request, false, "alpin");
  model = reduce(story.events);
  EXPECT_EQ(model.run.image, "alpin:latest");
  EXPECT_EQ(model.image_of_run(), nullptr);
  // Somebody else's question is none of this run.
  const std::uint64_t other = story.request("GET /images/busybox/json", 0);
  story.lookup(other, false, "busybox");
  EXPECT_EQ(reduce(story.events).run.image, "alpin:latest");
}

TEST(ModelImages, APullEndsItsRunUnlessAContainerWaitsForIt) {
  RunStory pull;
  pull.pull();
  EXPECT_TRUE(reduce(pull.events).run.ended);
  EXPECT_TRUE(reduce(pull.events).run.is_pull());
  RunStory run;
  run.missing();
  run.pull();
  EXPECT_FALSE(reduce(run.events).run.ended);
  EXPECT_FALSE(reduce(run.events).run.is_pull());
}

TEST(ModelImages, ImagesAreTaggedUntaggedAndDeletedWithTheirLayers) {
  RunStory story;
  story.baseline_image();
  story.tell(Stage::lifecycle, Kind::instant, "image.tag", "mine:1", 0, 0, {{"image", story_image}});
  Model model = reduce(story.events);
  ASSERT_NE(model.image("mine:1"), nullptr);
  EXPECT_EQ(model.image("mine:1")->layers.size(), 2u);
  story.tell(Stage::lifecycle, Kind::instant, "image.untag", "mine:1");
  EXPECT_EQ(reduce(story.events).image("mine:1"), nullptr);
  story.tell(Stage::lifecycle, Kind::instant, "image.delete", story_image);
  model = reduce(story.events);
  EXPECT_THAT(model.images, IsEmpty());
  EXPECT_THAT(model.layers, IsEmpty());
}

TEST(ModelImages, AContainersImageIsFoundByItsShortNameToo) {
  Model model;
  for (const char* name : {"alpine:latest", "busybox:latest"}) {
    Image image;
    image.reference = name;
    model.images.push_back(image);
  }
  Container container;
  container.image = "alpine";
  EXPECT_EQ(model.image_of(container), &model.images[0]);
}

}  // namespace
}  // namespace glassdock::model
