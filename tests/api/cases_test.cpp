// The case table against this engine; with REFERENCE_DOCKER_HOST against that engine too. docs/case-table.md says how.
// GLASSDOCK_UPDATE_CASES=1 writes what the reference answers into the table; GLASSDOCK_UPDATE_DOCS=1 writes
// docs/differences.md anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>

#include "engine/base/text.h"
#include "tests/api/case_engine.h"
#include "tests/api/case_table.h"
#include "tests/golden/real_engine.h"

namespace glassdock::testing {
namespace {

using golden::Owner;
using golden::RealEngine;
using nlohmann::json;

constexpr char image[] = "toolbox";
const std::filesystem::path sources = GLASSDOCK_SOURCE_DIR;
const std::filesystem::path layout = GLASSDOCK_BIN_DIR "/../share/glassdock/hub";

// With which command line, as whom.
enum class Way { docker, glassdock, ordinary_user };
const char* to_string(Way way) {
  constexpr const char* names[] = {"Docker", "Glassdock", "OrdinaryUser"};
  return names[static_cast<int>(way)];
}
// As a difference names it in `only`.
bool concerns(const KnownDifference& known, Way way) {
  return known.only.empty() || (known.only == "glassdock" && way != Way::docker) ||
         (known.only == "ordinary user" && way == Way::ordinary_user);
}

struct CaseRun {
  Case one;
  Way way;
};
void PrintTo(const CaseRun& run, std::ostream* out) {
  *out << run.one.name << " " << to_string(run.way);
}

// A case that only sends requests needs no second command line.
std::vector<CaseRun> runs() {
  std::vector<CaseRun> all;
  for (const Case& one : load_cases(sources / "tests/api/cases")) {
    all.push_back({one, Way::docker});
    if (one.uses_command_line()) all.push_back({one, Way::glassdock});
    if (!one.needs_root) all.push_back({one, Way::ordinary_user});
  }
  return all;
}

std::vector<std::string> docker_client(const std::filesystem::path& socket) {
  static const std::string client(trim(run({(sources / "scripts/docker-client").string()}).out));
  static const os::TempDir configuration("/tmp", "glassdock-docker-config.");
  if (client.empty()) return {};
  return {"/usr/bin/env", "DOCKER_HOST=unix://" + socket.string(),
          "DOCKER_CONFIG=" + configuration.path().string(), client};
}

// One engine a user, for all cases of this program.
class Engines : public ::testing::Environment {
 public:
  void TearDown() override { engines().clear(); }
  static const RealEngine& of(Owner owner) {
    std::unique_ptr<RealEngine>& engine = engines()[owner];
    if (!engine) {
      engine = std::make_unique<RealEngine>(owner);
      for (const std::vector<std::string>& words :
           {std::vector<std::string>{"pull", "-q", "alpine"}, {"tag", "alpine", image}}) {
        if (const Outcome outcome = engine->docker(words); outcome.code != 0) throw std::runtime_error(outcome.err);
      }
    }
    return *engine;
  }

 private:
  static std::map<Owner, std::unique_ptr<RealEngine>>& engines() {
    static std::map<Owner, std::unique_ptr<RealEngine>> made;
    return made;
  }
};
[[maybe_unused]] const ::testing::Environment* const engines_of_all = ::testing::AddGlobalTestEnvironment(new Engines);

// Docker's own engine; null where nobody names one.
const CaseEngine* reference() {
  static const std::unique_ptr<CaseEngine> engine = []() -> std::unique_ptr<CaseEngine> {
    const char* host = std::getenv("REFERENCE_DOCKER_HOST");
    constexpr std::string_view scheme = "unix://";
    if (!host) return nullptr;
    if (!starts_with(host, scheme)) throw std::runtime_error("REFERENCE_DOCKER_HOST is no unix:// address");
    const std::filesystem::path socket = host + scheme.size();
    auto made = std::make_unique<CaseEngine>(socket, docker_client(socket));
    // The very image that this engine has.
    const std::string id = CaseEngine(Engines::of(Owner::self).socket(), {}).image_id(image);
    if (made->image_id(image) != id) made->load_image(docker_archive(layout, id, std::string(image) + ":latest"));
    return made;
  }();
  return engine.get();
}

// A difference as the table holds it, to be put there where it shall stay.
std::string told(const Step& step, const std::vector<Difference>& found) {
  std::string text = fmt::format("line {}: {}\n", step.line,
                                 step.http.empty() ? "docker " + fmt::format("{}", fmt::join(step.docker, " "))
                                                   : step.http);
  for (const Difference& one : found) {
    text += fmt::format("        - at: {}\n          docker: {}\n          ours: {}\n", one.at, one.wanted.dump(),
                        one.got.dump());
  }
  return text;
}

// Those of `found` that the table does not know, and those that it knows and that are none.
std::vector<Difference> unknown(const std::vector<Difference>& found, const Step& step, Way way) {
  std::vector<Difference> left;
  std::set<std::string> seen;
  for (const Difference& one : found) {
    const auto known = std::find_if(step.differs.begin(), step.differs.end(), [&](const KnownDifference& other) {
      return other.at == one.at && concerns(other, way);
    });
    if (known == step.differs.end() || known->ours != one.got) left.push_back(one);
    seen.insert(one.at);
  }
  for (const KnownDifference& known : step.differs) {
    if (concerns(known, way) && !seen.contains(known.at)) {
      left.push_back({known.at, known.ours, "no difference any more: take it out of the table"});
    }
  }
  return left;
}

class Cases : public ::testing::TestWithParam<CaseRun> {};

TEST_P(Cases, AnswersAsDockerDoes) {
  const auto& [one, way] = GetParam();
  const Owner owner = way == Way::ordinary_user ? Owner::ordinary_user : Owner::self;
  if (const std::string why = RealEngine::missing(owner); !why.empty()) GTEST_SKIP() << why;
  if (way == Way::docker && one.uses_command_line() && docker_client({}).empty()) {
    GTEST_SKIP() << "no docker client here: scripts/docker-client says why";
  }
  if (one.needs_root && ::geteuid() != 0) GTEST_SKIP() << "needs root";
  const RealEngine& engine = Engines::of(owner);
  if (one.needs_cgroup) {
    http::Client client = http::Client::connect_unix(engine.socket());
    const std::string info = client.request("GET", "/info").read_body();
    if (json::parse(info)["CgroupDriver"] == "none") GTEST_SKIP() << "no cgroup here";
  }
  std::vector<json> kept;
  for (const Step& step : one.steps) kept.push_back(step.answer);
  if (way == Way::docker && reference()) {
    const std::vector<json> answers = reference()->answers_to(one);
    if (std::getenv("GLASSDOCK_UPDATE_CASES")) {
      write_answers(one, answers);
    } else {
      for (std::size_t i = 0; i < kept.size(); ++i) {
        const auto found = differences(kept[i], answers[i]);
        EXPECT_TRUE(found.empty()) << "the reference (ours) and what is kept of it (docker), "
                                   << told(one.steps[i], found);
      }
    }
    kept = answers;
  }
  const CaseEngine ours(engine.socket(),
                        way == Way::docker ? docker_client(engine.socket()) : engine.command({"docker"}));
  const std::vector<json> answers = ours.answers_to(one);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto found = unknown(differences(kept[i], answers[i]), one.steps[i], way);
    EXPECT_TRUE(found.empty()) << "this engine and docker's, " << told(one.steps[i], found);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, Cases, ::testing::ValuesIn(runs()), [](const auto& one) {
  return one.param.one.name + "_" + to_string(one.param.way);
});

// In a table a | ends the cell, and a line break the row.
std::string cell(const json& value) {
  std::string out;
  for (const char c : value.dump()) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return "`" + out + "`";
}

TEST(CaseTable, DifferencesStandInTheDocs) {
  std::string text =
      "# Where Glassdock answers otherwise than docker\n\n"
      "Written from `tests/api/cases/` by the test `api_cases`; edit the table, not this page. Each row is a place in "
      "an\nanswer ([case-table.md](case-table.md)); everything else that the table asks is answered alike. `<absent>` "
      "stands for\nwhat is not there.\n\n"
      "| asked | where | docker | Glassdock | why |\n|---|---|---|---|---|\n";
  std::set<std::string> rows;
  for (const Case& one : load_cases(sources / "tests/api/cases")) {
    for (const Step& step : one.steps) {
      for (const KnownDifference& known : step.differs) {
        const json::json_pointer at(known.at);
        const json theirs = step.answer.contains(at) ? step.answer[at] : json(absent);
        std::string asked = step.http;
        if (asked.empty()) asked = fmt::format("docker {}", fmt::join(step.docker, " "));
        std::string row = fmt::format("| {} | {} | {} | {} | {}{} |\n", cell(asked), cell(known.at), cell(theirs),
                                      cell(known.ours), known.only.empty() ? "" : known.only + ": ", known.why);
        if (rows.insert(row).second) text += row;
      }
    }
  }
  const std::filesystem::path page = sources / "docs/differences.md";
  if (std::getenv("GLASSDOCK_UPDATE_DOCS")) std::ofstream(page, std::ios::binary) << text;
  EXPECT_EQ(os::try_read_file(page).value_or(""), text)
      << "run this test with GLASSDOCK_UPDATE_DOCS=1 to write docs/differences.md anew";
}

TEST(CaseTable, EveryStepHasDockersAnswer) {
  std::set<std::string> names;
  for (const Case& one : load_cases(sources / "tests/api/cases")) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " stands twice";
    for (const Step& step : one.steps) {
      EXPECT_FALSE(step.answer.is_null()) << one.file << ":" << step.line << ": ask a reference (docs/case-table.md)";
    }
  }
}

}  // namespace
}  // namespace glassdock::testing
