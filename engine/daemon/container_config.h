#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/content/image_config.h"
#include "engine/daemon/restart_policy.h"
#include "engine/plan/throttle.h"

namespace glassdock::daemon {

// What a command gets where its image sets no PATH (moby oci/defaults.go).
inline constexpr char default_path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// A folder or file of the host in the container: docker's "SOURCE:TARGET[:ro]".
struct Bind {
  std::string source;  // absolute, of the host
  std::string target;  // absolute, in the container
  bool read_only = false;
  std::string text;  // as the user wrote it
  bool operator==(const Bind&) const = default;
};

// What a container was created with (Docker Engine API, ContainerConfig and HostConfig, as far as they are supported),
// the image's own settings merged in. Never changes afterwards.
struct ContainerConfig {
  std::string image;  // as the user wrote it
  Digest image_id;
  std::vector<std::uint64_t> layers;  // numbers in the layer store, the lowest first

  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> environment;       // "NAME=value"; in a request also "NAME", which unsets the image's
  std::vector<std::string> preset_variables;  // names in `environment` that are the image's, not the user's
  std::string working_folder;
  std::string user;
  std::string hostname;
  std::map<std::string, std::string> labels;
  bool attach_stdin = false;
  bool attach_stdout = false;
  bool attach_stderr = false;
  bool tty = false;
  bool open_stdin = false;
  bool stdin_once = false;
  std::string stop_signal;
  std::optional<std::int64_t> stop_timeout_seconds;

  std::vector<Bind> binds;
  std::map<std::string, std::string> tmpfs;     // target to mount options
  std::array<std::uint32_t, 2> console_size{};  // rows and columns of its terminal at the start; 0: unknown
  std::string network_mode;                     // "default" or "none"
  bool init = false;                            // process 1 is the engine's init, which starts the command
  std::string log_driver = "json-file";         // or "none"
  std::map<std::string, std::string> log_options;
  std::map<std::string, std::string> annotations;  // some ask for a trial (plan/trial.h)
  bool auto_remove = false;
  bool read_only_root = false;
  std::vector<std::string> groups_added;
  bool no_new_privileges = false;
  std::int64_t memory_bytes = 0;  // 0: no limit, here and below
  std::int64_t nano_cpus = 0;
  std::int64_t pids_limit = 0;
  std::vector<plan::Throttle> throttles;      // their disks are looked up at each start
  std::int64_t shm_bytes = 64 * 1024 * 1024;  // docker's default
  bool operator==(const ContainerConfig&) const = default;

  // The command line of process 1: entrypoint, then command.
  std::vector<std::string> arguments() const;
  // The same in one line, as `docker ps` has it.
  std::string command_line() const;
};

// What a client asks for at create. An absent entrypoint keeps the image's, {""} or {} clears it.
struct CreateRequest {
  std::string name;  // empty: one is made up
  std::optional<std::string> platform;
  RestartPolicy restart_policy;
  std::optional<std::vector<std::string>> entrypoint;
  ContainerConfig config;
};

// Fills in what the request leaves to the image, by docker's rules (moby daemon/commit.go, merge). Whether a container
// can be made of it is plan::check's to say.
ContainerConfig merge_config(const CreateRequest& request, const content::ImageConfig& image);

// Throw Error(invalid_argument) in docker's words for values that docker refuses as well, and with a clear line for
// those that this engine does not know yet.
Bind parse_bind(std::string_view text);
// What no plan has: all else is plan::check's.
void check_stop_signal(const ContainerConfig& config);
// Whether a signal is meant to end the container: where it names no stop signal of its own every one is (moby
// daemon/kill.go). It lets a paused one go on, and its restart policy ends with it.
bool is_ending_signal(const ContainerConfig& config, int number);

// The stored form.
std::string to_json(const ContainerConfig& config);
// Throws Error(corrupt).
ContainerConfig config_from_json(std::string_view json);

}  // namespace glassdock::daemon
