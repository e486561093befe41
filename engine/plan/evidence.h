#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "engine/plan/plan.h"

namespace glassdock::plan {

// A place in /proc or the cgroup tree that changes with an operation: to be read while the process that did it waits,
// before the operation too where a "before" is wanted. None leads through a path that an image decides about.
struct EvidencePath {
  enum class Kind {
    file,    // its text
    link,    // what readlink(2) says: "/proc/4812/ns/net" is "net:[4026532208]"
    folder,  // the names in it; that it exists
  };
  Kind kind = Kind::file;
  std::string path;
  // Of a file: only the lines that contain one of these; empty for all.
  std::vector<std::string> lines;
  // With which a student sees this place; empty: shows() does.
  std::string command = {};
};

// What shows that operation `index` was done. `pid` is the container's first process as the host sees it; 0 before the
// clone, when only host files can tell. Empty where nothing can be read from outside.
std::vector<EvidencePath> evidence_of(const View& plan, std::uint32_t index, pid_t pid);

// The command with which a student sees the same in a terminal ("findmnt -N 4812"); empty where there is none.
std::string shows(const View& plan, std::uint32_t index, pid_t pid);

// The same before operation `index`, which the monitor `pid` waits to carry out: what stands by then. Empty for what
// the container's first process does.
std::string shows_before(const View& plan, std::uint32_t index, pid_t pid);

}  // namespace glassdock::plan
