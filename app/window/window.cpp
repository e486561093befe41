#include "app/window/window.h"

// glad's declarations come before GLFW's.
#include "app/render/gl.h"
// clang-format off
#include <GLFW/glfw3.h>
// clang-format on

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "app/terminal/text.h"
#include "app/window/glfw_keys.h"
#include "engine/base/error.h"

namespace glassdock::window {
namespace {

Window& of(GLFWwindow* window) {
  return *static_cast<Window*>(::glfwGetWindowUserPointer(window));
}

void on_key(GLFWwindow* window, int key, int, int action, int mods) {
  if (action == GLFW_RELEASE) return;
  const session::Chord chord = chord_of(key, mods, [](int one) -> std::string_view {
    const char* name = ::glfwGetKeyName(one, 0);
    return name ? name : "";
  });
  if (chord.key != session::Key::none) of(window).events.key(chord, action == GLFW_REPEAT);
}

void on_text(GLFWwindow* window, unsigned int character) {
  std::string text;
  terminal::append_utf8(text, character);
  of(window).events.text(text);
}

void on_drop(GLFWwindow* window, int count, const char** paths) {
  of(window).events.dropped({paths, paths + count});
}

std::string last_words() {
  const char* words = nullptr;
  ::glfwGetError(&words);
  return words ? words : "GLFW says nothing";
}

}  // namespace

Window::Window(const char* title, int width, int height) {
#ifdef GLFW_PLATFORM
  // GLFW 3.4 asks Wayland first, and where there is none libwayland says so in words of its own.
  if (!std::getenv("WAYLAND_DISPLAY")) ::glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_X11);
#endif
  // Without one libwayland would say so in words of its own, besides ours.
  if ((!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY")) || !::glfwInit()) {
    throw Error(ErrorKind::not_supported, "there is no display to open a window on",
                "glassdock replay FILE --picture OUT.png draws without one");
  }
  try {
    open(title, width, height);
  } catch (const Error&) {
    ::glfwTerminate();
    throw;
  }
  ::glfwSwapInterval(1);
}

// It waits for no display of its own: the first one does.
Window::Window(const char* title, int width, int height, const Window& first) : is_first_(false) {
  open(title, width, height);
  ::glfwSwapInterval(0);
  int count = 0, x = 0, y = 0;
  GLFWmonitor** monitors = ::glfwGetMonitors(&count);
  for (int i = 0; i < count; ++i) {
    if (monitors[i] == ::glfwGetPrimaryMonitor() || monitors[i] == ::glfwGetWindowMonitor(first.window_)) continue;
    ::glfwGetMonitorWorkarea(monitors[i], &x, &y, nullptr, nullptr);
    ::glfwSetWindowPos(window_, x, y);
  }
}

void Window::open(const char* title, int width, int height) {
  ::glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  ::glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  ::glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  ::glfwWindowHint(GLFW_DEPTH_BITS, 0);
  ::glfwWindowHint(GLFW_STENCIL_BITS, 0);
  ::glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  ::glfwWindowHintString(GLFW_X11_CLASS_NAME, "glassdock");
  ::glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "glassdock");
  window_ = ::glfwCreateWindow(width, height, title, nullptr, nullptr);
  if (!window_) {
    throw Error(ErrorKind::not_supported, "no window with OpenGL 3.3 can be opened: " + last_words(),
                "sudo apt install libgl1-mesa-dri");
  }
  ::glfwMakeContextCurrent(window_);
  if (gladLoadGL(::glfwGetProcAddress) == 0) {
    ::glfwDestroyWindow(window_);
    throw Error(ErrorKind::not_supported, "this machine's OpenGL is older than 3.3",
                "sudo apt install libgl1-mesa-dri");
  }
  ::glfwSetWindowSizeLimits(window_, 200, 100, GLFW_DONT_CARE, GLFW_DONT_CARE);
  ::glfwSetWindowUserPointer(window_, this);
  ::glfwSetKeyCallback(window_, on_key);
  ::glfwSetCharCallback(window_, on_text);
  ::glfwSetDropCallback(window_, on_drop);
  ::glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) { of(w).events.moved(x, y); });
  ::glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int inside) {
    if (!inside) of(w).events.left();
  });
  ::glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int) {
    if (button == GLFW_MOUSE_BUTTON_LEFT) of(w).events.button(action == GLFW_PRESS);
  });
  ::glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double lines) { of(w).events.scrolled(lines); });
  ::glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { of(w).events.changed(); });
  ::glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { of(w).events.changed(); });
  ::glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { of(w).events.changed(); });
}

Window::~Window() {
  ::glfwDestroyWindow(window_);
  if (is_first_) ::glfwTerminate();
}

void Window::framebuffer_size(int& width, int& height) const {
  ::glfwGetFramebufferSize(window_, &width, &height);
}

double Window::units() const {
  int width = 0, height = 0, pixels = 0;
  ::glfwGetWindowSize(window_, &width, &height);
  ::glfwGetFramebufferSize(window_, &pixels, &height);
  return width > 0 ? static_cast<double>(pixels) / width : 1;
}

double Window::pixels() const {
  float x = 1, y = 1;
  ::glfwGetWindowContentScale(window_, &x, &y);
  return std::clamp(std::max(x, y), 0.5F, 4.0F);
}

void Window::swap() {
  ::glfwSwapBuffers(window_);
}

void Window::make_current() const {
  ::glfwMakeContextCurrent(window_);
}

void Window::poll() {
  ::glfwPollEvents();
}

void Window::wait() {
  ::glfwWaitEvents();
}

void Window::wait(double seconds) {
  seconds > 0 ? ::glfwWaitEventsTimeout(seconds) : ::glfwPollEvents();
}

void Window::wake() {
  ::glfwPostEmptyEvent();
}

bool Window::closes() const {
  return ::glfwWindowShouldClose(window_);
}

void Window::close() {
  ::glfwSetWindowShouldClose(window_, GLFW_TRUE);
}

bool Window::is_fullscreen() const {
  return ::glfwGetWindowMonitor(window_) != nullptr;
}

void Window::set_fullscreen(bool full) {
  if (full == is_fullscreen()) return;
  GLFWmonitor* monitor = ::glfwGetPrimaryMonitor();
  if (full && monitor) {
    ::glfwGetWindowPos(window_, &x_, &y_);
    ::glfwGetWindowSize(window_, &width_, &height_);
    const GLFWvidmode* mode = ::glfwGetVideoMode(monitor);
    if (mode) ::glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else if (!full) {
    ::glfwSetWindowMonitor(window_, nullptr, x_, y_, width_, height_, GLFW_DONT_CARE);
  }
}

void Window::copy(const std::string& text) {
  ::glfwSetClipboardString(window_, text.c_str());
}

std::string Window::clipboard() const {
  const char* text = ::glfwGetClipboardString(window_);
  return text ? text : "";
}

void Window::size(int& width, int& height) const {
  if (is_fullscreen()) {
    width = width_;
    height = height_;
  } else {
    ::glfwGetWindowSize(window_, &width, &height);
  }
  // GLFW_SCALE_TO_MONITOR multiplies where a unit is a device pixel (X11), and has nothing to do where it is a logical
  // one (Wayland).
  float x = 1, y = 1;
  ::glfwGetWindowContentScale(window_, &x, &y);
  const auto logical = [&](int length, float scale) {
    return scale > 0 ? static_cast<int>(std::lround(length * units() / scale)) : length;
  };
  width = logical(width, x);
  height = logical(height, y);
}

}  // namespace glassdock::window
