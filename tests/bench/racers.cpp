#include "tests/bench/racers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/argument_pointers.h"

extern char** environ;

namespace glassdock::bench {
namespace {

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

}  // namespace

double percentile(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[rank == 0 ? 0 : rank - 1];
}

std::vector<double> ratios(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> all;
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) all.push_back(first[i] / second[i]);
  return all;
}

std::string ratio_words(const std::vector<double>& values) {
  return fmt::format("{:.2f}x ({:.2f} / {:.2f} / {:.2f})", median(values), percentile(values, 10),
                     percentile(values, 90), percentile(values, 99));
}

std::string millisecond_words(const std::vector<double>& ns) {
  constexpr double millisecond = 1e6;
  return fmt::format("{:.0f} ms ({:.0f} / {:.0f} / {:.0f})", median(ns) / millisecond, percentile(ns, 10) / millisecond,
                     percentile(ns, 90) / millisecond, percentile(ns, 99) / millisecond);
}

void print_row(const std::string& what, const std::string& measured, const std::string& goal,
               const std::string& verdict) {
  fmt::print("| {} | {} | {} | {} |\n", what, measured, goal, verdict);
  std::fflush(stdout);
}

std::string verdict(double value, double goal) {
  if (value <= goal) return "met";
  return fmt::format("missed by {:.0f}%", std::ceil((value / goal - 1) * 100));
}

void note(const std::string& line) {
  fmt::print(stderr, "bench: {}\n", line);
}

bool has_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path ? path : "/usr/bin:/bin", ':')) {
    if (::access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::int64_t time_program(const std::vector<std::string>& words, const std::filesystem::path& seccomp) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  // bubblewrap reads its filter from a descriptor.
  if (!seccomp.empty()) ::posix_spawn_file_actions_addopen(&actions, 9, seccomp.c_str(), O_RDONLY, 0);
  pid_t pid = -1;
  std::int64_t begin = monotonic_ns();
  int error = ::posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, os::argument_pointers(words).data(), environ);
  int status = error == 0 ? wait_for(pid) : 0;
  std::int64_t end = monotonic_ns();
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw Error::from_errno(error, "start", words[0]);
  if (status != 0) throw Error(ErrorKind::internal, fmt::format("failed ({:#x}): {}", status, join(words, " ")));
  return end - begin;
}

void run_shell(const std::string& line) {
  if (std::system(line.c_str()) != 0) throw Error(ErrorKind::internal, "failed: " + line);
}

Racer::Racer(std::vector<std::string> words) : name_(words[0]) {
  int to[2], from[2];
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe2", name_);
  UniqueFd their_input(to[0]), their_output(from[1]);
  input_.reset(to[1]);
  output_.reset(from[0]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, their_input.get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, their_output.get(), 1);
  int error = ::posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, os::argument_pointers(words).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw Error::from_errno(error, "start", name_);
}

Racer::~Racer() {
  input_.reset();
  wait_for(pid_);
}

std::string Racer::read_line() {
  for (;;) {
    if (auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    char piece[4096];
    ssize_t got = ::read(output_.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Error(ErrorKind::internal, name_ + " ended before its answer");
    buffer_.append(piece, static_cast<std::size_t>(got));
  }
}

Numbers Racer::race(char request) {
  if (::write(input_.get(), &request, 1) != 1) throw Error::from_errno(errno, "write", name_);
  Numbers numbers;
  for (const std::string& word : split(read_line(), ' ')) {
    numbers.push_back(static_cast<std::int64_t>(parse_number(word).value_or(0)));
  }
  return numbers;
}

}  // namespace glassdock::bench
