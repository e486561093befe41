// What a class waits for: how long it takes to load and validate all lessons and scenarios, to bring the lab to a
// step's start, and to check all of them on the real engine in both languages.
//   class_bench [--loads N] [--resets N]
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "app/lessons/catalog.h"
#include "app/lessons/lesson.h"
#include "app/live/lab.h"
#include "app/scenarios/scenario.h"
#include "engine/base/error.h"
#include "tests/bench/racers.h"
#include "tests/support/places.h"
#include "tests/support/program.h"

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;
using testing::EngineHome;

struct Options {
  int loads = 20;
  int resets = 3;  // of each step
};

const fs::path lesson_folder = source_path("lessons");
const fs::path scenario_folder = source_path("scenarios");

void measure_loading(int loads) {
  constexpr double goal_ns = 50e6;
  std::vector<double> all;
  std::size_t files = 0;
  for (int i = 0; i < loads; ++i) {
    const std::int64_t begin = monotonic_ns();
    files = lessons::load_lessons(lesson_folder).size() + scenarios::load_scenarios(scenario_folder).size();
    all.push_back(static_cast<double>(monotonic_ns() - begin));
  }
  print_row(fmt::format("class: load and validate {} lessons and scenarios", files), millisecond_words(all), "50 ms",
            verdict(median(all), goal_ns));
}

// The lab as the studio has it, asked and waited for.
class WaitedLab {
 public:
  WaitedLab(const client::Place& place, const fs::path& folder)
      : lab_(place, folder, [this] {
          const std::lock_guard lock(mutex_);
          any_ = true;
          changed_.notify_one();
        }) {}

  double reset_ns(const std::vector<std::string>& images, const std::vector<std::string>& lines) {
    const std::int64_t begin = monotonic_ns();
    lab_.reset(images, lines, false);
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return std::exchange(any_, false); });
      lock.unlock();
      const live::LabNews news = lab_.take();
      if (!news.fault.empty()) throw Error(ErrorKind::internal, "the lab: " + news.fault);
      if (news.ready) return static_cast<double>(monotonic_ns() - begin);
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool any_ = false;
  live::Lab lab_;
};

// Each step behind the one before it, as its learner has it: with what that one's lab made, and one container more.
void measure_resets(int resets) {
  constexpr double goal_ns = 500e6;
  const EngineHome home;
  home.docker({"version"});
  WaitedLab lab({home.data(), home.data() / "engine.sock"}, home.path() / "work");
  std::vector<double> all;
  std::string slowest;
  double most = 0;
  for (const lessons::Lesson& lesson : lessons::load_lessons(lesson_folder)) {
    for (const lessons::Step& step : lesson.steps) {
      std::vector<double> of_step;
      for (int i = 0; i < resets; ++i) {
        home.docker({"run", "-d", "--name", "left-over", "alpine", "sleep", "600"});
        of_step.push_back(lab.reset_ns(lesson.images, step.lab));
      }
      all.insert(all.end(), of_step.begin(), of_step.end());
      if (median(of_step) > most) most = median(of_step), slowest = lesson.id + ", " + step.id;
    }
  }
  print_row("class: the lab reset to a step's start", millisecond_words(all), "500 ms",
            verdict(percentile(all, 99), goal_ns));
  print_row("class: the slowest of them, " + slowest, fmt::format("{:.0f} ms", most / 1e6), "500 ms",
            verdict(most, goal_ns));
}

void measure_checks() {
  constexpr double goal_ns = 300e9;
  const EngineHome home;
  const std::int64_t begin = monotonic_ns();
  for (const char* language : {"en", "ko"}) {
    for (const char* kind : {"lesson", "scenario"}) {
      const testing::Outcome outcome = testing::run({"/usr/bin/env", "HOME=" + home.path().string(),
                                                     program_path("glassdock"), "--language", language, kind, "check"});
      if (outcome.code != 0) note(fmt::format("class: {} check failed:\n{}{}", kind, outcome.out, outcome.err));
    }
  }
  const auto took = static_cast<double>(monotonic_ns() - begin);
  print_row("class: all lessons and scenarios checked, in both languages", fmt::format("{:.0f} s", took / 1e9), "300 s",
            verdict(took, goal_ns));
}

}  // namespace
}  // namespace glassdock::bench

int main(int count, char** words) try {
  glassdock::bench::Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    if (name == "--loads") options.loads = std::max(std::atoi(words[i + 1]), 1);
    if (name == "--resets") options.resets = std::max(std::atoi(words[i + 1]), 1);
  }
  glassdock::bench::measure_loading(options.loads);
  glassdock::bench::measure_resets(options.resets);
  glassdock::bench::measure_checks();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "class_bench: {}\n", error.what());
  return 1;
}
