// The figures of a race as rows, and what is said where one is missing.
#include <fmt/format.h>

#include <algorithm>

#include "app/scene/race_view.h"
#include "app/text/figures.h"
#include "app/text/korean.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;
using text::brief_time;
using trace::bytes_text;

// "15.9 – 21.5 ms"; both units where they differ.
std::string half_words(double lower, double upper) {
  const std::string one = brief_time(lower), other = brief_time(upper);
  const std::size_t unit = one.rfind(' ');
  const bool alike = one.substr(unit) == other.substr(other.rfind(' '));
  return (alike ? one.substr(0, unit) : one) + " – " + other;
}

class Rows {
 public:
  Rows(const model::Race& race, trace::Language language)
      : container_(race.lane(Lane::container)), vm_(race.lane(Lane::vm)), race_(race), language_(language) {}

  std::vector<RaceRow> all() {
    add_milestone("race:output", Word::race_first_output, "output", Word::race_first_output);
    add_milestone("race:exit", Word::race_end, "exit", Word::race_end_brief);
    add_times("race:cold", Word::race_cold_end, container_.cold_exit_ns, vm_.cold_exit_ns, run_event());
    const model::RaceStanding &one = container_.standing, &other = vm_.standing;
    add_bytes("race:memory", Word::race_memory, one.proportional_bytes, other.proportional_bytes, other.event);
    add_times("race:cpu", Word::race_cpu, one.cpu_before_command_ns, other.cpu_before_command_ns, other.event);
    if (race_.layers_bytes > 0) {
      add_bytes("race:disk", Word::race_disk, race_.layers_bytes,
                race_.root_bytes + race_.kernel_bytes + race_.qemu_bytes, race_.sides_event);
    }
    if (!race_.kernel_release.empty()) {
      add({.place = "race:kernels",
           .title = Word::race_own_kernels,
           .brief = Word::race_kernels_brief,
           .container = "0",
           .vm = "1"},
          race_.sides_event);
      add({.place = "race:uname",
           .title = Word::race_uname,
           .brief = Word::race_uname,
           .container = race_.host_release,
           .vm = race_.kernel_release},
          vm_.inside_event != model::no_event ? vm_.inside_event : race_.sides_event);
    }
    if (one.command_is_seen && other.command_is_seen) {
      const auto seen = [&](bool command, Word otherwise) {
        return std::string(say(command ? Word::race_ps_command : otherwise, language_));
      };
      add({.place = "race:ps",
           .title = Word::race_ps,
           .brief = Word::race_ps_brief,
           .container = seen(*one.command_is_seen, Word::race_ps_qemu_brief),
           .vm = seen(*other.command_is_seen, Word::race_ps_qemu_brief),
           .named = true},
          other.event);
    }
    return std::move(rows_);
  }

 private:
  void add(RaceRow row, model::EventIndex event) {
    row.event = event;
    rows_.push_back(std::move(row));
  }
  model::EventIndex run_event() const { return vm_.run.end != model::no_event ? vm_.run.end : vm_.run.begin; }

  void add_milestone(std::string_view place, Word title, std::string_view name, Word brief) {
    const model::RaceSpread *one = container_.spread(name), *other = vm_.spread(name);
    if (!one && !other) return;
    RaceRow row{.place = place, .title = title, .brief = brief};
    const auto tell = [](const model::RaceSpread* spread, std::string& median, std::string& half) {
      if (!spread) return;
      median = brief_time(static_cast<double>(spread->median));
      if (spread->count < 2) return;
      half = half_words(static_cast<double>(spread->lower), static_cast<double>(spread->upper));
    };
    tell(one, row.container, row.container_spread);
    tell(other, row.vm, row.vm_spread);
    row.less = one ? static_cast<double>(one->median) : 0;
    row.more = other ? static_cast<double>(other->median) : 0;
    add(std::move(row), vm_.summary_event);
  }

  template <typename Words>
  void add_pair(std::string_view place, Word title, std::optional<std::int64_t> one, std::optional<std::int64_t> other,
                model::EventIndex event, Words words) {
    if (!one && !other) return;
    const Word brief = title == Word::race_cold_end ? Word::race_cold_end_brief
                       : title == Word::race_memory ? Word::race_row_memory
                       : title == Word::race_cpu    ? Word::race_row_cpu
                                                    : Word::race_files_brief;
    add({.place = place,
         .title = title,
         .brief = brief,
         .container = one ? words(*one) : std::string(),
         .vm = other ? words(*other) : std::string(),
         .less = static_cast<double>(one.value_or(0)),
         .more = static_cast<double>(other.value_or(0))},
        event);
  }
  void add_times(std::string_view place, Word title, std::optional<std::int64_t> one, std::optional<std::int64_t> other,
                 model::EventIndex event) {
    add_pair(place, title, one, other, event, [](std::int64_t ns) { return brief_time(static_cast<double>(ns)); });
  }
  void add_bytes(std::string_view place, Word title, std::optional<std::int64_t> one, std::optional<std::int64_t> other,
                 model::EventIndex event) {
    add_pair(place, title, one, other, event, [](std::int64_t bytes) { return bytes_text(bytes); });
  }

  const model::RaceLane &container_, &vm_;
  const model::Race& race_;
  const trace::Language language_;
  std::vector<RaceRow> rows_;
};

// What is told of `standing` alone.
std::string standing_names(trace::Language language) {
  return fmt::format("{}, {}, {}", say(Word::race_row_memory, language), say(Word::race_row_cpu, language),
                     say(Word::race_row_ps, language));
}

}  // namespace

std::vector<RaceRow> race_rows(const model::Race& race, trace::Language language) {
  return Rows(race, language).all();
}

std::vector<std::string> race_left_out(const model::Race& race, trace::Language language) {
  std::vector<std::string> all;
  const auto missing = [&](std::string_view what, std::string_view why) {
    std::string line = say(Word::race_left_out, language, {what, why});
    if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(std::move(line));
  };
  for (const Lane which : {Lane::container, Lane::vm}) {
    const model::RaceLane& lane = race.lane(which);
    const std::string name(say(which == Lane::vm ? Word::race_machine : Word::race_container, language));
    if (!lane.run.error.empty()) missing(name, in_language(lane.run.error, language));
    // Of memory and the like the figures of what stands are told instead.
    if (const auto row = std::find_if(lane.run.left_out.begin(), lane.run.left_out.end(),
                                      [](const std::string& line) { return starts_with(line, "output: "); });
        row != lane.run.left_out.end()) {
      missing(name + ", " + std::string(say(Word::race_first_output, language)),
              in_language(row->substr(std::string_view("output: ").size()), language));
    }
    if (!lane.standing.error.empty()) {
      missing(name + ": " + standing_names(language), in_language(lane.standing.error, language));
    }
    if (!lane.density.empty() && !lane.density.back().stopped.empty()) {
      missing(name, in_language(lane.density.back().stopped, language));
    }
  }
  const bool stood = race.lane(Lane::vm).standing.event != model::no_event;
  if (stood || !race.told()) return all;
  if (race.state == model::State::appearing) {
    all.push_back(say(Word::race_to_come, language, {standing_names(language)}));
  } else {
    missing(standing_names(language),
            say(race.state == model::State::failed ? Word::race_not_reached : Word::race_not_asked, language));
  }
  return all;
}

std::string race_run_words(const model::RaceRun& run, trace::Language language) {
  if (run.together) return std::string(say(Word::race_run_show, language));
  return say(run.cold ? Word::race_run_cold : Word::race_run_number, language, {std::to_string(run.number)});
}

std::string race_stop_words(const model::RaceRun& run, trace::Language language) {
  if (!run.stop_symbol.empty()) return say(Word::race_stopped_exactly, language, {run.stop_symbol});
  if (!run.late_ns) return {};
  return say(Word::race_stopped_late, language, {text::brief_time(static_cast<double>(*run.late_ns))});
}

bool is_over(const model::RaceRun& run) {
  return run.state == model::State::there || run.state == model::State::failed || run.milestone("gone") != nullptr;
}

std::string in_language(std::string_view english, trace::Language language) {
  return language == trace::Language::korean ? text::korean(english) : std::string(english);
}

float draw_whole(const Brush& brush, Rect room, std::initializer_list<std::string_view> choices, Font font,
                 Colour colour, Align align) {
  for (const std::string_view words : choices) {
    if (!words.empty() && brush.width(words, font) + 1 <= room.w) return brush.text(room, words, font, colour, align);
  }
  return 0;
}

}  // namespace glassdock::scene
