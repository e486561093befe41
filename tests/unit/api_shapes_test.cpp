#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/api/answers.h"
#include "engine/api/create_request.h"
#include "engine/api/filters.h"
#include "engine/api/shapes.h"
#include "engine/base/error.h"
#include "engine/content/json_reader.h"

namespace glassdock::api {
namespace {

using nlohmann::json;

TEST(Times, AsGoWritesThem) {
  EXPECT_EQ(time_text(0), "0001-01-01T00:00:00Z");
  EXPECT_EQ(time_text(1'000'000'000), "1970-01-01T00:00:01Z");
  EXPECT_EQ(time_text(1'500'000'000), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(time_text(1'000'000'001), "1970-01-01T00:00:01.000000001Z");
  EXPECT_EQ(unix_of("1970-01-01T00:01:00.5Z"), 60);
  EXPECT_EQ(unix_of("yesterday"), 0);
}

TEST(StatusWords, OfEachState) {
  daemon::Status status;
  EXPECT_EQ(status_words(status, 100), "Created");
  status = {daemon::State::running, 1, 0, "", false, 97'000'000'000, 0};
  EXPECT_EQ(status_words(status, 100), "Up 3 seconds");
  status = {daemon::State::exited, 0, 3, "", false, 1, 98'000'000'000};
  EXPECT_EQ(status_words(status, 100), "Exited (3) 2 seconds ago");
}

TEST(Filters, ListAndOlderMap) {
  auto list = parse_filters(R"({"status":["exited","created"]})", {"status"});
  EXPECT_EQ(list["status"], (std::vector<std::string>{"exited", "created"}));
  auto map = parse_filters(R"({"status":{"exited":true,"created":false}})", {"status"});
  EXPECT_EQ(map["status"], std::vector<std::string>{"exited"});
  EXPECT_TRUE(parse_filters("", {"status"}).empty());
  for (const char* bad : {"zz", "[]", R"({"bad":["x"]})", R"({"status":"x"})", R"({"status":[1]})"}) {
    EXPECT_THROW(parse_filters(bad, {"status"}), Error) << bad;
  }
}

TEST(Filters, LabelsAllHold) {
  Filters filters{{"label", {"a", "b=2"}}};
  EXPECT_TRUE(labels_match(filters, {{"a", "1"}, {"b", "2"}}));
  EXPECT_FALSE(labels_match(filters, {{"a", "1"}, {"b", "3"}}));
  EXPECT_FALSE(labels_match(filters, {{"b", "2"}}));
}

TEST(Filters, NamesAsAnExpressionOrAsTheyStand) {
  EXPECT_TRUE(name_fits("^/web$", "web"));
  EXPECT_TRUE(name_fits("w.b|x", "web"));
  EXPECT_FALSE(name_fits("^eb", "web"));
  EXPECT_FALSE(name_fits("((a{1,255}){1,255}){1,255}", "a")) << "text, not a pattern";
  EXPECT_TRUE(name_fits("[", "a[b"));
  EXPECT_TRUE(name_fits("^/?w(e+b)+$", "weebeb"));
  // What could take as much memory or time as it is told to is no expression.
  std::string nested = "a";
  for (int i = 0; i < 40; ++i) nested = "(" + nested + "+)";
  for (const std::string& costly : {std::string("(a{1,255}){1,200}"), nested, std::string("(a*)*\\1")}) {
    EXPECT_FALSE(name_fits(costly, "aaa")) << costly;
  }
  // A matcher that recurses for each term of it would need more stack than a connection's thread has.
  EXPECT_FALSE(name_fits(std::string(500'000, 'a'), "web"));
}

TEST(Json, NestedTooDeepIsNone) {
  auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_FALSE(content::parse_json(nested(64)).is_discarded());
  EXPECT_TRUE(content::parse_json(nested(65)).is_discarded());
  EXPECT_TRUE(content::parse_json(nested(4'000'000)).is_discarded());
  EXPECT_FALSE(
      content::parse_json("[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"]").is_discarded());
  EXPECT_THROW(content::parse_json_object("{\"config\":" + nested(100) + "}", "image configuration"), Error);
  EXPECT_THROW(parse_filters(nested(100'000), {"status"}), Error);
}

TEST(CreateRequest, ADomainNameIsRefused) {
  EXPECT_THROW(parse_create_request({{"Image", "alpine"}, {"Domainname", "example.org"}}), Error);
  EXPECT_NO_THROW(parse_create_request({{"Image", "alpine"}, {"Domainname", ""}}));
}

TEST(CreateRequest, CommandAndEntrypointAsWordOrList) {
  auto request = parse_create_request({{"Image", "alpine"}, {"Cmd", "ls"}, {"Entrypoint", json::array({"a", "b"})}});
  EXPECT_EQ(request.config.command, std::vector<std::string>{"ls"});
  EXPECT_EQ(request.entrypoint, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(parse_create_request({{"Image", "alpine"}, {"Entrypoint", nullptr}}).entrypoint);
}

TEST(CreateRequest, DefaultsOfClientsAreNoRequests) {
  json host = {{"PortBindings", json::object()},
               {"RestartPolicy", {{"Name", "no"}, {"MaximumRetryCount", 0}}},
               {"CapAdd", nullptr},
               {"NetworkMode", "default"},
               {"MemorySwappiness", -1},
               {"Init", false},
               {"Runtime", "glassdock"},
               {"LogConfig", {{"Type", ""}}},
               {"Memory", 64 << 20},
               {"MemorySwap", 128 << 20}};
  auto request =
      parse_create_request({{"Image", "alpine"}, {"Tty", false}, {"Volumes", json::object()}, {"HostConfig", host}});
  EXPECT_EQ(request.config.memory_bytes, 64 << 20);
}

// As dockerd has it: the largest number is the kernel's "no limit".
TEST(CreateRequest, NoMemoryLimitIsTooLargeToDouble) {
  for (std::int64_t memory : {INT64_MAX, INT64_MAX / 2 + 1}) {
    for (std::int64_t swap : {std::int64_t{0}, INT64_MAX}) {
      const json host = {{"Memory", memory}, {"MemorySwap", swap}};
      EXPECT_EQ(parse_create_request({{"Image", "alpine"}, {"HostConfig", host}}).config.memory_bytes, memory);
    }
    const json host = {{"Memory", memory}, {"MemorySwap", -2}};
    EXPECT_THROW(parse_create_request({{"Image", "alpine"}, {"HostConfig", host}}), Error);
  }
}

TEST(CreateRequest, ANumberThatDoesNotFitIsNotTakenForAnother) {
  for (const char* number : {"9223372036854775808", "1e30", "1.5", "-9223372036854775809"}) {
    const json host = json::parse(std::string(R"({"Memory":)") + number + "}");
    try {
      parse_create_request({{"Image", "alpine"}, {"HostConfig", host}});
      ADD_FAILURE() << number;
    } catch (const Error& fault) {
      EXPECT_EQ(fault.message(), "invalid JSON: Memory has a wrong type") << number;
    }
  }
}

TEST(CreateRequest, LeavesAMemoryLimitBelowNothingToThePlansCheck) {
  for (std::int64_t memory : {std::int64_t{-1}, INT64_MIN}) {
    const json host = {{"Memory", memory}, {"MemorySwap", -2}};
    EXPECT_EQ(parse_create_request({{"Image", "alpine"}, {"HostConfig", host}}).config.memory_bytes, memory);
  }
}

TEST(CreateRequest, LimitsOfDisksKeepTheirOrder) {
  const json host = json::parse(R"({"BlkioDeviceWriteIOps":[{"Path":"/dev/sda","Rate":5}],"BlkioDeviceReadIOps":null,
      "BlkioDeviceReadBps":[{"Path":"/dev/sda","Rate":18446744073709551615},{"Path":"/dev/sdb"}]})");
  using enum plan::Throttle::Kind;
  const auto config = parse_create_request({{"Image", "alpine"}, {"HostConfig", host}}).config;
  EXPECT_EQ(config.throttles,
            (std::vector<plan::Throttle>{
                {read_bps, "/dev/sda", UINT64_MAX}, {read_bps, "/dev/sdb", 0}, {write_iops, "/dev/sda", 5}}));
  for (const char* bad : {R"("/dev/sda:1")", R"([{"Path":"/dev/sda","Rate":-1}])", R"([{"Path":1}])", R"({"a":1})"}) {
    const json wrong = {{"BlkioDeviceWriteBps", json::parse(bad)}};
    EXPECT_THROW(parse_create_request({{"Image", "alpine"}, {"HostConfig", wrong}}), Error) << bad;
  }
}

TEST(CreateRequest, WhatIsNotKnownYetIsRefusedByName) {
  const json hosts[] = {{{"BlkioWeight", 10}},
                        {{"BlkioWeightDevice", json::array({{{"Path", "/dev/sda"}, {"Weight", 10}}})}},
                        {{"PortBindings", {{"80/tcp", json::array()}}}},
                        {{"NetworkMode", "bridge2"}},
                        {{"Privileged", true}},
                        {{"RestartPolicy", {{"Name", "sometimes"}}}},
                        {{"CapAdd", json::array({"NET_ADMIN"})}},
                        {{"Binds", json::array({"name:/x"})}},
                        {{"SecurityOpt", json::array({"seccomp=unconfined"})}},
                        {{"Runtime", "crun"}}};
  for (const json& host : hosts) {
    EXPECT_THROW(parse_create_request({{"Image", "alpine"}, {"HostConfig", host}}), Error) << host;
  }
  const json test = json::array({"CMD-SHELL", "false"}), none = json::array({"NONE"});
  EXPECT_THROW(parse_create_request({{"Image", "alpine"}, {"Healthcheck", {{"Test", test}}}}), Error);
  EXPECT_NO_THROW(parse_create_request({{"Image", "alpine"}, {"Healthcheck", {{"Test", none}}}}));
  EXPECT_THROW(parse_create_request(json::object()), Error);
  EXPECT_THROW(parse_create_request({{"Image", 3}}), Error);
}

TEST(StatusOfErrors, OneTable) {
  EXPECT_EQ(status_of(Error(ErrorKind::not_found, "x")), 404);
  EXPECT_EQ(status_of(Error(ErrorKind::conflict, "x")), 409);
  EXPECT_EQ(status_of(Error(ErrorKind::invalid_argument, "x")), 400);
  EXPECT_EQ(status_of(Error(ErrorKind::start_failed, "x").with_exit_code(127)), 400);
  EXPECT_EQ(status_of(Error(ErrorKind::start_failed, "x")), 500);
}

}  // namespace
}  // namespace glassdock::api
