#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "app/render/fonts.h"
#include "app/render/painter.h"
#include "app/session/session.h"
#include "app/window/window.h"

namespace glassdock::studio {

// The presenter's notes in a window of their own, so that they stand on the laptop while the projector shows the class
// the other one. Its keys are that one's: one presents from here. One thread.
class NotesWindow {
 public:
  // `beside` outlives it. Throws Error(not_supported).
  NotesWindow(window::Window& beside, std::filesystem::path shaders, window::Events keys);
  ~NotesWindow();
  NotesWindow(const NotesWindow&) = delete;
  NotesWindow& operator=(const NotesWindow&) = delete;

  bool closes() const { return window_.closes(); }
  // Painted where it shows something else. The other window's context is current again afterwards.
  void draw(const session::Session& session);

 private:
  void scroll(double notches);

  // Outlives what is drawn here: the other window's context is current again at the very end.
  struct Beside {
    window::Window& window;
    ~Beside() { window.make_current(); }
  };
  Beside beside_;
  const std::filesystem::path shaders_;
  window::Window window_;
  std::optional<render::Fonts> fonts_;
  std::optional<render::Painter> painter_;
  float scale_ = 0;
  std::uint64_t drawn_ = 0;
  bool stale_ = true;
  int first_row_ = 0, last_row_ = 0;  // that is seen; that can be the first
};

}  // namespace glassdock::studio
