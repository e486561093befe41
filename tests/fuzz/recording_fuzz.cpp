// Reads recordings that were damaged at random, and shows, exports and sums up what can be read of them. Each must end
// in events or in one Error; nothing may crash, hang or overflow, and what is shown holds no control character. Build
// with the asan preset. usage: recording_fuzz [--rounds N] [--seed N] [FILE…]
// FILEs join the corpus; a round that fails is named by its seed.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/trace/export.h"
#include "engine/trace/json.h"
#include "engine/trace/text_view.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace glassdock;
using namespace glassdock::trace;
using fuzz::Random;

Event make_event(std::uint64_t number, std::string_view name, Kind kind, std::uint64_t span, std::uint64_t parent) {
  Event event;
  event.sequence = number;
  event.time_ns = static_cast<std::int64_t>(number) * 1'000'000;
  event.name = name;
  event.kind = kind;
  event.span = span;
  event.parent = parent;
  event.stage = static_cast<Stage>(number % stage_count);
  event.actor = static_cast<Actor>(number % actor_count);
  event.pid = static_cast<std::int32_t>(100 + number % 3);
  event.subject = "sha256:1f9c04be7d2177ab31d0c9f41f9c04be7d2177ab31d0c9f4";
  return event;
}

std::string make_corpus() {
  RecordingHeader header = make_header("root", "docker run -e KEY=word alpine ls");
  std::string text = to_json_line(header) + "\n";
  std::uint64_t number = 0;
  for (const EventWords& words : event_words()) {
    const std::uint64_t span = ++number;
    Event begin = make_event(span, words.name, Kind::begin, span, span / 2);
    begin.gate = words.name;
    begin.plain_command = "env KEY=word sh -c 'true'";
    begin.arguments = {{"env", std::string("KEY=word\nB=c")}, {"bytes", std::int64_t{1034716}}, {"rate", 0.25}};
    append_json_line(text, begin);
    text += '\n';
    Event point = make_event(++number, words.name, Kind::instant, span, 0);
    point.arguments = {{"held_ns", std::int64_t{5000}}, {"duration_ns", std::int64_t{400}}, {"found", true}};
    point.evidence = {{"/proc/1/environ", "A=b", "Authorization: x\n{\"Env\":[\"A=b\"],\"token\":\"c\"}", "ls"}};
    append_json_line(text, point);
    text += '\n';
    if (number % 3 != 0) {
      append_json_line(text, make_event(++number, words.name, Kind::end, span, span / 2));
      text += '\n';
    }
  }
  return text;
}

// One of the ways in which files go wrong.
void damage(std::string& text, Random& random) {
  if (text.empty()) return;
  const std::size_t at = random() % text.size();
  const std::size_t length = std::min<std::size_t>(random() % 64, text.size() - at);
  static constexpr std::string_view pieces[] = {"\"",
                                                "{",
                                                "}",
                                                "[[[[",
                                                "\\u",
                                                "\\ud800",
                                                "\xFF",
                                                "\n",
                                                "1e9",
                                                "-",
                                                "null",
                                                "\x1b",
                                                "=",
                                                "'",
                                                "\"t\":2305843009213693952",
                                                "9223372036854775807",
                                                ",\"span\":1",
                                                "\0"};
  switch (random() % 7) {
    case 0:
      text[at] = static_cast<char>(random());
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, pieces[random() % std::size(pieces)]);
      break;
    case 3:
      text.resize(at);
      break;
    case 4:
      text.insert(random() % text.size(), text.substr(at, length));
      break;
    case 5: {  // a number becomes an extreme one
      const std::size_t digit = text.find_first_of("0123456789", at);
      if (digit != std::string::npos) text.insert(digit, "922337203685477580");
      break;
    }
    default:
      std::swap(text[at], text[random() % text.size()]);
  }
}

bool is_clean(std::string_view shown) {
  return std::none_of(shown.begin(), shown.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; });
}

std::vector<Event> readable_events(const Recording& recording) {
  std::vector<Event> events;
  for (std::size_t i = 0; i < recording.size(); ++i) {
    try {
      events.push_back(recording.event(i));
    } catch (const Error&) {
      // A damaged line; the others are still looked at.
    }
  }
  return events;
}

// Throws std::logic_error where a promise is broken.
void check(const std::filesystem::path& path) {
  const Recording recording(path);
  const std::vector<Event> events = readable_events(recording);
  for (const Event& event : events) {
    const std::string line = to_json_line(event);
    if (to_json_line(from_json_line(line)) != line) throw std::logic_error("an event changes when it is written");
    Event shown = event;
    redact(shown, {});
    Event again = shown;
    redact(again, {});
    if (!(to_json_line(again) == to_json_line(shown))) throw std::logic_error("hiding twice hides more");
  }
  TextView view({.width = 80});
  for (const Event& event : events) {
    if (!is_clean(view.add(event))) throw std::logic_error("a control character reaches the terminal");
  }
  const StageSummary summary = summarize(events);
  for (const StageTime& stage : summary.stages) {
    if (stage.own_ns < 0 || stage.held_ns < 0) throw std::logic_error("a stage took less than no time");
  }
  if (!is_clean(stage_table(summary, {}))) throw std::logic_error("a control character in the table");
  to_perfetto(recording.header(), events);
  if (!is_clean(to_html(recording.header(), events))) throw std::logic_error("a control character in the page");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> corpus = {make_corpus()};
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 300, &corpus);
  const os::TempDir folder(std::filesystem::temp_directory_path(), "recording_fuzz.");
  const std::filesystem::path path = folder.path() / "damaged.gdtrace";
  std::uint64_t refused = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    Random random(round);
    std::string text = corpus[random() % corpus.size()];
    // Every other round keeps the header, so that the events are reached.
    const std::size_t head = round % 2 == 0 ? text.find('\n') + 1 : 0;
    std::string rest = text.substr(head);
    for (std::uint64_t i = 0, damages = 1 + random() % 24; i < damages; ++i) damage(rest, random);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text.substr(0, head) << rest;
    try {
      check(path);
    } catch (const Error&) {
      ++refused;
    } catch (const std::exception& fault) {
      fmt::print(stderr, "seed {}: {}\n", round, fault.what());
      return 1;
    }
  }
  fmt::print("{} rounds from seed {}: {} refused whole\n", rounds, seed, refused);
}
