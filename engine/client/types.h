// client: the typed client of the engine's API, and how an engine is found or started. Knows nothing of screens.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glassdock::client {

// Zero: unknown.
struct TerminalSize {
  std::uint16_t rows = 0, columns = 0;
  bool operator==(const TerminalSize&) const = default;
};

// Of a process, those that a client is attached to.
struct Streams {
  bool in = false, out = false, err = false;
  bool operator==(const Streams&) const = default;
};

// Of a disk: "/dev/sda", bytes or operations a second.
struct DeviceRate {
  std::string path;
  std::uint64_t rate = 0;
  bool operator==(const DeviceRate&) const = default;
};

// What a container is to be, as POST /containers/create takes it (Docker Engine API 1.45, ContainerCreate). Empty or
// unset fields are left out of the request, so that the image's own settings hold.
struct ContainerCreate {
  std::string name;
  std::string image;  // as typed
  std::vector<std::string> command;
  std::optional<std::vector<std::string>> entrypoint;  // {""} clears the image's
  std::vector<std::string> environment;                // "NAME=value"; "NAME" alone unsets
  std::string working_folder;
  std::string user;
  std::string hostname;
  bool open_stdin = false;
  Streams attach{.out = true, .err = true};
  bool tty = false;
  TerminalSize console;           // of the terminal at the start
  std::int64_t memory_bytes = 0;  // 0: no limit
  std::int64_t nano_cpus = 0;     // 1e9 is one CPU; 0: no limit
  std::optional<std::int64_t> pids_limit;
  std::vector<DeviceRate> read_bps, write_bps, read_iops, write_iops;
  bool read_only_root = false;
  bool auto_remove = false;
  std::map<std::string, std::string> labels;
  std::string stop_signal;
  std::optional<std::int64_t> stop_timeout_seconds;
  std::string restart;             // "no", "on-failure", "always", "unless-stopped"; empty: the engine's own
  std::int64_t most_restarts = 0;  // of on-failure; 0: no limit
  std::optional<bool> init;        // unset: the engine's own
  std::string log_driver;          // empty: the engine's own
  std::map<std::string, std::string> log_options;
  std::map<std::string, std::string> annotations;
  std::map<std::string, std::string> tmpfs;    // path to mount options
  std::vector<std::string> binds;              // "HOSTPATH:PATH[:ro]"
  std::vector<std::string> anonymous_volumes;  // "PATH"
  std::string network;                         // "default" where none was named
};

// A line of GET /containers/json.
struct ContainerSummary {
  std::string id;
  std::vector<std::string> names;  // with their leading '/'
  std::string image;
  std::string image_id;
  std::string command;
  std::int64_t created_s = 0;  // seconds since 1970
  std::string state;
  std::string status;  // "Up 3 minutes", in the engine's words
  std::map<std::string, std::string> labels;
  std::vector<std::string> networks;
  std::vector<std::string> mounts;  // names of volumes, or folders of the host
  int local_volumes = 0;
  std::int64_t written_bytes = 0, root_bytes = 0;  // 0 where they were not asked for
};

// A line of GET /images/json.
struct ImageSummary {
  std::string id;  // "sha256:…"
  std::vector<std::string> tags;
  std::vector<std::string> digests;
  std::int64_t created_s = 0;
  std::int64_t size_bytes = 0;
  std::int64_t shared_bytes = -1;  // of system/df; below zero: unknown
  std::int64_t containers = -1;
};

// A line of GET /images/NAME/history, the newest step first.
struct HistoryStep {
  std::string id;  // "<missing>" for a step that is no image of its own
  std::int64_t created_s = 0;
  std::string created_by;
  std::int64_t size_bytes = 0;
  std::string comment;
};

// GET /containers/NAME/top: the columns of the host's ps.
struct ProcessTable {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
};

// A line of POST /images/create's answer.
struct PullProgress {
  std::string id;  // the layer's short id, the tag, or empty
  std::string status;
  std::int64_t current = 0;  // bytes
  std::int64_t total = 0;    // bytes; 0: unknown
  std::string error;         // not empty: the pull has failed, and this is why
};

// A line of DELETE /images/NAME's answer: one of the two is set.
struct ImageRemoval {
  std::string untagged;
  std::string deleted;
};

// The answers of POST /containers/prune and its kin.
struct PruneReport {
  std::vector<std::string> removed;  // containers, networks or cache records
  std::vector<ImageRemoval> images;
  std::int64_t bytes = 0;
};

// GET /system/df
struct DiskUsage {
  std::int64_t layer_bytes = 0;
  std::vector<ImageSummary> images;
  std::vector<ContainerSummary> containers;
};

// GET /containers/NAME/stats: what a container has taken so far.
struct UsageSample {
  std::string id;
  std::string name;
  std::uint64_t cpu_ns = 0, machine_cpu_ns = 0;
  std::int64_t cpus = 0;
  std::uint64_t memory_bytes = 0, memory_limit_bytes = 0;  // without what files in memory could give back
  std::uint64_t read_bytes = 0, written_bytes = 0;         // of block devices
  std::uint64_t processes = 0;
};

// A line of GET /events.
struct EngineEvent {
  std::string type;
  std::string action;
  std::string id;
  std::map<std::string, std::string> attributes;
  std::string from;
  std::int64_t time_ns = 0;  // since 1970
  std::string line;          // as it came
};

struct EngineVersion {
  std::string version;
  std::string api_version;
  std::string min_api_version;
  std::string os;
  std::string architecture;
  std::string kernel;
};

// GET /containers/NAME/json, as far as clients here read it.
struct ContainerDetails {
  std::string id;
  bool running = false;
  bool paused = false;
  bool restarting = false;
  bool tty = false;
  bool open_stdin = false;
  bool auto_remove = false;
};

// A command in a running container, as POST /containers/NAME/exec takes it.
struct ExecCreate {
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::string working_folder;
  std::string user;
  std::string detach_keys;  // empty: docker's own
  bool attach_stdin = false;
  bool attach_output = true;
  bool tty = false;
};

// GET /exec/ID/json
struct ExecDetails {
  bool running = false;
  int exit_code = 0;
};

// How a container ended.
struct WaitResult {
  int exit_code = 0;
  std::string error;  // why it could not be waited for; empty as a rule
};

}  // namespace glassdock::client
