#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace glassdock::daemon {

// Failures that the next starts' plans carry: a lesson's or a test's "what if this call failed". Any thread may call.
class Faults {
 public:
  // `error` is a name ("EIO") or a number; the next `times` starts fail at `operation`. Throws Error(invalid_argument).
  void set(std::string_view operation, std::string_view error, int times);
  void clear();
  // Those of the start that comes now, each counted down: operation to errno. Empty is the rule.
  std::map<std::string, int> take();
  bool empty() const;

 private:
  struct Fault {
    int error = 0;
    int times = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Fault, std::less<>> faults_;
};

// "EIO", "eio", "5"; throws Error(invalid_argument).
int parse_errno(std::string_view word);

}  // namespace glassdock::daemon
