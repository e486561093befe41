#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/client/glass.h"
#include "engine/trace/event.h"
#include "tests/golden/told_command.h"

namespace glassdock::golden {

// A mount as a line of mountinfo has it (proc(5)), with its place as the container sees it.
struct MountLine {
  int id = 0;
  std::string source;  // what of the file system is mounted there: a bind mount's folder or file
  std::string place;
  std::string type;
  std::string options;  // of the mount, not of the file system
  bool operator==(const MountLine&) const = default;
};

// What must be true by the events so far, and whether it is: each check reads /proc, the cgroup files and the store
// anew and asks the engine nothing.
class Expectation {
 public:
  // `engine_pid` tells the host's own namespaces. What is in the store already is taken for known.
  Expectation(std::filesystem::path data, pid_t engine_pid);

  void take(const trace::Event& event);

  // What does not agree, a line each. To be called while the run is held there.
  std::vector<std::string> check(const client::Held& held);
  // The same once the command runs, and sleeps.
  std::vector<std::string> check_running() const;
  // The same for what can be known of an ended run.
  std::vector<std::string> check_ended() const;
  // The same for the store alone.
  std::vector<std::string> check_store(bool in_flight) const;

  pid_t pid() const { return pid_; }
  const std::string& container() const { return container_; }
  bool executed() const { return executed_; }
  // -1 while no exit was told.
  int exit_code() const { return exit_code_; }

 private:
  using Lines = std::vector<std::string>;
  void take_evidence(const trace::Event& event, const trace::Evidence& evidence);
  void check_cgroups(Lines& wrong) const;
  void check_namespaces(Lines& wrong) const;
  void check_mounts(Lines& wrong) const;
  void check_status(Lines& wrong) const;
  void check_process(Lines& wrong, const std::string& gate) const;
  void check_files(Lines& wrong) const;
  void check_layers(Lines& wrong) const;
  std::string seen_in_container(const std::string& path) const;
  std::string proc(const std::string& file) const;
  std::string root_on_host() const;

  std::filesystem::path data_;
  pid_t engine_pid_;
  std::string own_mounts_, host_name_;
  std::set<std::string> stored_, layers_;
  std::set<std::string> pulled_, arriving_;  // of the pull that goes on
  std::string manifest_;
  bool whole_ = false;  // the image that was pulled
  struct Unpacked {
    std::string path;
    std::int64_t entries = 0, bytes = 0;
  };
  std::map<std::string, Unpacked> unpacked_;  // by the blob's digest

  std::string container_, upper_;
  pid_t pid_ = 0;
  bool pivoted_ = false, executed_ = false;
  int exit_code_ = -1;
  std::map<std::string, std::string> namespaces_;    // "net" -> "net:[4026532208]"
  std::map<std::string, std::string> status_;        // "CapEff" -> "00000000a80425fb"
  std::map<std::string, std::string> cgroup_files_;  // path -> content
  std::set<std::string> cgroups_;
  std::int64_t used_bytes_ = 0;   // the highest use of memory that was read at a gate
  std::int64_t peak_bytes_ = -1;  // that was told
  std::map<std::string, std::string> sysctls_;
  std::vector<BoundFile> bound_;
  std::string made_folder_;
  Command command_;
  std::map<int, MountLine> mounts_;
  std::set<std::string> bound_devices_;         // rootless: each device of /dev is a mount of its own
  std::map<std::string, std::string> as_told_;  // any other file, link or folder of the process that was shown
};

}  // namespace glassdock::golden
