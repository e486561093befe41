// How long a recording of many events takes to open as a history of models, to step through and to scrub in, and what
// that takes of memory. Targets of a million events: open in 2 s, any of them within 50 ms, 150 MiB over the mapped
// file. usage: history_bench [--events N] [--jumps N] [--work FOLDER]
// The recording is made of whole starts with evidence, twenty containers alive at a time, and removed afterwards.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/model/history.h"
#include "app/player/player.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/trace/recording.h"
#include "tests/bench/many_starts.h"
#include "tests/bench/racers.h"

namespace {

using namespace glassdock;

double milliseconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

// Private memory alone: the mapped file is not counted (proc_pid_status(5), RssAnon).
std::uint64_t private_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "RssAnon:") continue;
    std::uint64_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

void print_times(const std::string& what, std::vector<double> all) {
  constexpr double goal_ms = 50;
  std::sort(all.begin(), all.end());
  bench::print_row(fmt::format("studio: {}: median (worst of {})", what, all.size()),
                   fmt::format("{:.2f} ms ({:.1f})", bench::median(all), all.back()), fmt::format("{} ms", goal_ms),
                   bench::verdict(all.back(), goal_ms));
}

void measure(const std::filesystem::path& path, std::size_t jumps) {
  constexpr double goal_open_ms = 2000, goal_mib = 150;
  const std::uint64_t before = private_kib();
  std::optional<model::History> history;
  player::ViewTimes times;
  const double opened = milliseconds([&] {
    history.emplace(trace::Recording(path));
    times.extend(*history);
  });
  const std::string all =
      fmt::format("{} events of {} MB", history->size(), std::filesystem::file_size(path) / 1'000'000);
  bench::print_row("studio: opening " + all, fmt::format("{:.0f} ms", opened), fmt::format("{} ms", goal_open_ms),
                   bench::verdict(opened, goal_open_ms));
  std::mt19937_64 random(1);
  std::vector<double> scrub, forward, back;
  for (std::size_t i = 0; i < jumps; ++i) {
    const std::size_t place = 3 + random() % (history->size() - 4);
    scrub.push_back(milliseconds([&] { history->at(place); }));
    forward.push_back(milliseconds([&] { history->at(place + 1); }));
    back.push_back(milliseconds([&] { history->at(place - 1); }));
  }
  print_times("scrubbing to any of them", std::move(scrub));
  print_times("a step on", std::move(forward));
  print_times("a step back", std::move(back));
  const double mib = static_cast<double>(private_kib() - before) / 1024;
  bench::print_row("studio: memory over the mapped file", fmt::format("{:.1f} MiB", mib),
                   fmt::format("{} MiB", goal_mib), bench::verdict(mib, goal_mib));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t events = 1'000'000;
  std::uint64_t jumps = 200;
  std::filesystem::path work = std::filesystem::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--events") events = std::max<std::uint64_t>(parse_number(argv[i + 1]).value_or(events), 100);
    if (name == "--jumps") jumps = std::max<std::uint64_t>(parse_number(argv[i + 1]).value_or(jumps), 1);
    if (name == "--work") work = argv[i + 1];
  }
  try {
    const os::TempDir folder(work, "history_bench.");
    const std::filesystem::path path = folder.path() / "bench.gdtrace";
    bench::write_starts(path, events);
    measure(path, jumps);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
