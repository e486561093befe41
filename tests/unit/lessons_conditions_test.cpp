// Conditions over what a step's commands brought about, commands that do the same, and what is kept of a learner.
#include <gtest/gtest.h>

#include "app/lessons/condition.h"
#include "app/lessons/misconceptions.h"
#include "app/lessons/places.h"
#include "app/lessons/progress.h"
#include "app/lessons/same_command.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "tests/support/fault_of.h"

namespace glassdock::lessons {
namespace {

template <typename What>
Finding found(What what, const Observed& observed) {
  client::Engine nobody("/nonexistent/s");  // is not asked
  const Scope all;
  LiveWorld world(nobody, all);
  return find({.what = std::move(what), .mark = {}}, observed, world);
}
template <typename What>
bool holds(What what, const Observed& observed) {
  return found(std::move(what), observed).holds;
}

Observed told() {
  trace::Event begin, end;
  begin.name = end.name = "cache.lookup";
  begin.subject = end.subject = "alpine:latest";
  begin.kind = trace::Kind::begin;
  end.kind = trace::Kind::end;
  end.arguments = {{"result", std::string("hit")}, {"layers", std::int64_t{2}}};
  trace::Event volume;
  volume.name = "isolate.volume-2";
  return {.exit_code = 3, .output = "CONTAINER ID   IMAGE\nabc            alpine\n", .events = {begin, end, volume}};
}

TEST(Conditions, LookAtTheExitCode) {
  EXPECT_TRUE(holds(ExitCodeCondition{3}, told()));
  EXPECT_FALSE(holds(ExitCodeCondition{0}, told()));
  EXPECT_FALSE(holds(ExitCodeCondition{0}, {})) << "nothing has ended";
}

TEST(Conditions, LookAtTheOutputWithBlanksAsOne) {
  EXPECT_TRUE(holds(OutputCondition{{"CONTAINER ID IMAGE", "abc alpine"}, {"busybox"}, {}}, told()));
  EXPECT_FALSE(holds(OutputCondition{{"alpine", "busybox"}, {}, {}}, told()));
  EXPECT_FALSE(holds(OutputCondition{{}, {"alpine"}, {}}, told()));
  EXPECT_TRUE(holds(OutputCondition{{}, {}, false}, told()));
  EXPECT_TRUE(holds(OutputCondition{{}, {}, true}, {.exit_code = 0, .output = "6.1\n6.1\n"}));
}

TEST(Conditions, LookAtWhatTheEngineTold) {
  const auto event = [](std::string name) {
    EventCondition wish;
    wish.name = std::move(name);
    return wish;
  };
  EventCondition lookup = event("cache.lookup");
  EXPECT_TRUE(holds(lookup, told()));
  lookup.times = 1;
  EXPECT_FALSE(holds(lookup, told())) << "begin and end";
  lookup.kind = "end";
  lookup.arguments = {{"result", "hit"}, {"layers", "2"}};
  EXPECT_TRUE(holds(lookup, told()));
  lookup.arguments[0].value = "miss";
  EXPECT_FALSE(holds(lookup, told()));
  EventCondition never = event("pull.done");
  EXPECT_FALSE(holds(never, told()));
  never.times = 0;
  EXPECT_TRUE(holds(never, told()));
  EXPECT_TRUE(holds(event("isolate.volume"), told())) << "numbered";
}

TEST(Conditions, TurnRoundAndSayWhatWasSeen) {
  const auto inner = std::make_shared<const Condition>(Condition{.what = ExitCodeCondition{0}, .mark = {}});
  const Finding finding = found(NotCondition{inner}, told());
  EXPECT_TRUE(finding.holds);
  EXPECT_EQ(finding.wanted.english, "not: exit code 0");
  EXPECT_EQ(finding.seen.korean, "종료 코드 3");
}

TEST(Conditions, AreNeitherTrueNorFalseWhereNobodyCanLook) {
  Looks looks;
  looks.containers = {{.id = "1", .name = "red", .image = "alpine", .command = "true", .state = "exited"}};
  KeptWorld world(nullptr, looks);
  const auto look = [&](decltype(Condition::what) what) { return find({std::move(what), {}}, {}, world); };
  const auto inverse = [](decltype(Condition::what) what) {
    return NotCondition{std::make_shared<const Condition>(Condition{std::move(what), {}})};
  };
  const FileCondition misspelt{"redd", "/note", "mine"}, ended{"red", "/note", "mine"};
  ProcCondition comm;
  comm.container = "red";
  comm.file = "comm";
  comm.has = "sleep";
  ProcCondition wall;
  wall.container = "redd";
  wall.name_space = "pid";
  const AnyCondition either{{{misspelt, {}}, {comm, {}}}};
  for (const decltype(Condition::what)& one :
       {decltype(Condition::what)(misspelt), decltype(Condition::what)(ended), decltype(Condition::what)(comm),
        decltype(Condition::what)(wall), decltype(Condition::what)(either)}) {
    EXPECT_FALSE(look(one).holds);
    EXPECT_FALSE(look(inverse(one)).holds) << look(one).seen.english;
    EXPECT_FALSE(look(inverse(inverse(one))).holds);
  }
  EXPECT_EQ(look(inverse(misspelt)).seen.english, "there is no container redd");
  EXPECT_EQ(look(inverse(ended)).seen.english, "red does not run");
  ContainerCondition red;
  red.name = "red";
  EXPECT_TRUE(look(AnyCondition{{{misspelt, {}}, {red, {}}}}).holds) << "one of them is known";
}

TEST(Conditions, HoldWhereOneOfSeveralDoes) {
  const auto either = [](int one, int other) {
    return AnyCondition{{{.what = ExitCodeCondition{one}, .mark = {}}, {.what = ExitCodeCondition{other}, .mark = {}}}};
  };
  EXPECT_TRUE(holds(either(3, 0), told()));
  EXPECT_TRUE(holds(either(0, 3), told()));
  const Finding finding = found(either(0, 1), told());
  EXPECT_FALSE(finding.holds);
  EXPECT_EQ(finding.wanted.english, "exit code 0 or exit code 1");
  EXPECT_EQ(finding.seen.korean, "종료 코드 3");
}

TEST(Conditions, LookAtTheHeldProcess) {
  ProcCondition comm;
  comm.file = "comm";
  comm.has = "unit_lessons";
  EXPECT_FALSE(holds(comm, {})) << "none is held";
  Observed observed;
  observed.held = ::getpid();
  EXPECT_TRUE(holds(comm, observed));
  ProcCondition wall;
  wall.name_space = "pid";
  EXPECT_FALSE(holds(wall, observed)) << "this process has no wall of its own";
  wall.shared = true;
  EXPECT_TRUE(holds(wall, observed));
}

TEST(Readable, LeavesOutWhatATerminalDoesNotShow) {
  EXPECT_EQ(readable("\x1b[31mred\x1b[0m\r\nnext\r\n"), "red\nnext\n");
  EXPECT_EQ(readable("10%\r50%\rdone\r\n"), "done\n");
  EXPECT_EQ(readable("\x1b]0;title\aafter\x1b["), "after");
}

TEST(SameCommand, KnowsFlagsInAnyOrderAndForm) {
  const auto same = [](std::string_view a, std::string_view b) { return same_command(a, b) && same_command(b, a); };
  EXPECT_TRUE(same("docker run -d --name tea alpine sleep 600", "docker  run --name=tea -d alpine:latest sleep 600"));
  EXPECT_TRUE(same("docker run -it --rm alpine", "docker run --rm -t -i alpine"));
  EXPECT_TRUE(same("docker ps -a", "docker container ls --all"));
  EXPECT_TRUE(same("docker run alpine 'ls'", "docker run alpine ls"));
  EXPECT_TRUE(same("docker rm $(docker ps -aq)", "docker rm  $(docker ps -aq)"));
  EXPECT_FALSE(same("docker ps", "docker ps -a"));
  EXPECT_FALSE(same("docker run alpine ls", "docker run alpine ls /"));
  EXPECT_FALSE(same("docker run --name tea alpine", "docker run --name coffee alpine"));
  EXPECT_FALSE(same("docker run alpine ls -l", "docker run -l ls alpine")) << "flags end at the image";
  EXPECT_FALSE(same("docker start tea", "docker stop tea"));
  EXPECT_FALSE(same("docker rnu alpine", "docker run alpine"));
  EXPECT_FALSE(same("docker ps; docker ps", "docker ps"));
}

TEST(Progress, IsKeptAndReadAgain) {
  os::TempDir folder("/tmp");
  const auto file = folder.path() / "state/progress.json";
  Progress progress;
  progress["ps"] = {.step = "all", .finished = false, .answers = {{"all", {"gone", true, false}}}, .hints = 2};
  save_progress(file, progress);
  std::string fault;
  const Progress again = load_progress(file, &fault);
  EXPECT_EQ(fault, "");
  EXPECT_EQ(to_json(again), to_json(progress));
  EXPECT_EQ(again.at("ps").answers.at("all").answer, "gone");
}

TEST(Progress, PutsAFileAsideThatItCannotRead) {
  os::TempDir folder("/tmp");
  const auto file = folder.path() / "progress.json";
  for (const char* text : {"{", "[]", "{\"version\": 1}", "{\"version\": 99, \"lessons\": {}}",
                           R"({"version": 1, "lessons": {"ps": {"step": 7}}})"}) {
    os::write_file_atomically(os::real_system(), file, text);
    std::string fault;
    EXPECT_TRUE(load_progress(file, &fault).empty()) << text;
    EXPECT_NE(fault, "") << text;
    EXPECT_EQ(os::read_file(file.native() + ".damaged"), text);
  }
  EXPECT_TRUE(load_progress(file, nullptr).empty()) << "there is none any more";
}

TEST(Progress, StandsInTheStateFolder) {
  EXPECT_EQ(state_folder("/s", "/h"), "/s/glassdock");
  EXPECT_EQ(state_folder("relative", "/h"), "/h/.local/state/glassdock");
  EXPECT_EQ(state_folder("", ""), "");
}

TEST(Tables, NameMisconceptionsAndPlaces) {
  for (const char* id : {"small-vm", "image-copied", "stop-deletes", "expose-publishes", "run-restarts", "own-kernel",
                         "written-in-image"}) {
    EXPECT_TRUE(find_misconception(id)) << id;
  }
  EXPECT_FALSE(find_misconception("none"));
  EXPECT_EQ(fault_of_place("wall:pid"), "");
  EXPECT_EQ(fault_of_place("image:alpine"), "");
  EXPECT_NE(fault_of_place("image:"), "");
  EXPECT_NE(fault_of_place("wall:moon"), "");
}

}  // namespace
}  // namespace glassdock::lessons
