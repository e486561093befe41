// Each run of the table, held at every gate: what the events said is read from /proc, the cgroups and the store.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>

#include "engine/base/text.h"
#include "engine/plan/host.h"
#include "tests/golden/bad_registry.h"
#include "tests/golden/expectation.h"
#include "tests/golden/real_engine.h"
#include "tests/golden/runs.h"

namespace glassdock::golden {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// The engines of all runs: one as root and one of an ordinary user, each made when it is first needed.
class GoldenRuns : public ::testing::TestWithParam<GoldenRun> {
 protected:
  static void SetUpTestSuite() { registry_ = new BadRegistry(); }
  static void TearDownTestSuite() {
    engines_.clear();
    delete registry_;
    registry_ = nullptr;
  }
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to read what other processes' namespaces hold";
    const Owner owner = GetParam().rootless ? Owner::ordinary_user : Owner::self;
    if (std::string why = RealEngine::missing(owner); !why.empty()) GTEST_SKIP() << why;
    auto& engine = engines_[owner];
    if (!engine) {
      engine = std::make_unique<RealEngine>(owner);
      std::filesystem::create_directory(engine->folder() / "shared");
      std::ofstream(engine->folder() / "shared/note") << "from the host\n";
    }
    engine_ = engine.get();
    host_ = plan::probe_host(engine_->data().string());
    prepare();
  }
  void prepare() {
    if (GetParam().before == Before::image_is_missing) {
      engine_->docker({"rmi", "-f", "alpine"});
    } else {
      const Outcome pulled = engine_->docker({"pull", "-q", "alpine"});
      ASSERT_EQ(pulled.code, 0) << pulled.err;
    }
  }

  std::vector<std::string> words() const {
    std::vector<std::string> words = {"run"};
    for (std::string word : GetParam().words) {
      for (const auto& [name, text] : {std::pair<std::string, std::string>{"REGISTRY", registry_->host()},
                                       {"FOLDER", engine_->folder().string()}}) {
        if (auto at = word.find(name); at != std::string::npos) word.replace(at, name.size(), text);
      }
      words.push_back(std::move(word));
    }
    return words;
  }

  bool has(const StartGate& gate) const {
    const bool cgroups = !engine_->rootless() && host_.cgroups != plan::CgroupLayout::none;
    const bool v1 = host_.cgroups == plan::CgroupLayout::v1;
    switch (gate.on) {
      case StartGate::On::every_start:
        return true;
      case StartGate::On::request:
        return std::count(GetParam().more.begin(), GetParam().more.end(), gate.name) != 0;
      case StartGate::On::cgroups:
      case StartGate::On::cgroup_mounts:
        return cgroups;
      case StartGate::On::cgroups_v1:
        return cgroups && v1;
      case StartGate::On::device_rules:
        return cgroups && (!v1 || host_.has_controller("devices"));
    }
    return false;
  }
  std::vector<std::string> expected_gates() const {
    std::vector<std::string> expected = GetParam().road;
    if (GetParam().ends_at.empty()) return expected;
    for (const StartGate& gate : start_gates()) {
      if (has(gate)) expected.emplace_back(gate.name);
      if (gate.name == GetParam().ends_at) break;
    }
    return expected;
  }
  // Why this machine can't do the run; empty where it can.
  std::string lacks() const {
    const std::string controller = GetParam().limit.substr(0, GetParam().limit.find('='));
    if (controller.empty() || host_.has_controller(controller)) return {};
    return "no " + controller + " cgroup here";
  }

  static BadRegistry* registry_;
  static std::map<Owner, std::unique_ptr<RealEngine>> engines_;
  RealEngine* engine_ = nullptr;
  plan::Host host_;
};
BadRegistry* GoldenRuns::registry_ = nullptr;
std::map<Owner, std::unique_ptr<RealEngine>> GoldenRuns::engines_;

// What a run's events were, besides what the Expectation keeps.
struct Told {
  std::vector<std::string> gates;  // the first time that each was reached
  std::vector<std::string> names;
  std::vector<std::string> limits;  // contents of cgroup files
};

void note(Told& told, const trace::Event& event) {
  const auto add_once = [](std::vector<std::string>& to, const std::string& name) {
    if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
  };
  if (auto held = client::held_by(event)) {
    const std::string name(trace::base_name(held->gate));
    // The links beside several cgroup mounts are there where controllers share one.
    if (name != "isolate.cgroup-links") add_once(told.gates, name);
  }
  add_once(told.names, std::string(trace::base_name(event.name)));
  if (event.name != "isolate.limits") return;
  for (const trace::Evidence& evidence : event.evidence) told.limits.push_back(evidence.content);
}

TEST_P(GoldenRuns, AreAsTheirEventsSay) {
  const GoldenRun& run = GetParam();
  if (std::string why = lacks(); !why.empty()) GTEST_SKIP() << why;
  const Traces before = engine_->traces();
  Expectation expectation(engine_->data(), engine_->pid());
  Told told;
  bool in_baseline = true;
  const Outcome outcome = step(*engine_, words(),
                               {[&](const trace::Event& event) {
                                  in_baseline = in_baseline && starts_with(event.name, "baseline.");
                                  if (in_baseline) return;
                                  expectation.take(event);
                                  note(told, event);
                                  const bool runs = event.name == "container.start" && event.kind == trace::Kind::end;
                                  if (run.kill_with != 0 && runs) ::kill(expectation.pid(), run.kill_with);
                                },
                                [&](const client::Held& held) {
                                  for (const std::string& wrong : expectation.check(held)) ADD_FAILURE() << wrong;
                                  return true;
                                }});

  EXPECT_EQ(outcome.code, run.exit_code) << outcome.err;
  EXPECT_EQ(outcome.out, run.out);
  std::vector<std::string> errors;
  for (const std::string& line : split(outcome.err, '\n')) {
    // Without any request there is no progress to print: every line but the hint counts.
    const bool refused = run.road.empty() && !line.empty() && !starts_with(line, "See '");
    if (starts_with(line, "docker: ") || refused) errors.push_back(line);
  }
  if (run.error.empty()) {
    EXPECT_THAT(errors, IsEmpty());
  } else {
    ASSERT_EQ(errors.size(), 1u) << outcome.err;
    EXPECT_THAT(errors[0], HasSubstr(run.error));
  }
  EXPECT_EQ(told.gates, expected_gates());
  for (const std::string& gate : told.gates) EXPECT_THAT(told.names, Contains(gate));
  if (run.limit.empty()) {
    EXPECT_THAT(told.limits, IsEmpty());
  } else {
    EXPECT_THAT(told.limits, Contains(StartsWith(run.limit.substr(run.limit.find('=') + 1))));
  }

  const bool ran = run.error.empty();
  EXPECT_EQ(expectation.executed(), ran);
  EXPECT_EQ(expectation.exit_code(), ran ? run.exit_code : -1);
  if (run.before == Before::image_is_here) {
    for (const std::string& wrong : expectation.check_store(false)) ADD_FAILURE() << wrong;
  }
  const std::string table = engine_->docker({"ps", "-a", "--filter", "name=kept"}).out;
  if (run.words[0] == "--name") {
    EXPECT_THAT(table, HasSubstr(fmt::format("Exited ({})", run.exit_code)));
    EXPECT_EQ(engine_->docker({"rm", "kept"}).code, 0);
  }
  EXPECT_EQ(engine_->docker({"ps", "-aq"}).out, "");
  if (run.before == Before::image_is_missing) return;  // the image has come
  EXPECT_EQ(engine_->differs_from(before), "");
}

INSTANTIATE_TEST_SUITE_P(Table, GoldenRuns, ::testing::ValuesIn(golden_runs().begin(), golden_runs().end()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace glassdock::golden
