#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/unique_fd.h"

namespace glassdock::daemon {

// The cgroup in which a container's processes are held still (docker pause): cgroup.freeze of the cgroup2 tree, on v1
// and in hybrid hosts too, or freezer.state of v1's own hierarchy (kernel, cgroup-v2.rst and
// cgroup-v1/freezer-subsystem.rst). It is of one run of the container: once that has ended, each call fails, whoever
// has a cgroup of the same name by then.
class Freezer {
 public:
  // Of the container of this folder (DATA/containers/ID). Nothing where it has no cgroup that can freeze.
  static std::optional<Freezer> open(const std::filesystem::path& folder);

  // Returns when every process is held. Throws Error where that takes longer than `patience`, with all of them running
  // again, and Error(not_found) where the cgroup is gone.
  void freeze(std::chrono::milliseconds patience) const;
  void thaw() const;
  // The same for one that nobody may hold any longer, whatever becomes of it.
  void let_go() const noexcept;
  // False also where the cgroup is gone.
  bool is_frozen() const;

  // The command that does the same by hand.
  std::string command(bool freezes) const;

 private:
  Freezer(std::filesystem::path path, UniqueFd cgroup, bool unified)
      : path_(std::move(path)), cgroup_(std::move(cgroup)), unified_(unified) {}
  void write(const char* word) const;
  void write_state(bool frozen) const;
  bool wait_until_frozen(std::chrono::steady_clock::time_point end) const;

  std::filesystem::path path_;
  UniqueFd cgroup_;
  bool unified_;
};

}  // namespace glassdock::daemon
