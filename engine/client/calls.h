#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/stream_frames.h"
#include "engine/client/engine.h"
#include "engine/client/types.h"

namespace glassdock::client {

// What an engine can be asked besides Engine's own calls. Each throws as those do.

// "pause", "kill", "stop" … of a container. `signal` and `seconds` of grace may be empty.
void move_container(Engine& engine, std::string_view container, std::string_view move, std::string_view signal = {},
                    std::string_view seconds = {});
void rename_container(Engine& engine, std::string_view container, std::string_view name);
// Its restart policy, as docker update --restart.
void update_container(Engine& engine, std::string_view container, const std::string& policy,
                      std::int64_t most_restarts);
// Its exit code, once it does not run.
int wait_for_exit(Engine& engine, std::string_view container);
ProcessTable top(Engine& engine, std::string_view container, std::string_view ps_arguments);

// What it has taken so far; zeros for one that does not run.
UsageSample usage(Engine& engine, std::string_view container);
// Of the answer's body.
UsageSample usage_of(const std::string& json);

void tag_image(Engine& engine, std::string_view image, std::string_view repository, std::string_view tag);
std::vector<HistoryStep> image_history(Engine& engine, std::string_view image);

// `kind`: "containers", "networks", "images", "build".
PruneReport prune(Engine& engine, std::string_view kind, const FilterWords& filters);
DiskUsage disk_usage(Engine& engine);

// What the engine says of one thing, or of itself, as it wrote it.
std::string container_document(Engine& engine, std::string_view container, bool size);
std::string image_document(Engine& engine, std::string_view image);
std::string info_document(Engine& engine);
std::string version_document(Engine& engine);

// GET /containers/NAME/logs
struct LogWish {
  std::string since, until;  // seconds since 1970, with or without a fraction; empty: no bound
  std::string tail;          // a number, or "all"
  bool follow = false;
  bool timestamps = false;
  bool details = false;
};
// What the container has written, and with `follow` what it writes until its end. `tty`: its terminal's output is not
// framed.
void read_logs(Engine& engine, std::string_view container, const LogWish& wish, bool tty,
               const FrameReader::Sink& take);

// Until the stream's end; `tell` gets each event.
void follow_events(Engine& engine, std::string_view since, std::string_view until, const FilterWords& filters,
                   const std::function<void(const EngineEvent&)>& tell);

}  // namespace glassdock::client
