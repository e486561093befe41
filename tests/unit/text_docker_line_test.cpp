#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "app/text/docker_line.h"
#include "app/text/flags.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

Surroundings surroundings() {
  Surroundings here;
  here.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "FROM_OUTSIDE") return "here";
    return std::nullopt;
  };
  here.read_file = [](const std::string& path) -> std::string {
    if (path == "vars") return "# comment\n\nA=1\n  B=two words\nFROM_OUTSIDE\nNOT_SET\r\n";
    throw Error(ErrorKind::not_found, "open " + path + ": no such file or directory");
  };
  here.current_folder = "/home/student";
  return here;
}

DockerCommand parse(std::vector<std::string> words) {
  return parse_docker(words, surroundings());
}
RunCommand run(std::vector<std::string> words) {
  words.insert(words.begin(), "run");
  return std::get<RunCommand>(parse(words));
}

TEST(RunLine, FlagsEndAtTheImage) {
  RunCommand command = run({"--rm", "alpine", "ls", "-l", "--rm=false", "--", "-e"});
  EXPECT_EQ(command.create.image, "alpine");
  EXPECT_TRUE(command.create.auto_remove);
  EXPECT_THAT(command.create.command, ElementsAre("ls", "-l", "--rm=false", "--", "-e"));
}

TEST(RunLine, TwoDashesEndTheFlagsToo) {
  EXPECT_EQ(run({"--rm", "--", "alpine"}).create.image, "alpine");
}

TEST(RunLine, TakesValuesInEveryForm) {
  for (auto words : std::vector<std::vector<std::string>>{{"-m", "64m", "a"},
                                                          {"-m64m", "a"},
                                                          {"-m=64m", "a"},
                                                          {"--memory", "64m", "a"},
                                                          {"--memory=64M", "a"},
                                                          {"-im", "64mb", "a"},
                                                          {"-m", "1k", "-m", "65536k", "a"}}) {
    EXPECT_EQ(run(words).create.memory_bytes, 64 << 20) << words[0];
  }
}

TEST(RunLine, EnvironmentComesFromFilesThenFlagsAndFromOutside) {
  RunCommand command = run({"-e", "C=3=x", "--env=FROM_OUTSIDE", "-e", "GONE", "--env-file", "vars", "-e", "D=", "a"});
  EXPECT_THAT(command.create.environment,
              ElementsAre("A=1", "B=two words", "FROM_OUTSIDE=here", "C=3=x", "FROM_OUTSIDE=here", "GONE", "D="));
}

TEST(RunLine, FillsEveryField) {
  RunCommand command =
      run({"-i",          "--name",  "web",           "-w/srv",       "-u",         "1000:1000",    "--entrypoint",
           "sh",          "-h",      "box",           "--cpus",       "1.5",        "--pids-limit", "-1",
           "--read-only", "--tmpfs", "/run:size=64m", "--tmpfs=/tmp", "-v",         "/a:/b:ro",     "-v",
           "./src:/c",    "-v",      ".:/d",          "-v",           "/anonymous", "--network",    "none",
           "-d",          "-q",      "--pull=never",  "alpine"});
  const auto& create = command.create;
  EXPECT_EQ(create.name, "web");
  EXPECT_EQ(create.working_folder, "/srv");
  EXPECT_EQ(create.user, "1000:1000");
  EXPECT_THAT(*create.entrypoint, ElementsAre("sh"));
  EXPECT_EQ(create.hostname, "box");
  EXPECT_EQ(create.nano_cpus, 1'500'000'000);
  EXPECT_EQ(create.pids_limit, -1);
  EXPECT_TRUE(create.read_only_root);
  EXPECT_THAT(create.tmpfs, UnorderedElementsAre(Pair("/run", "size=64m"), Pair("/tmp", "")));
  EXPECT_THAT(create.binds, ElementsAre("/a:/b:ro", "/home/student/src:/c", "/home/student:/d"));
  EXPECT_THAT(create.anonymous_volumes, ElementsAre("/anonymous"));
  EXPECT_EQ(create.network, "none");
  EXPECT_TRUE(create.open_stdin);
  EXPECT_EQ(create.attach, client::Streams{}) << "-d";
  EXPECT_TRUE(command.detach && command.quiet_pull);
  EXPECT_EQ(command.pull, PullPolicy::never);
}

TEST(RunLine, LimitsOfDisksEachCount) {
  const auto create =
      run({"--device-read-bps", "/dev/sda:1mb", "--device-read-bps=/dev/sdb:1.5k", "--device-write-bps", "/dev/sda:7",
           "--device-read-iops", "/dev/sda:18446744073709551615", "--device-write-iops", "/dev/sda:0", "alpine"})
          .create;
  using Rates = std::vector<client::DeviceRate>;
  EXPECT_EQ(create.read_bps, (Rates{{"/dev/sda", 1 << 20}, {"/dev/sdb", 1536}}));
  EXPECT_EQ(create.write_bps, (Rates{{"/dev/sda", 7}}));
  EXPECT_EQ(create.read_iops, (Rates{{"/dev/sda", UINT64_MAX}}));
  EXPECT_EQ(create.write_iops, (Rates{{"/dev/sda", 0}})) << "no limit";
}

TEST(RunLine, LeavesOutWhatWasNotGiven) {
  const auto create = run({"alpine"}).create;
  EXPECT_FALSE(create.entrypoint);
  EXPECT_FALSE(create.pids_limit);
  EXPECT_EQ(create.memory_bytes, 0);
  EXPECT_THAT(create.command, IsEmpty());
  EXPECT_EQ(create.network, "default");
  EXPECT_FALSE(run({"--rm=false", "alpine"}).create.auto_remove);
  EXPECT_THAT(*run({"--entrypoint=", "alpine"}).create.entrypoint, ElementsAre(""));
}

TEST(RunLine, IsAttachedToWhatIsNamed) {
  const auto attached = [](std::vector<std::string> words) {
    words.emplace_back("alpine");
    return run(words).create.attach;
  };
  using client::Streams;
  EXPECT_EQ(attached({}), (Streams{.out = true, .err = true}));
  EXPECT_EQ(attached({"-i"}), (Streams{.in = true, .out = true, .err = true}));
  EXPECT_EQ(attached({"-a", "STDOUT"}), Streams{.out = true});
  EXPECT_EQ(attached({"-i", "--attach=stderr"}), (Streams{.in = true, .err = true}));
  EXPECT_EQ(attached({"-a", "stdin", "-a", "stdout"}), (Streams{.in = true, .out = true}));
  EXPECT_FALSE(run({"-a", "stdin", "alpine"}).create.open_stdin) << "-i alone opens it";
  EXPECT_TRUE(run({"alpine"}).forwards_signals);
  EXPECT_FALSE(run({"--sig-proxy=false", "alpine"}).forwards_signals);
}

struct BadLine {
  std::vector<std::string> words;
  std::string message;
  int exit_code;
};
void PrintTo(const BadLine& line, std::ostream* out) {
  *out << join(line.words, " ");
}

TEST(RunLine, LabelsAndHowItIsStopped) {
  const RunCommand command = run({"-l", "a", "--label", "b=c=d", "--label-file", "vars", "-l", "A=2", "--stop-signal",
                                  "INT", "--stop-timeout", "-1", "--cidfile", "id", "alpine"});
  EXPECT_THAT(command.create.labels,
              UnorderedElementsAre(Pair("a", ""), Pair("b", "c=d"), Pair("A", "2"), Pair("B", "two words"),
                                   Pair("FROM_OUTSIDE", ""), Pair("NOT_SET", "")));
  EXPECT_EQ(command.create.stop_signal, "INT");
  EXPECT_EQ(command.create.stop_timeout_seconds, -1);
  EXPECT_EQ(command.id_file, "id");
  EXPECT_FALSE(run({"alpine"}).create.stop_timeout_seconds);
}

TEST(CreateLine, TakesWhatRunTakesButHowItIsAttachedTo) {
  const auto words = std::vector<std::string>{"--rm", "-it", "--name", "tea", "-e", "A=1", "alpine", "ls", "-l"};
  std::vector<std::string> create = words;
  create.insert(create.begin(), {"container", "create"});
  const RunCommand command = std::get<CreateCommand>(parse(create)).run;
  const RunCommand as_run = run(words);
  EXPECT_EQ(command.create.name, "tea");
  EXPECT_EQ(command.create.command, as_run.create.command);
  EXPECT_EQ(command.create.environment, as_run.create.environment);
  EXPECT_TRUE(command.create.tty && command.create.open_stdin && command.create.auto_remove);
  for (const char* flag : {"--detach", "--detach-keys=a", "--sig-proxy"}) {
    EXPECT_THROW(parse({"create", flag, "alpine"}), Error) << flag;
  }
}

// docker container --help and docker image --help of docker 26.1, without what this engine does not do.
TEST(Groups, HaveEachCommandUnderItsLongName) {
  const auto names = [](std::string_view group) {
    std::vector<std::string> all;
    for (const CommandWords& verb : group_words(group)) all.emplace_back(verb.name);
    return all;
  };
  EXPECT_THAT(names("container"),
              ElementsAre("attach", "create", "exec", "inspect", "kill", "logs", "ls", "pause", "prune", "rename",
                          "restart", "rm", "run", "start", "stats", "stop", "top", "unpause", "update", "wait"));
  EXPECT_THAT(names("image"), ElementsAre("history", "inspect", "ls", "prune", "pull", "rm", "tag"));
  EXPECT_THAT(names("system"), ElementsAre("df", "events", "info", "prune"));
  for (const char* group : {"container", "image", "system"}) {
    for (const std::string& verb : names(group)) {
      const auto help = std::get<HelpCommand>(parse({group, verb, "--help"})).text;
      EXPECT_THAT(help, StartsWith("Usage:  docker " + std::string(group) + " " + verb + " "));
    }
  }
}

class BadLines : public ::testing::TestWithParam<BadLine> {};

TEST_P(BadLines, SayWhatDockerSays) {
  try {
    parse(GetParam().words);
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), GetParam().message);
    EXPECT_EQ(error.exit_code(), GetParam().exit_code);
  }
}

const std::string see = "\nSee 'docker run --help'.";
INSTANTIATE_TEST_SUITE_P(
    Docker, BadLines,
    ::testing::Values(
        BadLine{{"run", "--foo", "alpine"}, "unknown flag: --foo" + see, 125},
        BadLine{{"run", "-xq", "alpine"}, "unknown shorthand flag: 'x' in -xq" + see, 125},
        BadLine{{"run", "-ix", "alpine"}, "unknown shorthand flag: 'x' in -x" + see, 125},
        BadLine{{"run", "--=x", "alpine"}, "bad flag syntax: --=x" + see, 125},
        BadLine{{"run", "--memory"}, "flag needs an argument: --memory" + see, 125},
        BadLine{{"run", "-ie"}, "flag needs an argument: 'e' in -e" + see, 125},
        BadLine{{"run", "-m", "12q", "alpine"},
                "invalid argument \"12q\" for \"-m, --memory\" flag: invalid size: '12q'" + see,
                125},
        BadLine{{"run", "-m", "-1", "alpine"},
                "invalid argument \"-1\" for \"-m, --memory\" flag: invalid size: '-1'" + see,
                125},
        BadLine{{"run", "-m", "", "alpine"},
                "invalid argument \"\" for \"-m, --memory\" flag: invalid size: ''" + see,
                125},
        BadLine{{"run", "--cpus", "x", "alpine"},
                "invalid argument \"x\" for \"--cpus\" flag: failed to parse x as a rational number" + see,
                125},
        BadLine{{"run", "--cpus", "0.0000000001", "alpine"},
                "invalid argument \"0.0000000001\" for \"--cpus\" flag: value is too precise" + see,
                125},
        BadLine{
            {"run", "--pids-limit=x", "alpine"},
            "invalid argument \"x\" for \"--pids-limit\" flag: strconv.ParseInt: parsing \"x\": invalid syntax" + see,
            125},
        BadLine{{"run", "--pids-limit=99999999999999999999", "alpine"},
                "invalid argument \"99999999999999999999\" for \"--pids-limit\" flag: strconv.ParseInt: parsing "
                "\"99999999999999999999\": value out of range" +
                    see,
                125},
        BadLine{{"run", "--device-read-bps", "x", "alpine"},
                "invalid argument \"x\" for \"--device-read-bps\" flag: bad format: x" + see,
                125},
        BadLine{{"run", "--device-read-iops", ":1", "alpine"},
                "invalid argument \":1\" for \"--device-read-iops\" flag: bad format: :1" + see,
                125},
        BadLine{
            {"run", "--device-write-bps=sda:1mb", "alpine"},
            "invalid argument \"sda:1mb\" for \"--device-write-bps\" flag: bad format for device path: sda:1mb" + see,
            125},
        BadLine{{"run", "--device-read-bps", "/dev/sda:", "alpine"},
                "invalid argument \"/dev/sda:\" for \"--device-read-bps\" flag: invalid rate for device: /dev/sda:. "
                "The correct "
                "format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can "
                "be kb, mb, or gb" +
                    see,
                125},
        BadLine{{"run", "--device-read-bps", "/dev/sda:1zb", "alpine"},
                "invalid argument \"/dev/sda:1zb\" for \"--device-read-bps\" flag: invalid rate for device: "
                "/dev/sda:1zb. The correct "
                "format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can "
                "be kb, mb, or gb" +
                    see,
                125},
        BadLine{{"run", "--device-write-bps", "/dev/sda:1mb:3", "alpine"},
                "invalid argument \"/dev/sda:1mb:3\" for \"--device-write-bps\" flag: invalid rate for device: "
                "/dev/sda:1mb:3. The correct "
                "format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can "
                "be kb, mb, or gb" +
                    see,
                125},
        BadLine{{"run", "--device-read-iops", "/dev/sda:1mb", "alpine"},
                "invalid argument \"/dev/sda:1mb\" for \"--device-read-iops\" flag: invalid rate for device: "
                "/dev/sda:1mb. The correct "
                "format is <device-path>:<number>. Number must be a positive integer" +
                    see,
                125},
        BadLine{{"run", "--device-write-iops", "/dev/sda:-1", "alpine"},
                "invalid argument \"/dev/sda:-1\" for \"--device-write-iops\" flag: invalid rate for device: "
                "/dev/sda:-1. The correct "
                "format is <device-path>:<number>. Number must be a positive integer" +
                    see,
                125},
        BadLine{{"run", "--device-write-iops", "/dev/sda:18446744073709551616", "alpine"},
                "invalid argument \"/dev/sda:18446744073709551616\" for \"--device-write-iops\" flag: invalid rate for "
                "device: /dev/sda:18446744073709551616. The correct "
                "format is <device-path>:<number>. Number must be a positive integer" +
                    see,
                125},
        BadLine{
            {"run", "--rm=maybe", "alpine"},
            "invalid argument \"maybe\" for \"--rm\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax" + see,
            125},
        BadLine{{"run", "-e", "=x", "alpine"},
                "invalid argument \"=x\" for \"-e, --env\" flag: invalid environment variable: =x" + see,
                125},
        BadLine{{"run", "-v", ":/y", "alpine"}, "docker: invalid spec: :/y: empty section between colons" + see, 125},
        BadLine{{"run", "-v", "/a:/b:ro:x", "alpine"}, "docker: invalid spec: /a:/b:ro:x: too many colons" + see, 125},
        BadLine{{"run", "--env-file", "nosuch", "alpine"}, "open nosuch: no such file or directory" + see, 125},
        BadLine{{"run", "-p", "80:80", "alpine"}, "-p, --publish is not supported yet" + see, 125},
        BadLine{{"run", "-a", "foo", "alpine"},
                "invalid argument \"foo\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR" + see,
                125},
        BadLine{{"run", "-d", "-a", "stdin", "alpine"},
                "docker: conflicting options: cannot specify both --attach and --detach",
                1},
        BadLine{
            {"run", "--sig-proxy=x", "alpine"},
            "invalid argument \"x\" for \"--sig-proxy\" flag: strconv.ParseBool: parsing \"x\": invalid syntax" + see,
            125},
        BadLine{{"run", "-l", "=x", "alpine"},
                "invalid argument \"=x\" for \"-l, --label\" flag: invalid label '=x': empty name" + see,
                125},
        BadLine{{"create", "-d", "alpine"}, "unknown shorthand flag: 'd' in -d\nSee 'docker create --help'.", 125},
        BadLine{{"create"}, "\"docker create\" requires at least 1 argument.\nSee 'docker create --help'.", 1},
        BadLine{{"create", "--stop-timeout", "x", "alpine"},
                "invalid argument \"x\" for \"--stop-timeout\" flag: strconv.ParseInt: parsing \"x\": invalid "
                "syntax\nSee 'docker create --help'.",
                125},
        BadLine{{"run", "--use-api-socket", "alpine"}, "--use-api-socket is not supported yet" + see, 125},
        BadLine{{"run", "--privileged", "alpine"}, "--privileged is not supported yet" + see, 125},
        BadLine{{"run", "--pull=often", "alpine"},
                "docker: invalid pull option: 'often': must be one of \"always\", \"missing\" or \"never\"" + see,
                125},
        BadLine{{"run"}, "\"docker run\" requires at least 1 argument." + see, 1},
        BadLine{{"run", "--rm"}, "\"docker run\" requires at least 1 argument." + see, 1},
        BadLine{{"ps", "x"}, "\"docker ps\" accepts no arguments.\nSee 'docker ps --help'.", 1},
        BadLine{{"container", "ls", "x"},
                "\"docker container ls\" accepts no arguments.\nSee 'docker container ls --help'.",
                1},
        BadLine{{"container", "ps", "--foo"}, "unknown flag: --foo\nSee 'docker container ls --help'.", 125},
        BadLine{
            {"image", "remove"}, "\"docker image rm\" requires at least 1 argument.\nSee 'docker image rm --help'.", 1},
        BadLine{{"pull"}, "\"docker pull\" requires exactly 1 argument.\nSee 'docker pull --help'.", 1},
        BadLine{{"pull", "a", "b"}, "\"docker pull\" requires exactly 1 argument.\nSee 'docker pull --help'.", 1},
        BadLine{{"images", "a", "b"}, "\"docker images\" requires at most 1 argument.\nSee 'docker images --help'.", 1},
        BadLine{{"rm", "-f"}, "\"docker rm\" requires at least 1 argument.\nSee 'docker rm --help'.", 1},
        BadLine{{"ps", "-f", "x"},
                "invalid argument \"x\" for \"-f, --filter\" flag: bad format of filter (expected name=value)\nSee "
                "'docker ps --help'.",
                125},
        BadLine{{"ps", "-n", "99999999999999999999"},
                "invalid argument \"99999999999999999999\" for \"-n, --last\" flag: strconv.ParseInt: parsing "
                "\"99999999999999999999\": "
                "value out of range\nSee 'docker ps --help'.",
                125},
        BadLine{{"frobnicate"}, "docker: 'frobnicate' is not a docker command.\nSee 'docker --help'.", 1},
        BadLine{
            {"image", "frobnicate"}, "docker: 'image frobnicate' is not a docker command.\nSee 'docker --help'.", 1},
        BadLine{{"--frob"}, "unknown flag: --frob\nSee 'docker --help'.", 125}));

TEST(DockerLine, SaysWhatThereIsWhereDockerHasMore) {
  for (const char* command : {"build", "network"}) {
    try {
      parse({command, "x"});
      FAIL() << command;
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), AllOf(StartsWith(std::string("docker: '") + command +
                                                    "' is not supported by this version of Glassdock. It has: run, "),
                                         HasSubstr(", kill, stop, restart, "), EndsWith(".\nSee 'docker --help'.")));
      EXPECT_EQ(error.exit_code(), 1);
    }
  }
}

TEST(DockerLine, TakesTheCommandsThatManage) {
  auto managed = [](std::vector<std::string> words) { return std::get<ManageCommand>(parse(std::move(words))); };
  auto stop = std::get<MoveCommand>(managed({"stop", "-t", "3", "a", "-s", "USR1", "b"}));
  EXPECT_EQ(stop.move, "stop");
  EXPECT_THAT(stop.containers, ElementsAre("a", "b"));
  EXPECT_EQ(stop.seconds, "3");
  EXPECT_EQ(stop.signal, "USR1");
  EXPECT_EQ(std::get<MoveCommand>(managed({"container", "restart", "--timeout", "0", "a"})).seconds, "0");
  EXPECT_EQ(std::get<MoveCommand>(managed({"kill", "-s9", "a"})).signal, "9");
  EXPECT_EQ(std::get<TopCommand>(managed({"top", "a", "-o", "pid,cmd"})).ps_arguments, "-o pid,cmd");
  EXPECT_EQ(std::get<RenameCommand>(managed({"container", "rename", "a", "b"})).to, "b");
  EXPECT_EQ(std::get<TagCommand>(managed({"image", "tag", "a", "b:1"})).target, "b:1");
  EXPECT_FALSE(std::get<HistoryCommand>(managed({"history", "-H=false", "a"})).human);
  auto prune = std::get<PruneCommand>(managed({"system", "prune", "-af", "--filter", "label!=x"}));
  EXPECT_TRUE(prune.all && prune.force && prune.kind == PruneCommand::Kind::system);
  EXPECT_THAT(prune.filters, ElementsAre(Pair("label!", ElementsAre("x"))));
  EXPECT_EQ(std::get<EventsCommand>(managed({"system", "events", "--since", "1h", "-f", "type=image"})).since, "1h");
  EXPECT_TRUE(std::get<DiskUsageCommand>(managed({"system", "df", "-v"})).verbose);
}

TEST(DockerLine, GroupsTellWhatTheyHave) {
  const std::string text = std::get<HelpCommand>(parse({"container"})).text;
  EXPECT_THAT(text, AllOf(StartsWith("Usage:  docker container COMMAND\n\nManage containers\n\nCommands:\n"),
                          HasSubstr("  ls          List containers\n"), HasSubstr("  prune       Remove all stopped"),
                          Not(HasSubstr("  list "))));
  EXPECT_EQ(std::get<HelpCommand>(parse({"system", "--help"})).text,
            std::get<HelpCommand>(parse({"help", "system"})).text);
}

TEST(RunLine, RefusesOtherNetworksInOneLine) {
  try {
    run({"--network", "bridge", "alpine"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("network \"bridge\" is not supported yet"));
    EXPECT_EQ(error.exit_code(), 125);
  }
}

TEST(DockerLine, FlagsStandAnywhereElse) {
  auto rm = std::get<RmCommand>(parse({"rm", "one", "-f", "two", "-v"}));
  EXPECT_THAT(rm.containers, ElementsAre("one", "two"));
  EXPECT_TRUE(rm.force && rm.volumes);
  auto ps = std::get<PsCommand>(parse({"ps", "-aq", "--filter", "status=exited", "-f", "status=created"}));
  EXPECT_TRUE(ps.all && ps.quiet);
  EXPECT_THAT(ps.filters, ElementsAre(Pair("status", ElementsAre("exited", "created"))));
  EXPECT_EQ(std::get<PsCommand>(parse({"ps", "-l"})).last, 1);
  EXPECT_EQ(std::get<ImagesCommand>(parse({"images", "-q", "alpine"})).reference, "alpine");
  EXPECT_TRUE(std::get<RmiCommand>(parse({"rmi", "a", "-f"})).force);
}

TEST(DockerLine, KnowsTheLongNames) {
  EXPECT_TRUE(std::get<PsCommand>(parse({"container", "ls", "-a"})).all);
  EXPECT_EQ(std::get<RunCommand>(parse({"container", "run", "alpine"})).create.image, "alpine");
  EXPECT_TRUE(std::holds_alternative<ImagesCommand>(parse({"image", "ls"})));
  EXPECT_EQ(std::get<RmiCommand>(parse({"image", "rm", "x"})).images[0], "x");
}

TEST(DockerLine, HelpNamesWhatWorksAndOnlyThat) {
  std::string help = std::get<HelpCommand>(parse({"run", "--help"})).text;
  EXPECT_THAT(help, HasSubstr("-m, --memory bytes"));
  EXPECT_THAT(help, ::testing::Not(HasSubstr("--privileged")));
  EXPECT_EQ(help, std::get<HelpCommand>(parse({"help", "run"})).text);
  EXPECT_THAT(std::get<HelpCommand>(parse({})).text, HasSubstr("images"));
  EXPECT_TRUE(std::holds_alternative<HelpCommand>(parse({"ps", "-h"})));
}

TEST(DockerLine, AnyWordsAreTakenOrRefused) {
  const std::vector<std::string> pieces{
      "run",  "ps", "-",  "--", "-e",    "-m",     "=", "--memory=", "64m", "-it", "-=",  "",    "---",  "--=",   "rm",
      "\xff", "-v", "::", ":",  "/a:/b", "--cpus", "1", "-n",        "-1",  "-f",  "a=b", "rmi", "help", "image", "ls"};
  std::mt19937 random(20261124);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> words(random() % 6);
    for (std::string& word : words) {
      word = pieces[random() % pieces.size()];
      if (random() % 4 == 0) word += pieces[random() % pieces.size()];
    }
    try {
      parse(words);
    } catch (const Error& error) {
      EXPECT_TRUE(error.exit_code() == 1 || error.exit_code() == 125) << error.message();
      EXPECT_FALSE(error.message().empty());
    }
  }
}

TEST(EnvFile, NamesTheBadLine) {
  auto none = [](const std::string&) { return std::optional<std::string>(); };
  EXPECT_THROW(parse_env_file("A=1\n=x\n", "f", none), Error);
  EXPECT_THROW(parse_env_file("A B=1\n", "f", none), Error);
  EXPECT_THAT(parse_env_file("\xEF\xBB\xBF"
                             "A= 1 \nlast=",
                             "f", none),
              ElementsAre("A= 1 ", "last="));
  EXPECT_THAT(parse_env_file("", "f", none), IsEmpty());
}

TEST(NanoCpus, CountsInBillionths) {
  EXPECT_EQ(parse_nano_cpus("2"), 2'000'000'000);
  EXPECT_EQ(parse_nano_cpus(".5"), 500'000'000);
  EXPECT_EQ(parse_nano_cpus("0.000000001"), 1);
  EXPECT_EQ(parse_nano_cpus("1.500000000000"), 1'500'000'000);
  for (const char* bad : {"", ".", "-1", "1e9", "1,5", "99999999999999999999", "1 "}) {
    EXPECT_THROW(parse_nano_cpus(bad), Error) << bad;
  }
}

}  // namespace
}  // namespace glassdock::text
