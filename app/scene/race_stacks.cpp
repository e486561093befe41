#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/scene/race_view.h"
#include "app/text/figures.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;
using model::State;

struct BlockColours {
  Colour line = Colour::edge, soft = Colour::card;
};
constexpr BlockColours of_command{Colour::run_line, Colour::run_soft};
constexpr BlockColours of_files{Colour::snapshot_line, Colour::snapshot_soft};
constexpr BlockColours of_kernel{Colour::pull_line, Colour::pull_soft};

struct Block {
  std::string place;           // "race:vm:kernel"
  std::string_view milestone;  // that it stands with
  Icon icon = Icon::chip;
  std::string_view name, name_brief;
  std::string named;                 // by others, in the mono face behind it
  std::string second, second_brief;  // below it, where there is room
  BlockColours colours;
};

// The gate in front of a block, of the machine or of the container.
bool holds(std::string_view gate, std::string_view milestone) {
  if (milestone == "kernel") return gate == "vm.processor";
  if (milestone == "init") return gate == "vm.init";
  if (milestone == "mounted") return gate == "vm.mounted";
  if (milestone == "files") return starts_with(gate, "isolate.") || starts_with(gate, "snapshot.");
  return milestone == "command" && (gate == "vm.command" || starts_with(gate, "run."));
}

class Stacks {
 public:
  Stacks(const Brush& brush, const Subject& subject)
      : brush_(brush), subject_(subject), race_(subject.model.race), language_(subject.view.language) {}

  void draw(Rect room) {
    float x =
        room.x + brush_.text({room.x, room.y, room.w, 20}, say(Word::race_stacks, language_), strong, Colour::ink);
    draw_whole(brush_, {x + 12, room.y, room.right() - x - 12, 20}, {say(Word::race_stacks_words, language_)}, small,
               Colour::ink2);
    constexpr float kernel_high = 32, hardware_high = 26, roomy = 300;
    const bool has_hardware = room.h >= roomy;
    const Rect hardware{room.x, room.bottom() - hardware_high, room.w, hardware_high};
    const Rect kernel{room.x, (has_hardware ? hardware.y - 4 : room.bottom()) - kernel_high, room.w, kernel_high};
    if (has_hardware) draw_hardware(hardware);
    draw_kernel(kernel);
    const float floor = kernel.y - 2, top = room.y + 26;
    // Both stacks have blocks of one height.
    constexpr float title_high = 24, least = 21, most = 50, between = 4, edge = 6;
    block_high_ = std::clamp((floor - top - title_high - edge - 5 * between) / 5, least, most);
    constexpr float engine_wide = 104, wide = 520;
    const bool has_engine = room.w >= wide;
    const float left = room.x + (has_engine ? engine_wide + 16 : 0), rest = room.right() - left;
    const float vm_wide = rest * (has_engine ? 0.5F : 0.52F);
    if (has_engine) draw_engine({room.x, floor - 62, engine_wide, 60});
    const float vm_high = title_high + 5 * (block_high_ + between) + edge - between;
    draw_machine({room.right() - vm_wide, floor - vm_high, vm_wide, vm_high});
    draw_container({left + 4, top, rest - vm_wide - 16, floor - top});
  }

 private:
  void box(Rect rect, std::string_view place, Icon icon, std::string_view name, std::string_view second) {
    brush_.box({.rect = rect, .radius = 4, .fill = Colour::raised, .line = Colour::edge, .stroke = 1.4F});
    brush_.place({.rect = rect,
                  .act = Act::select_event,
                  .name = std::string(place),
                  .number = static_cast<std::int64_t>(race_.sides_event)});
    draw_icon(brush_, icon, {rect.x + 10, rect.y + (rect.h - 16) / 2}, 16, Colour::ink);
    Rect words{rect.x + 36, rect.y, rect.w - 44, rect.h};
    const float wide = brush_.text(words, name, strong, Colour::ink);
    words.x += wide + 10, words.w -= wide + 10;
    if (place == "race:host") {
      const float release = brush_.text(words, race_.host_release, code, Colour::ink2);
      words.x += release + 12, words.w -= release + 12;
    }
    draw_whole(brush_, words, {second}, small, Colour::ink2);
  }
  void draw_hardware(Rect rect) {
    box(rect, "race:hardware", Icon::meter, say(Word::race_host_hardware, language_),
        race_.machine_cpus > 0
            ? say(Word::race_host_hardware_words, language_,
                  {std::to_string(race_.machine_cpus), trace::bytes_text(race_.machine_memory_bytes)})
            : std::string());
  }
  void draw_kernel(Rect rect) {
    box(rect, "race:host", Icon::chip, say(Word::race_host_kernel, language_),
        say(Word::race_host_kernel_words, language_));
  }
  void draw_engine(Rect rect) {
    brush_.box({.rect = rect, .radius = 6, .fill = Colour::card, .line = Colour::edge, .stroke = 1.2F});
    brush_.text({rect.x + 10, rect.y + 4, rect.w - 16, 18}, say(Word::engine, language_), strong, Colour::ink);
    if (brush_.stands_whole(say(Word::race_beside, language_), note_of(subject_), rect.w - 16, 2)) {
      brush_.paragraph({rect.x + 10, rect.y + 22, rect.w - 16, 36}, say(Word::race_beside, language_),
                       note_of(subject_), Colour::ink2, 2);
    }
    brush_.place({.rect = rect,
                  .act = Act::select_event,
                  .name = "engine",
                  .number = static_cast<std::int64_t>(subject_.model.engine.event)});
  }

  // A race that was given up may not have come to know how large they are.
  std::string sized(Word words, std::int64_t bytes) const {
    return bytes > 0 ? say(words, language_, {trace::bytes_text(bytes)}) : std::string();
  }

  State state_of(const model::RaceRun& run, const Block& block, bool vm) const {
    const bool here = run.milestone(block.milestone) != nullptr;
    if (here)
      return is_over(run) || (block.milestone == "command" && run.milestone("exit")) ? State::leaving : State::there;
    if (run.state != State::appearing) return State::planned;
    for (const model::Held& held : subject_.model.held) {
      const bool of_lane = vm ? starts_with(held.gate, "vm.") : held.subject == run.container;
      // Of the container's two blocks the first that is to come waits.
      const bool next = vm || block.milestone == "files" || run.milestone("files");
      if (of_lane && next && holds(held.gate, block.milestone)) return State::held;
    }
    return State::planned;
  }

  void draw_block(Rect rect, const Block& block, const model::RaceRun& run, bool vm) {
    const State state = state_of(run, block, vm);
    const model::Milestone* milestone = run.milestone(block.milestone);
    const bool stands = state == State::there, past = state == State::leaving;
    const float far = milestone && stands ? subject_.view.far(milestone->event, player::Motion::wall) : 1;
    const float grown = rect.h * std::max(far, 0.1F);
    // It fills from below; its outline is there from the first.
    brush_.box({.rect = rect,
                .radius = 4,
                .fill = stands && grown >= rect.h ? block.colours.soft
                        : past                    ? Colour::card
                                                  : Colour::none,
                .line = stands || past ? block.colours.line : Colour::edge,
                .stroke = stands ? 1.8F : 1.2F,
                .dash = stands || past ? Dash::solid : Dash::dashed});
    if (stands && grown < rect.h) {
      brush_.box({.rect = {rect.x + 1, rect.bottom() - grown, rect.w - 2, grown - 1},
                  .radius = 3,
                  .fill = block.colours.soft});
    }
    brush_.place({.rect = rect,
                  .act = Act::select_event,
                  .name = block.place,
                  .number = static_cast<std::int64_t>(milestone ? milestone->event : model::no_event)});
    const Colour ink = stands || past ? Colour::ink : Colour::ink3;

    constexpr float icon = 16, narrow = 150;
    const bool has_icon = rect.w >= narrow || state == State::held;
    if (has_icon)
      draw_icon(brush_, state == State::held ? Icon::gate : block.icon, {rect.x + 8, rect.y + (rect.h - icon) / 2},
                icon, stands || past ? block.colours.line == Colour::edge ? Colour::ink2 : block.colours.line : ink);
    const std::string time = milestone              ? text::brief_time(static_cast<double>(milestone->ns))
                             : state == State::held ? std::string(say(Word::held, language_))
                                                    : std::string();
    const Font time_font = milestone ? code_strong : caption_of(subject_);
    const float time_wide = time.empty() ? 0 : brush_.width(time, time_font) + 2;
    const float left = rect.x + (has_icon ? 32 : 10),
                wide = rect.right() - 10 - left - time_wide - (time.empty() ? 0 : 8);
    if (!time.empty()) {
      brush_.text({rect.right() - 10 - time_wide, rect.y, time_wide, rect.h}, time, time_font, Colour::ink,
                  Align::right);
    }
    const auto fits = [&](const std::string& words) {
      return !words.empty() && brush_.width(words, small) + 1 <= wide;
    };
    const bool two = rect.h >= 36 && (fits(block.second) || fits(block.second_brief));
    const Rect first{left, rect.y + (two ? 2 : 0), wide, two ? rect.h / 2 - 1 : rect.h};
    if (block.name.empty()) {
      brush_.text(first, block.named, code_strong, ink);
    } else {
      const float taken = draw_whole(brush_, first, {block.name, block.name_brief}, strong, ink);
      const Rect rest{first.x + taken + 8, first.y, first.w - taken - 8, first.h};
      if (taken > 0 && rest.w > 60) brush_.text(rest, block.named, code, ink);
    }
    if (!two) return;
    draw_whole(brush_, {left, rect.y + rect.h / 2, wide, rect.h / 2 - 1}, {block.second, block.second_brief}, small,
               stands || past ? Colour::ink2 : Colour::ink3);
  }

  // Its name, and beside it what it is, or that it is gone.
  void draw_title(Rect row, std::string_view name, const model::RaceRun& run,
                  std::initializer_list<std::string_view> is) {
    const bool over = is_over(run);
    float x = row.x;
    if (over) {
      draw_icon(brush_, Icon::clock, {x, row.y + (row.h - 14) / 2}, 14, Colour::ink2);
      x += 20;
    }
    x += draw_whole(brush_, {x, row.y, row.right() - x, row.h}, {name}, caption_of(subject_), Colour::ink) + 10;
    const Rect rest{x, row.y, row.right() - x, row.h};
    if (run.state == State::failed) {
      draw_whole(brush_, rest, {say(Word::race_not_through, language_)}, small, Colour::failed_line, Align::right);
    } else if (const model::Milestone* gone = run.milestone("gone")) {
      const std::string time = text::brief_time(static_cast<double>(gone->ns));
      draw_whole(brush_, rest, {say(Word::race_run_over, language_, {time})}, small, Colour::ink2, Align::right);
    } else {
      for (const std::string_view words : is) {
        if (draw_whole(brush_, rest, {words}, small, Colour::ink2, Align::right) > 0) break;
      }
    }
  }

  void draw_machine(Rect frame) {
    const model::RaceRun& run = race_.lane(Lane::vm).run;
    const bool up = run.milestone("hypervisor") != nullptr, over = is_over(run);
    brush_.box({.rect = frame,
                .radius = 6,
                .fill = Colour::panel,
                .line = up ? Colour::pull_line : Colour::edge,
                .stroke = up && !over ? 2.4F : 1.2F,
                .dash = up ? Dash::solid : Dash::dashed});
    const std::string pid = std::to_string(run.pid);
    const bool told = run.pid > 0;
    draw_title({frame.x + 10, frame.y + 2, frame.w - 20, 22}, say(Word::race_vm, language_), run,
               {told ? say(Word::race_qemu, language_, {pid}) : std::string(),
                told ? say(Word::race_qemu_brief, language_, {pid}) : std::string()});
    const bool disk = race_.root == "disk";
    const std::string memory = trace::bytes_text(race_.memory_bytes);
    const std::array blocks{
        Block{"race:vm:command",
              "command",
              Icon::run,
              {},
              {},
              trace::visible(race_.command),
              std::string(say(Word::race_only_guest, language_)),
              {},
              of_command},
        Block{"race:vm:files",
              "mounted",
              Icon::snapshot,
              say(Word::race_files, language_),
              say(Word::race_files_brief, language_),
              {},
              sized(disk ? Word::race_files_disk : Word::race_files_copied, race_.root_bytes),
              sized(disk ? Word::race_files_disk_brief : Word::race_files_copied_brief, race_.root_bytes),
              of_files},
        Block{"race:vm:init",
              "init",
              Icon::target,
              say(Word::race_init, language_),
              say(Word::race_init_brief, language_),
              {},
              std::string(say(Word::race_init_words, language_)),
              {},
              {}},
        Block{"race:vm:kernel", "kernel", Icon::chip, say(Word::race_kernel, language_),
              say(Word::race_kernel_brief, language_), race_.kernel_release,
              std::string(say(Word::race_kernel_words, language_)),
              std::string(say(Word::race_kernel_words_brief, language_)), of_kernel},
        Block{"race:vm:hardware",
              "hypervisor",
              Icon::meter,
              say(Word::race_hardware, language_),
              say(Word::race_host_hardware, language_),
              {},
              race_.cpus > 0 ? say(Word::race_hardware_words, language_, {std::to_string(race_.cpus), memory})
                             : std::string(),
              std::string(say(Word::race_hardware_words_brief, language_)),
              {}}};
    float y = frame.y + 24;
    for (const Block& block : blocks) {
      draw_block({frame.x + 6, y, frame.w - 12, block_high_}, block, run, true);
      y += block_high_ + 4;
    }
  }

  // Walls on three sides: it stands on the kernel.
  void draw_container(Rect room) {
    const model::RaceRun& run = race_.lane(Lane::container).run;
    constexpr float wall = 8, inside = 5;
    const float high = wall + 2 * inside + 2 * block_high_ + 4;
    const Rect frame{room.x, room.bottom() - high, room.w, high};
    const model::Milestone* walls = run.milestone("walls");
    const bool up = walls != nullptr, over = is_over(run);
    const float far = up && !over ? subject_.view.far(walls->event, player::Motion::wall) : 1;
    const auto bar = [&](Rect rect) {
      brush_.box({.rect = rect,
                  .radius = 2,
                  .fill = up && !over ? Colour::isolate : Colour::none,
                  .line = up ? Colour::isolate_line : Colour::edge,
                  .stroke = 1.2F,
                  .dash = up ? Dash::solid : Dash::dashed});
    };
    bar({frame.x, frame.bottom() - frame.h * far, wall, frame.h * far});
    bar({frame.right() - wall, frame.bottom() - frame.h * far, wall, frame.h * far});
    const Rect top{frame.x, frame.y, frame.w, wall};
    bar({top.x, top.y, top.w * far, top.h});
    brush_.place({.rect = top,
                  .act = Act::select_event,
                  .name = "race:container:walls",
                  .number = static_cast<std::int64_t>(walls ? walls->event : model::no_event)});
    const std::string pid = std::to_string(run.pid);
    const std::array blocks{Block{"race:container:command",
                                  "command",
                                  Icon::run,
                                  {},
                                  {},
                                  trace::visible(race_.command),
                                  run.pid > 0 ? say(Word::race_on_host, language_, {pid}) : std::string(),
                                  run.pid > 0 ? say(Word::race_qemu_brief, language_, {pid}) : std::string(),
                                  of_command},
                            Block{"race:container:files",
                                  "files",
                                  Icon::snapshot,
                                  say(Word::race_files, language_),
                                  say(Word::race_files_brief, language_),
                                  {},
                                  sized(Word::race_files_shared, race_.layers_bytes),
                                  std::string(say(Word::race_files_shared_brief, language_)),
                                  of_files}};
    float y = frame.y + wall + inside;
    for (const Block& block : blocks) {
      draw_block({frame.x + wall + inside, y, frame.w - 2 * (wall + inside), block_high_}, block, run, false);
      y += block_high_ + 4;
    }
    draw_title({frame.x, frame.y - 24, frame.w, 20}, say(Word::container, language_), run,
               {say(Word::race_behind_walls, language_)});
    if (frame.y - 44 < room.y) return;
    const Rect lacks{frame.x, frame.y - 44, frame.w, 20};
    if (const std::string_view words = say(Word::race_lacks, language_);
        !brush_.stands_whole(words, small, lacks.w, 1) && frame.y - 62 >= room.y &&
        brush_.stands_whole(words, small, lacks.w, 2)) {
      brush_.paragraph({lacks.x, lacks.y - 18, lacks.w, 38}, words, small, Colour::ink2, 2);
    } else {
      draw_whole(brush_, lacks, {words, say(Word::race_lacks_brief, language_)}, small, Colour::ink2);
    }
  }

  const Brush& brush_;
  const Subject& subject_;
  const model::Race& race_;
  const trace::Language language_;
  float block_high_ = 0;
};

}  // namespace

void draw_race_stacks(const Brush& brush, Rect room, const Subject& subject) {
  Stacks(brush, subject).draw(room);
}

}  // namespace glassdock::scene
