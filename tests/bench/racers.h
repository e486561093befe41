// bench: what the benchmarks share: sides of a race as processes of their own, medians, rows of the table.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"

namespace glassdock::bench {

using Numbers = std::vector<std::int64_t>;

// The smallest value that `percent` of all are not above. `values` is not empty.
double percentile(std::vector<double> values, double percent);
inline double median(std::vector<double> values) {
  return percentile(std::move(values), 50);
}
// Of each pair: first / second.
std::vector<double> ratios(const std::vector<double>& first, const std::vector<double>& second);
// "1.17 (1.02 / 1.31 / 1.80)": median, then the 10th, 90th and 99th percentile.
std::string ratio_words(const std::vector<double>& values);
// "28 ms (27 / 34 / 89)" of nanoseconds: likewise.
std::string millisecond_words(const std::vector<double>& ns);

// A row of the Markdown table: `| what | measured | goal | met |`. Goals are upper bounds; an empty one has no verdict.
void print_row(const std::string& what, const std::string& measured, const std::string& goal = {},
               const std::string& verdict = {});
// The verdict on `value` against `goal`: "met", or "missed by 12%".
std::string verdict(double value, double goal);
// What a reader must know, but not in the table: on stderr.
void note(const std::string& line);

bool has_program(const std::string& name);
// Runs a program of the PATH to its end, outputs to /dev/null; wall nanoseconds. Throws where it fails.
std::int64_t time_program(const std::vector<std::string>& words, const std::filesystem::path& seccomp = {});
// Throws where the shell's line fails.
void run_shell(const std::string& line);
std::int64_t monotonic_ns();

// A program that does one thing for each byte on its stdin and answers with a line of numbers. Ends with the object.
class Racer {
 public:
  // `words[0]` is a path.
  explicit Racer(std::vector<std::string> words);
  ~Racer();
  Racer(const Racer&) = delete;
  Racer& operator=(const Racer&) = delete;

  // A line without its line feed. Throws where the program ended.
  std::string read_line();
  Numbers race(char request = '.');

 private:
  std::string name_;
  pid_t pid_ = -1;
  UniqueFd input_, output_;
  std::string buffer_;
};

}  // namespace glassdock::bench
