// docker's table of containers, from the events alone: of any moment, live and in a recording.
#include <algorithm>
#include <numeric>
#include <vector>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "app/text/tables.h"
#include "engine/base/status_text.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::Phase;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr float padding = 12, head = 44, row_high = 22;
// docker's seven, separated so that each stands in a column of its own.
constexpr std::string_view cells =
    "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

std::string_view state_of(const Container& container) {
  switch (container.standing()) {
    case Phase::running:
      return "running";
    case Phase::paused:
      return "paused";
    case Phase::restarting:
      return "restarting";
    case Phase::exited:
      return "exited";
    default:
      return "created";
  }
}

// Listed without -a, too.
bool is_up(const Container& container) {
  const Phase phase = container.standing();
  return phase == Phase::running || phase == Phase::paused || phase == Phase::restarting;
}

// As the engine would list it at that moment; times are the trace's.
client::ContainerSummary summary_of(const Container& container, std::int64_t now_ns) {
  client::ContainerSummary summary;
  summary.id = container.id;
  summary.names = {"/" + container.name};
  summary.image = container.image;
  summary.image_id = container.image_id;
  summary.command = container.command;
  summary.created_s = container.life.created_ns.value_or(now_ns) / second_ns;
  summary.state = state_of(container);
  const bool runs = summary.state == "running" || summary.state == "paused";
  const std::int64_t since = (runs ? container.life.started_ns : container.life.ended_ns).value_or(now_ns);
  summary.status = status_text(summary.state, container.life.ended_code, (now_ns - since) / second_ns);
  return summary;
}

// Sorted once for a scene.
struct Table {
  std::vector<const Container*> rows;
  std::size_t all = 0, up = 0;
};

Table table_of(const Subject& subject) {
  Table table;
  table.rows = listed_containers(subject.model, true);
  table.all = table.rows.size();
  table.up = static_cast<std::size_t>(
      std::count_if(table.rows.begin(), table.rows.end(), [](const Container* one) { return is_up(*one); }));
  if (!subject.view.containers.all) std::erase_if(table.rows, [](const Container* one) { return !is_up(*one); });
  return table;
}

// A ring for what waits: for its first start, or for the next one.
void draw_state_mark(const Brush& brush, Point at, const Container& container) {
  const Phase phase = container.standing();
  const Colour colour = is_up(container) ? Colour::run_line : Colour::ink2;
  if (phase == Phase::created || phase == Phase::restarting) {
    const Point centre{at.x + 6, at.y + 6};
    brush.circle(centre, 5, Colour::none, colour, 1.4F, phase == Phase::created ? Dash::solid : Dash::dashed);
    if (phase == Phase::restarting) draw_icon(brush, Icon::play, {at.x + 3, at.y + 3}, 6, colour);
    return;
  }
  const Icon icon = phase == Phase::running ? Icon::play : phase == Phase::paused ? Icon::pause : Icon::cross;
  draw_icon(brush, icon, at, 12, colour);
}

std::vector<std::string> cells_of(const std::string& table) {
  return split(table.substr(0, table.find('\n')), '\t');
}

// As docker prints them, blanks between; one of them has two words.
std::vector<std::string> titles() {
  const std::string table = text::containers_table({}, 0, {.format = "table " + std::string(cells)});
  std::vector<std::string> titles;
  for (std::string& word : split_words(table.substr(0, table.find('\n')))) {
    if (word == "ID" && !titles.empty()) {
      titles.back() += " " + word;
    } else {
      titles.push_back(std::move(word));
    }
  }
  return titles;
}

using Cells = std::vector<std::string>;

// As wide as their words, what is left over between them; where that is too much each gives up the same part.
std::vector<float> widths_of(const Brush& brush, const std::vector<Cells>& rows, float room) {
  constexpr float gap = 14;
  std::vector<float> widths(rows.front().size(), 0);
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], brush.width(row[i], code) + 1 + gap);
    }
  }
  const float all = std::accumulate(widths.begin(), widths.end(), 0.0F);
  const float more = std::max(room - all, 0.0F) / static_cast<float>(widths.size());
  for (float& width : widths) width = width * std::min(room / all, 1.0F) + more;
  return widths;
}

void draw_row(const Brush& brush, Rect row, const std::vector<float>& widths, const Cells& words, Colour ink) {
  float x = row.x;
  for (std::size_t i = 0; i < widths.size() && i < words.size(); ++i) {
    brush.text({x, row.y, widths[i] - 8, row.h}, words[i], code, ink);
    x += widths[i];
  }
}

void draw_table(const Brush& brush, Rect panel, const Subject& subject, const Table& table) {
  const trace::Language language = subject.view.language;
  const ContainersView& view = subject.view.containers;
  draw_panel(brush, panel);
  const std::string other = view.all ? say(Word::containers_up, language, {std::to_string(table.up)})
                                     : say(Word::containers_all, language, {std::to_string(table.all)});
  float right = panel.right() - padding;
  const auto button = [&](std::string_view words, Act act) {
    right = draw_head_button(brush, panel, right, words, act);
  };
  if (subject.view.controls) {
    button(say(Word::containers_close, language), Act::show_containers);
    button(other, Act::show_all_containers);
    button(say(Word::signals, language), Act::show_signals);
  }
  brush.text({panel.x + padding, panel.y + 11, right - panel.x - 2 * padding, 20},
             view.all ? "$ docker ps -a" : "$ docker ps", code_strong, Colour::ink);

  const std::vector<const Container*>& list = table.rows;
  const Rect room{panel.x + padding, panel.y + head, panel.w - 2 * padding, panel.h - head - 6};
  if (list.empty()) {
    brush.paragraph(room, say(table.all == 0 ? Word::no_containers : Word::none_runs, language), body, Colour::ink2, 4);
    return;
  }
  constexpr float mark = 20, lift = 6;
  const auto rows = static_cast<std::size_t>(std::max(1.0F, (room.h - row_high + lift) / row_high));
  const std::size_t last = list.size() > rows ? list.size() - rows : 0;
  const std::size_t first = std::min(static_cast<std::size_t>(std::max(view.first_row, 0)), last);
  // One stop of Tab, in which keys choose a row; its ring stands round all of them.
  constexpr float beside = 6;
  brush.place({.rect = {room.x - beside, room.y + row_high - lift, room.w + 2 * beside,
                        static_cast<float>(std::min(rows, list.size())) * row_high},
               .act = Act::scroll_containers,
               .length = static_cast<std::int64_t>(last)});
  const std::int64_t now_ns = subject.model.now_ns + subject.view.waited_here_ns();
  std::vector<Cells> cells_shown{titles()};
  for (std::size_t i = first; i < list.size() && i < first + rows; ++i) {
    const client::ContainerSummary summary = summary_of(*list[i], now_ns);
    cells_shown.push_back(
        cells_of(text::containers_table({&summary, 1}, now_ns / second_ns, {.format = std::string(cells)})));
  }
  const std::vector<float> widths = widths_of(brush, cells_shown, room.w - mark);
  draw_row(brush, {room.x + mark, room.y - lift, room.w - mark, row_high}, widths, cells_shown.front(), Colour::ink2);
  const Container* shown = container_of_life(subject.model, subject.view.container, view.all);
  Rect row{room.x, room.y + row_high - lift, room.w, row_high};
  for (std::size_t i = first; i < list.size() && i < first + rows; ++i, row.y += row_high) {
    const Container& one = *list[i];
    const bool chosen = &one == shown;
    const Rect frame{row.x - 4, row.y, row.w + 8, row.h};
    if (chosen) {
      brush.box({.rect = frame, .radius = 4, .fill = Colour::raised, .line = Colour::ink, .stroke = 1.6F});
    }
    brush.place({.rect = frame, .act = Act::choose_container, .name = one.id});
    draw_state_mark(brush, {row.x + 2, row.y + 5}, one);
    draw_row(brush, {row.x + mark, row.y, row.w - mark, row.h}, widths, cells_shown[i - first + 1],
             is_up(one) || chosen ? Colour::ink : Colour::ink2);
  }
}

void draw_table_or_signals(const Brush& brush, Rect panel, const Subject& subject, const Table& table) {
  subject.view.containers.signals ? draw_signals(brush, panel, subject) : draw_table(brush, panel, subject, table);
}

}  // namespace

std::vector<const Container*> listed_containers(const model::Model& model, bool all) {
  std::vector<const Container*> list;
  for (const Container& one : model.containers) {
    const bool there = one.phase != Phase::creating && one.phase != Phase::removed;
    if (there && (all || is_up(one))) list.push_back(&one);
  }
  std::stable_sort(list.begin(), list.end(), [](const Container* a, const Container* b) {
    return a->life.created_ns.value_or(0) > b->life.created_ns.value_or(0);
  });
  return list;
}

const Container* container_of_life(const model::Model& model, std::string_view chosen, bool all) {
  if (const Container* shown = shown_container(model, chosen)) return shown;
  const std::vector<const Container*> list = listed_containers(model, all);
  return list.empty() ? nullptr : list.front();
}

std::string container_status(const Container& container, std::int64_t now_ns) {
  return container.phase == Phase::removed ? std::string() : summary_of(container, now_ns).status;
}

void draw_container_table(const Brush& brush, Rect panel, const Subject& subject) {
  draw_table_or_signals(brush, panel, subject, table_of(subject));
}

void draw_containers_over(const Brush& brush, Rect panel, const Subject& subject) {
  constexpr float gap = 6;
  const Table table = table_of(subject);
  const std::size_t rows = std::clamp<std::size_t>(table.rows.size(), 2, 4);
  const float high = head + static_cast<float>(rows + 1) * row_high + 4;
  brush.box({.rect = panel, .fill = Colour::window});  // between both, too, nothing of the picture is seen
  brush.place({.rect = panel});
  draw_table_or_signals(brush, {panel.x, panel.y, panel.w, high}, subject, table);
  draw_life(brush, {panel.x, panel.y + high + gap, panel.w, panel.h - high - gap}, subject);
}

}  // namespace glassdock::scene
