#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::State;

// What a gauge of the cgroup is called, and how it says its numbers.
struct GaugeRow {
  std::string_view key;  // of its place, behind "gauge:"
  Word name;
  model::Gauge gauge;
  std::string (*use)(std::int64_t);
  std::string (*limit)(std::int64_t, trace::Language);
};

// As -m has it: "64 MiB", "1.5 GiB".
std::string binary_bytes(std::int64_t bytes, trace::Language) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  auto size = static_cast<double>(bytes);
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return fmt::format("{:.4g} {}", size, units[unit]);
}

std::string whole(std::int64_t number) {
  return std::to_string(number);
}

std::string cpu_time(std::int64_t microseconds) {
  return trace::duration_text(std::min(microseconds, INT64_MAX / 1000) * 1000);
}

// As --cpus has it; the limit is in microseconds of each 100 ms.
std::string cpu_count(std::int64_t microseconds, trace::Language language) {
  return say(Word::cpus, language, {fmt::format("{:.5g}", static_cast<double>(microseconds) / 100'000)});
}

// An ordinary user has none that was not delegated.
bool has_cgroup(const Subject& subject, const Container& container) {
  if (container.cgroup != State::planned) return true;
  if (container.operations.empty()) return subject.model.engine.cgroups != "none";
  return std::any_of(container.operations.begin(), container.operations.end(),
                     [](const model::Operation& one) { return one.name == "isolate.cgroups"; });
}

// What is not known is said to be so: a cgroup has no limit only where none was set.
std::vector<std::string> gauge_words(const Subject& subject, const Container& container, const GaugeRow& row) {
  const trace::Language language = subject.view.language;
  const model::Gauge& gauge = row.gauge;
  std::vector<std::string> words;
  if (gauge.dropped > 0 && !has_cgroup(subject, container)) {
    words = {say(Word::not_set, language, {row.limit(gauge.dropped, language)})};
  } else if (!has_cgroup(subject, container)) {
    words = {std::string(say(Word::not_measured, language))};
  } else if (gauge.limit.value_or(0) > 0) {
    const std::string limit = row.limit(*gauge.limit, language);
    words = {say(Word::limit, language, {limit}), limit};
    if (gauge.measured) words[0] = say(Word::used_of_limit, language, {row.use(gauge.used), limit});
  } else if (gauge.measured) {
    words = {row.use(gauge.used)};
  } else if (gauge.limit && !is_to_come(container.cgroup)) {
    words = {std::string(say(Word::no_limit, language))};
  } else {
    const auto limits = std::find_if(container.operations.begin(), container.operations.end(),
                                     [](const model::Operation& one) { return one.name == "isolate.limits"; });
    const bool to_come = limits == container.operations.end()
                             ? container.cgroup == State::planned
                             : limits->state == State::planned || limits->state == State::held;
    words = {std::string(say(to_come ? planned_word(subject) : Word::not_read, language))};
  }
  return words;
}

std::string rate_words(const model::Throttle& throttle, trace::Language language) {
  return throttle.operations ? say(Word::io_operations, language, {std::to_string(throttle.rate)})
                             : binary_bytes(throttle.rate, language);
}

// All limits of disks; where there is no room for them the first one, then how much that is.
std::vector<std::string> io_words(const Container& container, trace::Language language) {
  const bool set = !container.io.set.empty();
  const std::vector<model::Throttle>& limits = set ? container.io.set : container.io.dropped;
  std::vector<std::string> all;
  for (const model::Throttle& one : limits) {
    all.push_back(say(one.writes ? Word::writes : Word::reads, language, {rate_words(one, language)}));
  }
  std::vector<std::string> words = {join(all, ", "), all[0] + (all.size() > 1 ? ", …" : ""),
                                    rate_words(limits[0], language) + "/s"};
  if (set) return words;
  for (std::string& one : words) one = say(Word::not_set, language, {one});
  return words;
}

GaugeRow gauge_row(const Container& container, std::string_view key) {
  if (key == "memory") {
    return {key, Word::memory, container.memory,
            [](std::int64_t used) { return binary_bytes(used, trace::Language::english); }, binary_bytes};
  }
  if (key == "cpu") return {key, Word::cpu, container.cpu, cpu_time, cpu_count};
  if (key == "pids") {
    return {key, Word::pids, container.pids, whole, [](std::int64_t limit, trace::Language) { return whole(limit); }};
  }
  // What passed can be measured, not what passes: there is a limit, or none.
  model::Gauge limited;
  if (!container.io.set.empty()) limited.limit = 1;
  return {"io", Word::disk, limited, nullptr, nullptr};
}

std::vector<std::string> words_of(const Subject& subject, const Container& container, const GaugeRow& row) {
  return row.limit ? gauge_words(subject, container, row) : io_words(container, subject.view.language);
}

// There is room for three. A limit of disks takes the place of the last one that has none, or of pids.
std::vector<std::string_view> shown_gauges(const Container& container) {
  constexpr std::size_t most = 3;
  std::vector<std::string_view> gauges = gauges_of(container);
  if (gauges.size() <= most) return gauges;
  const auto of_disks = gauges.rbegin();
  const auto unlimited = std::find_if(of_disks + 1, gauges.rend(), [&](std::string_view gauge) {
    return gauge_row(container, gauge).gauge.limit.value_or(0) == 0;
  });
  const auto least = unlimited == gauges.rend() ? of_disks + 1 : unlimited;
  gauges.erase(std::next(least).base());
  return gauges;
}

// Solid with a mark: there is a limit; dashed: there is none.
void draw_meter(const Brush& brush, Rect meter, const model::Gauge& gauge, bool made) {
  const bool limited = gauge.limit.value_or(0) > 0;
  brush.box({.rect = meter,
             .radius = 5,
             .line = made ? Colour::ink3 : Colour::edge,
             .stroke = 1.2F,
             .dash = limited ? Dash::solid : Dash::dashed});
  if (!limited) return;
  brush.line({{meter.right(), meter.y - 3}, {meter.right(), meter.bottom() + 3}, 2, Colour::ink});
  if (!gauge.measured) return;
  const float part = std::min(1.0F, static_cast<float>(gauge.used) / static_cast<float>(*gauge.limit));
  brush.box({.rect = {meter.x, meter.y, std::max(meter.w * part, 4.0F), meter.h}, .radius = 5, .fill = Colour::ink2});
}

}  // namespace

void draw_gauges(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  constexpr float x = 640, wide = 198;  // up to the plate of the uts wall
  const bool any = has_cgroup(subject, container);
  const Word heading = !any                                 ? Word::no_cgroup
                       : container.cgroup == State::leaving ? Word::peak_and_limits
                       : !container.memory.measured && !container.cpu.measured && !container.pids.measured
                           ? Word::limits_alone
                           : Word::usage_and_limits;
  const std::string_view words = say(heading, language);
  brush.text_of({x, 432, wide, 18}, {words, any ? words : say(Word::no_cgroup_brief, language)}, caption, Colour::ink2);
  std::vector<std::pair<GaugeRow, std::vector<std::string>>> rows;
  bool made = container.cgroup != State::planned && container.cgroup != State::gone;
  constexpr float gap = 8, shortest_meter = 18, longest_meter = 34;
  // Numbers go before pictures of them: the meters take what the longest words leave.
  float names = 0, values = 0, brief = 0;
  for (const std::string_view key : shown_gauges(container)) {
    const GaugeRow row = gauge_row(container, key);
    const auto& words_of_row = rows.emplace_back(row, words_of(subject, container, row)).second;
    names = std::max(names, brush.width(say(row.name, language), small) + 1);
    values = std::max(values, brush.width(words_of_row.front(), code) + 1);
    brief = std::max(brief, brush.width(words_of_row[words_of_row.size() > 1 ? 1 : 0], code) + 1);
  }
  // All words, and a meter where there is room for one; otherwise short words.
  const float whole = wide - names - gap;
  if (values > whole) values = brief;
  const float rest = whole - gap - values;
  const float meter = rest >= shortest_meter ? std::min(rest, longest_meter) : 0;
  constexpr float top = 452, step = 20;
  brush.place({{x, 432, wide, 78}, Act::select_event, "cgroup", static_cast<std::int64_t>(container.cgroup_event), {}});
  float y = top;
  for (const auto& [row, row_words] : rows) {
    brush.place({{x, y - 1, wide, step},
                 Act::select_event,
                 "gauge:" + std::string(row.key),
                 static_cast<std::int64_t>(gauge_event(container, row.key)),
                 {}});
    brush.text({x, y, names, 18}, say(row.name, language), small, made ? Colour::ink : Colour::ink3);
    const bool known = any && (row.gauge.limit || row.gauge.measured);
    if (meter >= shortest_meter && known) draw_meter(brush, {x + names + gap, y + 4, meter, 10}, row.gauge, made);
    const float right = meter >= shortest_meter ? names + meter + 2 * gap : names + gap;
    const auto shown = std::find_if(row_words.begin(), row_words.end(),
                                    [&](const std::string& one) { return brush.width(one, code) + 1 <= wide - right; });
    if (shown != row_words.end()) {
      brush.text({x + right, y, wide - right, 18}, *shown, code, made ? Colour::ink2 : Colour::ink3);
    }
    y += step;
  }
}

// Between process and kernel: flat boxes on the floor.
void draw_filters(const Brush& brush, const Subject& subject, const Container& container) {
  trace::Language language = subject.view.language;
  struct Filter {
    Word name;
    State state;
    model::EventIndex event;
    std::string beside;
    Rect rect;
  };
  // How many is known only where evidence was read.
  std::string count = container.capabilities == State::leaving ? std::string(say(Word::gone, language))
                      : container.capability_count >= 0        ? std::to_string(container.capability_count)
                      : is_to_come(container.capabilities)     ? std::string(say(planned_word(subject), language))
                                                               : std::string(say(Word::reduced, language));
  const Filter filters[] = {
      {Word::seccomp,
       container.seccomp,
       container.seccomp_event,
       std::string(say(container.seccomp == State::there ? Word::loaded
                       : is_to_come(container.seccomp)   ? planned_word(subject)
                                                         : Word::gone,
                       language)),
       {438, place::filters - 11, 192, 22}},
      {Word::capabilities,
       container.capabilities,
       container.capabilities_event,
       count,
       {640, place::filters - 11, 230, 22}},
  };
  for (const Filter& filter : filters) {
    if (filter.state == State::gone && container.is_trial()) {  // left out: its place says so
      brush.box({.rect = filter.rect, .radius = 4, .line = Colour::failed_line, .stroke = 1.2F, .dash = Dash::dashed});
      const float wide = brush.width(say(Word::left_out, language), small) + 2;
      const std::string_view name = say(filter.name, language);
      brush.text_of({filter.rect.x + 10, filter.rect.y, filter.rect.w - 26 - wide, filter.rect.h},
                    {name, name.substr(0, name.find(' '))}, small, Colour::ink);
      brush.text({filter.rect.right() - 8 - wide, filter.rect.y, wide, filter.rect.h}, say(Word::left_out, language),
                 small, Colour::failed_line, Align::right);
      brush.place({filter.rect, Act::select_event, "trial", static_cast<std::int64_t>(container.trial.event), {}});
      continue;
    }
    if (filter.state == State::gone) continue;
    const bool there = filter.state == State::there, gone = filter.state == State::leaving;
    const Colour ink = there ? Colour::ink : gone ? Colour::ink2 : Colour::ink3;
    brush.box({.rect = filter.rect,
               .radius = 4,
               .fill = there ? Colour::isolate_soft : Colour::none,
               .line = there  ? Colour::isolate_line
                       : gone ? Colour::hairline
                              : Colour::edge,
               .stroke = 1.2F,
               .dash = outline_of(filter.state),
               .hatched = gone});
    float wide = brush.width(filter.beside, small) + 2;
    const std::string_view name = say(filter.name, language);
    brush.text_of({filter.rect.x + 10, filter.rect.y, filter.rect.w - 26 - wide, filter.rect.h},
                  {name, name.substr(0, name.find(' '))}, small, ink);
    brush.text({filter.rect.right() - 10 - wide, filter.rect.y, wide, filter.rect.h}, filter.beside, small, ink,
               Align::right);
    brush.place({filter.rect,
                 Act::select_event,
                 filter.name == Word::seccomp ? "filter:seccomp" : "filter:capabilities",
                 static_cast<std::int64_t>(filter.event),
                 {}});
  }
}

std::vector<std::string_view> gauges_of(const Container& container) {
  std::vector<std::string_view> gauges = {"memory", "cpu", "pids"};
  if (!container.io.set.empty() || !container.io.dropped.empty()) gauges.emplace_back("io");
  return gauges;
}

std::string_view gauge_name(std::string_view gauge, trace::Language language) {
  return say(gauge_row({}, gauge).name, language);
}

std::string gauge_text(const Subject& subject, const Container& container, std::string_view gauge) {
  const std::vector<std::string_view> all = gauges_of(container);
  if (std::find(all.begin(), all.end(), gauge) == all.end()) return {};
  return words_of(subject, container, gauge_row(container, gauge)).front();
}

// What has not been read or limited came with its group.
model::EventIndex gauge_event(const Container& container, std::string_view gauge) {
  const model::EventIndex event = gauge == "io" ? container.io.event : gauge_row(container, gauge).gauge.event;
  return event != model::no_event ? event : container.cgroup_event;
}

}  // namespace glassdock::scene
