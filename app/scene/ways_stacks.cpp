// What stands on what: programs on one server, machines with hardware and kernels of their own, containers on one
// kernel. The host's kernel and hardware lie beneath all of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/life_words.h"
#include "app/scene/race_view.h"
#include "app/scene/ways_block.h"
#include "app/scene/ways_view.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Sight;
using model::State;

// "MemTotal:  4031120 kB" among the lines: its bytes. Nothing where no line says so.
std::optional<std::int64_t> kilobytes(const Sight* sight, std::string_view name) {
  if (!sight) return {};
  for (const std::string& line : sight->output) {
    if (!starts_with(line, name)) continue;
    for (const std::string& word : split_words(line)) {
      if (const auto number = parse_number(word)) return static_cast<std::int64_t>(*number) * 1024;
    }
  }
  return {};
}

// What several programs take from each other.
struct Resource {
  std::string_view sight;
  Icon icon;
  WayWord name, fights;
};
constexpr std::array resources{Resource{"port", Icon::network, WayWord::port, WayWord::fights_port},
                               Resource{"library", Icon::book, WayWord::library, WayWord::fights_library},
                               Resource{"disk", Icon::cache, WayWord::disk, WayWord::fights_disk},
                               Resource{"memory", Icon::meter, WayWord::memory, WayWord::fights_memory}};

constexpr std::size_t most_columns = 3;

class Stack {
 public:
  Stack(const Brush& brush, const Subject& subject)
      : brush_(brush),
        subject_(subject),
        model_(subject.model),
        language_(subject.view.language),
        note_(note_of(subject)) {}

  void draw(Rect room) {
    const float floor = draw_base(room);
    const Rect above{room.x, room.y, room.w, floor - room.y - 4};
    switch (subject_.view.arrangement.way) {
      case Way::alone:
        return draw_alone(above);
      case Way::together:
        return draw_together(above);
      case Way::machines:
        return draw_machines(above);
      case Way::containers:
        return draw_containers(above);
      case Way::none:
      case Way::sizes:
        return;
    }
  }

 private:
  // Kernel and hardware of this host. Returns where what stands on them ends.
  float draw_base(Rect room) {
    constexpr float kernel_high = 32, hardware_high = 26, roomy = 210;
    float bottom = room.bottom();
    if (room.h >= roomy) {
      bar({room.x, bottom - hardware_high, room.w, hardware_high}, "race:hardware", Icon::meter,
          say(Word::race_host_hardware, language_), subject_.view.machine, {});
      bottom -= hardware_high + 4;
    }
    const bool shared = subject_.view.arrangement.way == Way::containers;
    bar({room.x, bottom - kernel_high, room.w, kernel_high}, "race:host", Icon::chip,
        shared ? say(WayWord::one_kernel, language_) : say(Word::race_host_kernel, language_), subject_.view.kernel,
        shared ? say(WayWord::one_kernel_words, language_) : std::string_view());
    return bottom - kernel_high;
  }

  void bar(Rect rect, std::string_view place, Icon icon, std::string_view name, const std::string& named,
           std::string_view words) {
    brush_.box({.rect = rect, .radius = 4, .fill = Colour::raised, .line = Colour::edge, .stroke = 1.4F});
    brush_.place({.rect = rect, .act = Act::select_event, .name = std::string(place)});
    draw_icon(brush_, icon, {rect.x + 10, rect.y + (rect.h - 16) / 2}, 16, Colour::ink);
    float x = rect.x + 36;
    x += brush_.text({x, rect.y, rect.right() - 8 - x, rect.h}, name, strong, Colour::ink) + 10;
    const float said = words.empty() ? 0 : brush_.width(words, small) + 14;
    const float named_wide = std::min(brush_.width(named, code) + 2, rect.right() - 8 - x);
    constexpr float least = 40;
    if (!named.empty() && named_wide > least) {
      brush_.text({x, rect.y, named_wide, rect.h}, trace::visible(named), code, Colour::ink2);
      x += named_wide + 12;
    }
    if (said > 0) draw_whole(brush_, {x, rect.y, rect.right() - 8 - x, rect.h}, {words}, small, Colour::ink2);
  }

  void draw_block(Rect rect, const WayBlock& block) { draw_way_block(brush_, rect, block); }

  // A server: an ordinary box, in which nothing is walled off.
  Rect draw_server(Rect room, std::string_view words) {
    brush_.box({.rect = room, .radius = 6, .fill = Colour::panel, .line = Colour::edge, .stroke = 1.6F});
    const float taken = brush_.text({room.x + 10, room.y + 2, room.w - 20, 20}, say(WayWord::server, language_),
                                    caption_of(subject_), Colour::ink);
    draw_whole(brush_, {room.x + taken + 22, room.y + 2, room.w - taken - 32, 20}, {words}, small, Colour::ink2,
               Align::right);
    return {room.x + 8, room.y + 24, room.w - 16, room.h - 32};
  }

  WayBlock program(WayWord name, std::string_view sight) const {
    const Sight* seen = model_.ways.sight(sight);
    return {.place = "way:" + std::string(sight),
            .icon = Icon::run,
            .name = say(name, language_),
            .line = Colour::run_line,
            .soft = Colour::run_soft,
            .here = seen != nullptr,
            .event = seen ? seen->event : model::no_event};
  }

  // One program, and how much of the machine's memory is its own: the area is to scale.
  void draw_alone(Rect room) {
    const Rect inner = draw_server(room, {});
    const Sight *hardware = model_.ways.sight("hardware"), *use = model_.ways.sight("use");
    const auto whole = kilobytes(hardware, "MemTotal"), own = kilobytes(use, "VmRSS");
    constexpr float block_high = 44, line_high = 20, gap = 6;
    draw_block({inner.x, inner.y, std::min(inner.w, 220.0F), std::min(block_high, inner.h)},
               program(WayWord::program_first, "use"));
    const Rect memory{inner.x, inner.y + block_high + gap, inner.w, inner.h - block_high - gap - line_high};
    if (!whole || !own || *whole <= 0 || memory.h < line_high) return;
    brush_.box({.rect = memory, .radius = 3, .line = Colour::edge, .stroke = 1.2F, .dash = Dash::dashed});
    const auto part = static_cast<float>(static_cast<double>(*own) / static_cast<double>(*whole));
    brush_.box({.rect = {memory.x, memory.y, std::max(memory.w * std::min(part, 1.0F), 2.0F), memory.h},
                .fill = Colour::run_line});
    draw_whole(brush_, {memory.x + 10, memory.y, memory.w - 20, memory.h}, {say(WayWord::rest_idle, language_)}, body,
               Colour::ink2, Align::centre);
    const std::string words = say(WayWord::uses_of, language_, {trace::bytes_text(*own), trace::bytes_text(*whole)});
    const float taken =
        brush_.text({inner.x, memory.bottom(), inner.w, line_high}, words, code_strong, Colour::ink) + 10;
    draw_whole(brush_, {inner.x + taken, memory.bottom(), inner.w - taken, line_high},
               {say(WayWord::in_use, language_)}, small, Colour::ink2);
    brush_.place({.rect = {memory.x, memory.y, memory.w, memory.h + line_high},
                  .act = Act::select_event,
                  .name = "way:use",
                  .number = static_cast<std::int64_t>(use->event)});
  }

  // What came last, or how it ended where nothing was printed.
  std::string said_by(const Sight& seen) const {
    return seen.output.empty() ? say(Word::exit_code, language_, {std::to_string(seen.exit_code)}) : seen.output.back();
  }

  // Two programs that stand on the same things; one of those that they fought for is broken.
  void draw_together(Rect room) {
    const Rect inner = draw_server(room, say(WayWord::server_shared, language_));
    constexpr float gap = 6, most = 70, least = 18;
    const float count = static_cast<float>(resources.size()) + 1;
    const float high = std::clamp((inner.h - gap * (count - 1)) / count, least, most);
    const float half = (inner.w - gap) / 2;
    const bool any = std::any_of(resources.begin(), resources.end(),
                                 [&](const Resource& one) { return model_.ways.sight(one.sight) != nullptr; });
    for (const bool second : {false, true}) {
      WayBlock block = program(second ? WayWord::program_second : WayWord::program_first, "port");
      block.here = any;
      block.place = second ? "way:program:2" : "way:program:1";
      block.event = model::no_event;
      draw_block({inner.x + (second ? half + gap : 0), inner.y, half, high}, block);
    }
    float y = inner.y + high + gap;
    for (const Resource& one : resources) {
      const Sight* seen = model_.ways.sight(one.sight);
      draw_block({inner.x, y, inner.w, high},
                 {.place = "way:" + std::string(one.sight),
                  .icon = one.icon,
                  .name = say(one.name, language_),
                  .named = seen ? said_by(*seen) : std::string(),
                  .second = std::string(say(one.fights, language_)),
                  .soft = seen && seen->exit_code != 0 ? Colour::failed_soft : Colour::card,
                  .here = seen != nullptr,
                  .failed = seen && seen->exit_code != 0,
                  .event = seen ? seen->event : model::no_event});
      y += high + gap;
    }
  }

  // The room of column `i` of so many.
  static Rect column(Rect room, std::size_t i, std::size_t count) {
    constexpr float gap = 10;
    const auto all = static_cast<float>(count);
    const float wide = (room.w - gap * (all - 1)) / all;
    return {room.x + static_cast<float>(i) * (wide + gap), room.y, wide, room.h};
  }

  // Closed boxes, each with a kernel and hardware of its own, over the hypervisor.
  void draw_machines(Rect room) {
    constexpr float hypervisor_high = 28, title_high = 24, gap = 5, most = 80;
    const std::vector<model::AskedMachine>& machines = model_.ways.machines;
    const bool known = !machines.empty();
    const std::string accelerator = known ? machines.back().accelerator : model_.race.accelerator;
    const Rect hypervisor{room.x, room.bottom() - hypervisor_high, room.w, hypervisor_high};
    const std::string hypervisor_words = accelerator.empty() ? std::string(say(WayWord::by_qemu, language_))
                                                             : say(WayWord::by_qemu_tcg, language_, {accelerator});
    brush_.box({.rect = hypervisor, .radius = 4, .fill = Colour::card, .line = Colour::pull_line, .stroke = 1.4F});
    draw_whole(brush_, {hypervisor.x + 10, hypervisor.y, hypervisor.w - 20, hypervisor.h},
               {hypervisor_words, say(WayWord::by_qemu_brief, language_)}, small, Colour::ink);
    brush_.place({.rect = hypervisor,
                  .act = Act::select_event,
                  .name = "way:hypervisor",
                  .number = static_cast<std::int64_t>(known ? machines.back().event : model::no_event)});
    const std::size_t count = std::clamp<std::size_t>(machines.size(), 1, most_columns);
    const Rect above{room.x, room.y, room.w, hypervisor.y - 4 - room.y};
    const float high = std::clamp((above.h - title_high - 4 * gap) / 3, 18.0F, most);
    const float frame_high = std::min(title_high + 3 * (high + gap) + gap, above.h);
    for (std::size_t i = 0; i < count; ++i) {
      Rect frame = column(above, i, count);
      frame.y = above.bottom() - frame_high, frame.h = frame_high;
      draw_machine(frame, i, known ? &machines[i] : nullptr, high);
    }
  }

  void draw_machine(Rect frame, std::size_t number, const model::AskedMachine* machine, float high) {
    constexpr float title_high = 24, gap = 5;
    brush_.box({.rect = frame,
                .radius = 6,
                .fill = Colour::panel,
                .line = machine ? Colour::pull_line : Colour::edge,
                .stroke = machine ? 2.4F : 1.2F,
                .dash = machine ? Dash::solid : Dash::dashed});
    draw_whole(brush_, {frame.x + 10, frame.y + 2, frame.w - 20, 20},
               {say(WayWord::machine, language_, {std::to_string(number + 1)})}, caption_of(subject_), Colour::ink);
    const std::string place = "way:machine:" + std::to_string(number);
    const model::EventIndex event = machine ? machine->event : model::no_event;
    float y = frame.y + title_high;
    const auto block = [&](WayBlock one) {
      one.place = place;
      one.event = event;
      one.here = machine != nullptr;
      if (y + high > frame.bottom() + 1) return;
      draw_block({frame.x + 6, y, frame.w - 12, high}, one);
      y += high + gap;
    };
    block({.icon = Icon::run,
           .name = machine ? std::string_view() : say(WayWord::program_first, language_),
           .named = machine ? machine->command : std::string(),
           .line = Colour::run_line,
           .soft = Colour::run_soft});
    block({.icon = Icon::chip,
           .name = say(WayWord::own_kernel, language_),
           .second = machine ? machine->kernel_release : std::string(),
           .second_font = code,
           .line = Colour::pull_line,
           .soft = Colour::pull_soft});
    const std::string cpus = machine ? std::to_string(machine->cpus) : std::string(),
                      memory = machine ? fmt::format("{} MiB", machine->memory_bytes / (1 << 20)) : std::string();
    block({.icon = Icon::meter,
           .name = say(WayWord::own_hardware, language_),
           .second = machine ? say(WayWord::told_hardware, language_, {cpus, memory}) : std::string()});
  }

  // "4026532256" as "…2256".
  static std::string end_of(const std::string& inode) {
    constexpr std::size_t digits = 4;
    return inode.size() <= digits ? inode : "…" + inode.substr(inode.size() - digits);
  }

  // Walls on three sides: each stands on the one kernel.
  void draw_containers(Rect room) {
    const std::vector<const model::Container*> all = standing_containers(model_);
    const std::size_t count = std::clamp<std::size_t>(all.size(), 1, most_columns);
    const std::size_t first = all.size() - std::min(all.size(), count);
    constexpr float words_high = 22;
    const float most_high = std::min(room.h - words_high, 290.0F);
    for (std::size_t i = 0; i < count; ++i) {
      Rect frame = column({room.x, room.bottom() - most_high, room.w, most_high}, i, count);
      draw_container_of(frame, all.empty() ? nullptr : all[first + i]);
    }
    const Rect words{room.x, room.bottom() - most_high - words_high, room.w, words_high - 2};
    const float taken = draw_whole(brush_, words, {say(WayWord::no_kernel_between, language_)}, small, Colour::ink2);
    if (first == 0) return;
    draw_whole(brush_, {words.x + taken + 14, words.y, words.w - taken - 14, words.h},
               {say(WayWord::more_stand, language_, {std::to_string(first)})}, small, Colour::ink2, Align::right);
  }

  void draw_container_of(Rect frame, const model::Container* container) {
    constexpr float wall = 8, inside = 3, gap = 5;
    const auto bar = [&](Rect rect) {
      brush_.box({.rect = rect,
                  .radius = 2,
                  .fill = container ? Colour::isolate : Colour::none,
                  .line = container ? Colour::isolate_line : Colour::edge,
                  .stroke = 1.2F,
                  .dash = container ? Dash::solid : Dash::dashed});
    };
    bar({frame.x, frame.y, wall, frame.h});
    bar({frame.right() - wall, frame.y, wall, frame.h});
    bar({frame.x, frame.y, frame.w, wall});
    const Rect inner{frame.x + wall + inside, frame.y + wall + inside, frame.w - 2 * (wall + inside),
                     frame.h - wall - 2 * inside};
    const std::string place = container ? "container:" + container->id : "containers";
    const float high = std::clamp((inner.h - 3 * gap) / 4, 18.0F, 64.0F);
    float y = inner.y;
    const auto block = [&](WayBlock one) {
      if (y + high > inner.bottom() + 1) return;
      one.place = place;
      one.here = container != nullptr;
      draw_block({inner.x, y, inner.w, high}, one);
      y += high + gap;
    };
    block({.icon = Icon::tag,
           .named = container ? container->name : std::string(),
           .event = container ? container->created_event : model::no_event});
    block({.icon = Icon::run,
           .name = container ? std::string_view() : say(WayWord::program_first, language_),
           .named = container ? container->command : std::string(),
           .second = container && container->process > 0
                         ? say(WayWord::pid_on_host, language_, {std::to_string(container->process)})
                         : std::string(),
           .second_brief =
               container && container->process > 0 ? fmt::format("pid {}", container->process) : std::string(),
           .line = Colour::run_line,
           .soft = Colour::run_soft,
           .event = container ? container->process_event : model::no_event});
    for (const auto& [kind, name] :
         {std::pair{model::WallKind::pid, WayWord::own_names}, std::pair{model::WallKind::net, WayWord::own_network}}) {
      const model::Wall* own = container ? &container->walls[static_cast<std::size_t>(kind)] : nullptr;
      if (own && own->state == State::gone) continue;  // shared with the host
      block({.icon = icon_of(kind),
             .name = say(name, language_),
             .named = own ? own->inode : std::string(),
             .named_brief = own ? end_of(own->inode) : std::string(),
             .line = Colour::isolate_line,
             .soft = Colour::isolate_soft,
             .event = own ? own->event : model::no_event});
    }
  }

  const Brush& brush_;
  const Subject& subject_;
  const model::Model& model_;
  const trace::Language language_;
  const Font note_;
};

}  // namespace

void draw_way_stack(const Brush& brush, Rect room, const Subject& subject) {
  Stack(brush, subject).draw(room);
}

}  // namespace glassdock::scene
