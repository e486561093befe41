// window: the one place with GLFW: a window with OpenGL 3.3, its keys, pointer and sizes in the session's words.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/view.h"
#include "app/session/keys.h"

struct GLFWwindow;

namespace glassdock::window {

// What happens to a window. Points are in the window's own units; see Window::units().
struct Events {
  std::function<void(session::Chord chord, bool repeats)> key;  // repeats: it is still held down
  std::function<void(std::string_view text)> text;              // UTF-8, composed by an input method too
  std::function<void(double x, double y)> moved;                // the pointer
  std::function<void()> left;                                   // the pointer left the window
  std::function<void(bool down)> button;                        // the first one
  std::function<void(double lines)> scrolled;
  std::function<void(std::vector<std::string> files)> dropped;
  std::function<void()> changed;  // size, scale, uncovered: a frame is due
};

// One at a time, and a second one beside it; all of it on the main thread, but for wake().
class Window {
 public:
  // `width` and `height` in logical pixels. Throws Error(not_supported) where there is no display or no OpenGL 3.3. Its
  // context is current from then on.
  Window(const char* title, int width, int height);
  // Beside the first, which outlives it and handles what happens to both; on another screen where there is one.
  Window(const char* title, int width, int height, const Window& first);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Device pixels of the picture.
  void framebuffer_size(int& width, int& height) const;
  // Device pixels of one logical pixel, as the screen asks for it.
  double pixels() const;
  // Framebuffer pixels of one of the window's own units.
  double units() const;

  void swap();
  // Its context, of whichever window another one was.
  void make_current() const;
  // Handles what has happened; with a timeout waits for it, at most so many seconds; without waits as long as it takes.
  void poll();
  void wait();
  void wait(double seconds);
  // Any thread: ends a wait.
  static void wake();

  bool closes() const;
  void close();
  void set_fullscreen(bool full);
  bool is_fullscreen() const;
  void copy(const std::string& text);
  std::string clipboard() const;
  // In logical pixels, as the constructor takes it: what the screen's scale made of them is left out. In full screen,
  // as it is outside it.
  void size(int& width, int& height) const;
  GLFWwindow* handle() const { return window_; }

  // Set, each of them, before the first poll() or wait().
  Events events;

 private:
  void open(const char* title, int width, int height);
  GLFWwindow* window_ = nullptr;
  bool is_first_ = true;
  int x_ = 0, y_ = 0, width_ = 0, height_ = 0;  // outside full screen
};

}  // namespace glassdock::window
