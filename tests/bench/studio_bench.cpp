// The studio as its user has it, on a display of its own (Xvfb) and an engine that runs: how long until the window
// stands, in both languages, and what it takes of the processor while nothing changes, while a container runs, and
// while the picture plays so slowly that few frames differ.
//   studio_bench [--starts N] [--rest SECONDS]
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "tests/bench/racers.h"
#include "tests/support/places.h"
#include "tests/support/screen.h"

namespace glassdock::bench {
namespace {

using testing::EngineHome;
using testing::Program;
using testing::Screen;

struct Options {
  int starts = 20;
  int rest_seconds = 10;
};

std::vector<std::string> studio_words(const EngineHome& home, const Screen& screen, const std::string& language) {
  return screen.with_display({"/usr/bin/env", "-u", "XDG_CONFIG_HOME", "-u", "XDG_STATE_HOME",
                              "HOME=" + home.path().string(), program_path("glassdock-studio"), "--in-words", "--size",
                              "1600x900", "--language", language, "--data", home.data().string()});
}

// Until the first line in words, which is told behind the first frame.
double window_ns(const EngineHome& home, const Screen& screen, const std::string& language) {
  const std::int64_t begin = monotonic_ns();
  Program studio(studio_words(home, screen, language));
  if (!studio.wait_for_out("\n")) throw Error(ErrorKind::internal, "the studio did not come: " + studio.err());
  const auto ready = static_cast<double>(monotonic_ns() - begin);
  studio.send_signal(SIGTERM);
  studio.finish();
  return ready;
}

void measure_windows(const EngineHome& home, const Screen& screen, int starts) {
  constexpr double goal_ns = 500e6;
  const std::array<std::string, 2> languages{"en", "ko"};
  std::array<std::vector<double>, languages.size()> times;
  for (int i = -1; i < starts; ++i) {
    for (std::size_t which = 0; which < languages.size(); ++which) {
      const double time = window_ns(home, screen, languages[which]);
      if (i >= 0) times[which].push_back(time);
    }
  }
  for (std::size_t which = 0; which < languages.size(); ++which) {
    print_row(fmt::format("studio: until its window stands, 1600x900, --language {}", languages[which]),
              millisecond_words(times[which]), "500 ms", verdict(median(times[which]), goal_ns));
  }
}

// proc_pid_stat(5): user and system time, all threads.
double processor_seconds(pid_t pid) {
  const std::string stat = os::read_file(fmt::format("/proc/{}/stat", pid));
  const std::vector<std::string> fields = split(stat.substr(stat.rfind(')') + 2), ' ');
  const auto ticks = parse_number(fields.at(11)).value_or(0) + parse_number(fields.at(12)).value_or(0);
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Without a goal where something does change.
void measure_rest(const char* what, pid_t studio, int seconds, std::optional<double> goal_percent) {
  std::this_thread::sleep_for(std::chrono::seconds(2));  // what came before is drawn
  const double before = processor_seconds(studio);
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const double percent = 100 * (processor_seconds(studio) - before) / seconds;
  print_row(fmt::format("studio: processor {}, {} s", what, seconds), fmt::format("{:.2f}%", percent),
            goal_percent ? fmt::format("{:.0f}%", *goal_percent) : std::string(),
            goal_percent ? verdict(percent, *goal_percent) : std::string());
}

void measure_processor(const EngineHome& home, const Screen& screen, int seconds) {
  constexpr double goal_percent = 1;
  Program studio(studio_words(home, screen, "en"));
  if (!studio.wait_for_out("the engine is ready")) throw Error(ErrorKind::internal, "no engine: " + studio.err());
  measure_rest("while nothing changes", studio.pid(), seconds, goal_percent);
  Program container(home.command({"docker", "run", "--rm", "--name", "idle", "alpine", "sleep", "1000"}));
  if (!studio.wait_for_out("run.exec")) throw Error(ErrorKind::internal, "no container: " + container.err());
  // The picture is late on purpose: it shows in seconds what took milliseconds.
  std::this_thread::sleep_for(std::chrono::seconds(15));
  measure_rest("while a container runs and its seconds are counted", studio.pid(), seconds, std::nullopt);
  home.docker({"rm", "-f", "idle"});
  container.finish();
  studio.send_signal(SIGTERM);
  studio.finish();
}

// In class mode most frames are as the one before: they cost their scene and no pixels.
void measure_slow_motion(const EngineHome& home, const Screen& screen, int seconds) {
  constexpr double goal_percent = 10;
  const std::string recording = home.path() / "run.gdtrace";
  home.glassdock({"--trace", recording, "docker", "run", "--rm", "alpine", "true"});
  std::vector<std::string> words = studio_words(home, screen, "en");
  words.push_back(recording);
  Program studio(words);
  if (!studio.wait_for_out("RECORDED") || !screen.focus("Glassdock")) {
    throw Error(ErrorKind::internal, "no recording: " + studio.err());
  }
  screen.key("F11");
  constexpr int slowest = 6;  // of the speeds
  for (int i = 0; i < slowest; ++i) screen.key("ctrl+Down");
  screen.key("space");
  measure_rest("while the picture plays at 1/1000 in class mode", studio.pid(), seconds, goal_percent);
  studio.send_signal(SIGTERM);
  studio.finish();
}

int run(const Options& options) {
  if (const std::string missing = testing::screen_missing(); !missing.empty()) {
    note("studio: " + missing);
    return 0;
  }
  const EngineHome home;
  home.docker({"pull", "-q", "alpine"});
  const Screen screen;
  measure_windows(home, screen, options.starts);
  measure_processor(home, screen, options.rest_seconds);
  measure_slow_motion(home, screen, options.rest_seconds);
  return 0;
}

}  // namespace
}  // namespace glassdock::bench

int main(int count, char** words) try {
  glassdock::bench::Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    if (name == "--starts") options.starts = std::max(std::atoi(words[i + 1]), 1);
    if (name == "--rest") options.rest_seconds = std::max(std::atoi(words[i + 1]), 1);
  }
  return glassdock::bench::run(options);
} catch (const std::exception& error) {
  fmt::print(stderr, "studio_bench: {}\n", error.what());
  return 1;
}
