#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/daemon/container_config.h"
#include "engine/daemon/start_kit.h"

namespace glassdock::daemon {
namespace {

using Words = std::vector<std::string>;

content::ImageConfig image() {
  content::ImageConfig config;
  config.entrypoint = {"/entry"};
  config.command = {"default", "words"};
  config.environment = {"PATH=/bin", "COLOUR=red", "SIZE=1"};
  config.working_dir = "/srv";
  config.user = "nobody";
  return config;
}

TEST(MergeConfig, ACommandReplacesCmdAndKeepsTheEntrypoint) {
  CreateRequest request;
  request.config.command = {"ls"};
  EXPECT_EQ(merge_config(request, image()).arguments(), (Words{"/entry", "ls"}));
}

TEST(MergeConfig, WithoutACommandTheImagesRuns) {
  EXPECT_EQ(merge_config({}, image()).arguments(), (Words{"/entry", "default", "words"}));
}

TEST(MergeConfig, AnEntrypointDropsTheImagesCmd) {
  CreateRequest request;
  request.entrypoint = Words{"/bin/sh"};
  EXPECT_EQ(merge_config(request, image()).arguments(), (Words{"/bin/sh"}));
}

TEST(MergeConfig, AnEmptyEntrypointClearsIt) {
  CreateRequest request;
  request.entrypoint = Words{};
  request.config.command = {"ls"};
  EXPECT_EQ(merge_config(request, image()).arguments(), (Words{"ls"}));
  content::ImageConfig nothing;
  EXPECT_TRUE(merge_config({}, nothing).arguments().empty()) << "plan::check refuses it";
}

TEST(MergeConfig, EnvironmentIsOverriddenAndUnsetByName) {
  CreateRequest request;
  request.config.environment = {"COLOUR=blue", "SIZE", "NEW=x"};
  EXPECT_EQ(merge_config(request, image()).environment, (Words{"COLOUR=blue", "SIZE", "NEW=x", "PATH=/bin"}));
  EXPECT_EQ(merge_config(request, image()).preset_variables, Words{"PATH"});
}

TEST(Binds, SourceTargetAndMode) {
  Bind bind = parse_bind("/a/../b:/c/./d:ro");
  EXPECT_EQ(bind.source, "/b");
  EXPECT_EQ(bind.target, "/c/d");
  EXPECT_TRUE(bind.read_only);
  EXPECT_FALSE(parse_bind("/a:/b").read_only);
  for (const char* bad : {"x", "/x:y", "/x:/", "/x:/y:zz", "name:/y", "", "/a:/b:ro:x"}) {
    EXPECT_THROW(parse_bind(bad), Error) << bad;
  }
}

TEST(ContainerConfig, AStopSignalThatNobodyKnowsIsRefused) {
  ContainerConfig config;
  EXPECT_NO_THROW(check_stop_signal(config));
  config.stop_signal = "SIGQUIT";
  EXPECT_NO_THROW(check_stop_signal(config));
  config.stop_signal = "FOO";
  EXPECT_THROW(check_stop_signal(config), Error);
}

TEST(ConfigJson, ComesBackAsItWas) {
  ContainerConfig config;
  config.image = "alpine";
  config.image_id = Digest::of("x");
  config.layers = {3, 1};
  config.entrypoint = {"/e"};
  config.command = {"a b", ""};
  config.environment = {"A=b"};
  config.preset_variables = {"A"};
  config.labels = {{"k", "v"}};
  config.binds = {parse_bind("/a:/b:ro")};
  config.tmpfs = {{"/x", "size=1m"}};
  config.stop_timeout_seconds = 3;
  config.memory_bytes = 1 << 26;
  config.auto_remove = true;
  config.throttles = {{plan::Throttle::Kind::write_iops, "/dev/sda", 5},
                      {plan::Throttle::Kind::read_bps, "/dev/sdb", UINT64_MAX}};
  EXPECT_EQ(config_from_json(to_json(config)), config);
  EXPECT_THROW(config_from_json("{}"), Error);
  EXPECT_THROW(config_from_json("["), Error);
  std::string stored = to_json(config);
  EXPECT_THROW(config_from_json(stored.replace(stored.find("wiops"), 5, "wrong")), Error);
  config.entrypoint = config.command = {};
  EXPECT_THROW(config_from_json(to_json(config)), Error) << "nothing to execute";
}

TEST(Resolver, OnlyTheHostsOwnLoopbackIsLeftOut) {
  EXPECT_EQ(container_resolver("search here\nnameserver 127.0.0.53\nnameserver\t::1\nnameserver 2001:db8::1\n"),
            "search here\nnameserver 2001:db8::1\n");
  EXPECT_EQ(container_resolver("nameserver 127.0.0.1\n"), "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
}

}  // namespace
}  // namespace glassdock::daemon
