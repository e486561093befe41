// An engine for a suite of tests, with alpine in its cache.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "tests/support/program.h"

namespace glassdock::testing {

class AlpineHome : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = std::make_unique<EngineHome>();
    EXPECT_EQ(docker({"pull", "-q", "alpine"}).code, 0);
  }
  static void TearDownTestSuite() { home_.reset(); }
  // Every test leaves the engine without containers.
  void TearDown() override {
    for (const std::string& id : split(docker({"ps", "-aq"}).out, '\n')) {
      if (!id.empty()) docker({"rm", "-f", id});
    }
  }
  static Outcome docker(std::vector<std::string> words, std::string_view input = {}) {
    return home_->docker(std::move(words), input);
  }

  static inline std::unique_ptr<EngineHome> home_;
};

}  // namespace glassdock::testing
