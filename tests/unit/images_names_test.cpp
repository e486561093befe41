#include <gtest/gtest.h>

#include <map>

#include "tests/support/image_service_lab.h"

namespace glassdock::daemon {
namespace {

using tests::TestImage;

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

}  // namespace
}  // namespace glassdock::daemon
