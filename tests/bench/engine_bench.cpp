// The programs as a user has them: a whole `docker run` against podman's, the pull of a large image, and the memory
// that all of it takes. usage: engine_bench --programs DIR --hub-images DIR [--pairs N] [--pulls N] [--work DIR]
// [--pull-work DIR] [TREE…] The large image has one gzip layer for each TREE (by default parts of this machine's /usr,
// some 200 MB compressed) and is served by the engine's own hub, to podman as well. Rows of a Markdown table on stdout.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/content/manifest.h"
#include "engine/content/platform.h"
#include "engine/os/files.h"
#include "tests/bench/daemon_process.h"
#include "tests/bench/layer_work.h"
#include "tests/bench/peers.h"
#include "tests/bench/racers.h"

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Options {
  fs::path programs, hub_images;
  fs::path work = fs::temp_directory_path();
  fs::path pull_work;  // of the pulls, which a slow disk would measure instead; empty: as `work`
  int pairs = 200;
  int pulls = 5;
  std::vector<std::string> trees;
};

std::string mib(double value) {
  return fmt::format("{:.1f} MiB", value);
}

std::string seconds(const std::vector<double>& nanoseconds) {
  return fmt::format("{:.2f} s", median(nanoseconds) / 1e9);
}

// podman with a store of its own; its commands run in a mount namespace of their own (serve_peer).
class Podman {
 public:
  explicit Podman(const fs::path& folder) : folder_(folder) { os::make_folders(folder); }
  ~Podman() {
    try {
      run({"system", "reset", "--force"});
    } catch (const Error& fault) {
      note(fault.message());
    }
  }
  std::vector<std::string> words(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {
        "podman",    "--root", (folder_ / "root").string(), "--runroot", (folder_ / "run").string(),
        "--runtime", "runc",   "--cgroup-manager",          "cgroupfs",  "--events-backend",
        "none"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  // To its end, untimed.
  void run(const std::vector<std::string>& more) const {
    Racer racer(as_racer(more));
    racer.race();
  }
  std::vector<std::string> as_racer(const std::vector<std::string>& more) const {
    std::vector<std::string> all = words(more);
    all.insert(all.begin(), {"/proc/self/exe", "--peer", ""});
    return all;
  }

 private:
  fs::path folder_;
};

void compare_commands(const Options& options, const DaemonProcess& engine, const Podman* podman) {
  const std::vector<std::string> ours = engine.docker({"run", "--rm", "alpine", "true"});
  std::optional<Racer> theirs;
  const std::string image = engine.hub() + "/library/alpine";
  if (podman) {
    podman->run({"pull", "--quiet", "--tls-verify=false", image});
    theirs.emplace(podman->as_racer({"run", "--rm", "--network", "none", "--pids-limit", "-1", "--ulimit",
                                     "nofile=1024:1024", "--ulimit", "nproc=1024:1024", image, "true"}));
  }
  std::vector<double> our_times, their_times;
  // podman's own clean-up runs on when its command has returned: not in our time.
  constexpr std::chrono::milliseconds rest{250};
  for (int i = -3; i < options.pairs; ++i) {
    std::this_thread::sleep_for(rest);
    auto our_time = static_cast<double>(time_program(ours));
    std::this_thread::sleep_for(rest);
    auto their_time = theirs ? static_cast<double>(theirs->race().at(0)) : 0;
    if (i < 0) continue;
    our_times.push_back(our_time);
    their_times.push_back(their_time);
  }
  std::string what = fmt::format("`glassdock docker run --rm alpine true` ({:.1f} ms)", median(our_times) / 1e6);
  if (!theirs) return print_row(what, fmt::format("{:.1f} ms", median(our_times) / 1e6));
  constexpr double goal = 0.1;
  auto all = ratios(our_times, their_times);
  print_row(fmt::format("{}, to podman with runc ({:.1f} ms)", what, median(their_times) / 1e6), ratio_words(all),
            "0.10x", verdict(median(all), goal));
}

void measure_memory(const DaemonProcess& engine, double fresh_mib) {
  std::vector<std::string> words = engine.docker({"run", "--name", "held", "alpine", "sleep", "60"});
  std::jthread client([&] {
    try {
      time_program(words);
    } catch (const Error&) {  // it is killed below
    }
  });
  std::vector<double> monitors;
  for (int i = 0; i < 100 && monitors.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    monitors = engine.monitors_mib();
  }
  time_program(engine.docker({"rm", "-f", "held"}));
  client.join();
  constexpr std::chrono::seconds rest{5};
  std::this_thread::sleep_for(std::chrono::seconds(1));
  double before = engine.processor_seconds();
  std::this_thread::sleep_for(rest);
  double used = engine.processor_seconds() - before;
  constexpr double rest_goal_mib = 15, monitor_goal_mib = 2;
  double now = engine.resident_mib();
  print_row("daemon at rest, resident: new / after these runs", mib(fresh_mib) + " / " + mib(now), "15 MiB",
            verdict(std::max(fresh_mib, now), rest_goal_mib));
  print_row(fmt::format("daemon at rest, processor time in {} s", rest.count()), fmt::format("{:.2f} s", used), "0 s",
            used == 0 ? "met" : "missed");
  if (monitors.empty()) throw Error(ErrorKind::internal, "the container that was to be measured did not run");
  print_row("monitor of a running container, PSS", fmt::format("{:.2f} MiB", monitors.front()), "2 MiB",
            verdict(monitors.front(), monitor_goal_mib));
}

json descriptor(std::string_view type, const Digest& digest, std::uintmax_t size) {
  return {{"mediaType", type}, {"digest", digest.text()}, {"size", size}};
}

// An OCI image layout with library/large:latest.
struct LargeImage {
  fs::path layout;
  std::vector<fs::path> tars, layers;
  std::uintmax_t bytes = 0;  // compressed

  LargeImage(const fs::path& folder, const std::vector<std::string>& trees) : layout(folder / "layout") {
    os::make_folders(layout / "blobs/sha256");
    const auto add_blob = [&](const std::string& text) {
      Digest digest = Digest::of(text);
      os::write_file_atomically(os::real_system(), layout / "blobs/sha256" / digest.hex(), text);
      return digest;
    };
    json diff_ids = json::array(), descriptors = json::array();
    for (const std::string& tree : trees) {
      fs::path tar = folder / fmt::format("{}.tar", tars.size()), staged = folder / "staged.gz";
      run_shell(fmt::format("tar -C / -cf {0} {1} && gzip -6 <{0} >{2}", shell_quote(tar.string()),
                            shell_quote(fs::path(tree).relative_path().string()), shell_quote(staged.string())));
      diff_ids.push_back(inflate_and_hash(staged).text());
      Hasher hasher;
      read_pieces(staged, [&](std::span<const std::byte> piece) { hasher.update(piece); });
      Digest digest = hasher.finish();
      tars.push_back(tar);
      layers.push_back(layout / "blobs/sha256" / digest.hex());
      fs::rename(staged, layers.back());
      bytes += fs::file_size(layers.back());
      descriptors.push_back(
          descriptor(std::string(content::media_type::oci_layer) + "+gzip", digest, fs::file_size(layers.back())));
    }
    std::string config = json{{"os", "linux"},
                              {"architecture", content::Platform::of_this_machine().architecture},
                              {"config", {{"Cmd", {"/bin/sh"}}}},
                              {"rootfs", {{"type", "layers"}, {"diff_ids", diff_ids}}}}
                             .dump();
    std::string manifest = json{
        {"schemaVersion", 2},
        {"mediaType", content::media_type::oci_manifest},
        {"config", descriptor(content::media_type::oci_config, add_blob(config), config.size())},
        {"layers",
         descriptors}}.dump();
    json entry = descriptor(content::media_type::oci_manifest, add_blob(manifest), manifest.size());
    entry["annotations"] = {{"org.opencontainers.image.ref.name", "library/large:latest"}};
    os::write_file_atomically(os::real_system(), layout / "index.json",
                              json{{"schemaVersion", 2}, {"manifests", {entry}}}.dump());
  }
};

double timed(const std::function<void()>& work) {
  ::sync();  // what is dirty from the step before is written in nobody's time
  std::int64_t begin = monotonic_ns();
  work();
  return static_cast<double>(monotonic_ns() - begin);
}

void compare_pulls(const Options& options, const fs::path& work, const Podman* podman) {
  const LargeImage image(work, options.trees);
  DaemonProcess engine(options.programs, work / "data", image.layout);
  const std::string name = engine.hub() + "/library/large";
  const fs::path extracted = work / "extracted";
  std::vector<double> pulling, inflating, extracting, theirs;
  for (int i = 0; i < options.pulls; ++i) {
    inflating.push_back(timed([&] {
      for (const fs::path& layer : image.layers) inflate_and_hash(layer);
    }));
    os::make_folders(extracted);
    extracting.push_back(timed([&] {
      for (const fs::path& tar : image.tars) {
        run_shell(fmt::format("tar -C {} -xpf {}", shell_quote(extracted.string()), shell_quote(tar.string())));
      }
    }));
    os::remove_tree(extracted);
    pulling.push_back(timed([&] { time_program(engine.docker({"pull", "large"})); }));
    time_program(engine.docker({"rmi", "large"}));
    if (!podman) continue;
    theirs.push_back(timed([&] { podman->run({"pull", "--quiet", "--tls-verify=false", name}); }));
    podman->run({"rmi", "--force", name});
  }
  std::vector<double> slower;
  for (std::size_t i = 0; i < pulling.size(); ++i) slower.push_back(std::max(inflating[i], extracting[i]));
  constexpr double floor_goal = 1.3, podman_goal = 0.2, memory_goal_mib = 64;
  auto to_floor = ratios(pulling, slower);
  print_row(fmt::format("pull and unpack of {} in {} layers ({}), to the slower of inflating and hashing ({}) and "
                        "`tar -x` ({}); {} rounds",
                        human_size(static_cast<double>(image.bytes)), image.layers.size(), seconds(pulling),
                        seconds(inflating), seconds(extracting), options.pulls),
            ratio_words(to_floor), "1.30x", verdict(median(to_floor), floor_goal));
  if (podman) {
    auto to_podman = ratios(pulling, theirs);
    print_row(fmt::format("the same, to `podman pull` ({})", seconds(theirs)), ratio_words(to_podman), "0.20x",
              verdict(median(to_podman), podman_goal));
  }
  print_row("daemon's largest resident size in these pulls", mib(engine.peak_resident_mib()), "64 MiB",
            verdict(engine.peak_resident_mib(), memory_goal_mib));
}

// Everything of one part of the benchmark, in a folder of its own.
struct Work {
  os::TempDir folder;
  std::optional<Podman> podman;

  explicit Work(const fs::path& parent) : folder(parent, "engine-bench.") {
    ::chmod(path().c_str(), 0755);
    if (has_program("podman") && has_program("runc")) {
      podman.emplace(path() / "podman");
    } else {
      note("podman or runc is not installed: left out");
    }
  }
  const fs::path& path() const { return folder.path(); }
  const Podman* peer() const { return podman ? &*podman : nullptr; }
};

int run(const Options& options) {
  {
    Work work(options.work);
    DaemonProcess engine(options.programs, work.path() / "data", options.hub_images);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    double fresh_mib = engine.resident_mib();
    time_program(engine.docker({"pull", "alpine"}));
    if (options.pairs > 0) compare_commands(options, engine, work.peer());
    measure_memory(engine, fresh_mib);
  }
  if (options.pulls > 0) {
    Work work(options.pull_work.empty() ? options.work : options.pull_work);
    compare_pulls(options, work.path() / "pull", work.peer());
  }
  return 0;
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (!starts_with(word, "--") || i + 1 == count) {
      options.trees.push_back(word);
      continue;
    }
    const char* value = words[++i];
    if (word == "--programs") options.programs = fs::canonical(value);
    if (word == "--hub-images") options.hub_images = fs::canonical(value);
    if (word == "--work") options.work = value;
    if (word == "--pull-work") options.pull_work = value;
    if (word == "--pairs") options.pairs = std::atoi(value);
    if (word == "--pulls") options.pulls = std::atoi(value);
  }
  if (options.trees.empty()) options.trees = {"/usr/bin", "/usr/include"};
  return options;
}

}  // namespace
}  // namespace glassdock::bench

int main(int count, char** words) try {
  using namespace glassdock::bench;
  if (count > 3 && std::string_view(words[1]) == "--peer") return serve_peer({words + 3, words + count}, words[2]);
  return run(parse(count, words));
} catch (const std::exception& error) {
  fmt::print(stderr, "engine_bench: {}\n", error.what());
  return 1;
}
