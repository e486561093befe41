#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/os/files.h"
#include "engine/plan/host.h"
#include "tests/golden/bad_registry.h"
#include "tests/golden/real_engine.h"
#include "tests/golden/runs.h"

namespace glassdock::golden {

// The runs of the table and what they need. The engines serve all runs of a program: one as root and one of an ordinary
// user, each made when it is first needed.
class TableRuns : public ::testing::TestWithParam<GoldenRun> {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  void set_hub(const client::HubConditions& conditions) const;
  void remove_images() const;
  // What is typed after `docker`.
  std::vector<std::string> words() const;
  // With what the table cannot know.
  std::string filled(std::string text) const;
  // Why this machine can't do the run; empty where it can.
  std::string lacks() const;
  // What a layer could have reached outside of the data folder.
  std::vector<std::string> outside() const;

  RealEngine* engine_ = nullptr;
  plan::Host host_;

 private:
  static std::unique_ptr<os::TempDir> witness_;
  static std::unique_ptr<BadRegistry> registry_;
  static std::map<Owner, std::unique_ptr<RealEngine>> engines_;
};

}  // namespace glassdock::golden
