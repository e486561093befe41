// Each run of the table, held at every gate: what the events said is read from /proc, the cgroups and the store.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <map>

#include "engine/base/text.h"
#include "engine/http/client.h"
#include "tests/golden/expectation.h"
#include "tests/golden/look.h"
#include "tests/golden/real_engine.h"
#include "tests/golden/table_runs.h"

namespace glassdock::golden {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class GoldenRuns : public TableRuns {
 protected:
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
  // `name`, as its inspection has it.
  nlohmann::json state_of(const std::string& name) const {
    http::Client client = http::Client::connect_unix(engine_->socket());
    return nlohmann::json::parse(client.request("GET", "/containers/" + name + "/json").read_body()).at("State");
  }
  // A container without --rm stays as docker leaves it.
  void check_kept() const {
    const GoldenRun& run = GetParam();
    EXPECT_THAT(engine_->docker({"ps", "-a", "--filter", "name=kept"}).out, HasSubstr(run.stays));
    const nlohmann::json state = state_of("kept");
    EXPECT_EQ(state.at("Status"), run.error.empty() ? "exited" : "created");
    EXPECT_EQ(state.at("ExitCode"), run.exit_code);
    EXPECT_THAT(state.at("Error").get<std::string>(), HasSubstr(run.error));
    EXPECT_EQ(state.at("Error").get<std::string>().empty(), run.error.empty());
    EXPECT_EQ(engine_->docker({"rm", "kept"}).code, 0);
  }
};

// What a run's events were, besides what the Expectation keeps.
struct Told {
  std::vector<std::string> gates;  // the first time that each was reached
  std::vector<std::string> names;
  std::vector<std::string> limits;   // contents of cgroup files
  std::vector<trace::Event> events;  // those of GoldenRun::tells
};

bool tells(const trace::Event& event, const Tells& wanted) {
  if (event.name != wanted.event) return false;
  if (wanted.argument == "kind") return trace::to_string(event.kind) == wanted.value;
  return trace::find_argument(event, wanted.argument) &&
         (wanted.value.empty() || trace::argument_text(event, wanted.argument) == wanted.value);
}

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

// The command that a held gate proposes shows what it says, to whoever runs the engine.
void check_look(const RealEngine& engine, const client::Held& held) {
  EXPECT_NE(held.look, "") << held.gate;
  constexpr std::string_view own = "glassdock ";
  const Outcome seen = starts_with(held.look, own) ? engine.glassdock(split(held.look.substr(own.size()), ' '))
                                                   : testing::run(engine.as_owner({"/bin/sh", "-c", held.look}));
  EXPECT_EQ(seen.code, 0) << held.gate << ": " << held.look << ": " << seen.err;
  for (const std::string& wrong : wrong_look(held, seen.out, engine.pid(), engine.data())) {
    ADD_FAILURE() << wrong << "\nin " << held.look << ":\n" << seen.out;
  }
}

TEST_P(GoldenRuns, AreAsTheirEventsSay) {
  const GoldenRun& run = GetParam();
  if (std::string why = lacks(); !why.empty()) GTEST_SKIP() << why;
  const Traces before = engine_->traces();
  const std::vector<std::string> outside_before = outside();
  if (run.hub) set_hub(*run.hub);
  Expectation expectation(engine_->data(), engine_->pid());
  Told told;
  bool in_baseline = true;
  const Outcome outcome = step(*engine_, words(),
                               {[&](const trace::Event& event) {
                                  in_baseline = in_baseline && starts_with(event.name, "baseline.");
                                  if (in_baseline) return;
                                  expectation.take(event);
                                  note(told, event);
                                  for (const Tells& wanted : run.tells) {
                                    if (event.name == wanted.event) told.events.push_back(event);
                                  }
                                  const bool runs = event.name == "container.start" && event.kind == trace::Kind::end;
                                  if (run.kill_with == 0 || !runs) return;
                                  for (const std::string& wrong : expectation.check_running()) ADD_FAILURE() << wrong;
                                  ::kill(expectation.pid(), run.kill_with);
                                },
                                [&](const client::Held& held) {
                                  for (const std::string& wrong : expectation.check(held)) ADD_FAILURE() << wrong;
                                  check_look(*engine_, held);
                                  return true;
                                }});

  EXPECT_EQ(outcome.code, run.exit_code) << outcome.err;
  EXPECT_EQ(outcome.out, run.out);
  std::vector<std::string> errors;
  for (const std::string& line : split(outcome.err, '\n')) {
    // Without any request there is no progress to print: every line counts, but docker's hint and the one beside it.
    const bool hint = starts_with(line, "See '") || (!errors.empty() && starts_with(line, "glassdock: "));
    const bool refused = run.road.empty() && !line.empty() && !hint;
    if (starts_with(line, "docker: ") || refused) errors.push_back(line);
  }
  if (run.error.empty()) {
    EXPECT_THAT(errors, IsEmpty());
  } else {
    ASSERT_EQ(errors.size(), 1u) << outcome.err;
    EXPECT_THAT(errors[0], HasSubstr(run.error));
    if (run.hint.empty()) {
      EXPECT_THAT(errors[0], Not(EndsWith(")"))) << "it has a hint";
    } else {
      EXPECT_THAT(errors[0], ::testing::ContainsRegex("\\([^(]*$")) << "no hint stands in parentheses";
      EXPECT_THAT(errors[0].substr(errors[0].rfind(" (") + 1), HasSubstr(filled(run.hint)));
    }
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
  for (const std::string& wrong : expectation.check_ended()) ADD_FAILURE() << wrong;
  for (const Tells& wanted : run.tells) {
    EXPECT_TRUE(std::any_of(told.events.begin(), told.events.end(),
                            [&](const trace::Event& event) { return tells(event, wanted); }))
        << wanted.event << " never told " << wanted.argument << " " << wanted.value;
  }
  if (!run.stays.empty()) check_kept();
  EXPECT_EQ(engine_->docker({"ps", "-aq"}).out, "");
  if (run.before == Before::image_is_missing) remove_images();
  EXPECT_EQ(engine_->differs_from(before), "");
  EXPECT_EQ(outside(), outside_before);
}

INSTANTIATE_TEST_SUITE_P(Table, GoldenRuns, ::testing::ValuesIn(golden_runs().begin(), golden_runs().end()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace glassdock::golden
