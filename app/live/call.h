#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/client/engine.h"
#include "engine/client/glass.h"

namespace glassdock::live {

// What a thread asks the engine just then, so that another thread can break it off: the engine may be stopped or stuck.
// The thread that asks uses what it gets from here until done().
class Call {
 public:
  client::Glass glass(const std::filesystem::path& socket);
  // Its requests are looks beside what the learner does.
  client::Engine engine(const std::filesystem::path& socket);
  void done();
  // From another thread: the call fails, and so does each later one.
  void break_off();

 private:
  UniqueFd connect(const std::filesystem::path& socket);
  std::mutex mutex_;
  std::vector<UniqueFd> connections_;  // duplicates, so that their numbers stay their own
  bool broken_ = false;
};

}  // namespace glassdock::live
