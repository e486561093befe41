// What `docker inspect`, `logs`, `info` and `version` take and print, as the docker CLI 28.2 showed it against a
// dockerd 26.1; the "See …" line is that of 26.1.
#include <gtest/gtest.h>

#include "app/text/docker_line.h"
#include "app/text/formatter.h"
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
  inspector.take(text);
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
  EXPECT_EQ(inspected("{{.Id}} {{.ID}} {{.HostConfig.NanoCPUs}} {{.State.Running}}"), "ab ab 5 true\n");
  EXPECT_EQ(inspected("{{.HostConfig.CapAdd}} {{.HostConfig.PidsLimit}} {{.Config.Volumes}} {{.Mounts}}"),
            "[] <nil> map[] []\n");
  EXPECT_EQ(inspected("{{json .HostConfig.CapAdd}} {{json .Config.Env}}"), "null [\"A=<b>\",\"C=d\"]\n");
  EXPECT_EQ(inspected("{{range .Config.Env}}{{.}};{{end}}{{index .Config.Labels \"x\"}}{{join .Config.Env \",\"}}"),
            "A=<b>;C=d;yA=<b>,C=d\n");
  EXPECT_EQ(inspected("{{json .}}"), std::string(document) + "\n");
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
  Inspector inspector("{{.Name}}");
  inspector.take(R"({"Name":"/a"})");
  EXPECT_THROW(inspector.take("{}"), FormatError);
  inspector.take(R"({"Name":"/b"})");
  EXPECT_EQ(inspector.text(), "/a\n/b\n");
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
