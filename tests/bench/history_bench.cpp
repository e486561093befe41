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

struct Times {
  std::vector<double> all;
  void print(const char* what) {
    std::sort(all.begin(), all.end());
    fmt::print("{:<27}{:9.2f} ms median {:9.2f} ms worst of {}; 50 ms allowed\n", what, all[all.size() / 2], all.back(),
               all.size());
  }
};

void measure(const std::filesystem::path& path, std::size_t jumps) {
  const std::uint64_t before = private_kib();
  std::optional<model::History> history;
  player::ViewTimes times;
  const double opened = milliseconds([&] { history.emplace(trace::Recording(path)); });
  const double timed = milliseconds([&] { times.extend(*history); });
  fmt::print("open                       {:9.1f} ms  of the 2000 ms that it may take\n", opened + timed);
  fmt::print("  of that view times       {:9.1f} ms\n", timed);

  std::mt19937_64 random(1);
  Times scrub, forward, back;
  for (std::size_t i = 0; i < jumps; ++i) {
    const std::size_t place = 3 + random() % (history->size() - 4);
    scrub.all.push_back(milliseconds([&] { history->at(place); }));
    forward.all.push_back(milliseconds([&] { history->at(place + 1); }));
    back.all.push_back(milliseconds([&] { history->at(place - 1); }));
  }
  scrub.print("scrub to any");
  forward.print("step");
  back.print("step back");
  fmt::print("memory                     {:9.1f} MiB of the 150 MiB over the mapped file ({:.1f} by its own count)\n",
             static_cast<double>(private_kib() - before) / 1024, static_cast<double>(history->memory()) / (1 << 20));
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
    fmt::print("{} events, {} bytes\n", events, std::filesystem::file_size(path));
    measure(path, jumps);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
