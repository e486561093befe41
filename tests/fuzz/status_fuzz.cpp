// Reads status files that were damaged at random, as each start of the engine does: whatever stands there, each line is
// taken or left out. usage: status_fuzz [--rounds N] [--seed N]
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "engine/daemon/status_file.h"
#include "engine/runtime/protocol.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace glassdock;
using fuzz::Random;

// What a line is made of, and what sits at the edges of it.
const std::string_view pieces[] = {"started",
                                   "executed",
                                   "exited",
                                   "failed",
                                   " ",
                                   "  ",
                                   "\n",
                                   "\n\n",
                                   "-",
                                   "0",
                                   "-1",
                                   "12",
                                   "34",
                                   "\r",
                                   "x",
                                   "isolate.volume",
                                   "/a b",
                                   "99999999999999999999",
                                   "-9223372036854775808",
                                   "18446744073709551615",
                                   runtime::torn_mark,
                                   std::string_view("\0", 1)};

std::string make_file(Random& random) {
  std::string text;
  if (random() % 2 == 0) text = "started 12 34\nexecuted 1700\nexited 256 1 1800\nfailed isolate.volume 2 99 /a b\n";
  for (std::uint64_t i = 0, edits = random() % 24; i < edits; ++i) {
    const std::size_t at = random() % (text.size() + 1);
    if (random() % 4 == 0) {
      text.erase(at, random() % 8);
    } else {
      text.insert(random() % 2 == 0 ? at : text.size(), pieces[random() % std::size(pieces)]);
    }
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 100'000, nullptr);
  std::uint64_t taken = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    Random random(round);
    const std::string text = make_file(random);
    std::size_t told = 0;
    auto record = daemon::parse_status_file(text, [&](std::string_view line) { told += line.size() + 1; });
    // No line is told twice, and none is made up.
    if (told > text.size() + 1) {
      fmt::print("seed {}: {} bytes left out of {}\n", round, told, text.size());
      return 1;
    }
    taken += record ? 1 : 0;
  }
  fmt::print("{} rounds from seed {}: {} records read\n", rounds, seed, taken);
  return taken > 0 && taken < rounds ? 0 : 1;
}
