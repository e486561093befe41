// golden: whole runs against a real engine; what its events say is held against what the kernel and the disk say.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "engine/client/glass.h"
#include "engine/os/files.h"
#include "tests/golden/delegated_cgroup.h"
#include "tests/support/program.h"

namespace glassdock::golden {

using testing::Outcome;
using testing::Program;

// Whose engine it is: this process's own user; an ordinary user without any privilege (needs root to become one); such
// a user with a part of the cgroup v2 tree, alone in it or in a session with other programs.
enum class Owner { self, ordinary_user, delegated_user, session_user };
inline const char* to_string(Owner owner) {
  switch (owner) {
    case Owner::self:
      return "Own";
    case Owner::ordinary_user:
      return "OrdinaryUser";
    case Owner::delegated_user:
      return "DelegatedUser";
    case Owner::session_user:
      break;
  }
  return "SessionUser";
}
inline void PrintTo(Owner owner, std::ostream* out) {
  *out << to_string(owner);
}
inline constexpr unsigned ordinary_id = 54321;  // not in /etc/passwd, /etc/subuid nor anybody's files

// What an engine leaves on the machine: the mounts of its namespace (an ordinary user's is its keeper's), its cgroups,
// its processes (by name, since a new launcher is another process), and the files in its folder.
struct Traces {
  std::vector<std::string> mounts, cgroups, processes, files;
  bool operator==(const Traces&) const = default;
};
// What `after` has more or less, a line each; empty where they are the same.
std::string difference(const Traces& before, const Traces& after);

enum class Begin { now, later };  // later: start() is called by who wants it

// glassdockd in a folder of its own, with `glassdock` on it. Containers and processes are gone with it.
class RealEngine {
 public:
  explicit RealEngine(Owner owner = Owner::self, std::vector<std::string> options = {}, Begin begin = Begin::now);
  ~RealEngine();

  // Why there can be no such engine here; empty where there can.
  static std::string missing(Owner owner);

  Owner owner() const { return owner_; }
  bool rootless() const;
  const DelegatedCgroup& cgroup() const { return *cgroup_; }  // of the last two
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path socket() const { return folder_.path() / "s"; }
  pid_t pid() const { return daemon_ ? daemon_->pid() : 0; }

  // A program, run by this engine's user.
  std::vector<std::string> as_owner(std::vector<std::string> words) const;
  // The words after `glassdock`, as this engine's user types them.
  std::vector<std::string> command(std::vector<std::string> words) const;
  Outcome glassdock(std::vector<std::string> words) const { return testing::run(command(std::move(words))); }
  Outcome docker(std::vector<std::string> words) const;
  // Whether its containers have cgroups: an ordinary user may have none to give.
  bool has_cgroup() const { return docker({"info", "--format", "{{.CgroupDriver}}"}).out != "none\n"; }
  // As a part of that run, which somebody opened.
  Outcome docker_in(const std::string& run, std::vector<std::string> words) const;
  // The body of a call of the glass API; fails the test on a refusal.
  std::string post(const std::string& path, const std::string& body) const;

  // A new daemon on the same folder. Throws where it does not come up.
  void start();
  void kill();             // SIGKILL, and its end
  Outcome stop();          // SIGTERM, and its end
  Outcome wait_for_end();  // that comes by itself
  // How one more daemon on this folder ends, which listens elsewhere or at the same socket.
  Outcome refused_start(const std::filesystem::path& socket) const;

  Traces traces() const;
  // Waits for what ends by itself (a monitor's last breath, a spare one) until the traces are `before`; what still
  // differs after ten seconds.
  std::string differs_from(const Traces& before) const { return settled_difference(before, true); }
  // The same where the record of a container stays, as docker's does.
  std::string differs_but_for_files(const Traces& before) const { return settled_difference(before, false); }

 private:
  std::string settled_difference(const Traces& before, bool with_files) const;
  std::unique_ptr<Program> spawn(const std::filesystem::path& socket) const;
  Owner owner_;
  std::vector<std::string> options_;
  os::TempDir folder_;
  std::unique_ptr<DelegatedCgroup> cgroup_;
  std::unique_ptr<Program> daemon_;
};

// One command, held at every gate, its events with evidence. `on_event` sees each event as it comes (the baseline's
// too); `at_gate` is called while it is held, before it is let go; false leaves it held (who does so ends it himself).
struct Watch {
  std::function<void(const trace::Event&)> on_event;
  std::function<bool(const client::Held&)> at_gate;
  std::function<void(std::uint64_t span)> on_run = {};  // once, before any of its events
};
Outcome step(const RealEngine& engine, std::vector<std::string> docker_words, const Watch& watch);

}  // namespace glassdock::golden
