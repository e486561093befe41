#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/program.h"

namespace glassdock::testing {

// Tests on the recording of one real run, which is made once for all of them.
class RecordedRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = new EngineHome();
    recorded_ = home_->glassdock({"--trace", recording(), "docker", "run", "--rm", "alpine", "true"});
  }
  static void TearDownTestSuite() {
    delete home_;
    home_ = nullptr;
  }
  void SetUp() override { ASSERT_EQ(recorded_.code, 0) << recorded_.err; }

  static std::string recording() { return home_->path() / "run.gdtrace"; }

  static inline EngineHome* home_ = nullptr;

 private:
  static inline Outcome recorded_;
};

}  // namespace glassdock::testing
