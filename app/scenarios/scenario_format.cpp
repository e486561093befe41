#include <fmt/format.h>

#include "app/lessons/common_format.h"
#include "app/model/ways.h"
#include "app/scenarios/scenario.h"

namespace glassdock::scenarios {
namespace {

using client::HubConditions;
using lessons::Kind;
using lessons::list;
using lessons::marked;
using lessons::maybe;
using lessons::needed;
using lessons::record;
using lessons::Rule;
using lessons::Source;
using lessons::YamlNode;

constexpr int most_seconds = 3600, most_runs = 20, most_cpus = 8;

Kind<std::uint64_t> count_kind(int least, int most) {
  return lessons::as<std::uint64_t, int>(lessons::whole(least, most),
                                         [](int number) { return static_cast<std::uint64_t>(number); });
}

// docs/hub.md says what each does.
Kind<HubConditions> hub_kind() {
  using T = HubConditions;
  constexpr int most_bytes = 1'000'000'000, most_latency_ms = 60'000, most_times = 1000;
  return lessons::named<T>("hub", [] {
    return record<T>(
        "What the network between engine and hub is like.",
        {maybe<T>("bytes_per_second", &T::bytes_per_second, count_kind(1, most_bytes), "Of all transfers together."),
         maybe<T>("latency_ms", &T::latency_ms, count_kind(1, most_latency_ms), "Before each answer, in milliseconds."),
         maybe<T>(
             "fault", &T::fault,
             lessons::one_of({"down", "not-found", "wrong-digest", "cut-off"}, "a fault of the hub"),
             "down: no answer; not-found: nothing is there; wrong-digest: a layer's last byte is changed; cut-off: "
             "a layer ends too early."),
         maybe<T>("cut_off_after", &T::cut_off_after, count_kind(0, most_bytes), "Of cut-off: after so many bytes."),
         maybe<T>("fault_times", &T::fault_times, count_kind(1, most_times),
                  "So many requests meet the fault, then it is over; without it all of them do.")},
        {{Rule::Of::at_least_one, {"bytes_per_second", "latency_ms", "fault"}},
         {Rule::Of::needs, {"cut_off_after", "fault"}},
         {Rule::Of::needs, {"fault_times", "fault"}}},
        {.begin = {}, .check = [](const T& hub, const YamlNode& node, const Source& source) {
           if (const YamlNode* bytes = node.find("cut_off_after"); bytes && hub.fault != "cut-off") {
             throw source.fault(bytes->mark, "\"cut_off_after\" goes with fault: cut-off");
           }
         }});
  });
}

Kind<std::optional<HubConditions>> maybe_hub() {
  return lessons::as<std::optional<HubConditions>, HubConditions>(hub_kind(), [](HubConditions hub) { return hub; });
}

Kind<Need> need_kind() {
  return lessons::as<Need, std::string>(
      lessons::one_of({"memory-limit", "process-limit", "cpu-limit", "io-limit", "trials"},
                      "a thing that a machine may lack"),
      [](const std::string& word) {
        if (word == "trials") return Need::trials;
        if (word == "memory-limit") return Need::memory_limit;
        if (word == "io-limit") return Need::io_limit;
        return word == "cpu-limit" ? Need::cpu_limit : Need::process_limit;
      });
}

Kind<Race> race_kind() {
  using T = Race;
  return record<T>("A container against a virtual machine, measured; left out where there is no QEMU or no kernel.",
                   {maybe<T>("image", &T::image, lessons::line(), "The image of both: alpine."),
                    maybe<T>("command", &T::command, lessons::line(), "What both run: the image's own."),
                    maybe<T>("runs", &T::runs, lessons::whole(1, most_runs), "So many runs of each: 1."),
                    maybe<T>("cpus", &T::cpus, lessons::whole(1, most_cpus), "Processors of the machine: 1."),
                    maybe<T>("memory", &T::memory, lessons::line(), "Memory of the machine (192m): what it needs."),
                    maybe<T>("figures", &T::figures, lessons::truth(),
                             "Also what both take while they stand, and what a shell inside says.")});
}

Kind<Hold> hold_kind() {
  using T = Hold;
  return record<T>("Where the step's command is held, while the presenter speaks.",
                   {marked(needed<T>("at", &T::at, lessons::gate_kind(), "A gate (docs/gates.md)."), &T::mark),
                    needed<T>("say", &T::say, lessons::say_kind(), "What stands there, and what to look at."),
                    maybe<T>("notes", &T::notes, lessons::say_kind(), "For the presenter alone."),
                    maybe<T>("point", &T::point, lessons::point_kind(), "The place of the picture that it is about."),
                    maybe<T>("hub", &T::hub, maybe_hub(), "What the hub is like from here to the step's end."),
                    maybe<T>("expect", &T::expect, lessons::conditions_kind(), "What holds meanwhile.")});
}

Kind<std::chrono::seconds> seconds_kind() {
  return lessons::as<std::chrono::seconds, int>(lessons::whole(1, most_seconds),
                                                [](int number) { return std::chrono::seconds(number); });
}

std::vector<std::string> sight_names() {
  return {model::sight_names.begin(), model::sight_names.end()};
}

void check_step(const Step& step, const YamlNode& node, const Source& source) {
  const bool types = !step.run.empty() || !step.type.empty();
  for (const char* key : {"predict", "hold", "limit", "hub", "expect", "inside", "sight"}) {
    const YamlNode* found = node.find(key);
    const bool of_shell = std::string_view(key) == "inside" || std::string_view(key) == "sight";
    if (found && !types && (of_shell || !step.race)) {
      throw source.fault(found->mark,
                         fmt::format("\"{}\" goes with {}", key, of_shell ? "run or type" : "run, type or race"));
    }
  }
}

Kind<Step> step_kind() {
  using T = Step;
  return record<T>(
      "One thing that is shown.",
      {needed<T>("id", &T::id, lessons::id_kind(), "Its name."),
       needed<T>("say", &T::say, lessons::say_kind(), "What it is about."),
       maybe<T>("notes", &T::notes, lessons::say_kind(), "For the presenter alone."),
       maybe<T>("point", &T::point, lessons::point_kind(), "The place of the picture that it is about."),
       maybe<T>("needs", &T::needs, list(need_kind()), "Without these on a machine the step is left out."),
       maybe<T>("hub", &T::hub, maybe_hub(), "What the hub is like in this step; otherwise all is well with it."),
       maybe<T>("predict", &T::predict, lessons::prediction_kind(), "A question to the class; the command decides it."),
       maybe<T>("opinion", &T::opinion, lessons::opinion_kind(lessons::AsksAgain::no),
                "A question to the class that no run decides."),
       maybe<T>("run", &T::run, lessons::line(), "A line that Enter runs."),
       maybe<T>("type", &T::type, lessons::line(), "A line that the presenter types; Enter alone types it too."),
       maybe<T>("race", &T::race, lessons::as<std::optional<Race>, Race>(race_kind(), [](Race race) { return race; }),
                "A container against a virtual machine."),
       maybe<T>("inside", &T::inside, list(lessons::line()),
                "Lines that are typed into the command while it runs; Ctrl-D ends it."),
       maybe<T>("hold", &T::holds, list(hold_kind()), "Gates at which the command is held."),
       maybe<T>("expect", &T::expect, lessons::conditions_kind(), "What holds when it is done."),
       maybe<T>("sight", &T::sight, lessons::one_of(sight_names(), "a figure of the pictures"),
                "What the command prints is this figure of the four pictures (Shift F12 in the studio)."),
       maybe<T>("limit", &T::limit, seconds_kind(), "Seconds that the command may take."),
       maybe<T>("then", &T::then, lessons::say_kind(), "What was seen.")},
      {{Rule::Of::at_most_one, {"run", "type", "race", "opinion"}}},
      {.begin = [](T& step, Mark mark) { step.mark = mark; }, .check = check_step});
}

Kind<LabLines> lab_kind() {
  const Kind<std::vector<std::string>> lines = list(lessons::line());
  return {[lines](const YamlNode& node, const Source& source) {
            return LabLines{lines.read(node, source), node.mark};
          },
          lines.schema};
}

Kind<Scenario> scenario_kind() {
  using T = Scenario;
  return record<T>(
      "A scenario of Glassdock: what an instructor shows to a class. docs/scenarios.md explains it.",
      {needed<T>("version", &T::version, lessons::version_kind(), "Of the format."),
       needed<T>("title", &T::title, lessons::title_kind(), "What it is called."),
       needed<T>("goal", &T::goal, lessons::say_kind(), "What a class has seen afterwards."),
       needed<T>("minutes", &T::minutes, lessons::minutes_kind(), "How long it takes."),
       maybe<T>("topics", &T::topics, lessons::topics_kind(), "Of the course (docs/topics.md)."),
       marked(maybe<T>("images", &T::images, list(lessons::line()), "Images that are in the local cache at its start."),
              &T::images_mark),
       maybe<T>("lab", &T::lab, lab_kind(), "Lines that bring an empty lab to its start."),
       needed<T>("steps", &T::steps, list(step_kind()), "One after the other.")},
      {}, {.begin = {}, .check = [](const T& scenario, const YamlNode&, const Source& source) {
             lessons::check_ids(scenario.steps, source, "step");
           }});
}

}  // namespace

Scenario parse_scenario(const Source& source) {
  Scenario scenario = lessons::read_whole<scenario_kind>(source);
  scenario.file = source.name;
  scenario.id = lessons::id_of(source.name);
  return scenario;
}

Scenario load_scenario(const std::filesystem::path& file) {
  return parse_scenario(lessons::read_source(file));
}

client::HubConditions parse_hub(const std::string& keys) {
  const Source source{"hub", "{" + keys + "}"};
  return hub_kind().read(lessons::parse_yaml(source), source);
}

std::string scenario_schema() {
  return lessons::schema_text(scenario_kind(), "Glassdock scenario");
}

std::vector<Scenario> load_scenarios(const std::filesystem::path& folder) {
  std::vector<Scenario> all;
  for (const std::string& file : lessons::yaml_files(folder)) all.push_back(load_scenario(file));
  return all;
}

}  // namespace glassdock::scenarios
