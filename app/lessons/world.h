#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/client/engine.h"

namespace glassdock::lessons {

// What conditions look at besides the step's own commands.

struct ContainerSeen {
  std::string id, name, image, command, state;
  int exit_code = 0;
  pid_t pid = 0;  // of its first process, as the host numbers it; 0: it does not run
};

// A file in a container.
struct FileSeen {
  enum class State { there, absent, unknown } state = State::unknown;  // unknown: nobody could look
  std::string text;  // its content, at most 1 MiB; or why there is none
};

class World {
 public:
  virtual ~World() = default;
  virtual std::vector<ContainerSeen> containers() = 0;
  virtual bool has_image(const std::string& name) = 0;  // in the local cache, by a name as docker run takes it
  // As `cat` in the running container reads it.
  virtual FileSeen file_in(const std::string& container, const std::string& path) = 0;
  // Of the host's /proc/PID; of pid 0 /proc/self. Empty where there is none.
  virtual std::string proc_file(pid_t pid, const std::string& file) = 0;
  virtual std::string name_space(pid_t pid, const std::string& kind) = 0;  // "pid:[4026531836]"
};

// Which containers are the lesson's: all of the engine, or those with a label of its.
struct Scope {
  std::string label;  // "KEY=VALUE"; empty: all
};

// The engine and this machine, as they are at each call. Throws Error where the engine does not answer. One thread.
class LiveWorld final : public World {
 public:
  // Both outlive it. `ends`, if there is one, is asked while it waits: a look that is no longer wanted throws
  // Error(cancelled).
  LiveWorld(client::Engine& engine, const Scope& scope, std::function<bool()> ends = {})
      : engine_(engine), scope_(scope), ends_(std::move(ends)) {}
  std::vector<ContainerSeen> containers() override;
  bool has_image(const std::string& name) override;
  FileSeen file_in(const std::string& container, const std::string& path) override;
  std::string proc_file(pid_t pid, const std::string& file) override;
  std::string name_space(pid_t pid, const std::string& kind) override;

 private:
  client::Engine& engine_;
  const Scope& scope_;
  std::function<bool()> ends_;
};

// What was seen of a world in one moment, to be looked at once more elsewhere.
struct Looks {
  std::optional<std::vector<ContainerSeen>> containers;
  std::map<std::string, bool> images;
  std::map<std::string, std::string> texts;   // by "file CONTAINER PATH", "proc PID FILE", "ns PID KIND"
  std::map<std::string, std::string> absent;  // of the files, those that were not there, and why
  std::map<std::string, std::string> unseen;  // those at which nobody could look, and why
};

// Each thing is looked at once in `live`, and kept in `looks`. Where there is no `live`, what was not kept throws
// Error(not_found).
class KeptWorld final : public World {
 public:
  KeptWorld(World* live, Looks& looks) : live_(live), looks_(looks) {}
  std::vector<ContainerSeen> containers() override;
  bool has_image(const std::string& name) override;
  FileSeen file_in(const std::string& container, const std::string& path) override;
  std::string proc_file(pid_t pid, const std::string& file) override;
  std::string name_space(pid_t pid, const std::string& kind) override;

 private:
  template <typename Look>
  std::string text(std::string key, Look look);
  World& live(const std::string& what);

  World* live_;
  Looks& looks_;
};

// The lesson's containers, by their ids, the newest first.
std::vector<std::string> containers_in(client::Engine& engine, const Scope& scope);

}  // namespace glassdock::lessons
