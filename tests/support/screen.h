// A display of one's own with a pointer and a keyboard, for tests of windows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace glassdock::testing {

inline bool has_program(const std::string& name) {
  return run({"/usr/bin/which", name}).code == 0;
}

// Why there can be no Screen here; empty: there can.
inline std::string screen_missing() {
  for (const char* name : {"Xvfb", "xdotool", "import"}) {
    if (!has_program(name)) return std::string(name) + " is not installed: scripts/packages test names its package";
  }
  return {};
}

struct Pixel {
  std::uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Pixel&) const = default;
};

// Xvfb without a window manager: windows stand in the upper left corner.
class Screen {
 public:
  static constexpr int width = 1920, height = 1080;
  Screen()
      : server_({"/usr/bin/Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-screen", "0",
                 std::to_string(width) + "x" + std::to_string(height) + "x24"}) {
    server_.wait_for_out("\n");
    display_ = ":" + server_.out().substr(0, server_.out().find('\n'));
  }

  const std::string& display() const { return display_; }
  // For a program that is to appear here.
  std::vector<std::string> with_display(std::vector<std::string> words) const {
    words.insert(words.begin(), {"/usr/bin/env", "DISPLAY=" + display_});
    return words;
  }
  // Waits for the window, and gives it the keyboard.
  bool focus(const std::string& title) const {
    return xdotool({"search", "--sync", "--onlyvisible", "--name", title, "windowfocus", "--sync"});
  }
  // Whether there is such a window.
  bool has(const std::string& title) const { return xdotool({"search", "--onlyvisible", "--name", title}); }
  bool resize(const std::string& title, int width_now, int height_now) const {
    return xdotool({"search", "--onlyvisible", "--name", title, "windowsize", "--sync", std::to_string(width_now),
                    std::to_string(height_now)});
  }
  bool key(const std::string& name) const { return xdotool({"key", "--delay", "60", name}); }
  bool type(const std::string& text) const { return xdotool({"type", "--delay", "40", text}); }
  bool click(float x, float y) const {
    return xdotool({"mousemove", std::to_string(static_cast<int>(x)), std::to_string(static_cast<int>(y)), "sleep",
                    "0.1", "click", "1"});
  }
  // One right behind the other, as fast as the server takes them.
  bool key_and_click(const std::string& name, float x, float y) const {
    return xdotool({"mousemove", std::to_string(static_cast<int>(x)), std::to_string(static_cast<int>(y)), "sleep",
                    "0.3", "key", name, "click", "1"});
  }
  // A few notches of the wheel.
  bool wheel(float x, float y, bool up) const {
    return xdotool({"mousemove", std::to_string(static_cast<int>(x)), std::to_string(static_cast<int>(y)), "sleep",
                    "0.1", "click", "--repeat", "3", "--delay", "60", up ? "4" : "5", "sleep", "0.3"});
  }
  void take_picture(const std::filesystem::path& png) const {
    std::filesystem::create_directories(png.parent_path());
    run(with_display({"/usr/bin/import", "-window", "root", png.native()}));
  }
  // Red, green, blue of each of its pixels.
  std::string region(int x, int y, int w, int h) const {
    return run(with_display(
                   {"/usr/bin/import", "-window", "root", "-crop",
                    std::to_string(w) + "x" + std::to_string(h) + "+" + std::to_string(x) + "+" + std::to_string(y),
                    "-depth", "8", "rgb:-"}))
        .out;
  }
  Pixel pixel(int x, int y) const {
    const std::string shot = region(x, y, 1, 1);
    if (shot.size() < 3) return {};
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(shot[at]); };
    return {byte(0), byte(1), byte(2)};
  }
  // The display dies under its windows.
  void kill() { server_.send_signal(SIGKILL); }

 private:
  bool xdotool(std::vector<std::string> words) const {
    words.insert(words.begin(), "/usr/bin/xdotool");
    return run(with_display(std::move(words))).code == 0;
  }
  Program server_;
  std::string display_;
};

}  // namespace glassdock::testing
