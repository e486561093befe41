#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/client/engine.h"
#include "engine/client/glass.h"
#include "engine/http/target.h"

namespace glassdock::client {
namespace {

using Json = nlohmann::json;

TEST(CreateBody, HasOnlyWhatWasAskedFor) {
  ContainerCreate create;
  create.image = "alpine";
  EXPECT_EQ(Json::parse(to_json(create)),
            Json::parse(R"({"Image":"alpine","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,
                            "OpenStdin":false,"StdinOnce":false,"HostConfig":{"NetworkMode":"default"}})"));
}

TEST(CreateBody, CarriesEveryField) {
  ContainerCreate create;
  create.image = "alpine";
  create.command = {"ls", "-l"};
  create.entrypoint = std::vector<std::string>{""};
  create.environment = {"A=1", "B"};
  create.working_folder = "/w";
  create.user = "1:2";
  create.hostname = "box";
  create.open_stdin = create.attach.in = true;
  create.memory_bytes = 64 << 20;
  create.nano_cpus = 500'000'000;
  create.pids_limit = 0;
  create.read_bps = {{"/dev/sda", 1}, {"/dev/sdb", 2}};
  create.write_iops = {{"/dev/sda", 3}};
  create.read_only_root = true;
  create.auto_remove = true;
  create.tmpfs = {{"/run", "size=1m"}};
  create.binds = {"/a:/b:ro"};
  create.anonymous_volumes = {"/v"};
  create.network = "none";
  Json json = Json::parse(to_json(create));
  EXPECT_EQ(json["Cmd"], (Json{"ls", "-l"}));
  EXPECT_EQ(json["Entrypoint"], Json::array({""}));
  EXPECT_EQ(json["Env"], (Json{"A=1", "B"}));
  EXPECT_EQ(json["WorkingDir"], "/w");
  EXPECT_EQ(json["User"], "1:2");
  EXPECT_EQ(json["Hostname"], "box");
  EXPECT_TRUE(json["AttachStdin"] && json["OpenStdin"] && json["StdinOnce"]);
  EXPECT_EQ(json["Volumes"], Json::parse(R"({"/v":{}})"));
  EXPECT_EQ(json["HostConfig"], Json::parse(R"({"NetworkMode":"none","Memory":67108864,"NanoCpus":500000000,
      "PidsLimit":0,"BlkioDeviceReadBps":[{"Path":"/dev/sda","Rate":1},{"Path":"/dev/sdb","Rate":2}],
      "BlkioDeviceWriteIOps":[{"Path":"/dev/sda","Rate":3}],"ReadonlyRootfs":true,"AutoRemove":true,"Tmpfs":{"/run":"size=1m"},"Binds":["/a:/b:ro"]})"));
}

TEST(CreateBody, TakesWordsThatAreNoUtf8) {
  ContainerCreate create;
  create.image = "alpine";
  create.command = {"\xff"};
  EXPECT_TRUE(Json::accept(to_json(create)));
}

TEST(PullTargets, AreNameAndTagOrDigest) {
  auto target = [](std::string_view text) {
    PullTarget one = pull_target(text);
    return one.name + " " + one.tag;
  };
  EXPECT_EQ(target("alpine"), "alpine latest");
  EXPECT_EQ(target("alpine:3.19"), "alpine 3.19");
  EXPECT_EQ(target("localhost:5000/a"), "localhost:5000/a latest");
  EXPECT_EQ(target("localhost:5000/a:b"), "localhost:5000/a b");
  EXPECT_EQ(target("a@sha256:12"), "a sha256:12");
}

TEST(Filters, AreJsonWhateverWasTyped) {
  EXPECT_EQ(filter_query({{"name", {"a\xff"}}}), "filters=" + http::percent_encode("{\"name\":[\"a\xef\xbf\xbd\"]}"));
}

TEST(GlassLines, AreEventsOrControl) {
  auto end = parse_glass_line(R"({"baseline_end":true})");
  EXPECT_TRUE(end && std::holds_alternative<BaselineEnd>(*end));
  auto run = parse_glass_line(R"({"run":"0123"})");
  ASSERT_TRUE(run && std::holds_alternative<RunBegin>(*run));
  EXPECT_EQ(std::get<RunBegin>(*run).id, "0123");
  EXPECT_FALSE(parse_glass_line(R"({"of a newer version":{}})"));
  EXPECT_THROW(parse_glass_line("{\"run"), Error);
  EXPECT_THROW(parse_glass_line("[]"), Error);
}

TEST(HeldGates, AreToldByTheirEvent) {
  trace::Event event;
  event.name = "gate.held";
  event.subject = "web";
  event.arguments = {{"id", std::int64_t{7}}, {"gate", std::string("isolate.clone")}, {"pid", std::int64_t{4812}}};
  auto held = held_by(event);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->id, 7u);
  EXPECT_EQ(held->gate, "isolate.clone");
  EXPECT_EQ(held->subject, "web");
  EXPECT_EQ(held->pid, 4812);
  event.name = "isolate.clone";
  EXPECT_FALSE(held_by(event));
}

TEST(EngineCalls, SayWhenNobodyAnswers) {
  Engine engine("/nonexistent/engine.sock");
  try {
    engine.version();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  }
}

}  // namespace
}  // namespace glassdock::client
