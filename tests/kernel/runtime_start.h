#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/start_lab.h"

namespace glassdock {

// Starts on the real kernel: launcher, monitor and child, with plans as the daemon makes them. Each test leaves the
// machine as it was.
class RuntimeStart : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = support::StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    lab_ = std::make_unique<support::StartLab>();
    before_ = support::count_leftovers(lab_->host());
  }
  void TearDown() override {
    if (!lab_) return;
    // A monitor ends a moment after its last report.
    for (int i = 0; i < 300 && !(support::count_leftovers(lab_->host()) == before_); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    support::Leftovers after = support::count_leftovers(lab_->host());
    EXPECT_EQ(support::describe(before_), support::describe(after));
    EXPECT_EQ(before_.mounts, after.mounts);
  }
  std::string shell(const std::string& script, plan::ContainerSpec* changed = nullptr) {
    plan::ContainerSpec spec = changed ? *changed : lab_->spec({});
    spec.arguments = {"sh", "-c", script};
    auto start = lab_->run(spec);
    last_code_ = start->exit_code();
    if (start->reports.empty() || start->reports.back().report != runtime::Report::exited) {
      ADD_FAILURE() << "no exit: " << (start->reports.empty() ? "no report" : start->reports.back().text);
    }
    return start->log();
  }

  support::Leftovers before_;
  std::unique_ptr<support::StartLab> lab_;
  int last_code_ = -1;
};

}  // namespace glassdock
