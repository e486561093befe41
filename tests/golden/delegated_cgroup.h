#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace glassdock::golden {

// Who else is there: nobody, as in a scope made for the engine, or other programs of a session, in one cgroup with the
// engine and below the part that was given.
enum class Delegation { alone, in_a_session };

// A part of the cgroup v2 tree that an ordinary user may manage, as a session manager gives with Delegate=yes
// (Documentation/admin-guide/cgroup-v2.rst, "Delegation"). Needs root to make it.
class DelegatedCgroup {
 public:
  DelegatedCgroup(unsigned user, Delegation delegation);
  ~DelegatedCgroup();
  DelegatedCgroup(const DelegatedCgroup&) = delete;
  DelegatedCgroup& operator=(const DelegatedCgroup&) = delete;

  // Why there can be none here; empty where there can.
  static std::string missing();

  // Starts the program in it, whoever it becomes then.
  std::vector<std::string> command(std::vector<std::string> words) const;
  // The cgroups below it save the session's, and the controllers that it hands down. Alone there is nothing of both
  // before and after an engine.
  std::vector<std::string> below() const;
  std::string handed_down() const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path session_;
  std::unique_ptr<testing::Program> other_;
};

}  // namespace glassdock::golden
