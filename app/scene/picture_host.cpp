#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/picture_parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::State;
using place::cache;
using place::host;
using place::kernel;

void draw_kernel(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  brush.box({.rect = kernel, .radius = 4, .fill = Colour::raised, .line = Colour::edge, .stroke = 1.2F});
  brush.place({.rect = kernel, .act = Act::select_event, .name = "kernel"});
  draw_icon(brush, Icon::chip, {kernel.x + 12, kernel.y + 9}, 16, Colour::ink);
  std::string release = subject.view.kernel;
  if (release.starts_with("Linux ")) release.erase(0, 6);
  if (std::size_t dash = release.find('-'); dash != std::string::npos) release.resize(dash);
  float width =
      brush.text({kernel.x + 38, kernel.y, 260, kernel.h}, say(Word::kernel, language, {release}), strong, Colour::ink);
  float x = kernel.x + 38 + width + 20;
  brush.text({x, kernel.y, kernel.right() - 12 - x, kernel.h},
             say(subject.view.asks()                ? Word::kernel_runs
                 : subject.model.containers.empty() ? Word::kernel_already
                                                    : Word::kernel_words,
                 language),
             body, Colour::ink2);
}

void draw_layer(const Brush& brush, Rect bar, std::string_view name, const model::Layer* layer,
                trace::Language language) {
  State state = layer ? layer->state : State::planned;
  bool there = state != State::planned && state != State::appearing;
  brush.box({.rect = bar,
             .radius = 4,
             .fill = there ? Colour::cache_soft : Colour::none,
             .line = there ? Colour::cache_line : Colour::edge,
             .stroke = 1.4F,
             .dash = there ? dash_of(state) : Dash::dashed});
  draw_icon(brush, Icon::lock, {bar.x + 8, bar.y + 7}, 12, there ? Colour::cache_line : Colour::ink3);
  std::string files;
  if (layer && layer->entries > 0) files = files_text(layer->entries, language);
  float wide = files.empty() ? 0 : brush.width(files, code) + 2;
  brush.text({bar.x + 28, bar.y, bar.w - 44 - wide, bar.h}, name, body, there ? Colour::ink : Colour::ink3);
  brush.text({bar.right() - 8 - wide, bar.y, wide, bar.h}, files, code, Colour::ink2, Align::right);
}

// What else the engine keeps, as many names as there is room for: the whole list is a panel. Before the engine has
// looked, the one that is asked for is among them like any other, where it is there.
void draw_other_images(const Brush& brush, const Subject& subject, const std::optional<RunImage>& picked, Rect room) {
  const trace::Language language = subject.view.language;
  std::vector<const model::Image*> others = images_here(subject.model);
  const bool found = picked && picked->words != Word::asked_for;
  std::erase_if(others, [&](const model::Image* one) {
    return found && (one == picked->image || one->reference == picked->name);
  });
  if (others.empty()) {
    if (second_lines(brush)) brush.paragraph(room, say(Word::cache_words, language), small, Colour::ink2, 2);
    return;
  }
  const float step = std::max(17.0F, brush.line_height(code));
  const auto rows = static_cast<std::size_t>(std::max(room.h / step, 1.0F));
  const std::size_t shown = others.size() > rows ? rows - 1 : others.size();
  Rect row{room.x, room.y, room.w, step};
  for (std::size_t i = 0; i < shown; ++i, row.y += step) brush.text(row, others[i]->reference, code, Colour::ink2);
  if (shown < others.size()) {
    brush.text(row, say(Word::more, language, {std::to_string(others.size() - shown)}), small, Colour::ink2);
    row.y += step;
  }
  if (!subject.view.controls) return;
  brush.place({.rect = {room.x, room.y, room.w, row.y - room.y},
               .act = Act::show_images,
               .tip = std::string(say(Word::local_images, language))});
}

// Picked out of those that are here, or looked for in vain. No layers stand below it then, and a long name leaves the
// words no other place.
void draw_run_image(const Brush& brush, const RunImage& image, model::EventIndex event, Rect row, bool has_layers,
                    trace::Language language) {
  std::string_view beside = image.here ? std::string_view() : say(image.words, language);
  if (!image.here) brush.box({.rect = row, .radius = 4, .line = Colour::edge, .stroke = 1.2F, .dash = Dash::dashed});
  const float inset = image.here ? 0 : 6, room = row.w - 2 * inset;
  float wide = beside.empty() ? 0 : brush.width(beside, small) + 2;
  if (!has_layers && brush.width(image.name, code) > room - wide - 4) {
    brush.text({row.x, row.bottom() + 2, row.w, 18}, std::exchange(beside, {}), small, Colour::ink2);
    wide = 0;
  }
  brush.text({row.x + inset, row.y, room - wide - 4, row.h}, image.name, image.here ? code_strong : code,
             image.here ? Colour::ink : Colour::ink3);
  brush.text({row.right() - inset - wide, row.y, wide, row.h}, beside, small, Colour::ink2, Align::right);
  brush.place({.rect = row,
               .act = Act::select_event,
               .name = "image:" + image.name,
               .number = static_cast<std::int64_t>(event)});
}

void draw_cache(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  const std::optional<RunImage> picked = image_in_picture(subject);
  const model::Image* image = picked ? picked->image : nullptr;
  const bool kept = picked && image && image->state != State::failed;  // it is here, or comes
  const bool empty = !kept && images_here(model).empty();
  brush.box({.rect = cache,
             .radius = 6,
             .fill = empty ? Colour::none : Colour::card,
             .line = empty ? Colour::edge : Colour::cache_line,
             .stroke = 1.4F,
             .dash = empty ? Dash::dashed : Dash::solid});
  draw_icon(brush, Icon::cache, {cache.x + 12, cache.y + 11}, 16, empty ? Colour::ink3 : Colour::cache_line);
  brush.text({cache.x + 36, cache.y + 9, cache.w - 48, 20}, say(Word::local_cache, language), strong, Colour::ink);
  brush.place({.rect = cache, .act = Act::select_event, .name = "cache"});
  const Rect row{cache.x + 12, cache.y + 84, cache.w - 24, 22};
  const Rect above{row.x, cache.y + 34, row.w, (picked ? row.y : cache.bottom()) - cache.y - 38};
  if (empty) {
    brush.paragraph(above, say(picked ? Word::nothing_kept : Word::cache_empty, language), small, Colour::ink2, 4);
  } else {
    draw_other_images(brush, subject, picked, above);
  }
  if (picked) draw_run_image(brush, *picked, image ? image->event : model.lookup.event, row, kept, language);
  if (!kept) return;
  const std::vector<std::string>& blobs = image->layers;
  std::size_t from = blobs.size() > most_bars ? blobs.size() - most_bars : 0;
  for (std::size_t i = from; i < blobs.size(); ++i) {
    Rect bar{cache.x + 12, place::lowest_layer - static_cast<float>(i - from) * place::layer_step, cache.w - 24,
             place::layer_height};
    const model::Layer* layer = model.layer(blobs[i]);
    draw_layer(brush, bar, say(Word::layer, language, {std::to_string(i + 1)}), layer, language);
    brush.place({bar,
                 Act::select_event,
                 layer_name("layer:", blobs, i),
                 static_cast<std::int64_t>(layer ? layer->event : model::no_event),
                 {}});
  }
}

struct HostProcess {
  std::int32_t pid;
  std::string place;  // terms.h
  model::EventIndex event;
  std::string name;
  bool ended = false;
};

void draw_host_process(const Brush& brush, Point at, const HostProcess& process, Rect area) {
  const bool ended = process.ended;
  brush.circle(at, 8, ended ? Colour::none : Colour::raised, ended ? Colour::hairline : Colour::ink3, 1.6F);
  const std::string words = process.pid > 0 ? fmt::format("{} {}", process.pid, process.name) : process.name;
  const std::string_view brief = std::string_view(words).substr(0, words.find(','));
  brush.place({{at.x - 10, at.y - 12, area.right() - at.x + 10, 24},
               Act::select_event,
               process.place,
               static_cast<std::int64_t>(process.event),
               {}});
  brush.text_of({at.x + 14, at.y - 10, area.right() - at.x - 14, 20}, {words, brief}, small,
                ended ? Colour::ink3 : Colour::ink2);
}

// The containers that run besides the one in the picture.
std::optional<HostProcess> other_containers(const Subject& subject) {
  const trace::Language language = subject.view.language;
  const std::vector<const model::Container*> others = running_beside(subject);
  if (others.empty()) return std::nullopt;
  if (others.size() > 1) {
    return HostProcess{0, "containers", model::no_event,
                       say(Word::other_containers, language, {std::to_string(others.size())})};
  }
  const model::Container& one = *others.front();
  return HostProcess{one.process, "container:" + one.id, one.created_event,
                     say(Word::another_container, language, {one.name})};
}

// A line of fork(2) and clone(2) down from its parent's circle.
void draw_fork(const Brush& brush, Point parent, Point at) {
  brush.line({{parent.x, at.y - 20}, {parent.x, at.y}, 1.4F, Colour::edge});
  brush.line({{parent.x, at.y}, {at.x - 8, at.y}, 1.4F, Colour::edge});
}

void draw_processes(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  const auto named = [&](Word word, bool ended) { return name_of_process(word, ended, language); };
  // The launcher goes with its engine.
  const bool dead = shows_dead_engine(subject.view);
  std::vector<HostProcess> chain;
  chain.push_back({model.engine.pid, "daemon", model.engine.event, named(Word::the_engine, dead), dead});
  if (model.engine.launcher > 0) {
    chain.push_back({model.engine.launcher, "launcher", model.engine.event, named(Word::launcher, dead), dead});
  }
  const model::Container* container = shown_container(subject);
  bool monitor = container && container->monitor > 0;
  const model::Exec* exec = container ? exec_in_picture(*container) : nullptr;
  const bool execs = exec && exec->monitor > 0;
  // The monitor of the command is a child of the launcher, as that of the container is.
  if (execs) {
    const bool ended = has_ended(*exec);
    chain.push_back({exec->monitor, "exec:" + exec->id, exec->begin, named(Word::exec_monitor, ended), ended});
  }
  if (monitor) {
    const bool ended = container->is_ended();  // it leaves with its container
    chain.push_back({container->monitor, "monitor", container->start_event, named(Word::monitor, ended), ended});
  }
  const std::optional<HostProcess> others = other_containers(subject);
  Rect area = place::processes;
  brush.text({area.x, area.y, area.w, 18}, say(Word::processes_of_host, language), caption, Colour::ink2);
  const float step = others || execs ? 22 : 30;
  const float indent = 22;
  Point at{area.x + 12, area.y + (execs || others ? 28 : 34)}, parent{};
  // Nobody's child in this tree, so it stands above it; where the command's monitor has that row, below it.
  if (others && !execs) {
    draw_host_process(brush, at, *others, area);
    at.y += step;
  }
  Point last{};  // the monitor's
  Point of_exec{};
  for (std::size_t i = 0; i < chain.size(); ++i, at.y += step) {
    if (chain[i].pid == 0) {
      at.y -= step;
      continue;
    }
    const bool sibling = execs && monitor && i + 1 == chain.size();
    if (i > 0 && !sibling) {
      parent = last;
      at.x = last.x + indent;
    }
    if (parent.x > 0) draw_fork(brush, parent, at);
    draw_host_process(brush, at, chain[i], area);
    if (execs && chain[i].pid == exec->monitor) of_exec = at;
    last = at;
  }
  const bool cloned = monitor && container->process != 0 && !container->is_ended();
  constexpr float least_gap = 60;  // to the wall, for its plates
  area.w = place::wall_left - least_gap - area.x;
  if (others && execs) draw_host_process(brush, {area.x + 12, place::filters + 10}, *others, area);
  if (execs) draw_exec_line(brush, subject, *exec, of_exec);
  if (!cloned) return;
  // clone3: from the monitor's circle to process 1, which stands behind its walls.
  const Point first = first_process(*container);
  const float side = exec ? first.x - exec_radius - 11 : first.x;  // past the second process
  float far = subject.view.far(container->process_event, player::Motion::process);
  Point from{last.x, last.y + 8}, corner{from.x, place::filters}, below{side, place::filters};
  brush.line({from, corner, 1.6F, Colour::isolate_line});
  brush.line({corner, {corner.x + (below.x - corner.x) * far, corner.y}, 1.6F, Colour::isolate_line});
  if (far < 1) return;
  if (!exec) return brush.line({below, {below.x, first.y + 24}, 1.6F, Colour::isolate_line});
  brush.line({below, {side, first.y}, 1.6F, Colour::isolate_line});
  brush.line({{side, first.y}, {first.x - exec_radius, first.y}, 1.6F, Colour::isolate_line});
}

}  // namespace

void draw_host(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  brush.box({.rect = host, .radius = 8, .fill = Colour::panel, .line = Colour::edge, .stroke = 1.2F});
  brush.place({.rect = host.inset(1), .act = Act::select_event, .name = "host"});
  float width = brush.text({host.x + 14, host.y + 7, 100, 20}, say(Word::host, language), strong, Colour::ink);
  const std::string& machine = subject.view.machine;
  const std::string words = machine.empty()              ? std::string(say(Word::one_machine, language))
                            : subject.view.is_recorded() ? say(Word::machine_named, language, {machine})
                                                         : say(Word::this_machine, language, {machine});
  const float left = host.x + 24 + width;
  // A signal goes down behind it: no word stands on a line.
  const model::Container* container = shown_container(subject);
  const bool signal = container && signal_in_picture(*container);
  const float room = (signal ? place::signal_corridor - 6 : place::wall_left) - left;
  if (!signal || brush.width(words, small) < room) {
    brush.text_of({left, host.y + 7, room, 20}, {words, machine}, small, Colour::ink2);
  }
  draw_cache(brush, subject);
  draw_processes(brush, subject);
  draw_kernel(brush, subject);
}

}  // namespace glassdock::scene
