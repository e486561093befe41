// Each operation of a start made to fail, one after the other, through the daemon: the line, the exit code, and nothing
// left behind.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "engine/trace/gates.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

// A start goes on without them, as it does where the kernel has no such switch; and what undoes a start does so again,
// or leaves it to the daemon.
bool is_forgiven(std::string_view operation) {
  return operation == "isolate.sysctls" || starts_with(operation, "lifecycle.");
}

// How the line names the operation: docker has its own words for some.
std::string words_for(const std::string& operation) {
  if (operation == "run.exec") return "exec: \"echo\"";
  if (operation == "run.folder") return "chdir to cwd (\"/made/for/it\")";
  return operation;
}

class Faults : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    engine_ = std::make_unique<RealEngine>(GetParam());
    std::filesystem::create_directory(engine_->folder() / "shared");
    ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
    ASSERT_EQ(engine_->docker(run_words()).out, "ran\n");
    before_ = engine_->traces();
  }

  bool has_cgroups() const { return !engine_->rootless() && !before_.cgroups.empty(); }

  // With an option for each operation that not every start has.
  std::vector<std::string> run_words() const {
    std::vector<std::string> words = {"run",        "--rm", "-v", engine_->folder().string() + "/shared:/shared",
                                      "--tmpfs",    "/t",   "-w", "/made/for/it",
                                      "--read-only"};
    if (!engine_->rootless()) words.insert(words.end(), {"-m", "64m", "--cpus", "0.5", "--pids-limit", "50"});
    words.insert(words.end(), {"alpine", "echo", "ran"});
    return words;
  }

  // The names of all operations of this start: those with a gate are held at, the others come after the end.
  std::vector<std::string> operations() const {
    std::vector<std::string> names;
    step(*engine_, run_words(), {{}, [&](const client::Held& held) {
                                   const trace::Gate* gate = trace::find_gate(held.gate);
                                   if (gate && gate->waits != trace::Actor::daemon) names.push_back(held.gate);
                                   return true;
                                 }});
    if (has_cgroups()) names.insert(names.end(), {"lifecycle.memory-report", "lifecycle.cgroups-remove"});
    return names;
  }

  Outcome run_with(const std::string& operation, const std::string& error) const {
    engine_->post("/glass/faults", fmt::format(R"({{"operation":"{}","errno":"{}"}})", operation, error));
    return engine_->docker(run_words());
  }

  std::unique_ptr<RealEngine> engine_;
  Traces before_;
};

TEST_P(Faults, OfEachOperationLeaveNothing) {
  const std::vector<std::string> names = operations();
  EXPECT_THAT(names, IsSupersetOf({"isolate.clone", "isolate.volume", "isolate.tmpfs", "isolate.working-folder",
                                   "isolate.readonly-root", "isolate.seccomp", "run.exec"}));
  if (has_cgroups()) {
    EXPECT_THAT(names, IsSupersetOf({"isolate.cgroups", "isolate.limits"}));
  }
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const Outcome outcome = run_with(name, "EIO");
    if (is_forgiven(name)) {
      EXPECT_EQ(outcome.code, 0) << outcome.err;
      EXPECT_EQ(outcome.out, "ran\n");
    } else {
      EXPECT_EQ(outcome.code, 125);
      EXPECT_EQ(outcome.out, "");
      EXPECT_THAT(outcome.err, AllOf(StartsWith("docker: "), HasSubstr(words_for(name)),
                                     HasSubstr(name == "run.exec" ? "input/output error" : "Input/output error")));
    }
    ASSERT_EQ(engine_->differs_from(before_), "");
  }
}

// Docker's client reads these two out of the engine's line.
TEST_P(Faults, OfTheCommandHaveDockersExitCodes) {
  EXPECT_EQ(run_with("run.exec", "ENOENT").code, 127);
  EXPECT_EQ(run_with("run.exec", "EACCES").code, 126);
  EXPECT_EQ(run_with("run.exec", "ENOEXEC").code, 126);
  EXPECT_EQ(engine_->differs_from(before_), "");
}

// Only a request of the API asks for this wall.
TEST_P(Faults, OfNoNewPrivilegesLeaveNothing) {
  http::Client client = http::Client::connect_unix(engine_->socket());
  const auto ask = [&](const std::string& method, const std::string& path, const std::string& body) {
    http::Response answer = client.request(method, path, {{"Content-Type", "application/json"}}, body);
    std::string text = answer.read_body();
    return std::pair(answer.status(), text);
  };
  engine_->post("/glass/faults", R"({"operation":"isolate.no-new-privileges","errno":"EIO"})");
  const auto created = ask("POST", "/containers/create?name=guarded",
                           R"({"Image":"alpine","Cmd":["true"],"HostConfig":{"SecurityOpt":["no-new-privileges"]}})");
  ASSERT_EQ(created.first, 201) << created.second;
  const auto started = ask("POST", "/containers/guarded/start", "");
  EXPECT_GE(started.first, 400);
  EXPECT_THAT(started.second, HasSubstr("isolate.no-new-privileges: Input/output error"));
  EXPECT_EQ(engine_->docker({"rm", "guarded"}).code, 0);
  EXPECT_EQ(engine_->differs_from(before_), "");
}

// Without --rm the container's record stays, as docker's does, and nothing else.
TEST_P(Faults, OfAKeptContainerLeaveItsRecord) {
  engine_->post("/glass/faults", R"({"operation":"isolate.pivot","errno":"EIO"})");
  EXPECT_EQ(engine_->docker({"run", "--name", "kept", "alpine", "true"}).code, 125);
  EXPECT_THAT(engine_->traces().files, Contains(StartsWith("data/containers/")));
  EXPECT_EQ(engine_->differs_but_for_files(before_), "");
  EXPECT_THAT(engine_->docker({"ps", "-a"}).out, AllOf(HasSubstr("kept"), HasSubstr("Created")));
  EXPECT_EQ(engine_->docker({"rm", "kept"}).code, 0);
  EXPECT_EQ(engine_->differs_from(before_), "");
}

INSTANTIATE_TEST_SUITE_P(As, Faults, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& one) { return to_string(one.param); });

}  // namespace
}  // namespace glassdock::golden
