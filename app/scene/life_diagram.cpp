// The life of the container in the picture: its six states and the moves between them, what it takes now, what it
// printed last.
#include <fmt/format.h>

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

// Where everything stands: below each other, and what waits beside what it comes from.
struct Plan {
  Rect created, running, paused, exited, restarting, removed;
  Rect beside;  // of the words of a way down: to the right of it
};

Plan plan_of(Rect room, float step, float high) {
  const float wide = std::clamp((room.w - 56) / 2, 64.0F, 110.0F);
  const auto row = [&](float i) { return Rect{room.x, room.y + i * step, wide, high}; };
  Rect paused = row(1), restarting = row(2);
  paused.x = restarting.x = room.right() - wide;
  const Rect beside{room.x + wide * 0.5F, 0, room.w - wide * 0.5F, 0};
  return {row(0), row(1), paused, row(2), restarting, row(3), beside};
}

bool has_been(const Container& container, Phase phase) {
  const model::Life& life = container.life;
  switch (phase) {
    case Phase::running:
      return life.started_ns.has_value();
    case Phase::paused:
      return life.tally(Move::pause).count > 0 || container.phase == Phase::paused;
    case Phase::restarting:
      return life.tally(Move::by_policy).count > 0;
    case Phase::exited:
      return life.ended_ns.has_value();
    case Phase::removed:
      return container.phase == Phase::removed;
    default:
      return true;
  }
}

void draw_diagram_state(const Brush& brush, Rect rect, const Container& container, Phase phase, std::string_view name) {
  const bool now = container.standing() == phase, been = now || has_been(container, phase);
  const Colour line = now ? Colour::run_line : been ? Colour::ink2 : Colour::edge;
  if (now) brush.box({.rect = rect.inset(-4), .radius = 9, .line = Colour::ink, .stroke = 2});
  brush.box({.rect = rect,
             .radius = 6,
             .fill = now ? Colour::run_soft : Colour::none,
             .line = line,
             .stroke = been ? 1.6F : 1.2F,
             .dash = been ? Dash::solid : Dash::dashed});
  const Font usual = now ? strong : body;
  const bool fits = brush.width(name, usual) + 1 <= rect.inset(3).w;
  brush.text(rect.inset(3), name, fits ? usual : Font{usual.face, caption.size}, been ? Colour::ink : Colour::ink3,
             Align::centre);
}

// A move: possible, made, or being made: its start goes on, or is held.
enum class Made { no, yes, now };

void draw_way(const Brush& brush, Arrow way, Made made) {
  brush.line({way.from, way.to, made == Made::no ? 1.2F : 2.4F, made == Made::no ? Colour::edge : Colour::ink,
              made == Made::no    ? Dash::dashed
              : made == Made::yes ? Dash::solid
                                  : Dash::dotted});
}

void draw_arrow(const Brush& brush, Arrow arrow, Made made) {
  draw_way(brush, arrow, made);
  const Colour colour = made == Made::no ? Colour::edge : Colour::ink;
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

// Where a gate holds the start.
void draw_gate(const Brush& brush, Point at) {
  brush.circle(at, 8, Colour::plate);
  draw_icon(brush, Icon::gate, {at.x - 5, at.y - 5}, 10, Colour::on_plate);
}

struct Diagram {
  const Brush& brush;
  Rect room;
  const Subject& subject;
  const Container& container;
  Plan plan;
  float high = 0;

  bool happened(Move move) const { return container.life.tally(move).count > 0; }
  // The way that a start takes from the state where it begins.
  Made made(Phase from, bool happened) const {
    if (container.phase == Phase::starting && container.standing() == from) return Made::now;
    return happened ? Made::yes : Made::no;
  }
  static Made made(bool happened) { return happened ? Made::yes : Made::no; }
};

// A start that goes on is dotted, with the gate that holds it.
void draw_start(const Diagram& diagram, Arrow arrow, Made made) {
  draw_arrow(diagram.brush, arrow, made);
  const auto& held = diagram.subject.model.held;
  const bool holds = std::any_of(held.begin(), held.end(),
                                 [&](const model::Held& one) { return one.subject == diagram.container.id; });
  if (made != Made::now || !holds) return;
  draw_gate(diagram.brush, {(arrow.from.x + arrow.to.x) / 2, (arrow.from.y + arrow.to.y) / 2});
}

void draw_arrows(const Diagram& diagram) {
  const auto& [brush, room, subject, container, plan, high] = diagram;
  const auto down = [](const Rect& from, const Rect& to, float part) {
    const float x = from.x + from.w * part;
    return Arrow{{x, from.bottom() + 6}, {x, to.y - 6}};
  };
  const auto up = [](const Rect& from, const Rect& to, float part) {
    const float x = from.x + from.w * part;
    return Arrow{{x, from.y - 6}, {x, to.bottom() + 6}};
  };
  const bool never_ran = !container.life.started_ns, gone = container.phase == Phase::removed;
  draw_start(diagram, down(plan.created, plan.running, 0.2F),
             diagram.made(Phase::created, diagram.happened(Move::start)));
  draw_arrow(brush, down(plan.running, plan.exited, 0.2F), Diagram::made(diagram.happened(Move::exit)));
  draw_start(diagram, up(plan.exited, plan.running, 0.4F), diagram.made(Phase::exited, diagram.happened(Move::again)));
  draw_arrow(brush, down(plan.exited, plan.removed, 0.2F), Diagram::made(gone && !never_ran));
  const float left = plan.created.x - 7;
  const Made aside = Diagram::made(gone && never_ran);
  const float out = plan.created.y + high / 2, in = plan.removed.y + high / 2;
  draw_way(brush, {{plan.created.x, out}, {left, out}}, aside);
  draw_way(brush, {{left, out}, {left, in}}, aside);
  draw_arrow(brush, {{left, in}, {plan.removed.x - 1, in}}, aside);

  // Three ways at the right of what runs: frozen, on again, and again by its policy.
  constexpr float off = 7;
  const float right = plan.running.right() + off, before = plan.paused.x - off, apart = high / 4;
  const float middle = plan.running.y + high / 2;
  const float freeze = middle - 1.4F * apart, thaw = middle + 0.2F * apart, again = middle + 1.6F * apart;
  draw_arrow(brush, {{right, freeze}, {before, freeze}}, Diagram::made(diagram.happened(Move::pause)));
  draw_arrow(brush, {{before, thaw}, {right, thaw}}, Diagram::made(diagram.happened(Move::unpause)));
  const bool waits = container.standing() == Phase::restarting, policy = diagram.happened(Move::by_policy);
  const float to = plan.restarting.y + high / 2 + apart, back = plan.restarting.y + high / 2 - apart;
  draw_arrow(brush, {{plan.exited.right() + off, to}, {before, to}}, Diagram::made(waits || policy));
  // What nobody wanted is left out: the words of other moves have its room.
  if (!waits && !policy) return;
  const float turn = before - off;
  const Made restarts = diagram.made(Phase::restarting, policy);
  draw_way(brush, {{plan.restarting.x - 3, back}, {turn, back}}, restarts);
  draw_way(brush, {{turn, back}, {turn, again}}, restarts);
  draw_start(diagram, {{turn, again}, {right, again}}, restarts);
}

// Why it ended last: behind the state that it came to.
void draw_cause(const Diagram& diagram, Rect room) {
  const model::Moved& exit = *diagram.container.life.exit;
  const ExitWords words = exit_words(exit, diagram.subject.view.language);
  diagram.brush.text_of(room, {words.whole, words.brief, words.briefest}, small, Colour::ink);
  diagram.brush.place({.rect = room, .act = Act::select_event, .number = static_cast<std::int64_t>(exit.event)});
}

// Beside each arrow how often it was taken, and when.
void draw_moves(const Diagram& diagram) {
  const auto& [brush, room, subject, container, plan, high] = diagram;
  constexpr float line = 18, beneath = 5;
  const float x = plan.beside.x, wide = plan.beside.w;
  const auto between = [&](const Rect& above, const Rect& below, float lines) {
    return (above.bottom() + below.y - lines * line) / 2;
  };
  draw_move(brush, {plan.created.right() + 12, plan.created.y + (high - line) / 2, room.w - plan.created.w - 12, line},
            container, Move::create);
  draw_move(brush, {x, between(plan.created, plan.running, 1), wide, line}, container, Move::start);
  const float two = between(plan.running, plan.exited, 2);
  // To the left of the word behind paused, and of the way that a restart takes.
  const bool restarts = container.standing() == Phase::restarting || container.life.tally(Move::by_policy).count > 0;
  const float half = plan.paused.x - (restarts ? 18 : 8) - x;
  draw_move(brush, {x, two, half, line}, container, Move::exit);
  draw_move(brush, {x, two + line, restarts ? half : wide, line}, container, Move::again);
  draw_move(brush, {plan.paused.x - 24, plan.paused.y - line - 1, plan.paused.w + 24, line}, container, Move::pause,
            Align::right);
  draw_move(brush, {plan.paused.x - 4, plan.paused.bottom() + beneath, plan.paused.w + 4, line}, container,
            Move::unpause, Align::right);
  const bool ended = container.life.exit.has_value();
  const float last = between(plan.exited, plan.removed, ended ? 2 : 1);
  if (ended) draw_cause(diagram, {x, last, restarts ? half : wide, line});
  const Rect removal{x, last + (ended ? line : 0), half, line};
  draw_move(brush, removal, container, Move::remove);
  // What nobody wanted leaves its room to the cause.
  if (ended && !restarts) return;
  const Rect policy{plan.restarting.x - 12, plan.restarting.bottom() + beneath, plan.restarting.w + 12, line};
  draw_move(brush, policy, container, Move::by_policy, Align::right);
  const NextStart next = next_start(subject, container);
  if (next.whole.empty()) return;
  constexpr float remove_wide = 32;  // "rm": it has not happened
  const Rect below{x + remove_wide, policy.bottom(), policy.right() - x - remove_wide, line};
  brush.text_of(below, {next.whole, next.brief.empty() ? next.whole : next.brief}, small, Colour::ink, Align::right);
}

void draw_diagram(const Brush& brush, Rect room, const Subject& subject, const Container& container) {
  constexpr float rows = 4;
  const float high = std::clamp(room.h / 8.4F, 24.0F, 34.0F);
  const float step = (room.h - high) / (rows - 1);
  const Plan plan = plan_of(room, step, high);
  const Diagram diagram{brush, room, subject, container, plan, high};
  draw_arrows(diagram);
  struct Row {
    const Rect& rect;
    Phase phase;
    Word name;
  };
  for (const Row& row : {Row{plan.created, Phase::created, Word::phase_created},
                         {plan.running, Phase::running, Word::phase_running},
                         {plan.paused, Phase::paused, Word::phase_paused},
                         {plan.exited, Phase::exited, Word::phase_exited},
                         {plan.restarting, Phase::restarting, Word::phase_restarting},
                         {plan.removed, Phase::removed, Word::phase_removed}}) {
    draw_diagram_state(brush, row.rect, container, row.phase, say(row.name, subject.view.language));
  }
  draw_moves(diagram);
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
  // A share of the time needs two samples.
  const bool twice = now.machine_cpu_ns > usage->before.machine_cpu_ns;
  const std::string cpu = twice ? words[0] : std::string(say(Word::gauge_not_yet, language));
  struct Row {
    Word name;
    std::string words;
    double part;
  };
  const std::array<Row, 3> rows{{{Word::memory, words.size() > 1 ? words[1] : "", memory},
                                 {Word::cpu, cpu, text::cpu_share(usage->before, now) / 100},
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
  const std::optional<std::vector<std::string>>& asked = subject.view.containers.log;
  if (!asked || asked->empty()) {
    const Word why = subject.history.is_recording() ? Word::log_not_recorded
                     : asked                        ? Word::log_empty
                                                    : Word::log_when_live;
    const int lines = std::max(1, static_cast<int>(room.h / brush.line_height(small)));
    brush.paragraph(room, say(why, language), small, Colour::ink2, std::min(lines, 3));
    return;
  }
  const std::vector<std::string>& log = *asked;
  const std::size_t rows = std::min(log.size(), static_cast<std::size_t>(room.h / line));
  for (std::size_t i = log.size() - rows; i < log.size(); ++i, room.y += line) {
    brush.text({room.x, room.y, room.w, line}, trace::visible(log[i]), code, Colour::ink);
  }
}

// Which of how many, and the keys that lead to the others.
void draw_place_in_list(const Brush& brush, Rect room, const Container& container, const Subject& subject) {
  const std::vector<const Container*> all = listed_containers(subject.model, subject.view.containers.all);
  const auto at = std::find(all.begin(), all.end(), &container);
  if (all.size() < 2 || at == all.end()) return;
  brush.text({room.x, room.y, room.w, 18}, fmt::format("↑ ↓  {} / {}", at - all.begin() + 1, all.size()), code,
             Colour::ink2, Align::right);
}

}  // namespace

void draw_life(const Brush& brush, Rect panel, const Subject& subject) {
  const trace::Language language = subject.view.language;
  draw_panel(brush, panel);
  const ContainersView& view = subject.view.containers;
  // Beside the signals there is no table that leaves any out.
  const Container* container = container_of_life(subject.model, subject.view.container, view.all || view.signals);
  const Rect room{panel.x + padding, panel.y + 10, panel.w - 2 * padding, panel.h - 20};
  const float name = brush.text({room.x, room.y, room.w, 18}, say(Word::life_of, language), heading, Colour::ink2) + 8;
  const bool alone = subject.view.arrangement.class_mode;  // there is no table beside it
  if (!container) {
    brush.paragraph({room.x, room.y + 28, room.w, room.h - 28}, say(Word::life_empty, language), body, Colour::ink2, 8);
    return;
  }
  brush.text({room.x + name, room.y, room.w - name, 18},
             container->name.empty() ? short_id(container->id) : container->name, code_strong, Colour::ink);
  if (alone) draw_place_in_list(brush, room, *container, subject);
  constexpr float widest = 300, gap = 12;
  // Wide rooms have the diagram at the left, high ones above.
  if (room.w > 2 * widest) {
    draw_diagram(brush, {room.x + 8, room.y + 30, widest, room.h - 36}, subject, *container);
    const Rect right{room.x + widest + 40, room.y + 22, room.w - widest - 40, room.h - 22};
    const float used = draw_gauges_now(brush, right, subject) + gap;
    draw_log(brush, {right.x, right.y + used, right.w, right.h - used}, subject);
    return;
  }
  const float high = std::min(300.0F, room.h - 130);
  draw_diagram(brush, {room.x + 8, room.y + 32, room.w - 12, high}, subject, *container);
  float y = room.y + 32 + high + gap;
  y += draw_gauges_now(brush, {room.x, y, room.w, 96}, subject) + gap;
  draw_log(brush, {room.x, y, room.w, room.bottom() - y}, subject);
}

}  // namespace glassdock::scene
