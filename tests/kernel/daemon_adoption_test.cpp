// What a daemon that comes finds of the monitors of the one before it, on the real kernel.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/daemon/recovery.h"
#include "engine/daemon/status_file.h"
#include "tests/support/start_lab.h"

namespace glassdock::daemon {
namespace {

using runtime::Report;
using support::LabStart;
using support::StartLab;

// The daemon that comes: what recovery needs of it, on the lab's data.
class Newcomer {
 public:
  explicit Newcomer(StartLab& lab, const std::string& running)
      : folder_("/tmp", "glassdock-newcomer."),
        metadata_(folder_.path() / "db"),
        blobs_(os::real_system(), folder_.path()),
        layers_(os::real_system(), folder_.path() / "layers", false),
        registry_({}),
        images_({blobs_, metadata_, layers_, registry_, events_}, {{}, {}},
                [](const Digest&) { return std::vector<ImageUser>(); }),
        container_layers_(os::real_system(), layers_, lab.data()),
        containers_(metadata_, lab.data() / "containers", [](const std::string&, const std::exception&) {}),
        lifecycle_({tracer_, containers_, images_, container_layers_, lab.host(), events_, restarts_}),
        watch_([this](const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start,
                      const std::optional<runtime::ReportMessage>&, std::vector<UniqueFd>&) {
          if (!start) recovery_.take_orphan_end(container);
          return false;
        }),
        recovery_({os::real_system(), tracer_, containers_, lifecycle_, container_layers_, watch_, lab.host()}) {
    container_ = containers_.add(running, "running", {});
    container_->work = Work::none;
    containers_.store_new(*container_);
    containers_.move(*container_, Move::start);
  }
  ~Newcomer() {
    watch_.stop();
    recovery_.finish();
    lifecycle_.finish();
  }
  void recover() {
    recovery_.recover([this](const std::string& line) {
      std::lock_guard lock(mutex_);
      complaints_.push_back(line);
    });
  }
  // Waits for what `look` sees under the containers' lock, at most ten seconds.
  template <typename Look>
  bool comes_true(Look&& look) {
    using std::chrono::steady_clock;
    constexpr int tick_ms = 20;
    ContainerWatch watch(containers_, container_);
    for (const auto last = steady_clock::now() + std::chrono::seconds(10); steady_clock::now() < last;) {
      {
        auto lock = containers_.lock();
        if (look(*container_)) return true;
      }
      watch.wait(-1, tick_ms);
    }
    return false;
  }
  std::vector<std::string> complaints() {
    std::lock_guard lock(mutex_);
    return complaints_;
  }

 private:
  os::TempDir folder_;
  trace::Tracer tracer_;
  EventLog events_;
  content::Metadata metadata_;
  content::BlobStore blobs_;
  snapshot::LayerStore layers_;
  registry::Client registry_;
  ImageService images_;
  snapshot::ContainerLayers container_layers_;
  Containers containers_;
  Restarts restarts_{[](const ContainerPtr&) {}};
  Lifecycle lifecycle_;
  MonitorWatch watch_;
  Recovery recovery_;
  ContainerPtr container_;
  std::mutex mutex_;
  std::vector<std::string> complaints_;
};

class AdoptionOfAMonitor : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string why = StartLab::missing(); !why.empty()) GTEST_SKIP() << why;
    lab_ = std::make_unique<StartLab>();
    start_ = lab_->prepare(lab_->spec({"sleep", "1000"}));
    lab_->start(*start_);
    ASSERT_TRUE(start_->until(Report::executed));
    start_->link.reset();  // its daemon goes
    monitor_ = runtime::open_monitor(start_->folder);
    ASSERT_TRUE(signal_process(monitor_, SIGSTOP));
  }
  void TearDown() override {
    if (!start_) return;
    signal_process(start_->pidfd, SIGKILL);
    signal_process(monitor_, SIGCONT);
    end_monitor(start_->folder);
  }
  static bool is_asked(const Container& container) {
    return container.orphan && container.orphan->talk == Orphan::Talk::asked;
  }
  std::unique_ptr<StartLab> lab_;
  std::unique_ptr<LabStart> start_;
  UniqueFd monitor_;
};

TEST_F(AdoptionOfAMonitor, IsNotWaitedForAndComesWithItsAnswer) {
  Newcomer daemon(*lab_, start_->id);
  daemon.recover();
  EXPECT_TRUE(daemon.comes_true(is_asked)) << "it is stopped: a recovery that waited would have given it up";
  EXPECT_EQ(daemon.complaints(), std::vector<std::string>());
  ASSERT_TRUE(signal_process(monitor_, SIGCONT));
  EXPECT_TRUE(daemon.comes_true([](const Container& container) { return container.start && !container.orphan; }));
  EXPECT_EQ(daemon.complaints(), std::vector<std::string>());
}

TEST_F(AdoptionOfAMonitor, IsToldOnceItsTimeHasPassed) {
  Newcomer daemon(*lab_, start_->id);
  daemon.recover();
  EXPECT_TRUE(daemon.comes_true(
      [](const Container& container) { return container.orphan && container.orphan->talk == Orphan::Talk::silent; }));
  EXPECT_TRUE(daemon.comes_true([&](const Container&) { return !daemon.complaints().empty(); }));
  EXPECT_EQ(daemon.complaints(), std::vector<std::string>{"container " + start_->id.substr(0, 12) +
                                                          ": its monitor does not introduce itself"});
}

TEST_F(AdoptionOfAMonitor, IsOverWithItsContainer) {
  Newcomer daemon(*lab_, start_->id);
  daemon.recover();
  ASSERT_TRUE(signal_process(start_->pidfd, SIGKILL));
  EXPECT_TRUE(daemon.comes_true([](const Container& container) {
    return container.status.state == State::exited && !container.orphan && container.status.exit_code == 137;
  }));
}

}  // namespace
}  // namespace glassdock::daemon
