#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/daemon/monitor_watch.h"
#include "tests/support/plan_samples.h"

namespace glassdock::daemon {
namespace {

// What the handler is called with: a report or none.
class Handled {
 public:
  explicit Handled(std::size_t expected) : expected_(expected) {}
  void add(bool report) {
    calls_.push_back(report);
    if (calls_.size() == expected_) whole_.set_value(calls_);
  }
  std::vector<bool> wait() { return whole_.get_future().get(); }

 private:
  std::size_t expected_;
  std::vector<bool> calls_;
  std::promise<std::vector<bool>> whole_;
};

// A container's start and its monitor's end of the link.
struct Monitored {
  ContainerPtr container = std::make_shared<Container>(Container{.id = plan::samples::id});
  std::shared_ptr<ContainerStart> start;
  UniqueFd monitor;

  Monitored() {
    auto [link, end] = runtime::MonitorLink::pair();
    monitor = std::move(end);
    start = std::make_shared<ContainerStart>(
        container->id, plan::compile(plan::samples::container(), plan::samples::v2(), plan::samples::seccomp()),
        runtime::make_shared_state().get(), std::move(link), trace::Context{}, nullptr);
  }
  void report() const {
    runtime::ReportMessage message{};
    message.report = runtime::Report::exited;
    message.version = runtime::protocol_version;
    ASSERT_EQ(::send(monitor.get(), &message, sizeof message, 0), static_cast<ssize_t>(sizeof message));
  }
};

TEST(MonitorWatch, AReportThatCannotBeTakenLosesItsMonitorAndNoOther) {
  Monitored bad, good;
  Handled of_bad(2), of_good(1);
  MonitorWatch watch([&](const ContainerPtr& container, const std::shared_ptr<ContainerStart>&,
                         const std::optional<runtime::ReportMessage>& report, std::vector<UniqueFd>&) {
    const bool is_bad = container == bad.container;
    (is_bad ? of_bad : of_good).add(report.has_value());
    if (is_bad && report) throw Error(ErrorKind::conflict, "it cannot exit");
    return false;
  });
  watch.add(bad.container, bad.start);
  watch.add(good.container, good.start);
  bad.report();
  EXPECT_EQ(of_bad.wait(), (std::vector<bool>{true, false}));
  good.report();
  EXPECT_EQ(of_good.wait(), std::vector<bool>{true});
}

TEST(MonitorWatch, ALossThatCannotBeTakenEndsNoOther) {
  Monitored bad, good;
  Handled of_bad(1), of_good(1);
  MonitorWatch watch([&](const ContainerPtr& container, const std::shared_ptr<ContainerStart>&,
                         const std::optional<runtime::ReportMessage>& report, std::vector<UniqueFd>&) {
    const bool is_bad = container == bad.container;
    (is_bad ? of_bad : of_good).add(report.has_value());
    if (is_bad) throw std::bad_alloc();
    return false;
  });
  watch.add(bad.container, bad.start);
  watch.add(good.container, good.start);
  bad.monitor.reset();
  EXPECT_EQ(of_bad.wait(), std::vector<bool>{false});
  good.report();
  EXPECT_EQ(of_good.wait(), std::vector<bool>{true});
}

}  // namespace
}  // namespace glassdock::daemon
