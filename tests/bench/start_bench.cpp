// A warm start inside the engine against the floor (floor_start.c), other runtimes, and a build without the trace.
// usage: start_bench --hub-images DIR [--floor PROGRAM, with floor_exec beside it] [--pairs N] [--untraced START_BENCH
// [--runs N]] [--work DIR] Every round runs each side once, one after the other, in a random order; figures are medians
// of the rounds, and ratios medians of the rounds' ratios with the 10th, 90th and 99th percentile. Rows of a Markdown
// table on stdout.
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/bench/engine_side.h"
#include "tests/bench/peers.h"
#include "tests/bench/racers.h"

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path self, floor, untraced, hub_images;
  fs::path work = fs::temp_directory_path();
  int pairs = 200;
  int runs = 1000;
};

// The kernel takes a dead container's network namespace apart a little later: not in the next one's time.
void let_settle() {
  constexpr timespec pause{0, 10'000'000};
  ::nanosleep(&pause, nullptr);
}

// Each side of the race, and what it took in each round, in microseconds.
class Race {
 public:
  using Side = std::function<Numbers()>;
  void add(const std::string& name, Side side) { sides_.push_back({name, std::move(side)}); }
  void run(int rounds) {
    constexpr int warm_up = 5;
    for (int round = -warm_up; round < rounds; ++round) {
      std::shuffle(sides_.begin(), sides_.end(), random_);
      for (auto& [name, side] : sides_) {
        let_settle();
        Numbers numbers = side();
        if (round < 0) continue;
        for (std::size_t n = 0; n < numbers.size(); ++n) {
          times_[{name, n}].push_back(static_cast<double>(numbers[n]) / 1000);
        }
      }
    }
  }
  const std::vector<double>& of(const std::string& name, std::size_t number = 0) const {
    return times_.at({name, number});
  }

 private:
  std::mt19937 random_;  // the same orders each time
  std::vector<std::pair<std::string, Side>> sides_;
  std::map<std::pair<std::string, std::size_t>, std::vector<double>> times_;
};

std::string milliseconds(const std::vector<double>& microseconds) {
  return fmt::format("{:.2f} ms", median(microseconds) / 1000);
}

void compare_to_floor(const Options& options, Racer& engine, const std::string& floor_words, const fs::path& work) {
  std::vector<std::string> words = split(floor_words, '\t');
  auto value = [&](std::string_view key) {
    for (const std::string& word : words) {
      if (starts_with(word, key)) return word.substr(key.size());
    }
    return std::string();
  };
  std::vector<Peer> peers = make_peers(work, value("lower="), value("seccomp="));
  words.insert(words.begin(), options.floor.string());
  Racer floor(words);
  std::vector<std::unique_ptr<Racer>> peer_racers;

  Race race;
  race.add("floor", [&] { return floor.race(); });
  race.add("plain", [&] { return engine.race('.'); });
  race.add("events", [&] { return engine.race('e'); });
  race.add("evidence", [&] { return engine.race('v'); });
  for (const Peer& peer : peers) {
    peer_racers.push_back(std::make_unique<Racer>(peer.words));
    race.add(peer.name, [racer = peer_racers.back().get()] { return racer->race(); });
  }
  race.run(options.pairs);

  constexpr double floor_goal = 1.3, recording_goal = 1.05;
  auto plain = ratios(race.of("plain"), race.of("floor"));
  print_row(fmt::format("start to exit stored, to the floor ({} to {})", milliseconds(race.of("plain")),
                        milliseconds(race.of("floor"))),
            ratio_words(plain), "1.30x", verdict(median(plain), floor_goal));
  for (const Peer& peer : peers) {
    print_row(fmt::format("the same, to {} as a whole process ({})", peer.name, milliseconds(race.of(peer.name))),
              ratio_words(ratios(race.of("plain"), race.of(peer.name))));
  }
  auto events = ratios(race.of("events"), race.of("plain"));
  print_row("recording events, to nobody watching", ratio_words(events), "1.05x",
            verdict(median(events), recording_goal));
  print_row("with evidence, to nobody watching", ratio_words(ratios(race.of("evidence"), race.of("plain"))));
  note(fmt::format("floor to the cgroups removed {}; the engine's start() returns after {}",
                   milliseconds(race.of("floor", 1)), milliseconds(race.of("plain", 1))));
}

void compare_exec(const Options& options, Racer& engine, const std::string& floor_words) {
  std::string pid, id, seccomp;
  std::vector<std::string> cgroups;
  for (const std::string& word : split(floor_words, '\t')) {
    const std::string value = word.substr(word.find('=') + 1), behind = value.substr(value.find(':') + 1);
    if (starts_with(word, "seccomp=")) seccomp = value;
    if (starts_with(word, "v1=")) cgroups.push_back(behind);
    if (starts_with(word, "unified=") && floor_words.find("v2=1") != std::string::npos) cgroups.push_back(value);
    if (!starts_with(word, "box=")) continue;
    pid = value.substr(0, value.find(':'));
    id = behind;
  }
  const std::string program = (options.floor.parent_path() / "floor_exec").string();
  std::vector<std::string> words = {program, pid, seccomp};
  for (const std::string& folder : cgroups) words.push_back(folder + "/" + id);
  Racer floor(words), bare({program, pid});
  Race race;
  race.add("floor", [&] { return floor.race(); });
  race.add("bare", [&] { return bare.race(); });
  race.add("engine", [&] { return engine.race('x'); });
  race.run(options.pairs);
  constexpr double goal = 1.3;
  const auto all = ratios(race.of("engine"), race.of("floor"));
  print_row(fmt::format("exec until the command executes, to the floor ({} to {})", milliseconds(race.of("engine")),
                        milliseconds(race.of("floor"))),
            ratio_words(all), "1.30x", verdict(median(all), goal));
  print_row(fmt::format("the same, to a bare setns and exec ({}), without cgroups, filter and capabilities",
                        milliseconds(race.of("bare"))),
            ratio_words(ratios(race.of("engine"), race.of("bare"))));
}

void compare_to_untraced(const Options& options, Racer& engine, const fs::path& work) {
  Racer untraced({options.untraced.string(), "--serve", (work / "untraced").string(), options.hub_images.string()});
  untraced.read_line();
  Race race;
  race.add("traced", [&] { return engine.race('.'); });
  race.add("untraced", [&] { return untraced.race('.'); });
  race.run(options.runs);
  std::vector<double> extra;
  for (int i = 0; i < options.runs; ++i) {
    extra.push_back(race.of("traced")[static_cast<std::size_t>(i)] - race.of("untraced")[static_cast<std::size_t>(i)]);
  }
  constexpr double goal_us = 50;
  double cost = median(extra);
  print_row(fmt::format("tracing with nobody watching, {} alternating pairs", options.runs),
            fmt::format("{:+.0f} µs a start", cost), "50 µs", verdict(cost, goal_us));
}

int run(const Options& options) {
  os::TempDir work(options.work, "start-bench.");
  ::chmod(work.path().c_str(), 0755);  // bubblewrap and the container's users look into it
  Racer engine({options.self.string(), "--serve", (work.path() / "engine").string(), options.hub_images.string()});
  std::string floor_words = engine.read_line();
  if (!options.floor.empty()) {
    compare_to_floor(options, engine, floor_words, work.path());
    compare_exec(options, engine, floor_words);
  }
  if (!options.untraced.empty()) compare_to_untraced(options, engine, work.path());
  return 0;
}

Options parse(int count, char** words) {
  Options options;
  options.self = fs::read_symlink("/proc/self/exe");
  for (int i = 1; i + 1 < count; i += 2) {
    std::string_view word = words[i];
    if (word == "--floor") options.floor = words[i + 1];
    if (word == "--untraced") options.untraced = words[i + 1];
    if (word == "--hub-images") options.hub_images = words[i + 1];
    if (word == "--work") options.work = words[i + 1];
    if (word == "--pairs") options.pairs = std::max(1, std::atoi(words[i + 1]));
    if (word == "--runs") options.runs = std::max(1, std::atoi(words[i + 1]));
  }
  return options;
}

}  // namespace
}  // namespace glassdock::bench

int main(int count, char** words) try {
  using namespace glassdock::bench;
  std::string_view first = count > 3 ? words[1] : "";
  if (first == "--serve") return serve_engine(words[2], words[3]);
  if (first == "--peer") return serve_peer({words + 3, words + count}, words[2]);
  return run(parse(count, words));
} catch (const std::exception& error) {
  fmt::print(stderr, "start_bench: {}\n", error.what());
  return 1;
}
