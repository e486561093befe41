// What an author has changed in a file that is played, and where the play goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/lessons/changes.h"

namespace glassdock::lessons {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

YamlNode tree(const std::string& steps, const std::string& title = "Tea") {
  return parse_yaml({"a.yaml", "title: " + title + "\nsteps:" + steps + "\n"});
}

TEST(Changes, AreToldStepByStep) {
  const YamlNode before = tree(" [{id: a, say: x}, {id: b, say: y}, {id: c}]");
  const Changes changes = changes_between(before, tree(" [{id: a, say: z}, {id: c}, {id: d}]"));
  EXPECT_THAT(changes.changed, ElementsAre("a"));
  EXPECT_THAT(changes.added, ElementsAre("d"));
  EXPECT_THAT(changes.removed, ElementsAre("b"));
  EXPECT_FALSE(changes.around);
  EXPECT_TRUE(changes.has("a"));
  EXPECT_FALSE(changes.has("c"));
}

TEST(Changes, AreAroundTheStepsOrOfTheirOrder) {
  const YamlNode before = tree(" [{id: a}, {id: b}]");
  EXPECT_TRUE(changes_between(before, tree(" [{id: a}, {id: b}]", "Coffee")).around);
  EXPECT_TRUE(changes_between(before, tree(" [{id: b}, {id: a}]")).around);
  EXPECT_TRUE(changes_between(before, tree("\n  # a comment\n  - id: a\n  - {id: b}")).empty());
  EXPECT_FALSE(changes_between(before, tree(" [{id: a}, {id: \"b\"}]")).empty()) << "quotes may make another value";
}

TEST(Changes, GoOnAtTheSameStep) {
  EXPECT_EQ(place_in({"x", "a", "b"}, {"a", "b"}, 1), 2u);
  EXPECT_EQ(place_in({"a", "c"}, {"a", "b", "c"}, 1), 1u) << "the first behind it that is there";
  EXPECT_EQ(place_in({"a", "x"}, {"a", "b"}, 1), 1u) << "none is: the last";
}

}  // namespace
}  // namespace glassdock::lessons
