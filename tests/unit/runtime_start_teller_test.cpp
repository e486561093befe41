// What is told of a start's records, in whichever order they are found.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/start_teller.h"
#include "tests/support/plan_samples.h"

namespace glassdock::runtime {
namespace {

class StartTellerTest : public testing::Test {
 protected:
  std::uint32_t index_of(std::string_view name) const {
    const plan::View plan(plan_.data(), plan_.size());
    for (std::uint32_t i = 0; i < plan.count(); ++i) {
      if (plan.text(plan.operation(i).name) == name) return i;
    }
    ADD_FAILURE() << "no operation " << name;
    return 0;
  }
  void child_did(std::uint32_t operation, std::int64_t begin_ns, std::int64_t end_ns, int error = 0) {
    trace::publish(shared_->child, {.operation = operation, .error = error, .begin_ns = begin_ns, .end_ns = end_ns});
  }
  // Name and length of all that was told since.
  std::vector<std::pair<std::string, std::int64_t>> told() {
    std::vector<std::pair<std::string, std::int64_t>> all;
    while (auto event = events_->next(std::chrono::milliseconds(0))) {
      all.emplace_back(event->name, trace::argument_number(*event, "duration_ns"));
    }
    return all;
  }

  std::string plan_ = plan::compile(plan::samples::container(), plan::samples::v1(), plan::samples::seccomp());
  std::unique_ptr<trace::SharedState> shared_ = std::make_unique<trace::SharedState>();
  trace::Tracer tracer_;
  std::shared_ptr<trace::Subscription> events_ = tracer_.subscribe(false);
  StartTeller teller_{{.tracer = &tracer_, .span = 1}, "c", plan_, *shared_};
};

using Told = std::vector<std::pair<std::string, std::int64_t>>;

TEST_F(StartTellerTest, AnExecveIsToldOnceItHasSucceeded) {
  const std::uint32_t execute = index_of("run.exec");
  child_did(execute, 1000, 1000);
  teller_.drain();
  EXPECT_EQ(told(), Told());
  teller_.executed(1700);
  EXPECT_EQ(told(), (Told{{"run.exec", 700}}));
}

// The child is never waited for where no gate holds it, so it may be far ahead of whoever reads evidence.
TEST_F(StartTellerTest, SoIsOneThatIsFoundWhileEvidenceIsRead) {
  const std::uint32_t hostname = index_of("isolate.hostname"), execute = index_of("run.exec");
  child_did(hostname, 100, 150);
  child_did(execute, 1000, 1000);
  teller_.read_evidence(static_cast<int>(hostname), 0);
  teller_.executed(1700);
  EXPECT_EQ(told(), (Told{{"isolate.hostname", 50}, {"run.exec", 700}}));
}

TEST_F(StartTellerTest, OneThatFailedIsToldWithoutTheAttempt) {
  const std::uint32_t execute = index_of("run.exec");
  child_did(execute, 1000, 1000);
  child_did(execute, 1000, 1200, ENOENT);
  teller_.drain();
  EXPECT_EQ(told(), (Told{{"run.exec", 200}}));
}

}  // namespace
}  // namespace glassdock::runtime
