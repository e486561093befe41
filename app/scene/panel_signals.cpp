// What signals did: those that were last sent to each container, along one line of seconds.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/scene/life_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"
#include "engine/base/signals.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::Signal;

constexpr double second_ns = 1e9;
constexpr float padding = 12, head = 40, row_high = 40, axis_high = 22;

// The signals of one request, and what came of them.
struct Lane {
  const Container* container = nullptr;
  std::vector<Signal> signals;  // the oldest first; never empty
  std::int64_t end_ns = 0;      // of process 1, or of what is shown of it
  std::int64_t code = 0;        // with which it ended
  bool over = false;            // it has ended
  bool waits = false;           // the stop that sent them waits for that

  std::int64_t begin_ns() const { return signals.front().time_ns; }
  double seconds(std::int64_t time_ns) const { return static_cast<double>(time_ns - begin_ns()) / second_ns; }
};

// Of the process that runs, or ran last.
Lane lane_of(const Container& container, std::int64_t now_ns) {
  const model::Life& life = container.life;
  Lane lane{.container = &container, .signals = model::last_request(life.signals), .code = life.ended_code};
  lane.over = life.ended_ns && *life.ended_ns >= lane.begin_ns();
  lane.waits = !lane.over && life.stop != 0 && life.stop == lane.signals.back().work;
  // Of one that goes on no more is shown than that it does.
  constexpr std::int64_t goes_on_ns = 500'000'000;
  const std::int64_t last_ns = lane.signals.back().time_ns;
  lane.end_ns = lane.over    ? *life.ended_ns
                : lane.waits ? std::max(now_ns, last_ns)
                             : std::clamp(now_ns, last_ns, last_ns + goes_on_ns);
  return lane;
}

// Of all containers to which a signal was sent, and of what ran in them before; the newest first.
std::vector<Lane> lanes_of(const Subject& subject) {
  const std::int64_t now_ns = subject.model.now_ns + subject.view.waited_here_ns();
  std::vector<Lane> lanes;
  for (const Container& one : subject.model.containers) {
    for (const model::SignalStory& story : one.life.stories) {
      lanes.push_back({&one, story.signals, story.ended_ns, story.ended_code, true, false});
    }
    if (!one.life.signals.empty()) lanes.push_back(lane_of(one, now_ns));
  }
  std::stable_sort(lanes.begin(), lanes.end(),
                   [](const Lane& a, const Lane& b) { return a.begin_ns() > b.begin_ns(); });
  return lanes;
}

// Between two marks of the axis: 1, 2 or 5 and noughts, so that there are at most `most`.
double step_of(double seconds, double most) {
  double step = 0.1;
  for (int i = 0; seconds / step > most; ++i) step *= i % 3 == 1 ? 2.5 : 2;
  return step;
}

// Seconds from the first signal on to places on the screen.
struct Axis {
  float left = 0, right = 0;
  double seconds = 1;
  float at(double second) const { return left + static_cast<float>(std::min(second / seconds, 1.0)) * (right - left); }
};

void draw_axis(const Brush& brush, Rect room, const Axis& axis) {
  constexpr double least_wide = 64;
  const double step = step_of(axis.seconds, std::max((axis.right - axis.left) / least_wide, 1.0));
  brush.line({.from = {axis.left, room.y}, .to = {axis.right, room.y}, .width = 1, .colour = Colour::edge});
  for (int i = 0; i * step <= axis.seconds + step / 100; ++i) {
    const float x = axis.at(i * step);
    brush.line({.from = {x, room.y}, .to = {x, room.y + 4}, .width = 1, .colour = Colour::edge});
    brush.text({x - 30, room.y + 4, 60, room.h - 4}, fmt::format("{:g} s", i * step), small, Colour::ink2,
               Align::centre);
  }
}

std::string status_of(const Lane& lane) {
  if (!lane.over) return {};
  const Signal& last = lane.signals.back();
  const bool told = last.effect == model::Effect::killed && lane.code == signal_base + last.number;
  const std::string words = fmt::format("Exited ({})", lane.code);
  return told ? words + fmt::format(" = {} + {}", signal_base, last.number) : words;
}

// What it did, and how long all of it took.
std::string words_of(const Lane& lane, trace::Language language) {
  const Signal& last = lane.signals.back();
  if (!lane.over) return effect_words(last, language);
  const std::string took = trace::duration_text(lane.end_ns - lane.begin_ns());
  if (last.effect == model::Effect::killed) return say(Word::lane_killed, language, {last.name, took});
  return say(Word::lane_ended, language, {took});
}

// What was waited for, in the middle of the bar, where it has room.
void draw_grace(const Brush& brush, Rect bar, float from, float to, std::int64_t seconds, trace::Language language) {
  const std::string words = say(Word::grace_of, language, {std::to_string(seconds)});
  const float wide = brush.width(words, small) + 20;
  if (to - from < wide + 16) return;
  const Rect pill{(from + to - wide) / 2, bar.y - 3, wide, bar.h + 6};
  brush.box({.rect = pill, .radius = pill.h / 2, .fill = Colour::panel, .line = Colour::ink2, .stroke = 1.2F});
  brush.text(pill, words, small, Colour::ink, Align::centre);
}

void draw_lane(const Brush& brush, Rect row, float names, const Axis& axis, const Lane& lane, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const Container& container = *lane.container;
  const Signal& first = lane.signals.front();
  const Rect label{row.x, row.y, names - 12, 20};
  brush.text(label, command_of(container, first), code_strong, Colour::ink);
  brush.text({row.x, row.y + 18, names - 12, 18}, status_of(lane), small, lane.over ? Colour::ink : Colour::ink2);
  brush.place({.rect = {row.x, row.y, names - 12, 36}, .act = Act::choose_container, .name = container.id});

  constexpr float tag_high = 20, gap = 8;
  const float middle = row.y + 10, end = axis.at(lane.seconds(lane.end_ns));
  const Rect bar{axis.left, middle - 6, std::max(end - axis.left, 2.0F), 12};
  brush.box({.rect = bar, .radius = 3, .fill = Colour::run_soft, .line = Colour::run_line, .stroke = 1.4F});
  float behind = bar.right(), tags = axis.left;
  Rect last_tag;
  for (const Signal& signal : lane.signals) {
    const float wide = brush.width(signal.name, code_strong) + 24;
    const float at = std::max(axis.at(lane.seconds(signal.time_ns)), tags);
    const Rect tag{&signal == &first ? at - wide : std::max(at - wide, tags), middle - tag_high / 2, wide, tag_high};
    draw_signal_tag(brush, tag, signal, code_strong);
    brush.place({.rect = tag,
                 .act = Act::select_event,
                 .name = "signal:" + std::to_string(signal.event),
                 .number = static_cast<std::int64_t>(signal.event)});
    tags = tag.right() + gap;
    last_tag = tag;
    behind = std::max(behind, tag.right());
  }
  if (first.grace_s && *first.grace_s > 0 && (lane.signals.size() > 1 || lane.waits)) {
    draw_grace(brush, bar, axis.left + gap, lane.signals.size() > 1 ? last_tag.x : bar.right(), *first.grace_s,
               language);
  }
  if (!lane.over && !lane.waits) {
    brush.line(
        {.from = {behind, middle}, .to = {behind + 24, middle}, .colour = Colour::run_line, .dash = Dash::dotted});
    behind += 24;
  }
  if (lane.over) {
    brush.line({.from = {bar.right(), middle - 12}, .to = {bar.right(), middle + 12}, .width = 3});
  }
  // Behind the end where there is room for it, otherwise below, where it ends.
  const std::string words = words_of(lane, language);
  const bool beside = brush.width(words, small) + 1 <= row.right() - behind - gap;
  if (beside) return void(brush.text({behind + gap, row.y, row.right() - behind - gap, 20}, words, small, Colour::ink));
  brush.text({axis.left, row.y + 19, behind - axis.left, 18}, words, small, Colour::ink, Align::right);
}

}  // namespace

void draw_signals(const Brush& brush, Rect panel, const Subject& subject) {
  const trace::Language language = subject.view.language;
  draw_panel(brush, panel);
  float right = panel.right() - padding;
  if (subject.view.controls) {
    right = draw_head_button(brush, panel, right, say(Word::containers_close, language), Act::show_containers);
    right = draw_head_button(brush, panel, right, "docker ps", Act::show_signals);
  }
  const float left = panel.x + padding, room = right - left;
  const float wide = brush.text({left, panel.y + 10, room, 20}, say(Word::signals, language), row_title, Colour::ink);
  const std::string_view about = say(Word::signals_about, language);
  if (brush.width(about, small) + 17 <= room - wide) {
    brush.text({left + wide + 16, panel.y + 10, room - wide - 16, 20}, about, small, Colour::ink2);
  }
  std::vector<Lane> lanes = lanes_of(subject);
  if (lanes.empty()) {
    brush.paragraph({left, panel.y + head + 4, panel.w - 2 * padding, panel.h - head}, say(Word::no_signals, language),
                    body, Colour::ink2, 4);
    return;
  }
  const auto rows = static_cast<std::size_t>(std::max((panel.h - head - axis_high) / row_high, 1.0F));
  const std::size_t older = lanes.size() - std::min(rows, lanes.size());
  lanes.resize(lanes.size() - older);
  constexpr float least_names = 120, most_names = 260, tag = 84;
  const float names = std::clamp(panel.w * 0.25F, least_names, most_names);
  Axis axis{.left = left + names + tag, .right = panel.right() - padding - 34};
  for (const Lane& lane : lanes) axis.seconds = std::max(axis.seconds, lane.seconds(lane.end_ns));
  Rect row{left, panel.y + head, panel.w - 2 * padding, row_high};
  for (const Lane& lane : lanes) {
    draw_lane(brush, row, names, axis, lane, subject);
    row.y += row_high;
  }
  const Rect foot{left, row.y + 2, row.w, axis_high};
  draw_axis(brush, foot, axis);
  if (older > 0) {
    const Rect beside{foot.x, foot.y + 4, names - 12, foot.h - 4};
    brush.text(beside, say(Word::and_older, language, {std::to_string(older)}), small, Colour::ink2);
  }
}

}  // namespace glassdock::scene
