#include <gtest/gtest.h>

#include <future>
#include <string>

#include "engine/base/error.h"
#include "engine/content/metadata.h"
#include "engine/daemon/container.h"
#include "engine/daemon/log_options.h"
#include "engine/daemon/restart_policy.h"
#include "engine/daemon/restarts.h"
#include "engine/os/files.h"
#include "tests/support/fault_of.h"

namespace glassdock::daemon {
namespace {

using namespace std::chrono_literals;
using tests::fault_of;
using When = RestartPolicy::When;

std::string refusal(const char* name, std::int64_t most) {
  return fault_of([&] { parse_restart_policy(name, most); }).message();
}

TEST(RestartPolicy, WordsAndRefusalsAreDockers) {
  EXPECT_EQ(parse_restart_policy("", 0).when, When::never);
  EXPECT_EQ(to_string(parse_restart_policy("on-failure", 3)), "on-failure:3");
  EXPECT_EQ(to_string(parse_restart_policy("unless-stopped", 0)), "unless-stopped");
  EXPECT_EQ(refusal("sometimes", 0),
            "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or "
            "'unless-stopped'");
  EXPECT_EQ(refusal("always", 3), "invalid restart policy: maximum retry count can only be used with 'on-failure'");
  EXPECT_EQ(refusal("no", -1),
            "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be negative");
  EXPECT_EQ(refusal("on-failure", -1), "invalid restart policy: maximum retry count cannot be negative");
}

Status ended(When when, int most = 0) {
  Status status;
  status.state = State::exited;
  status.started_ns = 1;
  status.restart_policy = {when, most};
  return status;
}

TEST(RestartPolicy, OnFailureCountsItsRestarts) {
  Status status = ended(When::on_failure, 2);
  EXPECT_FALSE(wants_restart(status, 0));
  EXPECT_TRUE(wants_restart(status, 3));
  status.restart_count = 2;
  EXPECT_FALSE(wants_restart(status, 3));
  status.restart_policy.most_restarts = 0;
  EXPECT_TRUE(wants_restart(status, 3));
}

TEST(RestartPolicy, WithTheEngineComeThoseThatNobodyStopped) {
  EXPECT_TRUE(wants_restart_with_engine(ended(When::always)));
  EXPECT_TRUE(wants_restart_with_engine(ended(When::unless_stopped)));
  EXPECT_FALSE(wants_restart_with_engine(ended(When::never)));
  EXPECT_FALSE(wants_restart_with_engine(ended(When::on_failure)));
  Status stopped = ended(When::unless_stopped);
  stopped.stopped_by_hand = true;
  EXPECT_FALSE(wants_restart_with_engine(stopped));
  stopped.restart_policy.when = When::always;
  EXPECT_TRUE(wants_restart_with_engine(stopped)) << "as docker's";
  Status created = ended(When::always);
  created.started_ns = 0;
  EXPECT_FALSE(wants_restart_with_engine(created));
}

TEST(RestartPolicy, TheDelayDoublesToAMinuteAndBeginsAnewBehindAGoodRun) {
  std::chrono::milliseconds delay{0};
  for (const auto wanted : {100ms, 200ms, 400ms}) {
    delay = restart_delay(delay, 1s);
    EXPECT_EQ(delay, wanted);
  }
  EXPECT_EQ(restart_delay(51200ms, 1s), 60000ms);
  EXPECT_EQ(restart_delay(60000ms, 9999ms), 60000ms);
  EXPECT_EQ(restart_delay(60000ms, 10s), 100ms);
}

TEST(RestartPolicy, IsStoredWithTheStatus) {
  Status status = ended(When::on_failure, 4);
  status.state = State::restarting;
  status.restart_count = 2;
  status.stopped_by_hand = true;
  std::int64_t created_ns = 0;
  EXPECT_EQ(status_from_json(to_json(status, 5), created_ns), status);
}

TEST(Restarts, ComeInTheOrderOfTheirTimeAndNotBehindTheEnd) {
  os::TempDir folder("/tmp", "glassdock-restarts.");
  content::Metadata metadata(folder.path() / "db");
  Containers containers(metadata, folder.path(), [](const std::string&, const std::exception&) {});
  const auto late = containers.add("1", "late", {});
  const auto soon = containers.add("2", "soon", {});
  const auto never = containers.add("3", "never", {});
  std::mutex mutex;
  std::vector<std::string> names;
  std::promise<void> both;
  {
    Restarts restarts([&](const ContainerPtr& container) {
      std::lock_guard lock(mutex);
      names.push_back(container->name);
      if (names.size() == 2) both.set_value();
    });
    restarts.add(late, 80ms);
    restarts.add(never, 1h);
    restarts.add(soon, 5ms);
    ASSERT_EQ(both.get_future().wait_for(10s), std::future_status::ready);
    restarts.finish();
    restarts.add(never, 0ms);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"soon", "late"}));
}

ContainerConfig logged(std::map<std::string, std::string> options, std::string driver = "json-file") {
  ContainerConfig config;
  config.log_driver = std::move(driver);
  config.log_options = std::move(options);
  return config;
}

std::string log_refusal(const ContainerConfig& config) {
  return fault_of([&] { log_bounds(config); }).message();
}

TEST(LogOptions, AreDockersAndSoAreTheirRefusals) {
  EXPECT_EQ(log_bounds(logged({})).most_files, 1U);
  EXPECT_EQ(log_bounds(logged({})).most_bytes, 0U);
  EXPECT_EQ(log_bounds(logged({{"max-size", "10m"}, {"max-file", "3"}})).most_bytes, 10'000'000U) << "not 10 MiB";
  EXPECT_EQ(log_bounds(logged({{"max-size", "1.5kB"}})).most_bytes, 1500U);
  EXPECT_EQ(log_bounds(logged({{"max-file", "3"}})).most_files, 3U);
  EXPECT_EQ(log_bounds(logged({}, "none")).most_files, 0U);
  const std::string start = "failed to create task for container: failed to initialize logging driver: ";
  EXPECT_EQ(log_refusal(logged({{"foo", "1"}})), "unknown log opt 'foo' for json-file log driver");
  EXPECT_EQ(log_refusal(logged({{"max-size", "abc"}})), start + "invalid size: 'abc'");
  EXPECT_EQ(log_refusal(logged({{"max-size", "-5"}})), start + "invalid size: '-5'");
  EXPECT_EQ(log_refusal(logged({{"max-size", ""}})), start + "invalid size: ''");
  EXPECT_EQ(log_refusal(logged({{"max-size", "0"}})), start + "max-size must be a positive number");
  EXPECT_EQ(log_refusal(logged({{"max-file", "0"}})), start + "max-file cannot be less than 1");
  EXPECT_EQ(log_refusal(logged({{"max-file", "x"}})), start + "strconv.Atoi: parsing \"x\": invalid syntax");
  EXPECT_EQ(log_refusal(logged({}, "nosuch")), "error looking up logging plugin nosuch: plugin \"nosuch\" not found");
}

}  // namespace
}  // namespace glassdock::daemon
