#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/panels.h"
#include "app/scene/race_view.h"
#include "app/text/figures.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;
using model::State;

constexpr float padding = 12, label_wide = 92;

struct Segment {
  std::string_view from, to;  // milestones; empty: the request
  Word name;
  Colour line, soft;
  std::string_view thing;  // that a click explains
};
constexpr std::array container_segments{
    Segment{"", "walls", Word::race_bar_request, Colour::request_line, Colour::request_soft, "engine"},
    Segment{"walls", "command", Word::race_bar_walls, Colour::isolate_line, Colour::isolate_soft,
            "race:container:walls"},
    Segment{"command", "exit", Word::race_bar_runs, Colour::run_line, Colour::run_soft, "race:container:command"},
    Segment{"exit", "gone", Word::race_bar_down, Colour::edge, Colour::card, "race:exit"}};
constexpr std::array vm_segments{
    Segment{"", "ready", Word::race_bar_ready, Colour::edge, Colour::card, "race:cold"},
    Segment{"ready", "processor", Word::race_bar_qemu, Colour::edge, Colour::card, "race:vm:hardware"},
    Segment{"processor", "kernel", Word::race_bar_early, Colour::edge, Colour::raised, "race:vm:hardware"},
    Segment{"kernel", "init", Word::race_bar_kernel, Colour::pull_line, Colour::pull_soft, "race:vm:kernel"},
    Segment{"init", "command", Word::race_bar_init, Colour::edge, Colour::card, "race:vm:init"},
    Segment{"command", "exit", Word::race_bar_runs, Colour::run_line, Colour::run_soft, "race:vm:command"},
    Segment{"exit", "gone", Word::race_bar_off, Colour::edge, Colour::card, "race:exit"}};

struct Scale {
  float left = 0, wide = 0;
  std::int64_t end_ns = 1;
  float at(std::int64_t ns) const {
    const double part = static_cast<double>(ns) / static_cast<double>(std::max<std::int64_t>(end_ns, 1));
    return left + wide * static_cast<float>(std::clamp(part, 0.0, 1.0));
  }
};

// How far the lane has come, by what was told: of one that goes on up to now.
std::int64_t reached_ns(const model::RaceRun& run, const Subject& subject) {
  std::int64_t reached = run.milestones.empty() ? 0 : run.milestones.back().ns;
  if (run.state == State::appearing) {
    reached = std::max(reached, subject.model.now_ns + subject.view.waited_here_ns() - run.begin_ns);
  }
  return reached;
}

std::int64_t largest(const model::RaceLane& lane) {
  const model::RaceSpread* gone = lane.spread("gone");
  return gone ? gone->median : 0;
}

class Axis {
 public:
  Axis(const Brush& brush, Rect room, const Subject& subject)
      : brush_(brush),
        room_(room),
        subject_(subject),
        race_(subject.model.race),
        language_(subject.view.language),
        container_(race_.lane(Lane::container).run),
        vm_(race_.lane(Lane::vm).run) {}

  void draw() {
    const float left = room_.x + label_wide, wide = room_.w - label_wide;
    const std::int64_t own_ns = std::max<std::int64_t>(reached_ns(container_, subject_), 1);
    // A run that goes on is drawn as long as the ones before it took, so that it grows into its place.
    std::int64_t end_ns = std::max(own_ns, reached_ns(vm_, subject_));
    if (vm_.state == State::appearing) end_ns = std::max(end_ns, largest(race_.lane(Lane::vm)));
    Scale near{left, wide, own_ns};
    const Scale whole{left, wide, std::max<std::int64_t>(end_ns + end_ns / 20, 1)};
    constexpr float roomy = 150;
    const bool all = room_.h >= roomy, words = room_.h >= 90;
    float y = room_.y;
    // Two scales are never shown without a word: where there is no thin line it stands at the lane's end.
    std::string zoom = zoom_words(near, whole);
    constexpr float digits = 12;  // by so much the same words with another number may be wider
    const float zoom_wide = all || zoom.empty() ? 0 : brush_.width(zoom, note_of(subject_)) + digits;
    if (zoom_wide > 0) {
      near.wide -= zoom_wide + 8;
      zoom = zoom_words(near, whole);  // of the lane as it is now
    }
    constexpr float others = 74;  // funnel, thin line, marks, ruler
    const float lane = all ? std::clamp((room_.h - others) / 2.6F, 24.0F, 36.0F) : words ? 24 : 18;
    draw_label({room_.x, y, label_wide - 8, lane}, Lane::container, all ? zoom : std::string());
    if (zoom_wide > 0) {
      const Rect beside{left + wide - zoom_wide, y, zoom_wide, lane};
      brush_.text(beside, zoom, note_of(subject_), Colour::ink2, Align::right);
    }
    draw_segments(container_, container_segments, near, y, lane);
    draw_gate_mark(container_, near, y, lane, false);
    y += lane;
    if (all) {
      y = draw_funnel(near, whole, y);
      y = draw_thin_line(whole, y);
    } else {
      y += words ? 8 : 4;
    }
    if (all) {
      draw_marks(whole, y);
      y += 18;
    }
    draw_label({room_.x, y, label_wide - 8, lane}, Lane::vm, {});
    draw_segments(vm_, vm_segments, whole, y, lane);
    draw_gate_mark(vm_, whole, y, lane, true);
    y += lane;
    if (y + 22 <= room_.bottom()) draw_ruler(whole, y + 2);
  }

 private:
  std::string zoom_words(const Scale& near, const Scale& whole) const {
    const double times = static_cast<double>(whole.end_ns) / static_cast<double>(near.end_ns) *
                         static_cast<double>(near.wide / whole.wide);
    return container_.begin != model::no_event && times >= 2
               ? say(Word::race_zoomed, language_, {fmt::format("{:.0f}", times)})
               : std::string();
  }

  void draw_label(Rect room, Lane lane, const std::string& second) {
    draw_lane_mark(brush_, {room.x, room.y + (room.h - 12) / 2}, 12, lane);
    draw_whole(brush_, {room.x + 18, room.y, room.w - 18, room.h},
               {say(lane == Lane::vm ? Word::race_lane_vm : Word::race_container, language_)}, strong, Colour::ink);
    if (second.empty()) return;
    draw_whole(brush_, {room.x, room.y + room.h, room.w, 18}, {second}, note_of(subject_), Colour::ink2);
  }

  std::optional<std::int64_t> moment(const model::RaceRun& run, std::string_view name) const {
    if (name.empty()) return 0;
    const model::Milestone* milestone = run.milestone(name);
    return milestone ? std::optional(milestone->ns) : std::nullopt;
  }

  template <std::size_t N>
  void draw_segments(const model::RaceRun& run, const std::array<Segment, N>& segments, const Scale& scale, float y,
                     float high) {
    std::int64_t from = 0;
    const std::int64_t reached = reached_ns(run, subject_);
    if (run.begin == model::no_event) return;
    const bool open = run.state == State::appearing;
    for (const Segment& segment : segments) {
      const auto to = moment(run, segment.to);
      // Only a cold machine's run makes its kernel and root ready.
      if (!to && segment.to == "ready") continue;
      if (!to && !open) continue;
      const std::int64_t until = to.value_or(reached);
      const model::Milestone* begin = run.milestone(segment.from);
      draw_segment(segment, begin ? begin->event : run.begin,
                   {scale.at(from), y, std::max(scale.at(until) - scale.at(from) - 1, 1.5F), high}, to.has_value(),
                   until - from);
      from = until;
      if (!to) return;
    }
  }

  void draw_segment(const Segment& segment, model::EventIndex event, Rect bar, bool done, std::int64_t length_ns) {
    brush_.box({.rect = bar,
                .radius = 3,
                .fill = done ? segment.soft : Colour::none,
                .line = segment.line,
                .stroke = 1.2F,
                .dash = done ? Dash::solid : Dash::dashed});
    const std::string name(say(segment.name, language_));
    const std::string with_time = name + "  " + text::brief_time(static_cast<double>(length_ns));
    draw_whole(brush_, {bar.x + 6, bar.y, bar.w - 10, bar.h}, {with_time, name}, caption_of(subject_), Colour::ink);
    brush_.place({.rect = bar,
                  .act = Act::select_event,
                  .name = std::string(segment.thing),
                  .number = static_cast<std::int64_t>(event),
                  .tip = with_time});
  }

  void draw_gate_mark(const model::RaceRun& run, const Scale& scale, float y, float high, bool vm) {
    if (run.state != State::appearing) return;
    const bool held = std::any_of(subject_.model.held.begin(), subject_.model.held.end(), [&](const model::Held& one) {
      return vm ? starts_with(one.gate, "vm.") : one.subject == run.container;
    });
    if (!held) return;
    const float x = std::min(scale.at(reached_ns(run, subject_)), scale.left + scale.wide - 20);
    draw_icon(brush_, Icon::gate, {x + 2, y + (high - 16) / 2}, 16, Colour::ink);
  }

  // From the ends of the near lane to those of the thin line.
  float draw_funnel(const Scale& near, const Scale& whole, float y) {
    constexpr float high = 10;
    if (container_.begin == model::no_event) return y + high;
    const float end = std::max(whole.at(near.end_ns), whole.left + 2);
    brush_.line({{near.left, y + 1}, {near.left, y + high}, 1, Colour::edge, Dash::dotted});
    brush_.line({{near.left + near.wide, y + 1}, {end, y + high}, 1, Colour::edge, Dash::dotted});
    return y + high;
  }

  float draw_thin_line(const Scale& whole, float y) {
    constexpr float high = 18;
    if (container_.begin == model::no_event) return y + high;
    const float wide = std::max(whole.at(reached_ns(container_, subject_)) - whole.left, 2.0F);
    constexpr float few = 60;
    const Rect line{whole.left, y + 1, wide, high - 2};
    if (wide < few) {
      brush_.box({.rect = line, .radius = 1, .fill = Colour::ink});
    } else {
      brush_.box(
          {.rect = line, .radius = 2, .fill = Colour::snapshot_soft, .line = Colour::snapshot_line, .stroke = 1});
    }
    if (wide < few) {
      draw_whole(brush_, {whole.left + wide + 8, y, whole.wide - wide - 8, high},
                 {say(Word::race_thin_line, language_)}, small, Colour::ink2);
    }
    return y + high;
  }

  // First output and end over their places, as far as there is room for both.
  void draw_marks(const Scale& whole, float y) {
    struct Mark {
      std::string_view name;
      Word words;
    };
    float free = whole.left + whole.wide;
    for (const Mark& mark : {Mark{"exit", Word::race_end}, Mark{"output", Word::race_first_output}}) {
      const auto at = moment(vm_, mark.name);
      if (!at) continue;
      const std::string words =
          std::string(say(mark.words, language_)) + " " + text::brief_time(static_cast<double>(*at));
      const float wide = brush_.width(words, small) + 2, x = whole.at(*at);
      const float right = std::min(x + wide / 2, free);
      if (right - wide < whole.left) continue;
      brush_.text({right - wide, y, wide, 18}, words, small, Colour::ink);
      brush_.line({{x, y + 17}, {x, y + 22}, 1.6F, Colour::ink});
      free = right - wide - 12;
    }
    if (vm_.state == State::appearing && !vm_.milestone("init")) {
      draw_whole(brush_, {whole.left, y, free - whole.left, 18}, {race_stop_words(vm_, language_)}, small,
                 Colour::ink2);
    }
  }

  void draw_ruler(const Scale& whole, float y) {
    // Steps of 1, 2 or 5 and zeros, some eight of them.
    double step = std::pow(10, std::floor(std::log10(static_cast<double>(whole.end_ns) / 8)));
    while (static_cast<double>(whole.end_ns) / step > 10) {
      step *= static_cast<double>(whole.end_ns) / step > 20 ? 5 : 2;
    }
    brush_.line({{whole.left, y}, {whole.left + whole.wide, y}, 1, Colour::edge});
    float free = room_.x;
    for (double ns = 0; ns <= static_cast<double>(whole.end_ns); ns += step) {
      const float x = whole.at(static_cast<std::int64_t>(ns));
      const std::string words = step >= 1e8 ? fmt::format("{:.1f} s", ns / 1e9) : fmt::format("{:.0f} ms", ns / 1e6);
      const float wide = brush_.width(words, code) + 2;
      const float left = std::clamp(x - wide / 2, whole.left, whole.left + whole.wide - wide);
      brush_.line({{x, y}, {x, y + 4}, 1, Colour::edge});
      if (left < free) continue;
      brush_.text({left, y + 3, wide, 18}, words, code, Colour::ink2);
      free = left + wide + 8;
    }
  }

  const Brush& brush_;
  const Rect room_;
  const Subject& subject_;
  const model::Race& race_;
  const trace::Language language_;
  const model::RaceRun &container_, &vm_;
};

}  // namespace

void draw_race_axis(const Brush& brush, Rect panel, const Layout& layout, const Subject& subject) {
  const View& view = subject.view;
  const trace::Language language = view.language;
  draw_panel(brush, panel);
  const Rect row{panel.x + padding, panel.y + 8, panel.w - 2 * padding, 28};
  float x = row.x + draw_transport_buttons(brush, {row.x, row.y}, view) + 12;
  if (layout.tabs && view.controls) {
    x += draw_button(brush, {x, row.y, 0, 28}, say(Word::terminal, language), "F6", {.act = Act::switch_tab}) + 12;
  }
  const model::Race& race = subject.model.race;
  const Rect words{x, row.y, row.right() - x, row.h};
  const float taken = draw_whole(brush, words, {say(Word::race_axis, language)}, strong, Colour::ink);
  if (!race.told()) return;
  std::string runs;
  for (const Lane lane : {Lane::container, Lane::vm}) {
    const model::RaceRun& run = race.lane(lane).run;
    if (run.begin == model::no_event) continue;
    runs += (runs.empty() ? "" : "; ") +
            std::string(say(lane == Lane::vm ? Word::race_lane_vm : Word::race_container, language)) + ": " +
            race_run_words(run, language);
  }
  const std::string all = runs + ". " + std::string(say(Word::race_axis_words, language));
  draw_whole(brush, {words.x + taken + 12, words.y, words.w - taken - 12, words.h}, {runs.empty() ? "" : all, runs},
             small, Colour::ink2, Align::right);
  constexpr float head = 42;
  Axis(brush, {panel.x + padding, panel.y + head, panel.w - 2 * padding, panel.h - head - 6}, subject).draw();
}

}  // namespace glassdock::scene
