// Reads files of lessons, scenarios and lectures that were damaged at random: each must be one, or end in one Error
// that names its place; nothing may crash or hang. Build with the asan preset. usage: fuzz_lesson [--rounds N] [--seed
// N] [FILE…] FILEs join the corpus; a round that fails is named by its seed.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/lessons/common_format.h"
#include "app/lessons/lesson.h"
#include "app/scenarios/lecture.h"
#include "app/scenarios/scenario.h"
#include "engine/base/error.h"
#include "engine/os/files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/places.h"

namespace {

using namespace glassdock;
using fuzz::Random;

void damage(std::string& text, Random& random) {
  if (text.empty()) return;
  static constexpr std::string_view pieces[] = {
      "\n",  "\t",  "  ", ": ", "- ",  "[",   "]",         "{",  "}",    "\"",   "'",  "#",  "&a ",
      "*a ", "!x ", "| ", "> ", "---", "...", "%YAML 9\n", "? ", "<<: ", "\xFF", "\r", "\0", "\xEF\xBB\xBF"};
  const std::size_t at = fuzz::below(random, text.size());
  switch (random() % 6) {
    case 0:
      text[at] = static_cast<char>(random());
      break;
    case 1:
      text.erase(at, random() % 64);
      break;
    case 2:
      text.insert(at, pieces[fuzz::below(random, std::size(pieces))]);
      break;
    case 3:
      text.insert(at, std::string(random() % 600, "[{- "[random() % 4]));
      break;
    case 4:
      text.insert(fuzz::below(random, text.size()), text.substr(at, random() % 200));
      break;
    default:
      text.resize(at);
  }
}

// "a.yaml:LINE:COLUMN: "
bool names_its_place(std::string_view message) {
  constexpr std::string_view name = "a.yaml:";
  if (message.substr(0, name.size()) != name) return false;
  message.remove_prefix(name.size());
  for (const char* after : {":", ": "}) {
    const std::size_t digits = std::min(message.find_first_not_of("0123456789"), message.size());
    const std::string_view end = after;
    if (digits == 0 || message.substr(digits, end.size()) != end) return false;
    message.remove_prefix(digits + end.size());
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> corpus;
  for (const std::string& folder :
       {source_path("lessons"), source_path("scenarios"), source_path("scenarios/lectures")}) {
    for (const std::string& file : lessons::yaml_files(folder)) corpus.push_back(os::read_file(file));
  }
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 2000, &corpus);
  std::uint64_t refused = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    Random random(round);
    std::string text = corpus[fuzz::below(random, corpus.size())];
    const bool is_lecture = text.find("\nchain:") != std::string::npos;
    const bool is_lesson = text.find("\nnumber: ") != std::string::npos;  // scenarios have no number
    for (std::uint64_t i = 0, damages = 1 + random() % 6; i < damages; ++i) damage(text, random);
    try {
      if (is_lesson) {
        lessons::parse_lesson({"a.yaml", text});
      } else if (is_lecture) {
        scenarios::parse_lecture({"a.yaml", text});
      } else {
        scenarios::parse_scenario({"a.yaml", text});
      }
    } catch (const Error& error) {
      ++refused;
      if (names_its_place(error.message())) continue;
      fmt::print(stderr, "seed {}: no place in: {}\n", round, error.message());
      return 1;
    } catch (const std::exception& fault) {
      fmt::print(stderr, "seed {}: {}\n", round, fault.what());
      return 1;
    }
  }
  fmt::print("{} rounds from seed {}: {} refused\n", rounds, seed, refused);
}
