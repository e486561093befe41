#include "engine/client/calls.h"

#include <fmt/format.h>

#include "engine/client/json_fields.h"
#include "engine/http/target.h"

namespace glassdock::client {
namespace {

using Json = nlohmann::json;

std::string container_path(std::string_view container, std::string_view what) {
  return fmt::format("/containers/{}/{}", http::percent_encode(container), what);
}

std::vector<std::string> words_of(const Json& json, const char* name) {
  return field<std::vector<std::string>>(json, name);
}

}  // namespace

void move_container(Engine& engine, std::string_view container, std::string_view move, std::string_view signal,
                    std::string_view seconds) {
  std::string target = container_path(container, move) + "?";
  if (!signal.empty()) target += "signal=" + http::percent_encode(signal) + "&";
  if (!seconds.empty()) target += "t=" + http::percent_encode(seconds);
  engine.ask("POST", target).read_body();
}

void rename_container(Engine& engine, std::string_view container, std::string_view name) {
  engine.ask("POST", container_path(container, "rename?name=" + http::percent_encode(name))).read_body();
}

void update_container(Engine& engine, std::string_view container, const std::string& policy,
                      std::int64_t most_restarts) {
  const Json json{{"RestartPolicy", {{"Name", policy}, {"MaximumRetryCount", most_restarts}}}};
  engine.ask("POST", container_path(container, "update"), json.dump(-1, ' ', false, Json::error_handler_t::replace))
      .read_body();
}

int wait_for_exit(Engine& engine, std::string_view container) {
  return Waiting(engine.ask("POST", container_path(container, "wait"))).result().exit_code;
}

ProcessTable top(Engine& engine, std::string_view container, std::string_view ps_arguments) {
  std::string target = container_path(container, "top");
  if (!ps_arguments.empty()) target += "?ps_args=" + http::percent_encode(ps_arguments);
  const Json json = parse_answer(engine.ask("GET", target).read_body());
  return {words_of(json, "Titles"), field<std::vector<std::vector<std::string>>>(json, "Processes")};
}

UsageSample usage(Engine& engine, std::string_view container) {
  return usage_of(engine.ask("GET", container_path(container, "stats?stream=0&one-shot=1")).read_body());
}

UsageSample usage_of(const std::string& answer) {
  const Json json = parse_answer(answer);
  const Json cpu = field<Json>(json, "cpu_stats", Json::object());
  const Json memory = field<Json>(json, "memory_stats", Json::object());
  const Json parts = field<Json>(memory, "stats", Json::object());
  UsageSample sample;
  sample.id = field<std::string>(json, "id");
  sample.name = field<std::string>(json, "name");
  sample.cpu_ns = field<std::uint64_t>(field<Json>(cpu, "cpu_usage", Json::object()), "total_usage");
  sample.machine_cpu_ns = field<std::uint64_t>(cpu, "system_cpu_usage");
  sample.cpus = field<std::int64_t>(cpu, "online_cpus");
  sample.memory_limit_bytes = field<std::uint64_t>(memory, "limit");
  // docker: what the kernel would give up first is not counted; v1 and v2 name it differently.
  const auto inactive =
      field<std::uint64_t>(parts, "total_inactive_file", field<std::uint64_t>(parts, "inactive_file"));
  const auto bytes = field<std::uint64_t>(memory, "usage");
  sample.memory_bytes = inactive < bytes ? bytes - inactive : bytes;
  const Json block = field<Json>(json, "blkio_stats", Json::object());
  for (const Json& device : field<Json>(block, "io_service_bytes_recursive", Json::array())) {
    const std::string operation = field<std::string>(device, "op");
    const auto value = field<std::uint64_t>(device, "value");
    if (operation == "read") sample.read_bytes += value;
    if (operation == "write") sample.written_bytes += value;
  }
  sample.processes = field<std::uint64_t>(field<Json>(json, "pids_stats", Json::object()), "current");
  return sample;
}

void tag_image(Engine& engine, std::string_view image, std::string_view repository, std::string_view tag) {
  engine
      .ask("POST", fmt::format("/images/{}/tag?repo={}&tag={}", encode_path(image), http::percent_encode(repository),
                               http::percent_encode(tag)))
      .read_body();
}

std::vector<HistoryStep> image_history(Engine& engine, std::string_view image) {
  std::vector<HistoryStep> steps;
  for (const Json& json :
       parse_answer(engine.ask("GET", fmt::format("/images/{}/history", encode_path(image))).read_body())) {
    steps.push_back({field<std::string>(json, "Id"), field<std::int64_t>(json, "Created"),
                     field<std::string>(json, "CreatedBy"), field<std::int64_t>(json, "Size"),
                     field<std::string>(json, "Comment")});
  }
  return steps;
}

PruneReport prune(Engine& engine, std::string_view kind, const FilterWords& filters) {
  const Json json =
      parse_answer(engine.ask("POST", fmt::format("/{}/prune?{}", kind, filter_query(filters))).read_body());
  PruneReport report;
  for (const char* list : {"ContainersDeleted", "NetworksDeleted", "CachesDeleted"}) {
    for (std::string& name : words_of(json, list)) report.removed.push_back(std::move(name));
  }
  for (const Json& image : field<Json>(json, "ImagesDeleted", Json::array())) {
    report.images.push_back({field<std::string>(image, "Untagged"), field<std::string>(image, "Deleted")});
  }
  report.bytes = field<std::int64_t>(json, "SpaceReclaimed");
  return report;
}

DiskUsage disk_usage(Engine& engine) {
  const Json json = parse_answer(engine.ask("GET", "/system/df").read_body());
  DiskUsage usage;
  usage.layer_bytes = field<std::int64_t>(json, "LayersSize");
  for (const Json& image : field<Json>(json, "Images", Json::array())) usage.images.push_back(image_of(image));
  for (const Json& one : field<Json>(json, "Containers", Json::array())) usage.containers.push_back(container_of(one));
  return usage;
}

std::string container_document(Engine& engine, std::string_view container, bool size) {
  return engine.ask("GET", container_path(container, size ? "json?size=1" : "json")).read_body();
}

std::string image_document(Engine& engine, std::string_view image) {
  return engine.ask("GET", fmt::format("/images/{}/json", encode_path(image))).read_body();
}

std::string info_document(Engine& engine) {
  return engine.ask("GET", "/info").read_body();
}

std::string version_document(Engine& engine) {
  return engine.ask("GET", "/version").read_body();
}

void read_logs(Engine& engine, std::string_view container, const LogWish& wish, bool tty,
               const FrameReader::Sink& take) {
  std::string target = container_path(
      container, fmt::format("logs?stdout=1&stderr=1&follow={:d}&timestamps={:d}&details={:d}&tail={}", wish.follow,
                             wish.timestamps, wish.details, http::percent_encode(wish.tail)));
  if (!wish.since.empty()) target += "&since=" + http::percent_encode(wish.since);
  if (!wish.until.empty()) target += "&until=" + http::percent_encode(wish.until);
  http::Response stream = engine.ask("GET", target);
  constexpr std::size_t chunk = 64 * 1024;
  std::vector<std::byte> bytes(chunk);
  FrameReader frames(take);
  while (const std::size_t got = stream.read_some(bytes)) {
    const std::string_view piece(reinterpret_cast<const char*>(bytes.data()), got);
    if (tty) {
      take(Stream::stdout_stream, piece);
    } else {
      frames.feed(piece);
    }
  }
  if (!frames.at_boundary()) throw Error(ErrorKind::unavailable, "the container's log was cut off");
}

void follow_events(Engine& engine, std::string_view since, std::string_view until, const FilterWords& filters,
                   const std::function<void(const EngineEvent&)>& tell) {
  std::string target = "/events?" + filter_query(filters);
  if (!since.empty()) target += "&since=" + http::percent_encode(since);
  if (!until.empty()) target += "&until=" + http::percent_encode(until);
  http::Response stream = engine.ask("GET", target);
  while (const auto line = stream.read_line()) {
    if (line->empty()) continue;
    const Json json = parse_answer(*line);
    const Json actor = field<Json>(json, "Actor", Json::object());
    tell({field<std::string>(json, "Type"), field<std::string>(json, "Action"), field<std::string>(actor, "ID"),
          field<std::map<std::string, std::string>>(actor, "Attributes"), field<std::string>(json, "from"),
          field<std::int64_t>(json, "timeNano"), *line});
  }
}

}  // namespace glassdock::client
