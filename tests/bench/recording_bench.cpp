// How long a recording of many events takes to open, to read at random, and to be told and written. The target is a
// million events opened in under two seconds. usage: recording_bench [--events N] [--rounds N] [--work FOLDER]
// Medians are printed; the recording is removed afterwards.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/trace/recording.h"
#include "engine/trace/tracer.h"

namespace {

using namespace glassdock;
using namespace glassdock::trace;

double milliseconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// As a start tells them: one in eight with evidence.
Event make_event(std::uint64_t number) {
  Event event;
  event.sequence = number;
  event.time_ns = 7'200'000'000'000 + static_cast<std::int64_t>(number) * 1000;
  event.span = number / 16 + 1;
  event.stage = Stage::isolate;
  event.actor = Actor::child;
  event.pid = 48121;
  event.name = event.gate = "isolate.proc";
  event.subject = "3f2a9c81d04e5b6a7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
  event.plain_command = "mount -t proc -o nosuid,nodev,noexec proc /var/lib/glassdock/root/proc";
  event.arguments = {{"duration_ns", static_cast<std::int64_t>(number % 90'000)}, {"object", std::string("/proc")}};
  event.source = {"engine/plan/mounts.cpp", 185};
  if (number % 8 == 0) {
    event.evidence = {{"/proc/48121/mountinfo", "", "733 732 0:97 / /proc rw,nosuid,nodev,noexec - proc proc rw\n",
                       "findmnt -N 48121"}};
  }
  return event;
}

void measure_writing(const std::filesystem::path& path, std::uint64_t events) {
  RecordingWriter writer(os::real_system(), path, make_header("root", "recording_bench"));
  const double whole = milliseconds([&] {
    std::vector<Event> batch;
    for (std::uint64_t i = 1; i <= events; ++i) {
      batch.push_back(make_event(i));
      if (batch.size() == 256 || i == events) {
        writer.append(batch);
        batch.clear();
      }
    }
  });
  fmt::print("write, in batches of 256   {:9.1f} ms  {:7.0f} ns an event (with making it)\n", whole,
             whole * 1e6 / static_cast<double>(events));
}

void measure_opening(const std::filesystem::path& path, int rounds) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    times.push_back(milliseconds([&] { Recording recording(path); }));
  }
  const double opened = median(times);
  fmt::print("open and index             {:9.1f} ms  {:7.3f} of the 2000 ms that it may take\n", opened, opened / 2000);
}

void measure_reading(const std::filesystem::path& path) {
  const Recording recording(path);
  std::mt19937_64 random(1);
  constexpr int reads = 20'000;
  const double some = milliseconds([&] {
    for (int i = 0; i < reads; ++i) recording.event(random() % recording.size());
  });
  fmt::print("parse one at random        {:9.4f} ms\n", some / reads);
  const double all = milliseconds([&] {
    for (std::size_t i = 0; i < recording.size(); ++i) recording.event(i);
  });
  fmt::print("parse all                  {:9.1f} ms\n", all);
}

// What a told event costs the engine: nobody watches, somebody does.
void measure_telling() {
  Tracer tracer;
  const Context context{&tracer};
  constexpr int events = 50'000;
  const std::string subject = "sha256:1f9c04be7d21";
  const auto tell = [&] {
    for (int i = 0; i < events; ++i) context.tell(Stage::pull, "pull.blob", subject, {{"bytes", i}, {"media", "tar"}});
  };
  const double unwatched = milliseconds(tell);
  auto watcher = tracer.subscribe(false);
  const double watched = milliseconds(tell);
  fmt::print("tell, nobody watches       {:9.1f} ns an event\n", unwatched * 1e6 / events);
  fmt::print("tell, one watcher          {:9.1f} ns an event\n", watched * 1e6 / events);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t events = 1'000'000;
  std::uint64_t rounds = 5;
  std::filesystem::path work = std::filesystem::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--events") events = std::max<std::uint64_t>(parse_number(argv[i + 1]).value_or(events), 1);
    if (name == "--rounds") rounds = std::max<std::uint64_t>(parse_number(argv[i + 1]).value_or(rounds), 1);
    if (name == "--work") work = argv[i + 1];
  }
  try {
    const os::TempDir folder(work, "recording_bench.");
    const std::filesystem::path path = folder.path() / "bench.gdtrace";
    measure_writing(path, events);
    fmt::print("{} events, {} bytes\n", events, std::filesystem::file_size(path));
    measure_opening(path, static_cast<int>(rounds));
    measure_reading(path);
    measure_telling();
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
