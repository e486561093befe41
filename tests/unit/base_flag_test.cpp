#include <gtest/gtest.h>

#include "engine/base/flag.h"

namespace glassdock {
namespace {

TEST(Flag, IsOnAsDockerReadsIt) {
  for (const char* off : {"", "0", "no", "false", "none", "False", "NO", " false ", " "})
    EXPECT_FALSE(is_on(off)) << off;
  for (const char* on : {"1", "true", "True", "yes", "2", "t"}) EXPECT_TRUE(is_on(on)) << on;
}

}  // namespace
}  // namespace glassdock
