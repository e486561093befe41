// Drafts of scenarios: what is expected of what somebody did, the file that is made of it, and recordings as drafts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <memory>

#include "app/lessons/unwritten.h"
#include "app/scenarios/from_recording.h"
#include "app/scenarios/scenario.h"
#include "engine/base/text.h"
#include "tests/support/fault_of.h"

namespace glassdock::scenarios {
namespace {

using lessons::ContainerSeen;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ContainerSeen tea(const std::string& state, int code = 0) {
  return {.id = "7f3a00000000",
          .name = "tea",
          .image = "alpine",
          .command = "echo hello",
          .state = state,
          .exit_code = code};
}
std::vector<std::string> texts(const lessons::Conditions& conditions) {
  std::vector<std::string> all;
  for (const lessons::Condition& one : conditions) all.push_back(to_yaml(one));
  return all;
}
lessons::Observed printed(const std::string& output, int code = 0) {
  lessons::Observed observed;
  observed.exit_code = code;
  observed.output = output;
  return observed;
}

TEST(Expectations, SayWhatChanged) {
  const std::string line = "docker run --name tea alpine echo hello";
  EXPECT_THAT(texts(expectations({}, {{tea("exited")}, {"alpine"}}, printed("hello\n"), {line})),
              ElementsAre("exit_code: 0", "output: {has: hello}", "container: {name: tea, state: exited, exit_code: 0}",
                          "image: {name: alpine}"));
  const Standing before{{tea("running")}, {"alpine"}};
  EXPECT_THAT(texts(expectations(before, before, printed("", 1), {line})), ElementsAre("exit_code: 1"))
      << "what did not change says nothing";
  EXPECT_THAT(texts(expectations(before, {}, printed(""), {line})),
              ElementsAre("exit_code: 0", "container: {name: tea, count: 0}", "container: {count: 0}",
                          "image: {name: alpine, here: false}"));
}

TEST(Expectations, NameNoContainerByAMadeUpName) {
  EXPECT_THAT(
      texts(expectations({}, {{tea("exited", 3)}, {}}, printed("", 3), {"docker run alpine echo hello"})),
      ElementsAre("exit_code: 3", "container: {image: alpine, command: \"echo hello\", state: exited, exit_code: 3}"));
}

TEST(Expectations, TakeFromTheOutputWhatStays) {
  const std::string output =
      "first\n\nsecond   line\n3f2a9c81d04e\nUp 3 seconds\nsha256:1f9c04be7d21aa53\nthird\nfirst\nlast\n";
  EXPECT_THAT(texts(expectations({}, {}, printed(output), {})),
              ElementsAre("exit_code: 0", "output: {has: [first, \"second line\", last]}"));
}

TEST(Expectations, TellWhereTheImageCameFromAndWhatTheKernelKilled) {
  lessons::Observed observed = printed("", 137);
  trace::Event hit, killed;
  hit.name = "cache.lookup";
  hit.arguments = {{"result", std::string("hit")}};
  killed.name = "container.exit";
  killed.arguments = {{"oom_killed", true}};
  observed.events = {hit, killed};
  EXPECT_THAT(texts(expectations({}, {}, observed, {})),
              ElementsAre("exit_code: 137", "event: {name: cache.lookup, with: {result: hit}}",
                          "event: {name: container.exit, with: {oom_killed: \"true\"}}"));
}

TEST(NamesByChance, AreIdsAndMadeUpNames) {
  const Standing standing{{tea("running")}, {}};
  const std::vector<std::string> named{"docker run -d --name tea alpine sleep 600"};
  EXPECT_EQ(names_by_chance("docker stop tea", standing, named), nullptr);
  EXPECT_NE(names_by_chance("docker stop 7f3a", standing, named), nullptr);
  EXPECT_NE(names_by_chance("docker stop tea", standing, {"docker run -d alpine sleep 600"}), nullptr);
  EXPECT_EQ(names_by_chance("docker run alpine sleep 7", standing, named), nullptr);
  EXPECT_EQ(names_by_chance("docker stop teapot", standing, {"docker run -d alpine sleep 600"}), nullptr);
}

TEST(NewIds, AreTheCommandsWords) {
  EXPECT_EQ(new_id("docker run alpine ls", {}), "run");
  EXPECT_EQ(new_id("docker run alpine ls", {{.id = "run"}, {.id = "run-2"}}), "run-3");
  EXPECT_EQ(new_id("echo hi > x", {}), "echo");
  EXPECT_EQ(new_id("./1", {}), "step");
}

Draft draft() {
  Draft draft;
  draft.images = {"alpine"};
  DraftStep step;
  step.id = "run";
  step.line = R"(docker run --name tea alpine sh -c 'echo "a: b" \n')";
  step.gates = {"run.exec"};
  step.inside = {"ls", "7"};
  step.hub = client::HubConditions{.latency_ms = 20};
  step.expect = expectations({}, {{tea("exited")}, {}}, printed("yes\n7\na: b # c\n"), {step.line});
  draft.steps.push_back(step);
  return draft;
}

TEST(DraftFile, IsAScenarioWithTextsToWrite) {
  const lessons::Source source{"tea.yaml", to_yaml(draft())};
  const Scenario scenario = parse_scenario(source);
  EXPECT_EQ(scenario.images, std::vector<std::string>{"alpine"});
  ASSERT_EQ(scenario.steps.size(), 1u);
  const Step& step = scenario.steps[0];
  EXPECT_EQ(step.run, draft().steps[0].line) << source.text;
  EXPECT_EQ(step.inside, draft().steps[0].inside);
  EXPECT_EQ(step.holds.at(0).at, "run.exec");
  EXPECT_EQ(step.hub->latency_ms, 20u);
  ASSERT_EQ(step.expect.size(), 3u);
  EXPECT_EQ(std::get<lessons::OutputCondition>(step.expect[1].what).has,
            (std::vector<std::string>{"yes", "7", "a: b # c"}));
  // Title, goal, the step's and the gate's words, each in both languages, named by their places.
  const auto unwritten = lessons::unwritten_texts(lessons::parse_yaml(source));
  ASSERT_EQ(unwritten.size(), 8u);
  EXPECT_EQ(unwritten[0].mark.line, 3);
  EXPECT_EQ(unwritten[0].mark.column, 7);
  EXPECT_EQ(unwritten[0].text, "TODO: a title");
}

TEST(DraftFile, HasWhatEditorsDoNotShowByItsNumber) {
  Draft one = draft();
  one.steps[0].line = "echo \r\x1b[2J \t\xC2\x85 \xE2\x80\xAE \x01 \"\\ \xED\x95\x9C";
  one.steps[0].remark = "first\rsteps: []\nsecond";
  const std::string yaml = to_yaml(one);
  EXPECT_THAT(yaml, HasSubstr(R"(run: "echo \u000d\u001b[2J \t\u0085 \u202e \u0001 \"\\ 한")"));
  EXPECT_THAT(yaml, HasSubstr("    # first\\x0dsteps: []\n    # second\n"));
  EXPECT_EQ(parse_scenario({"tea.yaml", yaml}).steps[0].run, one.steps[0].line) << yaml;
  for (const char* word : {"Null", "TRUE", "~", "No"}) {
    one.steps[0].line = word;
    EXPECT_EQ(parse_scenario({"tea.yaml", to_yaml(one)}).steps[0].run, word);
    one.steps[0].id = "null";
    EXPECT_EQ(parse_scenario({"tea.yaml", to_yaml(one)}).steps[0].id, "null");
  }
}

TEST(Expectations, AreWhatAFileCanHold) {
  ContainerSeen strange = tea("exited", 100'000);
  strange.name = "a\nb";
  strange.command = "sh -c 'a\nb'";
  EXPECT_THAT(texts(expectations({}, {{strange}, {"im\nage"}}, printed("a\xFF\x62\n", -1), {"a\nb"})), IsEmpty());
  strange = tea("exited");
  strange.command = "sh -c 'a\nb'";
  EXPECT_THAT(texts(expectations({}, {{strange}, {}}, printed(""), {})),
              ElementsAre("exit_code: 0", "container: {image: alpine, state: exited, exit_code: 0}"));
}

TEST(DraftFile, HasTheTextsThatWereGiven) {
  Draft one = draft();
  one.steps[0].say.english = "It runs.";
  one.steps[0].then = {"It ran.", "실행했어요."};
  one.steps[0].gate_words["run.exec"].english = "It stands.";
  const Scenario scenario = parse_scenario({"tea.yaml", to_yaml(one)});
  EXPECT_EQ(scenario.steps[0].say.english, "It runs.");
  EXPECT_THAT(scenario.steps[0].say.korean, HasSubstr("TODO:"));
  EXPECT_EQ(scenario.steps[0].then.korean, "실행했어요.");
  EXPECT_EQ(scenario.steps[0].holds.at(0).say.english, "It stands.");
  EXPECT_THAT(scenario.steps[0].holds.at(0).say.korean, HasSubstr("TODO:"));
}

// What an engine tells of clients, an event after the other.
class Told {
 public:
  std::vector<trace::Event> events;

  std::uint64_t ask(const std::string& method, const std::string& path) {
    trace::Event event = make("request.received", trace::Kind::begin);
    event.span = ++span_;
    event.subject = method + " " + path;
    event.arguments = {{"method", method}, {"path", "/v1.45" + path}};
    events.push_back(event);
    return span_;
  }
  void answer(std::uint64_t span, std::int64_t status) {
    trace::Event event = make("request.received", trace::Kind::end);
    event.span = span;
    event.arguments = {{"status", status}};
    events.push_back(event);
  }
  void create(const std::string& id, const std::string& name, const std::string& command) {
    const std::uint64_t span = ask("POST", "/containers/create?name=" + name);
    for (const trace::Kind kind : {trace::Kind::begin, trace::Kind::end}) {
      trace::Event event = make("container.create", kind);
      event.subject = id;
      event.span = 1000 + span;
      event.parent = span;
      event.stage = trace::Stage::lifecycle;
      if (kind == trace::Kind::begin) event.arguments = {{"image", std::string("alpine")}, {"command", command}};
      if (kind == trace::Kind::end) event.arguments = {{"name", name}};
      events.push_back(event);
    }
    answer(span, 201);
  }
  void tell(const std::string& name, const std::string& subject, std::vector<trace::Argument> arguments) {
    trace::Event event = make(name, trace::Kind::instant);
    event.subject = subject;
    event.arguments = std::move(arguments);
    events.push_back(event);
  }
  void say(const std::string& part, const std::string& english) {
    tell("scenario.say", "step", {{"part", part}, {"english", english}, {"korean", std::string("말")}});
  }

 private:
  trace::Event make(const std::string& name, trace::Kind kind) {
    trace::Event event;
    event.sequence = events.size() + 1;
    event.name = name;
    event.kind = kind;
    return event;
  }
  std::uint64_t span_ = 0;
};

std::vector<std::string> lines_of(const Draft& draft) {
  std::vector<std::string> lines;
  for (const DraftStep& step : draft.steps) lines.push_back(step.line);
  return lines;
}

TEST(RecordedRequests, AreTheCommandsBehindThem) {
  Told told;
  // A run whose image comes first, in the foreground.
  const std::uint64_t refused = told.ask("POST", "/containers/create?name=tea");
  told.answer(refused, 404);
  told.answer(told.ask("POST", "/images/create?fromImage=alpine&tag=latest"), 200);
  told.create("aaaaaaaaaaaaaaaa", "tea", "echo 'a  b'");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/attach?stdout=1");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/wait?condition=next-exit");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/start");
  told.tell("isolate.limits", "aaaaaaaaaaaaaaaa",
            {{"limits", std::string("memory.max=67108864\npids.max=6\ncpu.max=50000 100000")}});
  told.tell("container.exit", "aaaaaaaaaaaaaaaa", {{"exit_code", std::int64_t{3}}});
  // In the background, by a name that was made up; then by its id.
  told.create("bbbbbbbbbbbbbbbb", "cup", "sh");
  told.ask("POST", "/containers/bbbbbbbbbbbbbbbb/start");
  told.tell("isolate.terminal", "bbbbbbbbbbbbbbbb", {});
  const std::uint64_t stop = told.ask("POST", "/containers/bbbbbbbbbbbb/stop?t=3");
  told.answer(stop, 204);
  told.answer(told.ask("POST", "/containers/cup/kill?signal=SIGKILL"), 409);
  told.ask("POST", "/containers/cup/start");
  told.ask("POST", "/containers/cup/exec");
  told.tell("exec.start", "bbbbbbbbbbbbbbbb", {{"command", std::string("ls /")}});
  told.events.back().kind = trace::Kind::begin;
  told.ask("DELETE", "/containers/cup?force=1&v=0");
  told.ask("GET", "/containers/json?all=1");
  told.ask("GET", "/images/json");
  told.ask("POST", "/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=1.36");
  told.ask("POST", "/images/alpine/tag?repo=mine&tag=1");
  told.ask("DELETE", "/images/registry.local/alpine:1?force=0");
  told.ask("POST", "/containers/prune");
  told.ask("POST", "/networks/prune");
  told.ask("POST", "/images/prune");
  const Draft draft = draft_of(told.events, "watch");
  EXPECT_THAT(lines_of(draft),
              ElementsAre("docker run --name tea -m 64m --pids-limit 6 --cpus 0.5 alpine echo 'a  b'",
                          "docker run -d -t --name cup alpine sh", "docker stop -t 3 cup", "docker kill cup",
                          "docker start cup", "docker exec cup ls /", "docker rm -f cup", "docker ps -a",
                          "docker images", "docker pull docker.io/library/busybox:1.36", "docker tag alpine mine:1",
                          "docker rmi registry.local/alpine:1", "docker system prune -f"));
  EXPECT_EQ(to_yaml(draft.steps[0].expect.at(0)), "exit_code: 3");
  EXPECT_EQ(to_yaml(draft.steps[3].expect.at(0)), "exit_code: 1");
  EXPECT_NO_THROW(parse_scenario({"a.yaml", to_yaml(draft)}));
}

// What a shell makes of the line's words behind the first `skipped` ones, each with a NUL behind it.
std::string words_of_shell(const std::string& line, int skipped) {
  const std::string script = "set -- " + line + "\nshift " + std::to_string(skipped) + "\nprintf '%s\\0' \"$@\"";
  std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(("sh -c " + shell_quote(script)).c_str(), "r"), &::pclose);
  std::string words;
  for (int byte = std::fgetc(output.get()); byte != EOF; byte = std::fgetc(output.get())) {
    words += static_cast<char>(byte);
  }
  return words;
}

TEST(RecordedRequests, AreForAShellTheWordsThatTheyWere) {
  const std::vector<std::string> words{"sh", "-c", "echo 'a  b'; $(touch /tmp/x) `id` \"$HOME\" \\ | cat > y & #", "",
                                       "*"};
  std::string expected;
  for (const std::string& word : words) expected += word + '\0';
  Told told;
  told.create("aaaaaaaaaaaaaaaa", "tea", shell_line(words));
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/start");
  told.ask("POST", "/containers/tea/exec");
  told.tell("exec.start", "aaaaaaaaaaaaaaaa", {{"command", shell_line(words)}});
  told.events.back().kind = trace::Kind::begin;
  const std::vector<std::string> lines = lines_of(draft_of(told.events, "watch"));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], HasSubstr("docker run -d --name tea alpine sh -c "));
  EXPECT_EQ(words_of_shell(lines[0], 6), expected) << lines[0];
  EXPECT_EQ(words_of_shell(lines[1], 3), expected) << lines[1];
}

TEST(RecordedRequests, OfOlderRecordingsAreLeftToAPersonWhereTheyAreUnclear) {
  Told told;
  told.create("aaaaaaaaaaaaaaaa", "tea", "sh -c ''; touch hacked; ''");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/start");
  told.ask("POST", "/containers/tea/exec");
  told.tell("exec.start", "aaaaaaaaaaaaaaaa", {{"command", std::string("sh -c ls; touch hacked")}});
  told.events.back().kind = trace::Kind::begin;
  const Draft draft = draft_of(told.events, "watch");
  EXPECT_THAT(lines_of(draft), ElementsAre("docker run -d --name tea alpine", "docker exec tea"));
  EXPECT_THAT(draft.steps[0].remark, HasSubstr("touch hacked"));
  EXPECT_THAT(draft.steps[1].remark, HasSubstr("it was recorded as: sh -c ls; touch hacked"));
  EXPECT_THAT(draft.remark, HasSubstr("read it before you play this"));
}

TEST(RecordedRequests, AreQuotedInEachOfTheirParts) {
  Told told;
  const std::string evil = "a%20b;touch%20x";
  told.answer(told.ask("POST", "/containers/" + evil + "/stop?t=1;id"), 404);
  told.answer(told.ask("POST", "/containers/" + evil + "/kill?signal=$(id)"), 404);
  told.ask("POST", "/containers/" + evil + "/rename?name=" + evil);
  told.ask("POST", "/images/create?fromImage=" + evil + "&tag=$(id)");
  told.ask("POST", "/images/" + evil + "/tag?repo=" + evil + "&tag=`id`");
  told.ask("DELETE", "/images/" + evil);
  told.ask("DELETE", "/containers/-v");
  told.create("aaaaaaaaaaaaaaaa", "tea;id", "ls");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/start");
  told.tell("isolate.limits", "aaaaaaaaaaaaaaaa", {{"limits", std::string("memory.max=\npids.max=1;id\ncpu.max=\n=")}});
  EXPECT_THAT(lines_of(draft_of(told.events, "watch")),
              ElementsAre("docker stop -t '1;id' 'a b;touch x'", "docker kill -s '$(id)' 'a b;touch x'",
                          "docker rename 'a b;touch x' 'a b;touch x'", "docker pull 'a b;touch x:$(id)'",
                          "docker tag 'a b;touch x' 'a b;touch x:`id`'", "docker rmi 'a b;touch x'",
                          "docker run -d --name 'tea;id' alpine ls"));
}

TEST(RecordedRequests, SayWhatAFileCannotHold) {
  Told told;
  told.say("command", "echo a\necho b");
  told.say("say", std::string(700, 'x'));
  told.say("command", "docker run alpine ls");
  told.say("command", "echo " + std::string(600, 'x'));
  told.say("command", "echo \xE2\x80\xAE");
  told.tell("hub.conditions", "", {{"latency_ms", std::int64_t{-1}}, {"fault", std::string("down}\n  - id: x")}});
  told.say("command", "docker ps");
  const Draft draft = draft_of(told.events, "watch");
  EXPECT_THAT(lines_of(draft), ElementsAre("docker run alpine ls", "docker ps"));
  EXPECT_EQ(draft.steps[0].say.english, "");
  EXPECT_EQ(draft.steps[1].hub, std::nullopt);
  const std::string yaml = to_yaml(draft);
  EXPECT_THAT(yaml, HasSubstr("# echo b\n"));
  EXPECT_THAT(yaml, HasSubstr("echo \\u202e"));
  EXPECT_NO_THROW(parse_scenario({"a.yaml", yaml})) << yaml;
}

TEST(RecordedRequests, AreNotMoreThanAScenarioShows) {
  Told told;
  for (int i = 0; i < 1001; ++i) told.ask("GET", "/images/json");
  EXPECT_THAT(tests::fault_of([&] { draft_of(told.events, "watch"); }).message(), HasSubstr("1001 commands"));
}

TEST(RecordedRequests, OfOneCommandHaveItsOwnWords) {
  Told told;
  told.create("aaaaaaaaaaaaaaaa", "fair_turing", "echo hi");
  told.tell("gate.held", "aaaaaaaaaaaaaaaa", {{"gate", std::string("run.exec")}, {"id", std::int64_t{1}}});
  const Draft draft = draft_of(told.events, "docker run -e 'A=(hidden)' alpine echo hi");
  EXPECT_THAT(lines_of(draft), ElementsAre("docker run -e 'A=(hidden)' alpine echo hi"));
  EXPECT_THAT(draft.steps[0].gates, ElementsAre("run.exec"));
  EXPECT_THAT(draft.steps[0].remark, HasSubstr("in place of (hidden)"));
}

TEST(RecordedRequests, OfAScenarioHaveItsTexts) {
  Told told;
  told.say("say", "Now it runs.");
  told.tell("hub.conditions", "",
            {{"latency_ms", std::int64_t{20}}, {"bytes_per_second", std::int64_t{0}}, {"fault", std::string("none")}});
  told.say("command", "docker run alpine ls | sort");
  told.create("aaaaaaaaaaaaaaaa", "fair_turing", "ls");
  told.say("then", "It ran.");
  told.say("end", "Tea");
  const Draft draft = draft_of(told.events, "scenario record tea");
  ASSERT_THAT(lines_of(draft), ElementsAre("docker run alpine ls | sort"));
  EXPECT_EQ(draft.steps[0].say.english, "Now it runs.");
  EXPECT_EQ(draft.steps[0].then.english, "It ran.");
  EXPECT_EQ(draft.steps[0].hub->latency_ms, 20u);
}

TEST(TypedLines, StandInThePlaceOfWhatTheyAskedFor) {
  Told told;
  const auto of_run = [&](std::uint64_t run, std::size_t from) {
    for (std::size_t i = from; i < told.events.size(); ++i) {
      if (told.events[i].name == "request.received") told.events[i].parent = run;
    }
  };
  told.create("aaaaaaaaaaaaaaaa", "tea", "sh");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/attach?stdout=1");
  told.ask("POST", "/containers/aaaaaaaaaaaaaaaa/start");
  of_run(70, 0);
  const std::size_t of_other = told.events.size();
  told.ask("GET", "/images/json");
  const std::size_t removal = told.events.size();
  told.ask("GET", "/containers/json?all=1");
  told.ask("DELETE", "/containers/aaaaaaaaaaaaaaaa");
  of_run(71, removal);
  const std::vector<TypedLine> typed{
      {"docker run -it --name tea alpine sh", 70, 0, "", {"ls", "exit"}, 0},
      {"echo of no engine > note", 72, of_other, "", {}, 0},
      {"docker rm $(docker ps -aq)", 71, removal, "aaaaaaaaaaaa\nrefused\n", {}, 1},
  };
  const Draft draft = draft_of(told.events, "", typed);
  EXPECT_THAT(lines_of(draft), ElementsAre("docker run -it --name tea alpine sh", "echo of no engine > note",
                                           "docker images", "docker rm $(docker ps -aq)"));
  EXPECT_THAT(draft.steps[0].inside, ElementsAre("ls", "exit"));
  EXPECT_THAT(texts(draft.steps[3].expect), ElementsAre("exit_code: 1", "output: {has: refused}"));
  EXPECT_NO_THROW(parse_scenario({"a.yaml", draft_file(told.events, "", typed)}));
}

// An engine that was started anew counts its spans from the beginning.
TEST(TypedLines, AreOfTheEngineOfTheirTime) {
  Told told;
  told.ask("GET", "/images/json");
  told.events.back().parent = 70;
  const std::size_t second = told.events.size();
  told.ask("GET", "/containers/json?all=1");
  told.events.back().parent = 70;
  const Draft draft =
      draft_of(told.events, "", {{"docker images", 70, 0, "", {}, 0}, {"docker ps -a", 70, second, "", {}, 0}});
  EXPECT_THAT(lines_of(draft), ElementsAre("docker images", "docker ps -a"));
}

TEST(TypedLines, ThatNameWhatIsOfThisTimeSaySo) {
  Told told;
  told.create("aaaaaaaaaaaaaaaa", "fair_turing", "ls");
  told.events.front().parent = 70;
  const std::size_t second = told.events.size();
  told.ask("DELETE", "/containers/fair_turing");
  told.events.back().parent = 71;
  const Draft draft =
      draft_of(told.events, "",
               {{"docker create alpine ls", 70, 0, "", {}, 0}, {"docker rm fair_turing", 71, second, "", {}, 0}});
  EXPECT_EQ(draft.steps[0].remark, "");
  EXPECT_THAT(draft.steps[1].remark, HasSubstr("fair_turing has a name or an id of this time only"));
}

TEST(RecordedRequests, AreNeeded) {
  EXPECT_THAT(tests::fault_of([] { draft_of({}, "watch"); }).message(), HasSubstr("no command was given"));
}

}  // namespace
}  // namespace glassdock::scenarios
