// What a frame of the studio costs at 1600x900: bringing the session up to date, the scene, the pixels, the panels over
// them. Goals with two processors and software rendering: median 16.7 ms, 99th percentile 25.
//   frame_bench [--events N] [--frames N] [--work FOLDER]
// Under a display (xvfb-run) in the studio's window, first with the list of events open; without one into memory, where
// there are no panels. The recordings are made first and removed afterwards. On stdout rows of the table, on stderr
// where the time goes.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/panels.h"
#include "app/render/offscreen.h"
#include "app/session/session.h"
#include "app/window/window.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/bench/many_starts.h"
#include "tests/bench/racers.h"
#include "tests/support/places.h"

namespace {

using namespace glassdock;

constexpr scene::Viewport size{1600, 900};
constexpr std::int64_t frame_ns = 16'666'667;

// Of the whole process: the software renderer has threads of its own.
double processor_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double wall_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

enum Part : std::size_t { update, build, pixels, lists, shown, whole, clock_time, part_count };
constexpr std::array<const char*, part_count> part_names{
    "update", "scene", "render", "panels", "swap", "frame", "frame, by the clock"};

// Where frames go: the studio's window where there is a display, memory otherwise.
class Target {
 public:
  Target() {
    const char* display = std::getenv("DISPLAY");
    if (!display || !*display) {
      offscreen_.emplace(source_path("shaders"), fonts_);
      return;
    }
    window_.emplace("frame_bench", static_cast<int>(size.width), static_cast<int>(size.height));
    window_->events = {.key = [](session::Chord, bool) {},
                       .text = [](std::string_view) {},
                       .moved = [](double, double) {},
                       .left = [] {},
                       .button = [](bool) {},
                       .scrolled = [](double) {},
                       .dropped = [](std::vector<std::string>) {},
                       .changed = [] {}};
    painter_.emplace(source_path("shaders"), fonts_);
    panels_.emplace(window_->handle());
    panels_->show(session::Action::show_events);
  }
  const char* name() const { return window_ ? "in a window" : "in memory, with reading back"; }
  const render::Fonts& fonts() const { return fonts_; }
  void paint(const scene::Scene& scene) {
    if (offscreen_) offscreen_->paint(scene, render::Theme::dark);
    if (painter_) painter_->paint(scene, render::Theme::dark, 1);
    if (painter_) glFinish();
  }
  void draw_panels(session::Session& session) {
    if (!panels_) return;
    panels_->draw(session, fonts_, 1);
    glFinish();
  }
  void swap() {
    if (!window_) return;
    window_->swap();
    window_->poll();
  }
  // Without the list, as most of the time.
  void close_panel() {
    if (panels_) panels_->show(session::Action::close);
  }

 private:
  render::Fonts fonts_;
  std::optional<render::Offscreen> offscreen_;
  std::optional<window::Window> window_;
  std::optional<render::Painter> painter_;
  std::optional<panels::Panels> panels_;
};

// What a frame may take; without, nothing was promised.
enum class Goal : std::uint8_t { none, frame };

void print_frames(const std::string& what, const std::vector<double>& whole, Goal goal) {
  constexpr double goal_median = 16.7, goal_rare = 25;
  const double median = bench::median(whole), rare = bench::percentile(whole, 99);
  const std::string measured = fmt::format("{:.1f} ms ({:.1f})", median, rare);
  const std::string name = fmt::format("studio: a frame of {}: median (99th percentile)", what);
  if (goal == Goal::none) return bench::print_row(name, measured);
  const bool typical = median / goal_median >= rare / goal_rare;
  bench::print_row(name, measured, fmt::format("{} ms ({})", goal_median, goal_rare),
                   typical ? bench::verdict(median, goal_median) : bench::verdict(rare, goal_rare));
}

// `before` each frame: what has happened since the last one. Part of the update.
void measure(const std::string& what, Goal goal, session::Session& session, Target& target, std::size_t frames,
             const std::function<void(std::size_t frame)>& before) {
  std::array<std::vector<double>, part_count> parts;
  std::size_t same = 0;
  std::uint64_t last = 0;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const double clock = wall_ms();
    const double begin = processor_ms();
    double mark = begin;
    const auto end = [&](Part part) {
      const double now = processor_ms();
      parts[part].push_back(now - mark);
      mark = now;
    };
    before(frame);
    session.advance(frame_ns, 0);
    end(update);
    const scene::Scene scene = session.build(size, target.fonts());
    const std::uint64_t hash = scene::hash(scene);
    end(build);
    target.paint(scene);
    end(pixels);
    target.draw_panels(session);
    end(lists);
    target.swap();
    end(shown);
    parts[whole].push_back(mark - begin);
    parts[clock_time].push_back(wall_ms() - clock);
    if (hash == std::exchange(last, hash)) ++same;
  }
  bench::note(
      fmt::format("{}: {} frames {}, {} of them unlike the one before", what, frames, target.name(), frames - same));
  for (std::size_t part = 0; part < part_count; ++part) {
    bench::note(fmt::format("  {:<20} median {:8.2f} ms   99th percentile {:8.2f} ms", part_names[part],
                            bench::median(parts[part]), bench::percentile(parts[part], 99)));
  }
  print_frames(what, parts[clock_time], goal);
}

void play_on(session::Session& session) {
  if (session.position().behind == 0) session.execute({.action = session::Action::to_begin});
  if (!session.animates()) session.execute({.action = session::Action::toggle_play});
}

void run(std::size_t events, std::size_t frames, const std::filesystem::path& work) {
  const os::TempDir folder(work, "frame_bench.");
  const std::filesystem::path twenty = folder.path() / "twenty.gdtrace", starts = folder.path() / "starts.gdtrace",
                              one = folder.path() / "one.gdtrace";
  constexpr std::size_t of_twenty = 2000;
  bench::write_starts(twenty, of_twenty);
  bench::write_starts(starts, events);
  bench::write_one_run(one, events);
  terminal::LineHistory lines;
  Target target;
  // The first frames make glyphs and compile shaders.
  {
    session::Session session(model::History{trace::Recording(twenty)}, {}, lines);
    for (int i = 0; i < 3; ++i) target.paint(session.build(size, target.fonts())), target.draw_panels(session);
  }
  {
    session::Session session(model::History{trace::Recording(twenty)}, {}, lines);
    session.execute({.action = session::Action::seek_event, .number = of_twenty / 2});
    measure("twenty containers, played, with the list of events", Goal::frame, session, target, frames,
            [&](std::size_t) { play_on(session); });
    target.close_panel();
    measure("twenty containers, played", Goal::frame, session, target, frames, [&](std::size_t) { play_on(session); });
  }
  for (const auto& [name, file] : {std::pair{"of many starts", starts}, std::pair{"of one run", one}}) {
    const double begin = wall_ms();
    session::Session session(model::History{trace::Recording(file)}, {}, lines);
    const std::string all = fmt::format("{} events {}", session.history().size(), name);
    bench::note(fmt::format("{}: opened in {:.0f} ms", all, wall_ms() - begin));
    const std::size_t size_of_it = session.history().size();
    session.execute({.action = session::Action::seek_event, .number = static_cast<std::int64_t>(size_of_it / 2)});
    measure(all + ", played", Goal::none, session, target, frames, [&](std::size_t) { play_on(session); });
    measure(all + ", scrubbed", Goal::none, session, target, frames, [&](std::size_t frame) {
      constexpr std::size_t apart = 7919;  // a prime: all over it
      session.execute({.action = session::Action::seek_event,
                       .number = static_cast<std::int64_t>(frame * size_of_it / frames * apart % size_of_it)});
    });
  }
  {
    session::Session session({}, lines);
    session.set_engine(scene::EngineState::there);
    const model::History told{trace::Recording(twenty)};
    constexpr std::size_t at_once = 4;
    measure("a live run, four events a frame", Goal::none, session, target, std::min(frames, of_twenty / at_once),
            [&](std::size_t frame) {
              std::vector<trace::Event> news;
              for (std::size_t i = frame * at_once; i < (frame + 1) * at_once; ++i) news.push_back(told.event(i));
              session.take(std::move(news));
            });
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t events = 1'000'000, frames = 300;
  std::filesystem::path work = std::filesystem::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--events") events = std::max<std::uint64_t>(parse_number(argv[i + 1]).value_or(events), 100);
    if (name == "--frames") frames = std::max<std::uint64_t>(parse_number(argv[i + 1]).value_or(frames), 10);
    if (name == "--work") work = argv[i + 1];
  }
  try {
    run(events, frames, work);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
