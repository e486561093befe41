// Makes drafts of recordings that say random things, and of lines and outputs that are random: each must be a scenario
// that can be read, or end in one Error; nothing may crash or hang, and what was asked for is no more than words to a
// shell. Build with the asan preset. usage: fuzz_draft [--rounds N] [--seed N]
// A round that fails is named by its seed.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "app/scenarios/from_recording.h"
#include "app/scenarios/scenario.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace glassdock;
using fuzz::Random;

std::string text(Random& random) {
  static constexpr std::string_view pieces[] = {"tea",
                                                "alpine",
                                                "sh -c",
                                                "a",
                                                " ",
                                                "  ",
                                                "'",
                                                "\"",
                                                "\\",
                                                ";id",
                                                "$(id)",
                                                "`id`",
                                                "|",
                                                "&",
                                                "\n",
                                                "\r",
                                                "\t",
                                                "\0",
                                                "\x1b[2J",
                                                "\x7f",
                                                "\xC2\x85",
                                                "\xE2\x80\xAE",
                                                "\xE2\x80\xA8",
                                                "\xEF\xBB\xBF",
                                                "\xFF",
                                                "\xED\x95\x9C",
                                                "#",
                                                ": ",
                                                "- ",
                                                "-v",
                                                "{",
                                                "}",
                                                "[",
                                                ",",
                                                "~",
                                                "null",
                                                "%",
                                                "max",
                                                "1",
                                                "=",
                                                "/",
                                                "memory.max=",
                                                "cpu.max=",
                                                "pids.max=",
                                                "67108864",
                                                "TODO:",
                                                "latest",
                                                "sha256:"};
  std::string all;
  for (std::uint64_t i = 0, parts = random() % 6; i < parts; ++i) all += pieces[fuzz::below(random, std::size(pieces))];
  if (random() % 50 == 0) all += std::string(random() % 2000, 'x');
  return all;
}

std::string percent(const std::string& plain) {
  std::string all;
  for (const char byte : plain) all += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  return all;
}

// What a client may ask for; N stands for a random text.
std::string request(Random& random) {
  static constexpr std::string_view forms[] = {"POST /containers/create?name=N",
                                               "POST /containers/N/start",
                                               "POST /containers/N/attach",
                                               "POST /containers/N/stop?t=N",
                                               "POST /containers/N/kill?signal=N",
                                               "POST /containers/N/rename?name=N",
                                               "POST /containers/N/exec",
                                               "POST /containers/N/wait",
                                               "DELETE /containers/N?force=N",
                                               "GET /containers/json?all=N",
                                               "POST /images/create?fromImage=N&tag=N",
                                               "POST /images/N/tag?repo=N&tag=N",
                                               "DELETE /images/N",
                                               "POST /containers/prune",
                                               "N /N/N?N=N"};
  std::string all;
  for (const char letter : forms[fuzz::below(random, std::size(forms))]) {
    all += letter == 'N' ? percent(text(random)) : std::string(1, letter);
  }
  return all;
}

trace::Event event(Random& random, std::uint64_t number) {
  static constexpr std::string_view names[] = {
      "request.received", "request.received", "request.received", "container.create", "container.create",
      "container.start",  "container.exit",   "container.remove", "container.rename", "baseline.container",
      "baseline.image",   "exec.start",       "exec.exit",        "isolate.limits",   "isolate.terminal",
      "gate.held",        "hub.conditions",   "pull.done",        "cache.lookup"};
  static constexpr std::string_view ids[] = {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", ""};
  trace::Event one;
  one.sequence = number;
  one.name = names[fuzz::below(random, std::size(names))];
  one.kind = static_cast<trace::Kind>(random() % 3);
  one.span = random() % 4;
  one.subject = random() % 4 == 0 ? text(random) : std::string(ids[fuzz::below(random, std::size(ids))]);
  const std::string asked = request(random);
  const std::size_t blank = asked.find(' ');
  one.arguments = {{"method", asked.substr(0, blank)}, {"path", "/v1.45" + asked.substr(blank + 1)}};
  for (const char* name : {"name", "image", "command", "limits", "state", "fault", "gate", "result", "reference"}) {
    one.arguments.push_back({name, text(random)});
  }
  for (const char* name : {"exit_code", "status", "bytes_per_second", "latency_ms", "cut_off_after", "fault_times"}) {
    one.arguments.push_back({name, static_cast<std::int64_t>(random() % 3 == 0 ? random() : random() % 500)});
  }
  one.arguments.push_back({"auto_remove", random() % 2 == 0});
  return one;
}

trace::Event said(Random& random, std::uint64_t number) {
  static constexpr const char* parts[] = {"say", "command", "then", "gate", "end"};
  trace::Event one = event(random, number);
  one.name = "scenario.say";
  one.kind = trace::Kind::instant;
  one.arguments = {{"part", std::string(parts[fuzz::below(random, std::size(parts))])},
                   {"english", text(random)},
                   {"korean", text(random)}};
  return one;
}

void check(Random& random) {
  std::vector<trace::Event> events;
  const bool of_scenario = random() % 4 == 0;
  for (std::uint64_t i = 0, count = 1 + random() % 60; i < count; ++i) {
    events.push_back(of_scenario && random() % 2 == 0 ? said(random, i) : event(random, i));
  }
  const scenarios::Draft draft = scenarios::draft_of(events, random() % 2 == 0 ? "watch" : "docker " + text(random));
  const scenarios::Scenario scenario = scenarios::parse_scenario({"a.yaml", scenarios::to_yaml(draft)});
  if (scenario.steps.size() != draft.steps.size()) throw std::logic_error("a step more or less is read");
  for (std::size_t i = 0; i < draft.steps.size(); ++i) {
    if (scenario.steps[i].run != draft.steps[i].line) throw std::logic_error("another line is read");
    if (scenario.steps[i].expect.size() != draft.steps[i].expect.size()) throw std::logic_error("a condition is lost");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 2000, nullptr);
  std::uint64_t refused = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    Random random(round);
    try {
      check(random);
    } catch (const Error& error) {
      // Of a draft that was made, nothing is refused.
      if (error.message().find("a.yaml:") != std::string::npos) {
        fmt::print(stderr, "seed {}: {}\n", round, error.message());
        return 1;
      }
      ++refused;
    } catch (const std::exception& fault) {
      fmt::print(stderr, "seed {}: {}\n", round, fault.what());
      return 1;
    }
  }
  fmt::print("{} rounds from seed {}: {} refused\n", rounds, seed, refused);
}
