// The life of the container in the picture: its five states and the moves between them, what it takes now, what it
// printed last.
#include <algorithm>
#include <array>

#include "app/scene/life_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::Move;
using model::Phase;

constexpr float padding = 14;
constexpr Font heading{Face::sans_bold, 12};  // in class mode no text is smaller

struct Arrow {
  Point from, to;
};

// Where everything stands: below each other, and what is frozen beside what runs.
struct Plan {
  Rect created, running, paused, exited, removed;
  Rect beside;  // of the words of a way down: to the right of it
};

Plan plan_of(Rect room, float step, float high) {
  const float wide = std::clamp((room.w - 64) / 2, 64.0F, 110.0F);
  const auto row = [&](float i) { return Rect{room.x, room.y + i * step, wide, high}; };
  Rect paused = row(1);
  paused.x = room.right() - wide;
  return {row(0), row(1), paused, row(2), row(3), {room.x + wide * 0.5F, 0, room.w - wide * 0.5F, 0}};
}

bool has_been(const Container& container, Phase phase) {
  const model::Life& life = container.life;
  switch (phase) {
    case Phase::running:
      return life.started_ns.has_value();
    case Phase::paused:
      return life.tally(Move::pause).count > 0 || container.phase == Phase::paused;
    case Phase::exited:
      return life.ended_ns.has_value();
    case Phase::removed:
      return container.phase == Phase::removed;
    default:
      return true;
  }
}

bool is_now(const Container& container, Phase phase) {
  const bool made = container.phase == Phase::creating || container.phase == Phase::starting;
  return container.phase == phase || (made && phase == Phase::created);
}

void draw_state(const Brush& brush, Rect rect, const Container& container, Phase phase, std::string_view name) {
  const bool now = is_now(container, phase), been = now || has_been(container, phase);
  const Colour line = now ? Colour::run_line : been ? Colour::ink2 : Colour::edge;
  if (now) brush.box({.rect = rect.inset(-4), .radius = 9, .line = Colour::ink, .stroke = 2});
  brush.box({.rect = rect,
             .radius = 6,
             .fill = now ? Colour::run_soft : Colour::none,
             .line = line,
             .stroke = been ? 1.6F : 1.2F,
             .dash = been ? Dash::solid : Dash::dashed});
  brush.text(rect.inset(3), name, now ? strong : body, been ? Colour::ink : Colour::ink3, Align::centre);
}

void draw_arrow(const Brush& brush, Arrow arrow, bool happened) {
  const Colour colour = happened ? Colour::ink : Colour::edge;
  brush.line({arrow.from, arrow.to, happened ? 2.4F : 1.2F, colour, happened ? Dash::solid : Dash::dashed});
  const float dx = arrow.to.x - arrow.from.x, dy = arrow.to.y - arrow.from.y;
  const float size = 5;
  const float x = dx == 0 ? 0 : dx > 0 ? 1 : -1, y = dy == 0 ? 0 : dy > 0 ? 1 : -1;
  const Point tip = arrow.to, back{tip.x - x * size, tip.y - y * size};
  brush.polygon({tip, {back.x - y * size, back.y - x * size}, {back.x + y * size, back.y + x * size}}, colour);
}

// "pause 2×, +6.20 s": how often, and when last, since the container was made.
std::string words_of(const Container& container, Move move, bool with_time) {
  const model::Life& life = container.life;
  const model::Tally& tally = life.tally(move);
  std::string words(word_of(move));
  if (tally.count == 0) return words;
  words += " " + std::to_string(tally.count) + "×";
  const std::optional<std::int64_t>& begin = life.created_ns;
  if (with_time && begin && move != Move::create) words += ", +" + trace::duration_text(tally.last_ns - *begin);
  return words;
}

void draw_move(const Brush& brush, Rect room, const Container& container, Move move, Align align = Align::left) {
  const model::Tally& tally = container.life.tally(move);
  const std::string whole = words_of(container, move, true), brief = words_of(container, move, false);
  brush.text_of(room, {whole, brief}, code, tally.count > 0 ? Colour::ink : Colour::ink3, align);
  if (tally.count > 0) {
    brush.place({.rect = room, .act = Act::select_event, .number = static_cast<std::int64_t>(tally.event)});
  }
}

void draw_diagram(const Brush& brush, Rect room, const Container& container, trace::Language language) {
  constexpr float rows = 4;
  const float high = std::clamp(room.h / 8.4F, 24.0F, 34.0F);
  const float step = (room.h - high) / (rows - 1);
  const Plan plan = plan_of(room, step, high);
  const model::Life& life = container.life;
  const auto happened = [&](Move move) { return life.tally(move).count > 0; };
  const auto down = [&](const Rect& from, const Rect& to, float part) {
    const float x = from.x + from.w * part;
    return Arrow{{x, from.bottom() + 6}, {x, to.y - 6}};
  };
  const auto up = [&](const Rect& from, const Rect& to, float part) {
    const float x = from.x + from.w * part;
    return Arrow{{x, from.y - 6}, {x, to.bottom() + 6}};
  };
  const bool never_ran = !life.started_ns, gone = container.phase == Phase::removed;
  draw_arrow(brush, down(plan.created, plan.running, 0.2F), happened(Move::start));
  draw_arrow(brush, down(plan.running, plan.exited, 0.2F), happened(Move::exit));
  draw_arrow(brush, up(plan.exited, plan.running, 0.4F), happened(Move::again) || happened(Move::by_policy));
  draw_arrow(brush, down(plan.exited, plan.removed, 0.2F), gone && !never_ran);
  const float left = plan.created.x - 7;
  const Colour aside = gone && never_ran ? Colour::ink : Colour::edge;
  const float out = plan.created.y + high / 2, in = plan.removed.y + high / 2;
  const Dash dash = gone && never_ran ? Dash::solid : Dash::dashed;
  brush.line({{plan.created.x, out}, {left, out}, 1.2F, aside, dash});
  brush.line({{left, out}, {left, in}, 1.2F, aside, dash});
  draw_arrow(brush, {{left, in}, {plan.removed.x - 1, in}}, gone && never_ran);
  const float middle = plan.running.y + high / 2, apart = high / 4;
  draw_arrow(brush, {{plan.running.right() + 7, middle - apart}, {plan.paused.x - 7, middle - apart}},
             happened(Move::pause));
  draw_arrow(brush, {{plan.paused.x - 7, middle + apart}, {plan.running.right() + 7, middle + apart}},
             happened(Move::unpause));

  draw_state(brush, plan.created, container, Phase::created, say(Word::phase_created, language));
  draw_state(brush, plan.running, container, Phase::running, say(Word::phase_running, language));
  draw_state(brush, plan.paused, container, Phase::paused, say(Word::phase_paused, language));
  draw_state(brush, plan.exited, container, Phase::exited, say(Word::phase_exited, language));
  draw_state(brush, plan.removed, container, Phase::removed, say(Word::phase_removed, language));

  constexpr float line = 18;
  const float x = plan.beside.x, wide = plan.beside.w;
  const auto between = [&](const Rect& above, const Rect& below, float lines) {
    return (above.bottom() + below.y - lines * line) / 2;
  };
  draw_move(brush, {plan.created.right() + 12, plan.created.y + (high - line) / 2, room.w - plan.created.w - 12, line},
            container, Move::create);
  draw_move(brush, {x, plan.created.bottom() - 1, wide, line}, container, Move::start);
  const float two = between(plan.running, plan.exited, 2);
  // Of the pair that freezes, above and below its box; the first of the other pair stands to the left of that.
  const float half = plan.paused.x - 8 - x;
  draw_move(brush, {x, two, half, line}, container, Move::exit);
  draw_move(brush, {x, two + line, wide, line}, container, Move::again);
  if (happened(Move::by_policy)) {
    // Beside the state that it leaves.
    const Rect& exited = plan.exited;
    draw_move(brush, {exited.right() + 12, exited.y + (high - line) / 2, room.w - exited.w - 12, line}, container,
              Move::by_policy);
  }
  draw_move(brush, {plan.paused.x - 24, plan.paused.y - line - 1, plan.paused.w + 24, line}, container, Move::pause,
            Align::right);
  draw_move(brush, {plan.paused.x - 4, plan.paused.bottom() + 5, plan.paused.w + 4, line}, container, Move::unpause,
            Align::right);
  draw_move(brush, {x, between(plan.exited, plan.removed, 1), wide, line}, container, Move::remove);
}

// As docker stats prints them. Returns how high they are.
float draw_gauges_now(const Brush& brush, Rect room, const Subject& subject) {
  const trace::Language language = subject.view.language;
  brush.text({room.x, room.y, room.w, 18}, say(Word::gauges_live, language), heading, Colour::ink2);
  const std::optional<text::UsageLine>& usage = subject.view.containers.usage;
  if (!usage) {
    const Word why = subject.history.is_recording() ? Word::gauges_not_recorded : Word::gauges_when_live;
    return 20 + brush.paragraph({room.x, room.y + 20, room.w, 54}, say(why, language), small, Colour::ink2, 3);
  }
  const std::vector<std::string> words =
      split(text::stats_table({&*usage, 1}, {.format = "{{.CPUPerc}}\t{{.MemUsage}}\t{{.PIDs}}"}), '\t');
  const auto& now = usage->now;
  const double memory = now.memory_limit_bytes == 0
                            ? 0
                            : static_cast<double>(now.memory_bytes) / static_cast<double>(now.memory_limit_bytes);
  struct Row {
    Word name;
    std::string words;
    double part;
  };
  const std::array<Row, 3> rows{{{Word::memory, words.size() > 1 ? words[1] : "", memory},
                                 {Word::cpu, words[0], text::cpu_share(usage->before, now) / 100},
                                 {Word::pids, words.size() > 2 ? std::string(trim(words[2])) : "", 0}}};
  float y = room.y + 20;
  for (const Row& row : rows) {
    const float name = brush.text({room.x, y, 70, 18}, say(row.name, language), small, Colour::ink) + 8;
    brush.text({room.x + name, y, room.w - name, 18}, row.words, code, Colour::ink2, Align::right);
    if (row.part > 0) {
      const Rect bar{room.x, y + 17, room.w, 3};
      brush.box({.rect = bar, .radius = 1, .fill = Colour::raised});
      const float part = static_cast<float>(std::min(row.part, 1.0));
      brush.box({.rect = {bar.x, bar.y, std::max(bar.w * part, 2.0F), bar.h}, .radius = 1, .fill = Colour::run_line});
    }
    y += 24;
  }
  return y - room.y;
}

void draw_log(const Brush& brush, Rect room, const Subject& subject) {
  const trace::Language language = subject.view.language;
  constexpr float line = 18;
  if (room.h < 2 * line) return;
  brush.text({room.x, room.y, room.w, line}, say(Word::log_heading, language), heading, Colour::ink2);
  room.y += 20;
  room.h -= 20;
  const std::vector<std::string>& log = subject.view.containers.log;
  if (log.empty()) {
    const Word why = subject.history.is_recording() ? Word::log_not_recorded : Word::log_empty;
    const int lines = std::max(1, static_cast<int>(room.h / brush.line_height(small)));
    brush.paragraph(room, say(why, language), small, Colour::ink2, std::min(lines, 3));
    return;
  }
  const std::size_t rows = std::min(log.size(), static_cast<std::size_t>(room.h / line));
  for (std::size_t i = log.size() - rows; i < log.size(); ++i, room.y += line) {
    brush.text({room.x, room.y, room.w, line}, trace::visible(log[i]), code, Colour::ink);
  }
}

}  // namespace

void draw_life(const Brush& brush, Rect panel, const Subject& subject) {
  const trace::Language language = subject.view.language;
  draw_panel(brush, panel);
  const Container* container = shown_container(subject);
  const Rect room{panel.x + padding, panel.y + 10, panel.w - 2 * padding, panel.h - 20};
  const float name = brush.text({room.x, room.y, room.w, 18}, say(Word::life_of, language), heading, Colour::ink2) + 8;
  if (!container) {
    brush.paragraph({room.x, room.y + 28, room.w, room.h - 28}, say(Word::life_empty, language), body, Colour::ink2, 8);
    return;
  }
  brush.text({room.x + name, room.y, room.w - name, 18},
             container->name.empty() ? short_id(container->id) : container->name, code_strong, Colour::ink);
  constexpr float widest = 300, gap = 12;
  // Wide rooms have the diagram at the left, high ones above.
  if (room.w > 2 * widest) {
    draw_diagram(brush, {room.x + 8, room.y + 30, widest, room.h - 36}, *container, language);
    const Rect right{room.x + widest + 40, room.y + 22, room.w - widest - 40, room.h - 22};
    const float used = draw_gauges_now(brush, right, subject) + gap;
    draw_log(brush, {right.x, right.y + used, right.w, right.h - used}, subject);
    return;
  }
  const float high = std::min(300.0F, room.h - 130);
  draw_diagram(brush, {room.x + 8, room.y + 32, room.w - 12, high}, *container, language);
  float y = room.y + 32 + high + gap;
  y += draw_gauges_now(brush, {room.x, y, room.w, 96}, subject) + gap;
  draw_log(brush, {room.x, y, room.w, room.bottom() - y}, subject);
}

}  // namespace glassdock::scene
