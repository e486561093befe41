#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>

#include "engine/daemon/janitor.h"

namespace glassdock::daemon {
namespace {

using namespace std::chrono_literals;

TEST(Janitor, ALongJobHoldsNoOtherOneUp) {
  std::promise<void> short_done;
  bool in_time = false;
  Janitor janitor(2);
  janitor.add([&] { in_time = short_done.get_future().wait_for(30s) == std::future_status::ready; });
  janitor.add([&] { short_done.set_value(); });
  janitor.finish();
  EXPECT_TRUE(in_time);
}

TEST(Janitor, OneThreadKeepsTheOrder) {
  std::string done;
  Janitor janitor(1);
  for (char job : {'a', 'b', 'c', 'd'}) janitor.add([&done, job] { done += job; });
  janitor.finish();
  EXPECT_EQ(done, "abcd");
}

TEST(Janitor, NothingIsLeftUndoneAtTheEndAndBehindItTheCallerDoesIt) {
  std::atomic<int> done{0};
  Janitor janitor(3);
  constexpr int jobs = 50;
  for (int i = 0; i < jobs; ++i) janitor.add([&] { ++done; });
  janitor.finish();
  EXPECT_EQ(done, jobs);
  janitor.add([&] { ++done; });
  EXPECT_EQ(done, jobs + 1);
}

}  // namespace
}  // namespace glassdock::daemon
