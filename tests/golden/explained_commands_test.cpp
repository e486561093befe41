// What --explain prints, typed into a shell: it starts the same container as the engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "engine/base/text.h"
#include "engine/trace/recording.h"
#include "engine/trace/words.h"
#include "tests/golden/real_engine.h"
#include "tests/support/container_facts.h"

namespace glassdock::golden {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What stands behind "$ ", and the lines of the same command below it.
std::string commands_of(const std::string& explained) {
  const std::string first = std::string(26, ' ') + "$ ", next(28, ' ');
  std::string commands;
  bool inside = false;
  for (const std::string& line : split(explained, '\n')) {
    if (starts_with(line, first) || (inside && starts_with(line, next))) {
      commands += line.substr(first.size()) + "\n";
      inside = true;
    } else {
      inside = false;
    }
  }
  return commands;
}

class ExplainedCommands : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    for (const char* program : {"/usr/bin/unshare", "/usr/bin/setpriv", "/bin/bash", "/bin/ip", "/usr/bin/curl"}) {
      if (::access(program, X_OK) != 0) GTEST_SKIP() << "no " << program << " here";
    }
    engine_ = std::make_unique<RealEngine>(GetParam());
  }

  bool rootless() const { return engine_->rootless(); }
  std::string trace_file() const { return (engine_->folder() / "run.gdtrace").string(); }
  std::vector<trace::Event> recorded() const { return trace::Recording(trace_file()).events(); }
  std::string recorded_container() const {
    for (const trace::Event& event : recorded()) {
      if (event.name == "container.create") return event.subject;
    }
    throw std::runtime_error("no container was made");
  }

  Outcome explain(std::vector<std::string> words, std::vector<std::string> options = {}) const {
    std::vector<std::string> all = {"--explain", "--trace", trace_file()};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(), {"docker", "run"});
    all.insert(all.end(), words.begin(), words.end());
    return engine_->glassdock(std::move(all));
  }

  // The same on a terminal of 80 columns.
  Outcome explain_on_terminal(std::vector<std::string> words) const {
    std::vector<std::string> all = {"--explain", "--trace", trace_file(), "docker", "run"};
    all.insert(all.end(), words.begin(), words.end());
    std::string line = "stty cols 80; export NO_COLOR=1;";
    for (const std::string& word : engine_->command(all)) line += " " + shell_quote(word);
    const std::string output = (engine_->folder() / "output").string();
    Outcome run = testing::run({"/usr/bin/script", "-qec", line + " > " + shell_quote(output), "/dev/null"});
    run.err = std::regex_replace(run.out, std::regex("\r"), "");
    run.out = os::read_file(output);
    std::filesystem::remove(output);
    return run;
  }

  // As the engine's user types them, from a folder of his own; root in a mount namespace of his own, so that nothing
  // reaches the machine where a command is wrong.
  Outcome type(const std::string& commands) const {
    std::vector<std::string> shell = {"/bin/bash"};
    if (!rootless()) shell = {"/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/bash"};
    return testing::run(engine_->as_owner(std::move(shell)),
                        "cd " + shell_quote(engine_->folder().string()) + "\n" + commands);
  }

  // Both containers see the same, and nothing is left of the one that was made by hand.
  void expect_the_same(const std::vector<std::string>& flags, bool on_terminal = false) const {
    std::vector<std::string> words = flags;
    words.insert(words.end(), {"alpine", "sh", "-c", support::look_around});
    const Traces before = engine_->traces();
    const Outcome run = on_terminal ? explain_on_terminal(words) : explain(words);
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(run.err.find("mount -t overlay -o \\\n") != std::string::npos, on_terminal)
        << "only a terminal's lines are broken";
    const std::string id = recorded_container();
    const Outcome typed = type(commands_of(run.err));
    EXPECT_EQ(typed.err, "");
    EXPECT_EQ(typed.code, 0);
    const support::Facts by_hand = support::facts_of(typed.out, id), by_engine = support::facts_of(run.out, id);
    ASSERT_FALSE(by_engine.empty()) << run.out;
    EXPECT_EQ(support::difference(by_hand, by_engine), "") << "by hand, and by the engine";
    const support::Facts shared = rootless() ? support::Facts{} : support::Facts{"user"};
    EXPECT_EQ(support::shared_namespaces(by_hand), shared);
    EXPECT_EQ(support::shared_namespaces(by_engine), shared);
    engine_->docker({"rm", "-f", id});
    std::filesystem::remove(trace_file());
    EXPECT_EQ(engine_->differs_from(before), "");
  }

  std::unique_ptr<RealEngine> engine_;
};

TEST_P(ExplainedCommands, StartTheSameContainer) {
  ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  std::vector<std::string> flags = {"--tmpfs", "/tmp", "-w", "/srv/deep", "-e", "SAYS=it's $ID in $R"};
  if (!rootless()) flags.insert(flags.end(), {"-m", "64m", "--cpus", "0.5", "--pids-limit", "50", "-u", "guest"});
  expect_the_same(flags);
}

TEST_P(ExplainedCommands, StartTheSameContainerWhenATerminalBreaksThem) {
  if (::access("/usr/bin/script", X_OK) != 0) GTEST_SKIP() << "no /usr/bin/script here";
  ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  expect_the_same({"--tmpfs", "/tmp", "-w", "/srv/deep", "-e", "SAYS=it's $ID in $R   and more  than fits a line"},
                  true);
}

TEST_P(ExplainedCommands, StartTheSameContainerWhenItsFoldersAreGone) {
  ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  expect_the_same({"--rm", "--read-only"});
}

TEST_P(ExplainedCommands, OfAPullBringAndUnpackTheLayers) {
  const Outcome run = explain({"alpine", "true"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("Cache miss: it is not here yet."));
  std::string commands;
  std::vector<std::string> digests, layers;
  for (const std::string& command : split(commands_of(run.err), '\n')) {
    std::smatch found;
    if (std::regex_search(command, found, std::regex("/blobs/sha256:([0-9a-f]{64}) \\| sha256sum$"))) {
      digests.push_back(found[1].str() + "  -\n");
      commands += command + "\n";
    } else if (std::regex_search(command, found, std::regex("tar -xf \\S+ -C (layer-[0-9a-f]{12})$"))) {
      layers.push_back(found[1]);
      commands += command + "\n";
    }
  }
  const Outcome typed = type(commands);
  EXPECT_EQ(typed.err, "");
  EXPECT_EQ(digests.size(), 3u) << "a configuration and two layers";
  for (const std::string& digest : digests) EXPECT_THAT(typed.out, HasSubstr(digest));
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_TRUE(std::any_of(layers.begin(), layers.end(), [&](const std::string& layer) {
    return std::filesystem::exists(engine_->folder() / layer / "bin/busybox");
  }));
}

// Pull and start, removal and failure.
TEST_P(ExplainedCommands, OrARemarkStandAtEveryEvent) {
  std::size_t seen = 0;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--rm", "alpine", "true"}, {"--rm", "alpine", "true"}, {"--rm", "alpine", "no-such-program"}}) {
    explain(words);
    for (const trace::Event& event : recorded()) {
      const bool of_the_work = event.kind == trace::Kind::begin || event.kind == trace::Kind::instant;
      if (!of_the_work || starts_with(event.name, "baseline.")) continue;
      ++seen;
      EXPECT_FALSE(event.plain_command.empty() && trace::remark(event).empty()) << event.name;
    }
  }
  EXPECT_GT(seen, 100u);
}

TEST_P(ExplainedCommands, SayCacheHitInBothLanguages) {
  ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  Outcome english = explain({"--rm", "alpine", "true"});
  EXPECT_THAT(english.err, HasSubstr("Cache hit: it is here already."));
  EXPECT_THAT(english.err, Not(HasSubstr("ms  pull ")));
  EXPECT_THAT(explain({"--rm", "alpine", "true"}, {"--language", "ko"}).err,
              HasSubstr("캐시 적중(cache hit): 이미 있어요."));
}

// While the container stands at the next gate, as its own user.
TEST_P(ExplainedCommands, ThatShowTheEvidenceWorkInAnotherTerminal) {
  ASSERT_EQ(engine_->docker({"pull", "-q", "alpine"}).code, 0);
  std::vector<std::pair<std::string, std::string>> waiting;  // event, command
  int entered = 0;
  Watch watch;
  watch.on_event = [&](const trace::Event& event) {
    if (event.actor != trace::Actor::child && event.name != "isolate.clone") return;
    for (const trace::Evidence& evidence : event.evidence) waiting.emplace_back(event.name, evidence.command);
  };
  watch.at_gate = [&](const client::Held&) {
    for (const auto& [event, command] : waiting) {
      const Outcome shown = testing::run(engine_->as_owner({"/bin/bash", "-c", command}));
      EXPECT_EQ(shown.code, 0) << event << ": " << command << "\n" << shown.err;
      EXPECT_NE(shown.out, "") << event << ": " << command;
      entered += starts_with(command, "nsenter ");
    }
    waiting.clear();
    return true;
  };
  const Outcome run = step(*engine_, {"run", "--rm", "-w", "/srv/deep", "alpine", "true"}, watch);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_GE(entered, 2) << "the host name and lo can be seen from inside alone";
}

INSTANTIATE_TEST_SUITE_P(Owners, ExplainedCommands, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& owner) { return owner.param == Owner::self ? "Self" : "OrdinaryUser"; });

}  // namespace
}  // namespace glassdock::golden
