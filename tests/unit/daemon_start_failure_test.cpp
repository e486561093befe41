#include <gtest/gtest.h>

#include "engine/daemon/start_failure.h"
#include "engine/plan/plan.h"

namespace glassdock::daemon {
namespace {

TEST(StartFailure, AMountInsideProcIsRefusedInDockersWords) {
  const Error error = to_error({"isolate.volume-2", plan::inside_proc, "/data", {}, false});
  EXPECT_NE(error.message().find("\"/data\" cannot be mounted because it is inside /proc"), std::string::npos);
  EXPECT_EQ(error.exit_code(), 128);
}

}  // namespace
}  // namespace glassdock::daemon
