#include "app/studio/notes_window.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glassdock::studio {
namespace {

constexpr int width = 760, height = 720;

}  // namespace

NotesWindow::NotesWindow(window::Window& beside, std::filesystem::path shaders, window::Events keys)
    : beside_{beside}, shaders_(std::move(shaders)), window_("Glassdock notes", width, height, beside) {
  window_.events = std::move(keys);
  window_.events.moved = [](double, double) {};
  window_.events.left = [] {};
  window_.events.button = [](bool) {};
  window_.events.dropped = [](const std::vector<std::string>&) {};
  window_.events.scrolled = [this](double notches) { scroll(notches); };
  window_.events.changed = [this, wakes = std::move(window_.events.changed)] {
    stale_ = true;
    wakes();
  };
  beside_.window.make_current();
}

// What is drawn with a context goes while that is current.
NotesWindow::~NotesWindow() {
  window_.make_current();
}

void NotesWindow::scroll(double notches) {
  constexpr double rows_of_a_notch = 3;
  const int rows = static_cast<int>(std::lround(notches * rows_of_a_notch));
  first_row_ = std::clamp(first_row_ - rows, 0, last_row_);
  window_.events.changed();
}

void NotesWindow::draw(const session::Session& session) {
  int wide = 0, high = 0;
  window_.framebuffer_size(wide, high);
  if (wide <= 0 || high <= 0) return;  // iconified
  window_.make_current();
  const auto scale = static_cast<float>(window_.pixels());
  if (!painter_ || scale != scale_) {
    painter_.reset();
    fonts_.emplace(scale);
    painter_.emplace(shaders_, *fonts_);
    scale_ = scale;
  }
  const scene::Scene scene =
      session.build_notes({static_cast<float>(wide) / scale, static_cast<float>(high) / scale}, *fonts_, first_row_);
  for (const scene::Place& place : scene.places) {
    if (place.act == scene::Act::scroll_play) last_row_ = static_cast<int>(place.pages.size()) - 1;
  }
  const std::uint64_t hash = scene::hash(scene) + (session.settings().light ? 1 : 0);
  if (std::exchange(stale_, false) || hash != drawn_) {
    drawn_ = hash;
    painter_->paint(scene, session.settings().light ? render::Theme::light : render::Theme::dark, scale);
    window_.swap();
  }
  beside_.window.make_current();
}

}  // namespace glassdock::studio
