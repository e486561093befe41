// What the fuzz programs share: their options, and numbers from a seed.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::fuzz {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t limit) {
  return limit == 0 ? 0 : random() % limit;
}

// PROGRAM [--rounds N] [--seed N] [FILE…]: round i is made from seed + i alone, the files join the corpus.
struct Options {
  std::uint64_t rounds = 0;
  std::uint64_t seed = 1;
};

// Without a corpus there are no files. Ends the program where the options cannot be read.
inline Options read_options(int argc, char** argv, std::uint64_t rounds, std::vector<std::string>* corpus) {
  Options options{.rounds = rounds};
  for (int at = 1; at < argc; ++at) {
    const std::string_view word = argv[at];
    if (word == "--rounds" || word == "--seed") {
      const auto number = at + 1 < argc ? parse_number(argv[++at]) : std::nullopt;
      if (!number) {
        fmt::print(stderr, "{}: {} wants a number\n", argv[0], word);
        std::exit(2);
      }
      (word == "--seed" ? options.seed : options.rounds) = *number;
    } else if (corpus) {
      corpus->push_back(os::read_file(argv[at]));
    } else {
      fmt::print(stderr, "{}: {}: it takes --rounds N and --seed N\n", argv[0], word);
      std::exit(2);
    }
  }
  return options;
}

}  // namespace glassdock::fuzz
