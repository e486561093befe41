// docs/events.md and docs/gates.md are written from the tables, and the examples of docs/trace-format.md are read by
// the program itself. GLASSDOCK_UPDATE_DOCS=1 writes the two tables anew.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "engine/os/files.h"
#include "engine/trace/gates.h"
#include "engine/trace/json.h"
#include "engine/trace/recording.h"
#include "engine/trace/words.h"
#include "tests/support/places.h"

namespace glassdock::trace {
namespace {

std::filesystem::path page(std::string_view name) {
  return std::filesystem::path(source_path("docs")) / name;
}

// In a table a | ends the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void check(std::string_view name, const std::string& expected) {
  if (std::getenv("GLASSDOCK_UPDATE_DOCS")) std::ofstream(page(name), std::ios::binary) << expected;
  EXPECT_EQ(os::try_read_file(page(name)).value_or(""), expected)
      << "run this test with GLASSDOCK_UPDATE_DOCS=1 to write docs/" << name << " anew";
}

TEST(Docs, EventsAreThoseOfTheTable) {
  std::string text =
      "# Events\n\n"
      "Written from `engine/trace/event_table.cpp` by the test `unit_trace`; edit the table, not this page.\n"
      "`engine/trace/words.h` explains the fields in braces. An end of a span says the sentence after the arrow.\n\n"
      "These arguments mean the same in every event: `failed` (true: the work ended by an error), `error` (its "
      "words),\n"
      "`duration_ns` (how long an operation took that is told as one event), `held_ns` (how long it was held at a "
      "gate),\n"
      "`with` (of a held gate: the one of a race's other lane that is held and released together with it),\n"
      "`evidence_ns` (how long reading the evidence took), `remark` (why no command does\n"
      "the same by hand, or what differs), `errno`, `env` (the environment given, a NAME=VALUE a line; hidden "
      "in "
      "exports). `limits` of `isolate.limits`: what was written, a FILE=VALUE a line, also where no evidence was "
      "read.\n\n"
      "Of `isolate.seccomp` and `exec.seccomp`, of the filter that is in the start plan: `calls_allowed`, "
      "`calls_refused` (system\n"
      "calls of this kind of processor, whatever their arguments are), `calls_by_arguments` (some are allowed, others "
      "refused),\n"
      "`refused_examples` (names of calls that fail with EPERM). Of `container.restart-policy`: `policy` "
      "(\"on-failure:3\"),\n"
      "`attempt` (1 for the first start by it), `delay_ms` (from this event to that start), `exit_code` (of the end "
      "before). Of\n"
      "`baseline.container` while a start by policy is due: `policy`, `restart_in_ns` (from this event to that "
      "start).\n\n"
      "Of a race (docs/vm.md), of which one lane is `container` and the other `vm`: `vm.race` has `command`, `runs`, "
      "`cold`,\n"
      "`together`; `vm.sides` what the line `ready` of the race has, with `container_had` and `vm_had` (one a line). "
      "`vm.run` is "
      "the\n"
      "span of one run: `lane`, `number`, `cold`, `together`, `stepped` (in step with the other lane), `question` (it "
      "is "
      "only\n"
      "asked something), and at its end `NAME_ns` for\n"
      "each milestone (since the span's begin), `left_out` (a milestone or figure and why, one a line), `exit_code`, "
      "`output` (its\n"
      "beginning), `output_bytes`, `cpu_before_command_ns`, `peak_bytes`, `read_bytes`, `kernel_log` (the first lines "
      "of the\n"
      "guest's). Its container is the one whose `container.create` has it as parent, its machine the `vm.machine` that "
      "has. The\n"
      "subject of the other four is the lane: `vm.inside` (`output`), `vm.standing` (`command`, `proportional_bytes`,\n"
      "`cgroup_peak_bytes`, `read_bytes`, `cpu_before_command_ns`, `host_lines`, `command_is_seen`), `vm.density` "
      "(`count`,\n"
      "`last_start_ns`, `proportional_bytes`), `vm.summary` (`NAME_count`, `NAME_median_ns`, `NAME_lower_ns`, "
      "`NAME_upper_ns` of the\n"
      "warm runs so far, `memory_each_bytes`, `extrapolated_fit`). `error`: why it is not there. A figure that was not "
      "read is\n"
      "left out. `vm.stopped` in the guest's kernel has `symbol` and `address` (sixteen hexadecimal digits), where it "
      "is\n"
      "stopped exactly there, or `late_ns`, since the first line. The subject of `vm.symbol` is that symbol: `kernel` "
      "(its\n"
      "release), `address`, `kept` (it was known already), `error`.\n\n"
      "| event | stage | told by | English | 한국어 |\n|---|---|---|---|---|\n";
  for (const EventWords& words : event_words()) {
    const auto both = [](std::string_view begin, std::string_view end) {
      return end.empty() ? cell(begin) : fmt::format("{} → {}", cell(begin), cell(end));
    };
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", words.name, to_string(words.stage), to_string(words.actor),
                        both(words.english, words.english_end), both(words.korean, words.korean_end));
  }
  check("events.md", text);
}

TEST(Docs, GatesAreThoseOfTheTable) {
  std::string text =
      "# Gates\n\n"
      "Written from `engine/trace/gates.cpp` by the test `unit_trace`; edit the table, not this page. `glassdock "
      "gates`\n"
      "prints the same.\n\n"
      "A gate is a place where the engine can be held: in front of the operation of the same name. `glassdock --hold "
      "NAME\ndocker run …` holds there, `--hold STAGE` at the first gate of that stage that a run comes to, `--hold "
      "request`\nat the first gate of each request, `--step` at every gate. Held means really held: the process that "
      "is "
      "named waits,\nwith exactly what stands by then.\n\n"
      "| gate | stage | who waits | what stands by then | 그때까지 |\n|---|---|---|---|---|\n";
  for (const Gate& gate : gates()) {
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", gate.name, to_string(gate.stage), to_string(gate.waits),
                        cell(gate.standing), cell(gate.standing_korean));
  }
  check("gates.md", text);
}

// Every name that stands in the sources where an event is told or a gate is passed.
TEST(Docs, EveryEventAndGateOfTheEngineIsInItsTable) {
  const std::regex told(R"re((?:Stage::\w+,\s*|\{?\.name = |Draft draft\{\.name = |gate\()"([a-z]+\.[a-z-]+)")re");
  int found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(page("../engine"))) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string source = os::read_file(entry.path());
    for (std::sregex_iterator at(source.begin(), source.end(), told), end; at != end; ++at) {
      const std::string name = (*at)[1];
      EXPECT_NE(find_words(name), nullptr)
          << entry.path().filename() << " tells \"" << name << "\": give it a row in engine/trace/event_table.cpp";
      if (at->str().rfind("gate(", 0) == 0) {
        EXPECT_NE(find_gate(name), nullptr) << name << " is not in engine/trace/gates.cpp";
      }
      ++found;
    }
  }
  EXPECT_GT(found, 40);
}

TEST(Docs, ExamplesOfTheFormatAreReadAndWrittenAsTheyStand) {
  std::istringstream lines(os::read_file(page("trace-format.md")));
  std::string line;
  int headers = 0;
  int events = 0;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (line == "```json") {
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside && line.find("\"format\"") != std::string::npos) {
      EXPECT_EQ(to_json_line(header_from_json_line(line)), line);
      ++headers;
    } else if (inside) {
      EXPECT_EQ(to_json_line(from_json_line(line)), line);
      ++events;
    }
  }
  EXPECT_EQ(headers, 1);
  EXPECT_GE(events, 4);
}

TEST(Docs, TheFormatNamesEveryWordOfTheWire) {
  const std::string text = os::read_file(page("trace-format.md"));
  for (std::size_t i = 0; i < stage_count; ++i) {
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("`{}`", to_string(static_cast<Stage>(i)))));
  }
  for (std::size_t i = 0; i < actor_count; ++i) {
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("`{}`", to_string(static_cast<Actor>(i)))));
  }
  for (const Kind kind : {Kind::begin, Kind::end, Kind::instant, Kind::sample}) {
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("`{}`", to_string(kind))));
  }
}

}  // namespace
}  // namespace glassdock::trace
