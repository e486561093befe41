// What the four pictures have of measurements, and what they lack.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "app/scene/race_view.h"
#include "app/scene/ways_view.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;

constexpr char scenario[] = "from-servers-to-containers";

struct SightRow {
  std::string_view name;
  WayWord title, lacks;
};
constexpr SightRow of_alone[] = {{"hardware", WayWord::row_hardware, WayWord::lacks_hardware},
                                 {"use", WayWord::row_use, WayWord::lacks_use}};
constexpr SightRow of_together[] = {{"port", WayWord::row_port, WayWord::lacks_port},
                                    {"library", WayWord::row_library, WayWord::lacks_library},
                                    {"disk", WayWord::row_disk, WayWord::lacks_disk},
                                    {"memory-before", WayWord::row_memory_before, WayWord::lacks_memory_before},
                                    {"hog", WayWord::row_hog, WayWord::lacks_hog},
                                    {"memory", WayWord::row_memory, WayWord::lacks_memory}};
constexpr SightRow of_containers[] = {{"ports", WayWord::row_ports, WayWord::lacks_ports},
                                      {"kernels", WayWord::row_kernels, WayWord::lacks_kernels},
                                      {"names", WayWord::row_names, WayWord::lacks_names}};

class Rows {
 public:
  Rows(const model::Model& model, trace::Language language) : model_(model), language_(language) {}

  template <std::size_t N>
  void add(const SightRow (&sights)[N]) {
    for (const SightRow& one : sights) {
      WayRow row{.place = "way:" + std::string(one.name), .title = std::string(say(one.title, language_))};
      if (const model::Sight* sight = model_.ways.sight(one.name)) {
        row.command = sight->command;
        row.lines = sight->output;
        row.exit_code = sight->exit_code;
        row.event = sight->event;
      } else {
        row.lacks = say(one.lacks, language_);
      }
      rows_.push_back(std::move(row));
    }
  }

  void add_machines() {
    std::size_t number = 0;
    for (const model::AskedMachine& machine : model_.ways.machines) {
      rows_.push_back({.place = "way:machine:" + std::to_string(number),
                       .title = say(WayWord::row_machine, language_,
                                    {std::to_string(number + 1), std::to_string(machine.cpus),
                                     fmt::format("{}M", machine.memory_bytes / mebibyte)}),
                       .lines = machine.inside,
                       .event = machine.event});
      ++number;
    }
    if (number == 0) {
      rows_.push_back({.place = "way:machine:0",
                       .title = std::string(say(WayWord::row_machine_to_come, language_)),
                       .lacks = say(WayWord::lacks_machine, language_)});
    }
    add_density();
  }

  std::vector<WayRow> take() { return std::move(rows_); }

 private:
  static constexpr std::int64_t mebibyte = 1 << 20;

  void add_density() {
    WayRow row{.place = "race:density", .title = std::string(say(WayWord::row_density, language_))};
    const auto& one = model_.race.lane(Lane::container).density;
    const auto& other = model_.race.lane(Lane::vm).density;
    if (one.empty() || other.empty()) {
      row.lacks = say(WayWord::lacks_density, language_);
    } else {
      row.lines = {say(WayWord::density_stood, language_,
                       {std::to_string(other.back().count), trace::bytes_text(other.back().bytes),
                        std::to_string(one.back().count), trace::bytes_text(one.back().bytes)})};
      row.event = other.back().event;
    }
    rows_.push_back(std::move(row));
  }

  const model::Model& model_;
  const trace::Language language_;
  std::vector<WayRow> rows_;
};

}  // namespace

std::vector<WayRow> way_rows(const model::Model& model, Way way, trace::Language language) {
  Rows rows(model, language);
  switch (way) {
    case Way::alone:
      rows.add(of_alone);
      break;
    case Way::together:
      rows.add(of_together);
      break;
    case Way::machines:
      rows.add_machines();
      break;
    case Way::containers:
      rows.add(of_containers);
      break;
    case Way::none:
    case Way::sizes:
      break;
  }
  return rows.take();
}

std::optional<WayToMeasure> way_to_measure(const std::vector<WayRow>& rows, Way way, trace::Language language) {
  const auto lacks = [](const WayRow& row) { return !row.lacks.empty(); };
  const auto missing = std::find_if(rows.begin(), rows.end(), lacks);
  if (missing == rows.end()) return {};
  if (way != Way::machines) {
    return WayToMeasure{
        say(WayWord::to_measure, language),
        {fmt::format("glassdock scenario record {} --trace ways.gdtrace", scenario), "glassdock ways.gdtrace"}};
  }
  const bool density_alone = missing->place == "race:density";
  return WayToMeasure{
      say(density_alone ? WayWord::to_measure_density : WayWord::to_measure_race, language),
      {std::string("glassdock vm-race --image alpine --command \"uname -r\"") + (density_alone ? " --density" : "")}};
}

std::string way_in_words(const model::Model& model, Way way, trace::Language language) {
  const std::string_view name = way_title(way, language);
  std::string words = std::string(name) + (ends_with(name, "?") ? " " : ". ") + std::string(way_words(way, language));
  if (way == Way::sizes) return words + way_sizes_in_words(model, language);
  for (const WayRow& row : way_rows(model, way, language)) {
    words += " " + row.title + ": ";
    words += row.lacks.empty() ? trace::visible(join(row.lines, "; ")) : std::string(row.lacks);
    if (row.exit_code != 0) words += " (" + say(Word::exit_code, language, {std::to_string(row.exit_code)}) + ")";
  }
  return words;
}

std::vector<const model::Container*> standing_containers(const model::Model& model) {
  std::vector<const model::Container*> all;
  for (const model::Container& container : model.containers) {
    if (container.phase == model::Phase::running && !container.of_race && !container.is_ended())
      all.push_back(&container);
  }
  return all;
}

void explain_way(const Subject& subject, std::string_view name, Thing& thing) {
  thing.files = {""};  // what its event read is about it alone
  const trace::Language language = subject.view.language;
  const Way way = subject.view.arrangement.way;
  const std::vector<WayRow> rows = way_rows(subject.model, way, language);
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const WayRow& one) { return one.place == "way:" + std::string(name); });
  if (row == rows.end()) return;
  if (row->event != model::no_event) thing.event = row->event;
  if (!row->lacks.empty()) {
    thing.facts.push_back({std::string(say(Word::fact_state, language)), std::string(say(Word::to_come, language))});
    thing.note = row->lacks;
    if (const auto measure = way_to_measure(rows, way, language)) thing.command = measure->commands.front();
    return;
  }
  if (!row->command.empty()) return;  // its event has what the command printed
  for (const std::string& line : row->lines) {
    const std::size_t colon = std::min(line.find(": "), line.size());
    if (colon < line.size()) thing.facts.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
}

}  // namespace glassdock::scene
