#pragma once

#include <fmt/format.h>
#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/golden/real_engine.h"
#include "tests/support/comes_true.h"

namespace glassdock::golden {

using testing::comes_true;

// The parent of a process, or 0 where there is none (field 4 of /proc/PID/stat; the name before may hold blanks).
inline pid_t parent_of(pid_t pid) {
  std::string text;
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), text);
  auto close = text.rfind(')');
  if (close == std::string::npos) return 0;
  std::istringstream in(text.substr(close + 1));
  std::string state;
  pid_t parent = 0;
  in >> state >> parent;
  return parent;
}

// Field 22 of /proc/PID/stat tells a process from a later one of the same number.
class ProcessMark {
 public:
  explicit ProcessMark(pid_t pid) : pid_(pid), start_(start_of(pid)) {}
  bool alive() const { return !start_.empty() && start_of(pid_) == start_; }
  pid_t pid() const { return pid_; }

 private:
  static std::string start_of(pid_t pid) {
    std::string text;
    std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), text);
    auto close = text.rfind(')');
    if (close == std::string::npos || text.substr(close + 2, 1) == "Z") return {};
    std::istringstream in(text.substr(close + 1));
    std::string word;
    for (int field = 3; field <= 22; ++field) in >> word;
    return word;
  }
  pid_t pid_;
  std::string start_;
};

// `glassdock --hold GATE docker run …`, held there.
class HeldRun {
 public:
  HeldRun(const RealEngine& engine, const std::string& gate, std::vector<std::string> run_words)
      : glass_(engine.socket()),
        events_(glass_.events(false)),
        client_(words(engine, gate, std::move(run_words))),
        pid_(wait_for(gate)) {}
  Program& client() { return client_; }
  // The container's own process; the monitor at the gates before the clone; the engine itself at its own.
  pid_t pid() const { return pid_; }
  Outcome release() {
    client_.type("c\n");
    return client_.finish();
  }

 private:
  pid_t wait_for(const std::string& gate) {
    // First, for it ends where the run does; the event has come by then.
    if (!client_.wait_for_err("q: give up > ")) {
      throw std::runtime_error("nobody is asked at " + gate + ": " + client_.finish().err);
    }
    while (auto line = events_.next()) {
      const auto* event = std::get_if<trace::Event>(&*line);
      auto held = event ? client::held_by(*event) : std::nullopt;
      if (held && held->gate == gate) return held->pid;
    }
    throw std::runtime_error("the engine has gone before " + gate);
  }
  static std::vector<std::string> words(const RealEngine& engine, const std::string& gate,
                                        std::vector<std::string> run_words) {
    run_words.insert(run_words.begin(), {"--hold", gate, "docker", "run"});
    return engine.command(std::move(run_words));
  }
  client::Glass glass_;
  client::GlassStream events_;
  Program client_;
  pid_t pid_ = 0;
};

}  // namespace glassdock::golden
