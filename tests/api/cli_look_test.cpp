// `glassdock docker create|inspect|logs|info` and the lists of ps. Outputs are those of docker's own client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/base/text.h"
#include "tests/support/alpine_home.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class CliLook : public AlpineHome {
 protected:
  static std::string inspected(const std::string& name, const std::string& format) {
    return docker({"inspect", "-f", format, name}).out;
  }
  // What ps prints, each name behind a blank.
  static std::string names(std::vector<std::string> words) {
    words.insert(words.begin(), {"ps", "--format", "{{.Names}}"});
    Outcome listed = docker(std::move(words));
    std::replace(listed.out.begin(), listed.out.end(), '\n', ' ');
    return listed.out + listed.err;
  }
};

TEST_F(CliLook, CreateMakesWhatStartStarts) {
  const Outcome created = docker({"create", "--name", "tea", "-l", "a=b", "-l", "c", "--stop-signal", "INT",
                                  "--stop-timeout", "3", "alpine", "sh", "-c", "echo hi; exit 4"});
  EXPECT_THAT(created.out, MatchesRegex("[0-9a-f]{64}\n"));
  EXPECT_EQ(created.err, "");
  EXPECT_EQ(inspected("tea", "{{.ID}}"), created.out);
  EXPECT_EQ(inspected("tea", "{{.State.Status}} {{json .Config.Cmd}} {{.Config.StopSignal}} {{.Config.StopTimeout}}"),
            "created [\"sh\",\"-c\",\"echo hi; exit 4\"] INT 3\n");
  EXPECT_EQ(inspected("tea", "{{index .Config.Labels \"a\"}}|{{index .Config.Labels \"c\"}}"), "b|\n");
  EXPECT_EQ(docker({"container", "start", "-a", "tea"}).code, 4);
  EXPECT_EQ(docker({"logs", "tea"}).out, "hi\n");
  const Outcome taken = docker({"create", "--name", "tea", "alpine"});
  EXPECT_EQ(taken.code, 1);
  EXPECT_THAT(taken.err, StartsWith("Error response from daemon: Conflict. The container name \"/tea\" is already in"));
  const Outcome wrong = docker({"create", "--stop-signal", "FOO", "alpine"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_EQ(wrong.err, "Error response from daemon: invalid signal: FOO\n");
  const Outcome missing = docker({"create", "--pull", "never", "nosuch"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, StartsWith("Error response from daemon: No such image: nosuch:latest"));
}

TEST_F(CliLook, CreatePullsWhatIsMissing) {
  docker({"rmi", "busybox"});
  const Outcome created = docker({"create", "busybox"});
  EXPECT_EQ(created.code, 0);
  EXPECT_THAT(created.out, MatchesRegex("[0-9a-f]{64}\n"));
  EXPECT_THAT(created.err, StartsWith("Unable to find image 'busybox:latest' locally\n"));
}

// The stop signal that was asked for is the one that comes.
TEST_F(CliLook, AContainerIsStoppedAsItsFlagsSay) {
  docker({"run", "-d", "--name", "tea", "--stop-signal", "USR1", "alpine", "sh", "-c",
          "trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done"});
  Program logs(home_->command({"docker", "logs", "-f", "tea"}));
  ASSERT_TRUE(logs.wait_for_out("ready\n"));
  EXPECT_EQ(docker({"stop", "tea"}).code, 0);
  EXPECT_EQ(inspected("tea", "{{.State.ExitCode}}"), "9\n");
}

TEST_F(CliLook, TheIdFileHoldsOneContainer) {
  const std::string path = (home_->path() / "id").string();
  const std::string there = "container ID file found, make sure the other container isn't running or delete " + path;
  EXPECT_EQ(docker({"create", "--cidfile", path, "--name", "tea", "nosuch/nothing:1"}).code, 1);
  EXPECT_FALSE(std::filesystem::exists(path)) << "no container, no file";
  const Outcome created = docker({"create", "--cidfile", path, "alpine"});
  EXPECT_EQ(created.out, os::read_file(path) + "\n");
  const Outcome again = docker({"create", "--cidfile", path, "alpine"});
  EXPECT_EQ(again.code, 1);
  EXPECT_EQ(again.err, there + "\n");
  const Outcome run = docker({"run", "--cidfile", path, "alpine"});
  EXPECT_EQ(run.code, 125);
  EXPECT_EQ(run.err, "docker: " + there + "\nSee 'docker run --help'.\n");
  std::filesystem::remove(path);
}

TEST_F(CliLook, InspectPrintsContainersAndImagesInDockersOrder) {
  docker({"create", "--name", "tea", "alpine"});
  const Outcome both = docker({"inspect", "tea", "alpine", "nosuch"});
  EXPECT_EQ(both.code, 1);
  EXPECT_EQ(both.err, "Error: No such object: nosuch\n");
  EXPECT_THAT(both.out, AllOf(StartsWith("[\n    {\n        \"Id\": \""), EndsWith("\n    }\n]\n"),
                              HasSubstr("\n        \"State\": {\n            \"Status\": \"created\",\n"),
                              HasSubstr("\n    },\n    {\n        \"Id\": \"sha256:")));
  const auto documents = nlohmann::ordered_json::parse(both.out);
  ASSERT_EQ(documents.size(), 2u);
  std::string members;
  for (const auto& [name, value] : documents[0].items()) members += name + " ";
  EXPECT_EQ(members,
            "Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver "
            "Platform MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config "
            "NetworkSettings ");
  // What an image leaves out is there with nothing in it.
  EXPECT_EQ(inspected("alpine", "<{{.Config.User}}> {{.Config.Entrypoint}} {{.Config.Volumes}} {{.Config.Cmd}}"),
            "<> [] map[] [/bin/sh]\n");
  const Outcome sizes = docker({"inspect", "-s", "-f", "{{.SizeRw}}", "tea"});
  EXPECT_EQ(sizes.out, "0\n");
  EXPECT_EQ(docker({"inspect", "-s", "alpine"}).err, "WARNING: --size ignored for image\n");
}

TEST_F(CliLook, InspectSaysWhatIsNotThere) {
  docker({"create", "--name", "tea", "alpine"});
  for (const auto& [words, error] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"inspect", "nosuch"}, "Error: No such object: nosuch\n"},
           {{"container", "inspect", "alpine"}, "Error response from daemon: No such container: alpine\n"},
           {{"inspect", "--type", "container", "alpine"}, "Error response from daemon: No such container: alpine\n"},
           {{"image", "inspect", "tea"}, "Error response from daemon: No such image: tea:latest"}}) {
    const Outcome outcome = docker(words);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "[]\n");
    EXPECT_THAT(outcome.err, StartsWith(error));
  }
  const Outcome formatted = docker({"inspect", "-f", "{{.Name}}", "nosuch", "tea", "alpine"});
  EXPECT_EQ(formatted.code, 1);
  EXPECT_EQ(formatted.out, "/tea\n");
  EXPECT_EQ(formatted.err,
            "Error: No such object: nosuch\ntemplate parsing error: template: :1:2: executing \"\" at <.Name>: map has "
            "no entry for key \"Name\"\n");
  EXPECT_EQ(docker({"inspect", "-f", "{{.Name", "tea"}).code, 64);
}

TEST_F(CliLook, LogsKeepTheStreamsApartAndTakeBounds) {
  docker({"run", "--name", "tea", "alpine", "sh", "-c", "echo one; echo two >&2; sleep 0.1; echo three"});
  const Outcome all = docker({"logs", "tea"});
  EXPECT_EQ(all.out, "one\nthree\n");
  EXPECT_EQ(all.err, "two\n");
  EXPECT_EQ(docker({"logs", "-n", "1", "tea"}).out, "three\n");
  EXPECT_EQ(docker({"logs", "--tail=0", "tea"}).out, "");
  EXPECT_THAT(docker({"logs", "-t", "tea"}).out,
              MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{1,9}Z one\n[0-9-]{10}T[0-9:]{8}\\.[0-9]{1,9}Z three\n"));
  EXPECT_THAT(docker({"logs", "--details", "tea"}).out, " one\n three\n");
  const std::string last = docker({"logs", "-t", "-n", "1", "tea"}).out;
  const std::string time = last.substr(0, last.find(' '));
  EXPECT_EQ(docker({"logs", "--since", time, "tea"}).out, "three\n");
  EXPECT_EQ(docker({"logs", "--since", time, "tea"}).err, "");
  EXPECT_EQ(docker({"logs", "--until", time, "tea"}).out, "one\nthree\n");
  EXPECT_EQ(docker({"logs", "--until", "1h", "tea"}).out, "");
  EXPECT_EQ(docker({"logs", "--since", "1h", "tea"}).out, "one\nthree\n");
  const Outcome wrong = docker({"logs", "--since", "x", "tea"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_EQ(wrong.err, "invalid value for \"since\": failed to parse value as time or duration: \"x\"\n");
  EXPECT_EQ(docker({"logs", "nosuch"}).err, "Error response from daemon: No such container: nosuch\n");
}

TEST_F(CliLook, LogsFollowToTheEnd) {
  docker({"run", "-di", "--name", "tea", "alpine", "sh", "-c", "echo before; sleep 1; echo after; sleep 1000"});
  Program logs(home_->command({"docker", "logs", "-f", "tea"}));
  ASSERT_TRUE(logs.wait_for_out("before\n"));
  ASSERT_TRUE(logs.wait_for_out("after\n"));
  Program until(home_->command({"docker", "logs", "-f", "--until", "-1s", "-n", "1", "tea"}));
  EXPECT_TRUE(until.ends()) << "the moment to which it follows has passed";
  docker({"kill", "tea"});
  EXPECT_TRUE(logs.ends());
  const Outcome end = logs.finish();
  EXPECT_EQ(end.code, 0);
  EXPECT_EQ(end.out, "before\nafter\n");
  EXPECT_EQ(docker({"logs", "-f", "tea"}).out, "before\nafter\n")
      << "of one that does not run there is nothing to come";
}

TEST_F(CliLook, LogsOfATerminalComeAsTheyWere) {
  docker({"run", "-dt", "--name", "tea", "alpine", "sh", "-c", "echo out; echo err >&2"});
  docker({"wait", "tea"});
  EXPECT_EQ(docker({"logs", "tea"}).out, "out\r\nerr\r\n");
}

TEST_F(CliLook, InfoAndVersionSayWhoTheEngineIs) {
  docker({"create", "alpine"});
  const Outcome info = docker({"info"});
  EXPECT_EQ(info.code, 0);
  EXPECT_THAT(info.out, AllOf(StartsWith("Client:\n Version:    "),
                              HasSubstr("\n\nServer:\n Containers: 1\n  Running: 0\n  Paused: 0\n  Stopped: 1\n"),
                              HasSubstr("\n Storage Driver: overlay2\n"), HasSubstr("\n Swarm: inactive\n"),
                              HasSubstr("\n Docker Root Dir: " + home_->data().string() + "\n")));
  EXPECT_EQ(docker({"system", "info", "-f", "{{.Containers}} {{.DockerRootDir}}"}).out,
            "1 " + home_->data().string() + "\n");
  EXPECT_EQ(docker({"info", "-f", "{{.Foo}}"}).err,
            "template: :1:2: executing \"\" at <.Foo>: can't evaluate field Foo in type system.dockerInfo\n");
  EXPECT_EQ(docker({"version", "--format", "{{.Server.APIVersion}} {{.Server.Os}}"}).out, "1.45 linux\n");
  EXPECT_EQ(nlohmann::json::parse(docker({"version", "-f", "json"}).out)["Server"]["MinAPIVersion"], "1.24");
}

TEST_F(CliLook, PsListsWhatIsAskedFor) {
  docker({"run", "-d", "--name", "runs", "-l", "x=1", "alpine", "sleep", "1000"});
  docker({"run", "--name", "failed", "-l", "x=2", "-l", "y", "alpine", "sh", "-c", "exit 3"});
  docker({"create", "--name", "made", "alpine"});
  for (const auto& [words, found] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "runs "},
           {{"-a"}, "made failed runs "},
           {{"-n", "2"}, "made failed "},
           {{"-n", "-1"}, "runs "},
           {{"-l"}, "made "},
           {{"-l", "-f", "status=running"}, "runs "},
           {{"-f", "status=exited"}, "failed "},
           {{"-f", "status=running", "-f", "status=created"}, "made runs "},
           {{"-f", "exited=3"}, ""},
           {{"-a", "-f", "exited=3"}, "failed "},
           {{"-a", "-f", "name=^/ru"}, "runs "},
           {{"-a", "-f", "label=x"}, "failed runs "},
           {{"-a", "-f", "label=x=1"}, "runs "},
           {{"-a", "-f", "label=x", "-f", "label=y"}, "failed "},
           {{"-a", "-f", "label!=x"}, "Error response from daemon: invalid filter 'label!'\n"},
           {{"-a", "-f", "ancestor=alpine"}, "made failed runs "},
           {{"-a", "-f", "ancestor=nosuch"}, ""},
           {{"-a", "-f", "before=failed"}, "runs "},
           {{"-a", "-f", "since=failed"}, "made "},
           {{"-a", "-f", "before=nosuch"}, "Error response from daemon: No such container: nosuch\n"},
           {{"-f", "status=foo"}, "Error response from daemon: invalid filter 'status=foo'\n"},
           {{"-f", "exited=x"},
            "Error response from daemon: invalid filter 'exited=x': strconv.Atoi: parsing \"x\": invalid syntax\n"}}) {
    EXPECT_EQ(names(words), found) << join(words, " ");
  }
  EXPECT_THAT(docker({"ps", "-lq", "--no-trunc"}).out, MatchesRegex("[0-9a-f]{64}\n"));
  const std::string id = docker({"ps", "-aqf", "name=failed"}).out;
  EXPECT_EQ(names({"-a", "-f", "id=" + std::string(trim(id))}), "failed ");
  EXPECT_EQ(docker({"ps", "-a", "--format", "table {{.Names}}\\t{{.Label \"x\"}}", "-f", "exited=3"}).out,
            "NAMES     x\nfailed    2\n");
  EXPECT_THAT(docker({"container", "ls", "-as", "--format", "{{.Names}} {{.Size}}", "-f", "name=made"}).out,
              MatchesRegex("made 0B \\(virtual [0-9.]+MB\\)\n"));
}

}  // namespace
}  // namespace glassdock::testing
