#include "app/studio/studio.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <chrono>
#include <cmath>
#include <deque>

#include "app/lessons/folders.h"
#include "app/lessons/own_engine.h"
#include "app/live/lab_engine.h"
#include "app/panels/panels.h"
#include "app/render/painter.h"
#include "app/session/session.h"
#include "app/studio/beginning.h"
#include "app/studio/engine_side.h"
#include "app/studio/frame_pace.h"
#include "app/studio/notes_window.h"
#include "app/studio/play_side.h"
#include "app/studio/settings_file.h"
#include "app/studio/write_scenario.h"
#include "app/window/window.h"
#include "engine/base/error.h"
#include "engine/trace/shipped.h"
#include "engine/trace/tracer.h"

namespace glassdock::studio {
namespace {

using Clock = std::chrono::steady_clock;
using session::Action;
namespace fs = std::filesystem;

// Who drags the window's edge changes its size at each frame: settings are written when they have come to rest.
constexpr std::chrono::seconds settings_rest{1};

class Studio {
 public:
  // `kept`: the settings as the file has them.
  Studio(const StudioOptions& options, const session::Settings& settings, const session::Settings& kept,
         fs::path shaders, window::Window& window)
      : options_(options),
        shaders_(std::move(shaders)),
        file_(settings_file()),
        lines_(lines_file()),
        session_(make_session(options, settings, lines_)),
        window_(window),
        kept_(kept),
        seen_(settings_now()) {
    window_.events = events();
    if (options.recording.empty()) {
      utsname machine{};
      if (::uname(&machine) == 0) {
        session_.set_machine(machine.nodename, std::string(machine.sysname) + " " + machine.release);
      }
      const client::Place place = place_to_play();
      engine_.emplace(session_, place, options.evidence, fs::current_path());
      if (options.played.any()) {
        const fs::path work = lab_engine_ ? lab_engine_->work_folder() : lessons::lessons_state_folder() / "work";
        play_.emplace(session_, *engine_, place, options.played, work);
      }
    }
  }

  void run() {
    auto last = Clock::now();
    while (!window_.closes() && next_.empty() && !next_play_) {
      if (engine_ && engine_->take_news()) due_ = true;
      if (play_ && play_->take_news()) due_ = true;
      const auto now = Clock::now();
      keep_settings(now);
      session_.advance(std::chrono::duration_cast<std::chrono::nanoseconds>(now - last).count(), trace::monotonic_ns());
      last = now;
      if (session_.animates()) due_ = true;
      look(now);
      show_tip(now);
      const bool draws = due_ && pace_.begins(Clock::now());
      if (draws) {
        due_ = false;
        draw();
        if (notes_ && notes_->closes()) notes_.reset();
        if (notes_) notes_->draw(session_);
      }
      carry_out();
      if (options_.in_words && (draws || !due_)) tell_in_words();  // what is seen
      wait();
    }
    if (save_at_) save();
  }
  // In the band, unless it is empty.
  void say(std::string notice) {
    if (!notice.empty()) session_.set_notice(std::move(notice));
  }
  void set_leads_back(bool leads) { session_.set_leads_back(leads); }
  const session::Settings& settings() const { return session_.settings(); }
  const session::Settings& kept() const { return kept_; }
  // Recordings that were dropped into the window, to be opened in it: none, one, or two to be compared.
  const std::vector<fs::path>& next() const { return next_; }
  // What was chosen to be played; neither lesson nor scenario: the studio without one. Nothing: nothing was chosen.
  const std::optional<Played>& next_play() const { return next_play_; }

 private:
  // A scenario has an engine that is gone with it.
  client::Place place_to_play() {
    if (!options_.played.scenario.empty()) return lab_engine_.emplace().place();
    client::Place place = place_of(options_.place);
    if (!options_.played.lesson.empty()) lessons::claim_engine(place, options_.place);
    return place;
  }

  window::Events events() {
    return {
        .key =
            [this](session::Chord chord, bool repeats) {
              press(chord, repeats);
              show_soon();
            },
        .text =
            [this](std::string_view text) {
              if (panels_ && panels_->open()) {
                panels_->type(text);
                stale_ = true;
              } else {
                session_.type(text);
              }
              show_soon();
            },
        .moved = [this](double x, double y) { move_pointer(x, y); },
        .left = [this] { session_.hover(nullptr), due_ = true; },
        .button = [this](bool down) { click(down); },
        .scrolled = [this](double lines) { scroll(lines); },
        .dropped =
            [this](const std::vector<std::string>& files) {
              if (!files.empty()) open_dropped(files);
            },
        .changed = [this] { due_ = true, stale_ = true; },
    };
  }

  // Two are compared, and one with the recording that is open; in place of two that are, it stands alone.
  void open_dropped(const std::vector<std::string>& files) {
    due_ = true;
    std::vector<fs::path> next;
    if (files.size() == 1 && !options_.recording.empty() && options_.second.empty()) next.push_back(options_.recording);
    for (const std::string& file : files) {
      if (next.size() < 2) next.emplace_back(file);
    }
    try {
      for (const fs::path& file : next) trace::Recording recording{file};
    } catch (const Error& error) {
      return session_.set_notice(error.what());
    }
    next_ = std::move(next);
  }

  void press(session::Chord chord, bool repeats) {
    stale_ = stale_ || (panels_ && panels_->open());
    if (panels_ && panels_->press(chord)) return;
    // Pasting is the window's own: the clipboard is the display's.
    const bool paste =
        (chord.ctrl && chord.key == session::Key::v) || (chord.shift && chord.key == session::Key::insert);
    if (paste && session_.terminal_focused()) {
      session_.paste(window_.clipboard());
    } else {
      session_.press(chord, repeats);
    }
  }

  float pixels() const { return static_cast<float>(window_.pixels() * session_.settings().zoom); }

  void move_pointer(double x, double y) {
    const double scale = window_.units() / pixels();
    if (panels_ && panels_->open()) due_ = stale_ = true;  // it marks what is pointed at
    pointer_ = {static_cast<float>(x * scale), static_cast<float>(y * scale)};
    if (dragged_) {
      session_.click(*dragged_, along(*dragged_));
      due_ = true;
      return;
    }
    const scene::Place* place = scene::place_at(scene_, pointer_);
    const scene::PlaceKey key = place ? scene::key_of(*place) : scene::PlaceKey{};
    if (key == hovered_) return;
    hovered_ = key;
    hovered_since_ = Clock::now();
    session_.hover(place);
    due_ = true;
  }

  void scroll(double notches) {
    due_ = stale_ = true;
    if (panels_ && panels_->open()) return;
    if (const scene::Place* place = scene::scrolled_at(scene_, pointer_)) session_.scroll(*place, notches);
  }

  double along(const scene::Place& place) const {
    return place.rect.w > 0 ? static_cast<double>((pointer_.x - place.rect.x) / place.rect.w) : 0;
  }

  void click(bool down) {
    show_soon();
    if (panels_ && panels_->open()) stale_ = true;
    if (panels_ && panels_->under_pointer()) return;
    if (down && panels_ && panels_->open()) return panels_->show(Action::close);
    if (!down) {
      dragged_.reset();
      return;
    }
    const scene::Place* found = scene::place_at(scene_, pointer_);
    if (!found) return;
    const scene::Place place = *found;  // what it does may build a new scene
    if (place.act == scene::Act::seek_time) dragged_ = place;
    session_.click(place, along(place));
  }

  // Gauges and log once a second, and only of what is looked at.
  void look(Clock::time_point now) {
    if (!engine_ || now - looked_ < std::chrono::seconds(1)) return;
    const std::string container = session_.looked_at();
    if (container.empty()) return;
    looked_ = now;
    engine_->look(container);
  }

  // What is pointed at is explained after a moment (visual language, "Interaction").
  static constexpr std::chrono::milliseconds tip_after{300};
  void show_tip(Clock::time_point now) {
    const bool shown = static_cast<bool>(hovered_) && now - hovered_since_ >= tip_after;
    if (shown == tip_) return;
    tip_ = shown;
    session_.show_tip(shown);
    due_ = true;
  }

  // The state of a key or button at a frame is all that Dear ImGui sees of it: press and release are two frames.
  void show_soon() {
    due_ = true;
    if (panels_ && panels_->open()) pace_.hurry();
  }

  // Counts as a frame also where nothing is painted in the end: a scene costs as much as its pixels.
  void draw() {
    int width = 0, height = 0;
    window_.framebuffer_size(width, height);
    if (width <= 0 || height <= 0) return;  // iconified
    const float scale = pixels();
    if (!painter_ || scale != scale_) {
      painter_.reset();
      fonts_.emplace(scale);
      painter_.emplace(shaders_, *fonts_);
      scale_ = scale;
      stale_ = true;
    }
    window_.set_fullscreen(session_.settings().arrangement.class_mode);
    scene_ = session_.build({static_cast<float>(width) / scale, static_cast<float>(height) / scale}, *fonts_);
    const std::uint64_t hash = scene::hash(scene_);
    const bool light = session_.settings().light;
    if (!std::exchange(stale_, false) && hash == drawn_ && light == drawn_light_) return;
    drawn_ = hash;
    drawn_light_ = light;
    painter_->paint(scene_, light ? render::Theme::light : render::Theme::dark, scale);
    if (panels_ && panels_->draw(session_, *fonts_, scale)) due_ = stale_ = true;
    if (panels_) {
      for (const session::Command& command : panels_->take_commands()) session_.execute(command), due_ = true;
    }
    window_.swap();
  }

  // In their order: while the engine is being told something, nothing else is asked of it. It may never answer: who
  // leaves does not wait for that.
  void carry_out() {
    for (session::Wish& wish : session_.take_wishes()) {
      const bool leaves = std::holds_alternative<session::Leave>(wish) ||
                          std::holds_alternative<session::OpenPlay>(wish) ||
                          std::holds_alternative<session::OpenRecording>(wish);
      wishes_.insert(leaves ? wishes_.begin() : wishes_.end(), std::move(wish));
    }
    while (!wishes_.empty()) {
      const session::Wish& first = wishes_.front();
      const bool asks =
          std::holds_alternative<session::StartCommand>(first) || std::holds_alternative<session::Proceed>(first);
      if (asks && play_ && play_->tells()) return;
      const session::Wish wish = std::move(wishes_.front());
      wishes_.pop_front();
      std::visit([this](const auto& one) { carry_out(one); }, wish);
      due_ = true;
    }
  }
  void carry_out(const session::CopyText& wish) { window_.copy(wish.text); }
  void carry_out(const session::ShowPanel& wish) {
    const bool picks = wish.panel == Action::show_lessons || wish.panel == Action::show_scenarios;
    if (picks && !list(wish.panel)) return;
    if (wish.panel == Action::show_recordings && !list_recordings()) return;
    if (!panels_) panels_.emplace(window_.handle());
    panels_->show(wish.panel);
    stale_ = true;
  }
  void carry_out(const session::ShowNotes&) {
    if (notes_) return notes_.reset();
    try {
      notes_.emplace(window_, shaders_, events());
    } catch (const Error& error) {
      session_.set_notice(error.what());
    }
  }
  void carry_out(const session::Leave&) { window_.close(); }
  void carry_out(const session::OpenPlay& wish) { next_play_ = {wish.lesson, wish.scenario}; }
  void carry_out(const session::OpenRecording& wish) {
    wish.file.empty() ? void(next_play_ = Played()) : next_.assign(1, wish.file);
  }
  void carry_out(const session::WriteScenario& wish) {
    try {
      const fs::path file = write_scenario(wish.text, wish.folder);
      session_.set_notice(scene::say(scene::Word::wrote_scenario, session_.settings().language,
                                     {file.native(), file.filename().native()}));
    } catch (const Error& error) {
      session_.set_notice(error.what());
    }
  }
  template <typename Other>
  void carry_out(const Other& wish) {
    if constexpr (requires(PlaySide & side) { side.carry_out(wish); }) {
      if (play_) play_->carry_out(wish);
    } else if (engine_) {
      engine_->carry_out(wish);
    }
  }

  // False where there are none to choose from, which is said.
  bool list(Action panel) {
    try {
      session_.set_choices(panel == Action::show_lessons ? lesson_rows() : scenario_rows());
      return true;
    } catch (const Error& error) {
      session_.set_notice(error.what());
      return false;
    }
  }

  // Likewise.
  bool list_recordings() {
    std::vector<session::RecordingRow> rows;
    for (const trace::ShippedRecording& one : trace::find_recordings(trace::shipped_recordings_folder())) {
      rows.push_back(
          {one.file, one.file.stem(), trace::day_of(one.header), trace::host_of(one.header), one.accelerator});
    }
    const bool any = !rows.empty();
    if (!any) session_.set_notice(std::string(scene::say(scene::Word::no_recordings, session_.settings().language)));
    session_.set_recordings(std::move(rows));
    return any;
  }

  void tell_in_words() {
    const auto tell = [](std::string& told, std::string words) {
      if (words == told) return;
      told = std::move(words);
      fmt::print("{}\n", told);
      std::fflush(stdout);
    };
    tell(told_, session_.in_words());
    tell(told_of_play_, session_.play_in_words());
  }

  void wait() {
    if (const auto until = wakes_at()) {
      window_.wait(std::chrono::duration<double>(*until - Clock::now()).count());
    } else {
      window_.wait();
    }
  }

  // Nothing: as soon as something happens.
  std::optional<Clock::time_point> wakes_at() {
    std::optional<Clock::time_point> first = save_at_;
    const auto add = [&](Clock::time_point at) { first = first ? std::min(*first, at) : at; };
    if (due_ || session_.animates()) {
      add(pace_.next());
      return first;
    }
    if (hovered_ && !tip_) add(hovered_since_ + tip_after);
    if (session_.counts_seconds() || notes_) {
      due_ = true;  // painted only where it shows something else
      add(Clock::now() + std::chrono::seconds(1));
    }
    return first;
  }

  // The window's size is one of them.
  session::Settings settings_now() const {
    session::Settings now = session_.settings();
    if (!now.arrangement.class_mode) window_.size(now.width, now.height);
    return now;
  }

  void keep_settings(Clock::time_point now) {
    session::Settings settings = settings_now();
    if (settings.arrangement.class_mode) settings.width = seen_.width, settings.height = seen_.height;
    if (settings != seen_) {
      const session::Settings changed = session::with_changes(kept_, seen_, settings);
      if (changed != kept_) save_at_ = now + settings_rest;
      kept_ = changed;
      seen_ = settings;
    }
    if (save_at_ && now >= *save_at_) save();
  }

  void save() {
    save_at_.reset();
    try {
      save_settings(file_, kept_);
    } catch (const Error& error) {
      fmt::print(stderr, "glassdock: {}\n", error.what());
    }
  }

  const StudioOptions options_;
  const fs::path shaders_, file_;
  terminal::LineHistory lines_;
  session::Session session_;
  window::Window& window_;  // its context outlives what is drawn with
  // Settings as the file is to have them, and as they last were, with what the command line asks for this once.
  session::Settings kept_, seen_;
  std::optional<Clock::time_point> save_at_;
  std::optional<render::Fonts> fonts_;
  std::optional<render::Painter> painter_;
  std::optional<panels::Panels> panels_;       // made when the first is asked for
  std::optional<NotesWindow> notes_;           // while they are open
  std::optional<live::LabEngine> lab_engine_;  // of a scenario; ends behind all that asks it
  std::optional<EngineSide> engine_;           // ends before the window that it wakes
  std::optional<PlaySide> play_;
  std::deque<session::Wish> wishes_;  // that are to be carried out
  float scale_ = 0;
  scene::Scene scene_;
  std::uint64_t drawn_ = 0;
  bool drawn_light_ = false;
  bool due_ = true, stale_ = true;  // a frame is to be made; and to be painted whatever it shows
  FramePace pace_;
  Clock::time_point looked_{};
  scene::Point pointer_{-1, -1};
  std::optional<scene::Place> dragged_;
  scene::PlaceKey hovered_;
  Clock::time_point hovered_since_{};
  bool tip_ = false;
  std::string told_, told_of_play_;
  std::vector<fs::path> next_;
  std::optional<Played> next_play_;
};

}  // namespace

void run_studio(const StudioOptions& options, const fs::path& shaders) {
  std::optional<window::Window> window;
  StudioOptions next = options;
  std::optional<StudioOptions> before;
  std::string fault;  // why what was chosen cannot be begun
  session::Settings kept = load_settings(settings_file()), settings = settings_of(options, kept);
  if (!next.played.lesson.empty() && names_no_engine(next.place)) next.place = lessons::own_engine();
  for (;;) {
    if (!window) window.emplace("Glassdock", settings.width, settings.height);
    std::optional<Studio> begun;
    try {
      begun.emplace(next, settings, kept, shaders, *window);
    } catch (const std::exception& error) {
      if (!before) throw;
      fault = error.what();
      next = *std::exchange(before, std::nullopt);
      continue;
    }
    Studio& studio = *begun;
    studio.say(std::exchange(fault, {}));
    studio.set_leads_back(options.recording.empty() && !next.recording.empty());
    studio.run();
    kept = studio.kept();
    settings = studio.settings();
    settings.arrangement.class_mode = settings.arrangement.play = false;
    settings.arrangement.class_panel = {};
    settings.arrangement.race = false;
    settings.arrangement.way = {};
    const std::vector<fs::path>& files = studio.next();
    const std::optional<Played>& play = studio.next_play();
    if (files.empty() && !play) return;
    before = next;
    next.recording = files.empty() ? fs::path() : files[0];
    next.second = files.size() < 2 ? fs::path() : files[1];
    next.played = play.value_or(Played());
    // The user's own engine keeps what it has: a lesson that was chosen in the window has another.
    const bool names_lessons_own = !options.played.lesson.empty() && !names_no_engine(options.place);
    const bool own = names_lessons_own || next.played.lesson.empty();
    if (play) next.place = own ? options.place : lessons::own_engine();
  }
}

}  // namespace glassdock::studio
