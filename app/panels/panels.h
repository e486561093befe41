// panels: lists and fields that lie over the picture while one asks for them; the one place with Dear ImGui. They read
// the session and say what is wanted in its own words.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/render/fonts.h"
#include "app/session/session.h"

struct GLFWwindow;

namespace glassdock::panels {

inline constexpr float font_size = 15;  // of all text, in logical pixels
// Device pixels of one logical pixel over class mode, in a window of so many: no text is smaller than that mode's
// least.
float class_pixels(float width, float height);

// Needs the window's OpenGL context to be current. One at a time, on the main thread.
class Panels {
 public:
  // Takes the window's events besides whoever had them before.
  explicit Panels(GLFWwindow* window);
  ~Panels();
  Panels(const Panels&) = delete;
  Panels& operator=(const Panels&) = delete;

  // The same again closes it. One of show_events, show_images, show_lessons, show_scenarios, show_recordings,
  // show_palette, show_keys.
  void show(session::Action panel);
  bool open() const;
  // While one is open keys belong to it. False for what it has no use for: F keys, zoom.
  bool press(session::Chord chord);
  // What is typed waits until the panel's field takes it: the first picture of a panel takes a while.
  void type(std::string_view text);
  bool under_pointer() const;

  // Draws over what is there already. `pixels`: device pixels of one logical pixel. True when another frame is due
  // though nothing happened.
  bool draw(session::Session& session, const render::Fonts& fonts, float pixels);
  // What was chosen since the last call.
  std::vector<session::Command> take_commands();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glassdock::panels
