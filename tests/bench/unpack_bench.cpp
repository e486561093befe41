// Unpacking a layer against the two things that bound it: inflating and hashing it, and `tar -x` of what was inflated.
// usage: unpack_bench [--rounds N] [--work FOLDER] [TREE…]
// One gzip layer is made of the TREEs (by default parts of this machine's /usr with some 200 MB compressed). The three
// are timed in turn; the medians and the median of the ratios of each round are printed.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/snapshot/layer_store.h"
#include "tests/bench/layer_work.h"
#include "tests/bench/racers.h"

namespace {

using namespace glassdock;
using namespace glassdock::bench;
namespace fs = std::filesystem;

// Of one step: until it was done, and of processors, which tells a busy machine from slow code.
struct Times {
  std::vector<double> wall, processor;  // milliseconds
};

double processor_milliseconds() {
  double sum = 0;
  for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += double(time.tv_sec) * 1e3 + double(time.tv_usec) / 1e3;
  }
  return sum;
}

void measure_step(Times& times, const std::function<void()>& work) {
  const double processor = processor_milliseconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  times.wall.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  times.processor.push_back(processor_milliseconds() - processor);
}

void unpack(snapshot::LayerStore& store, const fs::path& layer) {
  const auto writer = store.begin({}, "sha256:bench");
  read_pieces(layer, [&](std::span<const std::byte> piece) { writer->write(piece); });
  writer->finish();
  writer->commit(1);
}

void measure(const fs::path& work, const std::vector<std::string>& trees, int rounds) {
  const fs::path layer = work / "layer.tar.gz", tar = work / "layer.tar", extracted = work / "extracted";
  std::string names;
  for (const std::string& tree : trees) names += " " + shell_quote(fs::path(tree).relative_path().string());
  run_shell(fmt::format("tar -C / -cf {0} {1} && gzip -6 <{0} >{2}", shell_quote(tar.string()), names,
                        shell_quote(layer.string())));
  fmt::print("layer: {} compressed, {} inflated, {} entries\n", human_size(double(fs::file_size(layer))),
             human_size(double(fs::file_size(tar))), [&] {
               snapshot::LayerStore store(os::real_system(), work / "count", false);
               const auto writer = store.begin({}, "sha256:count");
               read_pieces(layer, [&](std::span<const std::byte> piece) { writer->write(piece); });
               return writer->finish().entries;
             }());
  Times inflating, extracting, unpacking;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    // What is dirty from the step before is written in nobody's time.
    ::sync();
    measure_step(inflating, [&] { inflate_and_hash(layer); });
    os::make_folders(extracted);
    measure_step(extracting, [&] {
      run_shell(fmt::format("tar -C {} -xpf {}", shell_quote(extracted.string()), shell_quote(tar.string())));
    });
    os::remove_tree(extracted);
    ::sync();
    snapshot::LayerStore store(os::real_system(), work / "layers", ::geteuid() != 0);
    measure_step(unpacking, [&] { unpack(store, layer); });
    store.remove(1);
    ratios.push_back(unpacking.wall.back() / std::max(inflating.wall.back(), extracting.wall.back()));
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::sort(ratios.begin(), ratios.end());
  const auto print = [](const char* step, const Times& times) {
    fmt::print("{:22} {:8.0f} ms {:8.0f} ms of processors\n", step, median(times.wall), median(times.processor));
  };
  print("inflating and hashing", inflating);
  print("tar -x of the inflated", extracting);
  print("unpacking", unpacking);
  fmt::print("ratio to the slower    {:8.2f}    (best {:.2f}, worst {:.2f}, {} rounds; goal 1.30)\n", median(ratios),
             ratios.front(), ratios.back(), rounds);
  fmt::print("largest resident size  {:8.1f} MiB\n", double(usage.ru_maxrss) / 1024);
}

}  // namespace

int main(int argc, char** argv) try {
  int rounds = 9;
  fs::path parent = fs::current_path();
  std::vector<std::string> trees;
  for (int at = 1; at < argc; ++at) {
    const std::string word = argv[at];
    if (word == "--rounds" && at + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++at]));
    } else if (word == "--work" && at + 1 < argc) {
      parent = argv[++at];
    } else {
      trees.push_back(word);
    }
  }
  if (trees.empty()) trees = {"/usr/bin", "/usr/include", "/usr/share"};
  os::TempDir work(parent, "unpack-bench.");
  measure(work.path(), trees, rounds);
} catch (const std::exception& error) {
  fmt::print(stderr, "unpack_bench: {}\n", error.what());
  return 1;
}
