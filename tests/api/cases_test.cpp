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
#include "tests/support/docker_client.h"
#include "tests/support/places.h"

namespace glassdock::testing {
namespace {

using golden::Owner;
using golden::RealEngine;
using nlohmann::json;

constexpr char image[] = "toolbox";
const std::filesystem::path sources = source_path("");
const std::filesystem::path table = sources / "tests/api/cases";
const std::filesystem::path layout = build_path("share/glassdock/hub");

// With which command line, as whom.
enum class Way { docker, glassdock, ordinary_user };
const char* to_string(Way way) {
  constexpr const char* names[] = {"Docker", "Glassdock", "OrdinaryUser"};
  return names[static_cast<int>(way)];
}
// What a difference that is of this way alone has in `only`.
std::string own_word(Way way) {
  return way == Way::docker ? "" : way == Way::glassdock ? "glassdock" : "ordinary user";
}
bool concerns(const KnownDifference& known, Way way) {
  return known.only.empty() || (known.only == "glassdock" && way != Way::docker) ||
         (known.only == "ordinary user" && (way == Way::ordinary_user || ::geteuid() != 0));
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
  for (const Case& one : load_cases(table)) {
    all.push_back({one, Way::docker});
    if (one.uses_command_line()) all.push_back({one, Way::glassdock});
    if (!one.needs_root) all.push_back({one, Way::ordinary_user});
  }
  return all;
}

std::vector<std::string> docker_client(const std::filesystem::path& socket) {
  static const os::TempDir configuration("/tmp", "glassdock-docker-config.");
  return docker_words(docker_clients().back(), socket, configuration.path(), {});
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
           {std::vector<std::string>{"pull", "-q", "alpine"}, {"tag", "alpine", image}, {"rmi", "alpine"}}) {
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

std::string asked_of(const Step& step) {
  return step.http.empty() ? fmt::format("docker {}", fmt::join(step.docker, " ")) : step.http;
}

std::string told(const Step& step, const std::vector<Difference>& found) {
  std::string text = fmt::format("line {}: {}\n", step.line, asked_of(step));
  for (const Difference& one : found) {
    text += fmt::format("  {}\n    docker: {}\n    ours:   {}\n", one.at, one.wanted.dump(), one.got.dump());
  }
  return text;
}

// Docker's own words, and behind them in brackets, or in a line of its own, what Glassdock advises.
bool is_advice_behind(const json& docker, const json& ours) {
  if (!docker.is_string() || !ours.is_string()) return false;
  const std::string words(trim(docker.get_ref<const std::string&>()));
  std::string more(trim(ours.get_ref<const std::string&>()));
  if (const auto line = more.find("\nglassdock: ");
      line != std::string::npos && more.find('\n', line + 1) == std::string::npos) {
    more.erase(line);
  }
  return more == words || (starts_with(more, words + " (") && ends_with(more, ")"));
}

std::vector<Difference> from_docker(const json& docker, const json& ours) {
  std::vector<Difference> found = differences(docker, ours);
  std::erase_if(found, [](const Difference& one) { return is_advice_behind(one.wanted, one.got); });
  return found;
}

// What is known of this way alone goes before what is known of all.
const KnownDifference* find_known(const Step& step, const std::string& at, Way way) {
  const KnownDifference* best = nullptr;
  for (const KnownDifference& known : step.differs) {
    if (known.at == at && concerns(known, way) && (!best || best->only.empty())) best = &known;
  }
  return best;
}

// Those of `found` that the table does not know, and those that it knows and that are none.
std::vector<Difference> unknown(const std::vector<Difference>& found, const Step& step, Way way) {
  std::vector<Difference> left;
  std::set<std::string> seen;
  for (const Difference& one : found) {
    const KnownDifference* known = find_known(step, one.at, way);
    if (!known || known->ours != one.got) left.push_back(one);
    seen.insert(one.at);
  }
  for (const KnownDifference& known : step.differs) {
    if (known.only == own_word(way) && !seen.contains(known.at)) {
      left.push_back({known.at, known.ours, "no difference any more: take it out of the table"});
    }
  }
  return left;
}

// What the table is to hold of a step's differences: those that are left with their reasons, and the new ones.
std::vector<KnownDifference> renewed(const std::vector<Difference>& found, const Step& step, Way way) {
  const std::string only = own_word(way);
  std::vector<KnownDifference> kept = step.differs;
  std::erase_if(kept, [&](const KnownDifference& known) {
    return known.only == only &&
           std::none_of(found.begin(), found.end(), [&](const Difference& one) { return one.at == known.at; });
  });
  for (const Difference& one : found) {
    const KnownDifference* known = find_known(step, one.at, way);
    if (known && known->ours == one.got) continue;
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const KnownDifference& other) {
      return other.at == one.at && other.only == only;
    });
    if (same != kept.end()) {
      same->ours = one.got;
    } else {
      kept.push_back({one.at, one.got, unexplained, only});
    }
  }
  return kept;
}

class Cases : public ::testing::TestWithParam<CaseRun> {};

TEST_P(Cases, AnswersAsDockerDoes) {
  const auto& [one, way] = GetParam();
  const Owner owner = way == Way::ordinary_user ? Owner::ordinary_user : Owner::self;
  if (const std::string why = RealEngine::missing(owner); !why.empty()) GTEST_SKIP() << why;
  if (way == Way::docker && one.uses_command_line()) {
    ASSERT_NE(docker_clients().back(), "") << no_docker_client;
  }
  if (one.needs_root && ::geteuid() != 0) GTEST_SKIP() << "needs root";
  const RealEngine& engine = Engines::of(owner);
  if (one.needs_cgroup && !engine.has_cgroup()) GTEST_SKIP() << "no cgroup here";
  const bool update = std::getenv("GLASSDOCK_UPDATE_CASES") != nullptr;
  // Another way's run may have written to the file since it was read.
  Case told_now = one;
  for (const Case& now : load_cases(table)) {
    if (update && now.name == one.name) told_now = now;
  }
  if (way == Way::docker && reference()) {
    const std::vector<json> answers = reference()->answers_to(one);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto found = differences(one.steps[i].answer, answers[i]);
      EXPECT_TRUE(update || found.empty())
          << "docker: what is kept of the reference; ours: what it answers now, " << told(one.steps[i], found);
      told_now.steps[i].answer = answers[i];
    }
  }
  const CaseEngine ours(engine.socket(),
                        way == Way::docker ? docker_client(engine.socket()) : engine.command({"docker"}));
  const std::vector<json> answers = ours.answers_to(one);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Step& step = told_now.steps[i];
    const std::vector<Difference> found = from_docker(step.answer, answers[i]);
    if (update) {
      step.differs = renewed(found, step, way);
    } else {
      const auto left = unknown(found, step, way);
      EXPECT_TRUE(left.empty()) << told(step, left);
    }
  }
  if (update) write_back(told_now);
}

INSTANTIATE_TEST_SUITE_P(Table, Cases, ::testing::ValuesIn(runs()),
                         [](const auto& one) { return one.param.one.name + "_" + to_string(one.param.way); });

// In a table a | ends the cell. What is long is told by its beginning.
std::string cell(const json& value) {
  constexpr std::size_t most = 160;
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  std::string out;
  for (const char c : text.substr(0, most)) {
    if (c == '|') out += '\\';
    out += c == '\n' || c == '\r' || c == '`' ? ' ' : c;
  }
  return "`" + out + (text.size() > most ? " …`" : "`");
}

TEST(CaseTable, DifferencesStandInTheDocsWithTheirReasons) {
  std::map<std::string, std::set<std::string>> rows;
  for (const Case& one : load_cases(table)) {
    for (const Step& step : one.steps) {
      for (const KnownDifference& known : step.differs) {
        const json::json_pointer at(known.at);
        const json docker = step.answer.contains(at) ? step.answer[at] : json(absent);
        rows[known.why].insert(fmt::format("| {} | {}{} | {} | {} |\n", cell(asked_of(step)), cell(known.at),
                                           known.only.empty() ? "" : " (" + known.only + ")", cell(docker),
                                           cell(known.ours)));
      }
    }
  }
  std::string text =
      "# Where Glassdock answers otherwise than docker\n\n"
      "Written from `tests/api/cases/` by the test `api_cases`; edit the table, not this page. Everything else that "
      "the\n"
      "table asks ([case-table.md](case-table.md)) is answered alike, save that Glassdock puts advice behind\n"
      "docker's own words: in brackets, or in a line that begins with \"glassdock:\". `<absent>` stands for what is "
      "not there; \"glassdock\" says that a row is of its "
      "own "
      "command\nline, \"ordinary user\" that it is of an engine without root.\n";
  const std::map<std::string, std::string> reasons = load_reasons(table);
  for (const auto& [why, of_reason] : rows) {
    const auto reason = reasons.find(why);
    if (reason == reasons.end()) {
      ADD_FAILURE() << "no reason in reasons.yaml: " << why << "\n" << fmt::format("{}", fmt::join(of_reason, ""));
      continue;
    }
    text += "\n## " + reason->second + "\n\n| asked | where | docker | Glassdock |\n|---|---|---|---|\n";
    for (const std::string& row : of_reason) text += row;
  }
  for (const auto& [why, sentence] : reasons) EXPECT_TRUE(rows.contains(why)) << "no difference has the reason " << why;
  const std::filesystem::path page = sources / "docs/differences.md";
  if (std::getenv("GLASSDOCK_UPDATE_DOCS")) std::ofstream(page, std::ios::binary) << text;
  EXPECT_EQ(os::try_read_file(page).value_or(""), text)
      << "run this test with GLASSDOCK_UPDATE_DOCS=1 to write docs/differences.md anew";
}

TEST(CaseTable, EveryStepHasDockersAnswer) {
  std::set<std::string> names;
  for (const Case& one : load_cases(table)) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " stands twice";
    for (const Step& step : one.steps) {
      EXPECT_FALSE(step.answer.is_null()) << one.file << ":" << step.line << ": ask a reference (docs/case-table.md)";
    }
  }
}

}  // namespace
}  // namespace glassdock::testing
