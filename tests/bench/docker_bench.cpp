// The real docker command line on this engine and, where REFERENCE_DOCKER_HOST names a dockerd that has the image
// alpine, on that one: both in turn, round by round.
// usage: docker_bench --programs DIR --hub-images DIR --client DOCKER [--pairs N] [--containers N] [--work DIR]
// Figures are medians of the rounds, ratios medians of the rounds' ratios with the 10th, 90th and 99th percentile. Rows
// of a Markdown table on stdout.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/http/client.h"
#include "engine/os/files.h"
#include "tests/bench/daemon_process.h"
#include "tests/bench/racers.h"

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path programs, hub_images, client;
  fs::path work = fs::temp_directory_path();
  int pairs = 50;
  int containers = 200;
};

// The docker client, and the daemon that it drives.
class Docker {
 public:
  Docker(fs::path client, std::string host) : client_(std::move(client)), host_(std::move(host)) {}
  std::vector<std::string> words(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {client_.string(), "--host", host_};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  double time(const std::vector<std::string>& more) const { return static_cast<double>(time_program(words(more))); }
  // A line of the shell in which `docker` is this one.
  double time_line(const std::string& line) const {
    const std::string function =
        fmt::format("docker() {{ {} --host {} \"$@\"; }}; ", shell_quote(client_.string()), shell_quote(host_));
    return static_cast<double>(time_program({"/bin/sh", "-c", function + line}));
  }

 private:
  fs::path client_;
  std::string host_;
};

// A container that is removed by force with the object.
class Kept {
 public:
  Kept(const Docker& docker, std::string name) : docker_(docker), name_(std::move(name)) {
    docker_.time({"run", "-d", "--network", "none", "--name", name_, "alpine", "sleep", "1000"});
  }
  ~Kept() {
    try {
      docker_.time({"rm", "-f", name_});
    } catch (const Error& fault) {
      note(fault.message());
    }
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

 private:
  const Docker& docker_;
  std::string name_;
};

struct Times {
  std::vector<double> ours, theirs;
};

// In turn, and who begins changes. The kernel takes the walls of what has ended apart a little later: not in the next
// one's time.
Times race(int rounds, const Docker& ours, const Docker* theirs, const std::function<double(const Docker&)>& time) {
  constexpr int warm_up = 3;
  constexpr std::chrono::milliseconds rest{100};
  Times times;
  for (int round = -warm_up; round < rounds; ++round) {
    double our_time = 0, their_time = 0;
    for (int turn = 0; turn < 2; ++turn) {
      std::this_thread::sleep_for(rest);
      if ((turn == 0) == (round % 2 == 0)) {
        our_time = time(ours);
      } else if (theirs) {
        their_time = time(*theirs);
      }
    }
    if (round < 0) continue;
    times.ours.push_back(our_time);
    if (theirs) times.theirs.push_back(their_time);
  }
  return times;
}

std::string milliseconds(const std::vector<double>& nanoseconds) {
  return fmt::format("{:.1f} ms", median(nanoseconds) / 1e6);
}

void print_times(const std::string& what, const Times& times, double goal) {
  if (times.theirs.empty()) return print_row(what, milliseconds(times.ours));
  const std::vector<double> all = ratios(times.ours, times.theirs);
  print_row(fmt::format("{} ({}), to dockerd ({})", what, milliseconds(times.ours), milliseconds(times.theirs)),
            ratio_words(all), fmt::format("{:.2f}x", goal), verdict(median(all), goal));
}

void compare_runs(const Options& options, const Docker& ours, const Docker* theirs) {
  const std::vector<std::string> line = {"run", "--rm", "--network", "none", "alpine", "true"};
  constexpr double goal = 0.2;
  print_times("`docker run --rm --network none alpine true` by the real client",
              race(options.pairs, ours, theirs, [&](const Docker& docker) { return docker.time(line); }), goal);
}

void compare_execs(const Options& options, const Docker& ours, const Docker* theirs) {
  const std::string box = fmt::format("glassdock-bench-{}", ::getpid());
  const Kept our_box(ours, box);
  std::optional<Kept> their_box;
  if (theirs) their_box.emplace(*theirs, box);
  const std::vector<std::string> line = {"exec", box, "true"};
  const std::vector<std::string> bare = {"version", "--format", "{{.Server.Version}}"};
  constexpr double goal = 0.4;
  print_times("`docker exec BOX true`",
              race(options.pairs, ours, theirs, [&](const Docker& docker) { return docker.time(line); }), goal);
  std::vector<double> client;
  for (int i = 0; i < options.pairs; ++i) client.push_back(ours.time(bare));
  print_row("the client's own part: `docker version`", milliseconds(client));
}

void compare_streams(const Options& options, const fs::path& work, const Docker& ours, const Docker* theirs) {
  constexpr double mib_sent = 64, goal_mb = 200, goal_ratio = 0.5;
  const std::string input = (work / "64MiB").string();
  // Lines of text, which the log takes as well.
  run_shell(fmt::format("base64 -w 76 /dev/urandom | head -c 64M >{}", shell_quote(input)));
  const std::string cat = fmt::format("docker run --rm -i --network none alpine cat <{}", shell_quote(input));
  const std::string line = cat + " >/dev/null";
  ours.time_line(fmt::format("{} | cmp - {}", cat, shell_quote(input)));
  const Times times =
      race(std::max(3, options.pairs / 5), ours, theirs, [&](const Docker& docker) { return docker.time_line(line); });
  const double rate = mib_sent * 1024 * 1024 / (median(times.ours) / 1e9) / 1e6;
  print_row("64 MiB through `docker run -i … cat`, start and log included", fmt::format("{:.0f} MB/s", rate),
            "200 MB/s", verdict(goal_mb, rate));
  print_times("the same", times, goal_ratio);
}

// In the daemon: one request on a connection that stands, from its first byte to the answer's last.
void measure_list(const Options& options, const DaemonProcess& engine, const Docker& ours) {
  constexpr int many = 1000;
  constexpr double goal_ms = 20;
  for (int i = 0; i < many; ++i) time_program(engine.docker({"create", "alpine", "true"}));
  http::Client client = http::Client::connect_unix(engine.socket());
  std::vector<double> times;
  for (int i = 0; i < std::max(10, options.pairs); ++i) {
    const std::int64_t begin = monotonic_ns();
    client.request("GET", "/containers/json?all=1").read_body();
    times.push_back(static_cast<double>(monotonic_ns() - begin));
  }
  print_row(fmt::format("`GET /containers/json?all=1` with {} containers", many), milliseconds(times), "20 ms",
            verdict(median(times) / 1e6, goal_ms));
  std::vector<double> whole;
  for (int i = 0; i < std::max(10, options.pairs / 5); ++i) whole.push_back(ours.time({"ps", "-a"}));
  print_row("`docker ps -a` of them by the real client", milliseconds(whole));
  time_program(engine.docker({"container", "prune", "-f"}));
}

void measure_many(const Options& options, const Docker& ours) {
  constexpr std::size_t ends = 10;
  constexpr double goal = 1.2;
  std::vector<double> times;
  for (int i = 0; i < options.containers; ++i) {
    times.push_back(
        ours.time({"run", "-d", "--network", "none", "--name", fmt::format("many-{}", i), "alpine", "sleep", "1000"}));
  }
  const std::vector<double> first(times.begin() + 3, times.begin() + 3 + ends), last(times.end() - ends, times.end());
  const double ratio = median(last) / median(first);
  print_row(fmt::format("`docker run -d` of {} containers that stay: the last ten ({}) to the first ({})",
                        options.containers, milliseconds(last), milliseconds(first)),
            fmt::format("{:.2f}x", ratio), "1.20x", verdict(ratio, goal));
  ours.time_line("docker rm -f $(docker ps -aq) >/dev/null");
}

// Of dockerd and containerd, wherever they run. Where several do, nobody knows which is meant.
double reference_mib() {
  double sum = 0;
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (!parse_number(entry.path().filename().string())) continue;
    const std::string name = name_of(entry.path());
    if (name != "dockerd" && name != "containerd") continue;
    found.push_back(name);
    sum += proportional_mib(entry.path());
  }
  std::sort(found.begin(), found.end());
  if (found != std::vector<std::string>{"containerd", "dockerd"}) {
    throw Error(ErrorKind::not_found, "one dockerd and one containerd are wanted here, there are: " + join(found, " "));
  }
  return sum;
}

void compare_memory(const DaemonProcess& engine, const Docker* theirs) {
  const double ours = engine.proportional_mib();
  if (!theirs) return print_row("daemon and launcher after all this, PSS", fmt::format("{:.1f} MiB", ours));
  constexpr double goal = 0.15;
  const double reference = reference_mib();
  print_row(fmt::format("daemon and launcher after all this, PSS ({:.1f} MiB), to dockerd and containerd ({:.1f} MiB)",
                        ours, reference),
            fmt::format("{:.2f}x", ours / reference), "0.15x", verdict(ours / reference, goal));
}

int run(const Options& options) {
  os::TempDir work(options.work, "docker-bench.");
  ::chmod(work.path().c_str(), 0755);
  const DaemonProcess engine(options.programs, work.path() / "data", options.hub_images);
  const Docker ours(options.client, "unix://" + engine.socket());
  std::optional<Docker> theirs;
  if (const char* host = std::getenv("REFERENCE_DOCKER_HOST")) {
    theirs.emplace(options.client, host);
  } else {
    note("REFERENCE_DOCKER_HOST is not set: no dockerd takes part");
  }
  const Docker* peer = theirs ? &*theirs : nullptr;
  ours.time({"pull", "-q", "alpine"});
  compare_runs(options, ours, peer);
  compare_execs(options, ours, peer);
  compare_streams(options, work.path(), ours, peer);
  measure_list(options, engine, ours);
  measure_many(options, ours);
  compare_memory(engine, peer);
  return 0;
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view word = words[i];
    const char* value = words[i + 1];
    if (word == "--programs") options.programs = fs::canonical(value);
    if (word == "--hub-images") options.hub_images = fs::canonical(value);
    if (word == "--client") options.client = value;
    if (word == "--work") options.work = value;
    if (word == "--pairs") options.pairs = std::max(1, std::atoi(value));
    if (word == "--containers") options.containers = std::max(20, std::atoi(value));
  }
  return options;
}

}  // namespace
}  // namespace glassdock::bench

int main(int count, char** words) try {
  using namespace glassdock::bench;
  return run(parse(count, words));
} catch (const std::exception& error) {
  fmt::print(stderr, "docker_bench: {}\n", error.what());
  return 1;
}
