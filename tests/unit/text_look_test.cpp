// What `docker inspect`, `logs`, `info` and `version` take and print, as the docker CLI 28.2 showed it against a
// dockerd 26.1; the "See …" line is that of 26.1.
#include <gtest/gtest.h>

#include "app/text/docker_line.h"
#include "app/text/formatter.h"
#include "app/text/go_types.h"
#include "app/text/look_lines.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

template <typename Command>
Command parsed(std::vector<std::string> words) {
  return std::get<Command>(parse_docker(words, {}));
}

std::string refusal_of(std::vector<std::string> words) {
  try {
    parse_docker(words, {});
    return "no error";
  } catch (const Error& error) {
    return error.message() + " " + std::to_string(error.exit_code());
  }
}

TEST(LookLine, InspectTakesAnyThingOrOneKind) {
  const auto any = parsed<InspectCommand>({"inspect", "-s", "a", "-f", "{{.Id}}", "b"});
  EXPECT_EQ(any.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(any.format, "{{.Id}}");
  EXPECT_TRUE(any.size);
  using Kind = InspectCommand::Kind;
  EXPECT_EQ(any.kind, Kind::any);
  EXPECT_EQ(parsed<InspectCommand>({"inspect", "--type", "image", "a"}).kind, Kind::image);
  EXPECT_EQ(parsed<InspectCommand>({"inspect", "--type=", "a"}).kind, Kind::any);
  EXPECT_EQ(parsed<InspectCommand>({"container", "inspect", "a"}).kind, Kind::container);
  EXPECT_EQ(parsed<InspectCommand>({"image", "inspect", "a"}).kind, Kind::image);
}

TEST(LookLine, WhatCannotBeLookedAtIsRefused) {
  EXPECT_EQ(refusal_of({"inspect"}),
            "\"docker inspect\" requires at least 1 argument.\nSee 'docker inspect --help'. 1");
  EXPECT_EQ(refusal_of({"inspect", "--type", "foo", "a"}),
            "unknown type: \"foo\": must be one of \"config\", \"container\", \"image\", \"network\", \"node\", "
            "\"plugin\", \"secret\", \"service\", \"task\", \"volume\" 1");
  EXPECT_EQ(refusal_of({"inspect", "--type", "network", "a"}), "--type network is not supported yet 1");
  EXPECT_EQ(refusal_of({"image", "inspect", "-s", "a"}),
            "unknown shorthand flag: 's' in -s\nSee 'docker image inspect --help'. 125");
  EXPECT_EQ(refusal_of({"logs"}), "\"docker logs\" requires exactly 1 argument.\nSee 'docker logs --help'. 1");
  EXPECT_EQ(refusal_of({"info", "x"}), "\"docker info\" accepts no arguments.\nSee 'docker info --help'. 1");
}

TEST(LookLine, LogsTakeBoundsInEveryForm) {
  const auto logs = parsed<LogsCommand>({"logs", "-ft", "-n5", "--since=1h", "tea", "--until", "2030", "--details"});
  EXPECT_EQ(logs.container, "tea");
  EXPECT_TRUE(logs.follow && logs.timestamps && logs.details);
  EXPECT_EQ(logs.tail, "5");
  EXPECT_EQ(logs.since, "1h");
  EXPECT_EQ(logs.until, "2030");
  EXPECT_EQ(parsed<LogsCommand>({"container", "logs", "tea"}).tail, "all");
}

TEST(LookLine, InfoAndVersionTakeAFormat) {
  EXPECT_EQ(parsed<InfoCommand>({"info", "-f", "json"}).format, "json");
  EXPECT_EQ(parsed<InfoCommand>({"system", "info"}).format, "");
  EXPECT_EQ(parsed<VersionCommand>({"version", "--format", "x"}).format, "x");
}

constexpr char document[] =
    R"({"Id":"ab","Name":"/tea","State":{"Running":true,"Pid":7},"HostConfig":{"NanoCpus":5,"PidsLimit":null,)"
    R"("CapAdd":null},"Config":{"Env":["A=<b>","C=d"],"Volumes":null,"Labels":{"x":"y"}},"Mounts":[]})";

std::string inspected(const std::string& format, const std::string& text = document) {
  Inspector inspector(format);
  inspector.take(text, container_document);
  return inspector.text();
}

std::string fault_of(const std::string& format) {
  try {
    return inspected(format);
  } catch (const FormatError& error) {
    return error.message() + " " + std::to_string(error.docker_exit_code());
  }
}

TEST(Inspector, PrintsAnArrayInTheEnginesOrder) {
  EXPECT_EQ(inspected("", R"({"Z":"<&>","A":[],"N":{},"L":["x"]})"),
            "[\n    {\n        \"Z\": \"<&>\",\n        \"A\": [],\n        \"N\": {},\n        \"L\": [\n"
            "            \"x\"\n        ]\n    }\n]\n");
  EXPECT_EQ(inspected("json", R"({"Z":1,"A":[]})"), "[{\"Z\":1,\"A\":[]}]\n");
  EXPECT_EQ(Inspector("").text(), "[]\n");
  EXPECT_EQ(Inspector("{{.Id}}").text(), "\n");
}

TEST(Inspector, ATemplateKnowsGosNamesAndNothings) {
  EXPECT_EQ(inspected("{{.ID}} {{.HostConfig.NanoCPUs}} {{.State.Running}}"), "ab 5 true\n");
  EXPECT_EQ(inspected("{{.Id}} {{.HostConfig.NanoCpus}} {{.HostConfig.CapAdd}}"), "ab 5 <no value>\n")
      << "the JSON's names, where not all are Go's";
  EXPECT_EQ(inspected("{{.HostConfig.CapAdd}} {{.HostConfig.PidsLimit}} {{.Config.Volumes}} {{.Mounts}}"),
            "[] <nil> map[] []\n");
  EXPECT_EQ(inspected("{{json .HostConfig.CapAdd}} {{json .Config.Env}}"), "null [\"A=<b>\",\"C=d\"]\n");
  EXPECT_EQ(inspected("{{range .Config.Env}}{{.}};{{end}}{{index .Config.Labels \"x\"}}{{join .Config.Env \",\"}}"),
            "A=<b>;C=d;yA=<b>,C=d\n");
  EXPECT_EQ(inspected("{{json .}}"), std::string(document) + "\n");
}

// As docker 28.2 printed them of a dockerd 26.1, but for addresses.
TEST(Inspector, StructsMapsAndListsAreGos) {
  const std::string text =
      R"({"Mounts":[{"Type":"bind","Source":"/tmp","Destination":"/mnt","Mode":"","RW":true,"Propagation":"rprivate"}],)"
      R"("State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,)"
      R"("Pid":7,"ExitCode":0,"Error":"","StartedAt":"2024-05-01T10:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"},)"
      R"("HostConfig":{"Memory":64,"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"PidsLimit":5,)"
      R"("BlkioDeviceReadBps":[{"Path":"/dev/sda","Rate":5},{"Path":"/dev/sdb","Rate":6}],"BlkioDeviceWriteIOps":[],)"
      R"("PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},"ConsoleSize":[0,0],"Tmpfs":{"/t":"size=1m"}},)"
      R"("Config":{"Env":["A=1"],"Labels":{"x":"y","b":"c"},"ExposedPorts":{"80/tcp":{}}},)"
      R"("NetworkSettings":{"Bridge":"","Networks":{"none":{"IPAMConfig":null,"NetworkID":"ab"}}}})";
  const auto printed = [&](const std::string& format) { return inspected(format, text); };
  EXPECT_EQ(printed("{{.State}}"),
            "{running true false false false false 7 0  2024-05-01T10:00:00Z 0001-01-01T00:00:00Z <nil>}\n");
  EXPECT_EQ(printed("{{with .State}}{{.}} {{.Health}}{{end}}"),
            "{running true false false false false 7 0  2024-05-01T10:00:00Z 0001-01-01T00:00:00Z <nil>} <nil>\n");
  EXPECT_EQ(
      printed("{{.Mounts}} {{range .Mounts}}{{.}}{{end}} {{index .Mounts 0}}"),
      "[{bind  /tmp /mnt   true rprivate}] {bind  /tmp /mnt   true rprivate} {bind  /tmp /mnt   true rprivate}\n");
  EXPECT_EQ(printed("{{.HostConfig.RestartPolicy}} {{.HostConfig.PortBindings}} {{.HostConfig.ConsoleSize}} "
                    "{{.HostConfig.Tmpfs}} {{.HostConfig.PidsLimit}} {{.HostConfig.CapAdd}} {{.HostConfig.Sysctls}}"),
            "{on-failure 3} map[80/tcp:[{ 8080}]] [0 0] map[/t:size=1m] 5 [] map[]\n");
  EXPECT_EQ(printed("{{range .HostConfig.BlkioDeviceReadBps}}{{.Path}} {{.Rate}};{{end}}"), "/dev/sda 5;/dev/sdb 6;\n");
  EXPECT_EQ(printed("{{.HostConfig.Resources}}"),
            "{0 64 0  0 [] [/dev/sda:5 /dev/sdb:6] [] [] [] 0 0 0 0   [] [] [] 0 0 0 0 <nil> <nil> 5 "
            "[] 0 0 0 0}\n");
  EXPECT_EQ(printed("{{.Config}}"),
            "{   false false false map[80/tcp:{}] false false false [A=1] [] <nil> false  map[]  [] false  [] "
            "map[b:c x:y]  <nil> []}\n");
  EXPECT_EQ(printed("{{.NetworkSettings}}"),
            "{{   map[] false  0 [] []} {   0  0  } map[none:{<nil> [] []  map[] ab    0   0 []}]}\n");
  EXPECT_EQ(printed("{{.Config.Labels.nosuch}}|{{index .Config.Labels \"nosuch\"}}|{{.Config.Labels.x}}"),
            "<no value>||y\n");
  EXPECT_EQ(printed("{{println .Config.Env}}{{printf \"%v %s\" .Mounts .Config.Labels}}"),
            "[A=1]\n[{bind  /tmp /mnt   true rprivate}] map[b:c x:y]\n");
  EXPECT_EQ(printed("{{len .State}} {{len .Mounts}}"), "11 1\n") << "of what the JSON has";
  Inspector image("{{.RootFS}} {{.Metadata}} {{.RepoTags}}");
  image.take(R"({"RootFS":{"Type":"layers","Layers":["a","b"]},"Metadata":{"LastTagTime":"2024-05-01T10:00:00.5Z"},)"
             R"("RepoTags":["tea:latest"]})",
             image_document);
  EXPECT_EQ(image.text(), "{layers [a b]} {2024-05-01 10:00:00.5 +0000 UTC} [tea:latest]\n");
}

TEST(Inspector, AMemberThatIsNotThereIsAnErrorAsIsABrokenTemplate) {
  EXPECT_EQ(fault_of("{{.Foo}}"),
            "template parsing error: template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\" 1");
  EXPECT_EQ(fault_of("{{.Foo.Bar}}"),
            "template parsing error: template: :1:6: executing \"\" at <.Foo.Bar>: map has no entry for key \"Foo\" 1");
  EXPECT_EQ(fault_of("{{.State.foo.bar}}"),
            "template parsing error: template: :1:8: executing \"\" at <.State.foo.bar>: map has no entry for key "
            "\"foo\" 1");
  EXPECT_EQ(fault_of("{{.id}}"),
            "template parsing error: template: :1:2: executing \"\" at <.id>: map has no entry for key \"id\" 1");
  EXPECT_EQ(fault_of("{{.Foo"), "template parsing error: template: :1: unclosed action 64");
}

TEST(Inspector, WhatWasTakenBeforeAFaultStays) {
  Inspector inspector("{{index .Args 0}}");
  inspector.take(R"({"Args":["a"]})", container_document);
  EXPECT_THROW(inspector.take("{}", container_document), FormatError);
  inspector.take(R"({"Args":["b"]})", container_document);
  EXPECT_EQ(inspector.text(), "a\nb\n");
}

TEST(InfoText, SetsWhatTheEngineSaysAsDockerDoes) {
  const std::string info =
      R"({"Containers":3,"ContainersRunning":1,"ContainersPaused":0,"ContainersStopped":2,"Images":4,)"
      R"("ServerVersion":"9","Driver":"overlay2","Plugins":{"Volume":["local"],"Network":["null","x"],"Log":[]},)"
      R"("Swarm":{"LocalNodeState":"inactive"},"Runtimes":{"one":{},"two":{}},"InitBinary":"",)"
      R"("SecurityOptions":["name=seccomp,profile=builtin","name=rootless"],"MemTotal":1610612736,"NCPU":2,)"
      R"("Labels":["a=b"],"RegistryConfig":{"InsecureRegistryCIDRs":["127.0.0.0/8"],"Mirrors":null},"Debug":false})";
  EXPECT_EQ(info_text(info, "1.2", ""),
            "Client:\n Version:    1.2\n Context:    default\n Debug Mode: false\n\nServer:\n Containers: 3\n"
            "  Running: 1\n  Paused: 0\n  Stopped: 2\n Images: 4\n Server Version: 9\n Storage Driver: overlay2\n"
            " Plugins:\n  Volume: local\n  Network: null x\n  Log: \n Swarm: inactive\n Runtimes: one two\n"
            " Security Options:\n  seccomp\n   Profile: builtin\n  rootless\n CPUs: 2\n Total Memory: 1.5GiB\n"
            " Debug Mode: false\n Labels:\n  a=b\n Insecure Registries:\n  127.0.0.0/8\n\n");
  EXPECT_EQ(info_text(info, "1.2", "{{.Images}} {{.Plugins.Volume}} {{.ClientInfo.Context}}"), "4 [local] default\n");
  EXPECT_TRUE(ends_with(info_text(info, "1.2", "json"), "\"Plugins\":[],\"Warnings\":null}}\n"));
}

std::string version_of(const std::string& format) {
  try {
    return version_text(R"({"Version":"9","ApiVersion":"1.45","Os":"linux","Arch":"amd64"})", "1.2", format);
  } catch (const FormatError& error) {
    return error.message() + " " + std::to_string(error.docker_exit_code());
  }
}

TEST(VersionText, HasAClientAndAServer) {
  EXPECT_EQ(version_of("{{.Client.Version}} {{.Server.Version}} {{.Server.APIVersion}} {{.Client.Arch}}"),
            "1.2 9 1.45 amd64\n");
  EXPECT_EQ(version_of("{{.Foo}}"),
            "template: version:1:2: executing \"version\" at <.Foo>: can't evaluate field Foo in type "
            "system.versionInfo 1");
  EXPECT_EQ(version_of("{{.Foo"), "template parsing error: template: version:1: unclosed action 64");
  EXPECT_TRUE(starts_with(version_of(""), "Client: Glassdock\n Version:           1.2\n"));
}

}  // namespace
}  // namespace glassdock::text
