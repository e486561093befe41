#include "engine/daemon/names.h"

#include <algorithm>
#include <array>
#include <random>

#include "engine/base/text.h"

namespace glassdock::daemon {
namespace {

constexpr std::array<std::string_view, 64> adjectives = {
    "able",   "amused",   "awake",  "bold",    "boring",   "brave",   "bright",   "calm",    "candid", "careful",
    "cheery", "clear",    "clever", "cosy",    "curious",  "daring",  "deep",     "eager",   "early",  "earnest",
    "fair",   "fearless", "fluent", "focused", "fond",     "frank",   "free",     "gentle",  "glad",   "golden",
    "grand",  "happy",    "honest", "humble",  "inspired", "jolly",   "keen",     "kind",    "lively", "lucid",
    "lucky",  "merry",    "modest", "nimble",  "open",     "patient", "peaceful", "playful", "polite", "practical",
    "proud",  "quick",    "quiet",  "ready",   "serene",   "sharp",   "sincere",  "steady",  "sunny",  "tender",
    "tidy",   "upbeat",   "warm",   "witty"};

constexpr std::array<std::string_view, 72> surnames = {
    "abel",      "agnesi",  "ampere",   "bardeen",    "bell",       "bernoulli", "bohr",    "boltzmann",  "boole",
    "bose",      "cantor",  "cauchy",   "celsius",    "chandra",    "church",    "conway",  "copernicus", "coulomb",
    "curie",     "darwin",  "dijkstra", "dirac",      "einstein",   "engelbart", "erdos",   "euclid",     "euler",
    "faraday",   "fermat",  "fermi",    "feynman",    "fourier",    "franklin",  "galileo", "galois",     "gauss",
    "germain",   "goodall", "hamilton", "hawking",    "heisenberg", "hertz",     "hilbert", "hopper",     "hypatia",
    "jang",      "joule",   "kepler",   "knuth",      "lagrange",   "lamarr",    "leibniz", "liskov",     "lovelace",
    "maxwell",   "mendel",  "meitner",  "mirzakhani", "newton",     "noether",   "pascal",  "pasteur",    "planck",
    "ramanujan", "riemann", "ritchie",  "sagan",      "shannon",    "tesla",     "turing",  "wozniak",    "yukawa"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_container_name(std::string_view name) {
  return name.size() >= 2 && is_word(name[0]) && std::all_of(name.begin() + 1, name.end(), [](char c) {
           return is_word(c) || c == '_' || c == '.' || c == '-';
         });
}

bool is_container_id(std::string_view id) {
  constexpr std::size_t digits = 64;
  return id.size() == digits && is_hex(id);
}

std::string make_container_name(const std::function<bool(const std::string&)>& taken) {
  std::random_device random;
  constexpr int plain_tries = 6;
  for (int attempt = 0;; ++attempt) {
    std::string name(adjectives[random() % adjectives.size()]);
    name += '_';
    name += surnames[random() % surnames.size()];
    if (name == "boring_wozniak") continue;
    if (attempt >= plain_tries) name += std::to_string(random() % 10);
    if (!taken(name)) return name;
  }
}

}  // namespace glassdock::daemon
