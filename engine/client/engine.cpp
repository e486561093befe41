#include "engine/client/engine.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

#include "engine/base/text.h"
#include "engine/client/json_fields.h"
#include "engine/client/place.h"
#include "engine/http/target.h"

namespace glassdock::client {
namespace {

using Json = nlohmann::json;

constexpr std::string_view api = "/v1.45";

ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
      return ErrorKind::invalid_argument;
    case 401:
      return ErrorKind::unauthorized;
    case 403:
      return ErrorKind::permission;
    case 404:
      return ErrorKind::not_found;
    case 409:
      return ErrorKind::conflict;
    case 501:
      return ErrorKind::not_supported;
    case 503:
      return ErrorKind::unavailable;
    default:
      return ErrorKind::internal;
  }
}

std::string message_of(const std::string& body, int status) {
  Json json = Json::parse(body, nullptr, false);
  if (json.is_object() && json.contains("message") && json["message"].is_string()) return json["message"];
  return body.empty() ? fmt::format("status {} without a message", status) : std::string(trim(body));
}

PullProgress progress_of(const Json& json) {
  PullProgress progress;
  progress.id = field<std::string>(json, "id");
  progress.status = field<std::string>(json, "status");
  progress.error = field<std::string>(json, "error");
  Json detail = field<Json>(json, "progressDetail", Json::object());
  progress.current = field<std::int64_t>(detail, "current");
  progress.total = field<std::int64_t>(detail, "total");
  return progress;
}

}  // namespace

Json parse_answer(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) throw Error(ErrorKind::corrupt, "the engine's answer is no JSON");
  return json;
}

Error strange_member(const char* name) {
  return Error(ErrorKind::corrupt, fmt::format("the engine's answer has a strange \"{}\"", name));
}

EngineError::EngineError(int status, std::string message)
    : Error(kind_of(status), std::move(message)), status_(status) {}

void throw_on_refusal(http::Response& response) {
  if (response.status() < 400) return;
  throw EngineError(response.status(), message_of(response.read_body(), response.status()));
}

WaitResult Waiting::result() {
  Json json = parse_answer(response_.read_body());
  WaitResult result;
  result.exit_code = field<int>(json, "StatusCode");
  result.error = field<std::string>(field<Json>(json, "Error", Json::object()), "Message");
  return result;
}

Engine::Engine(std::filesystem::path socket, UniqueFd connection, Connect connect)
    : socket_(std::move(socket)),
      http_(http::Client::connect_unix(socket_, std::move(connection), std::move(connect))) {}

http::Headers Engine::headers() const {
  http::Headers headers{{"User-Agent", "glassdock/" GLASSDOCK_VERSION}};
  if (!run_.empty()) headers.set("Glassdock-Run", run_);
  if (aside_) headers.set("Glassdock-Aside", "1");
  return headers;
}

http::Response Engine::call(std::string_view method, const std::string& target, std::string_view body) {
  http::Headers fields = headers();
  if (!body.empty()) fields.set("Content-Type", "application/json");
  http::Response response = http_.request(method, std::string(api) + target, fields, body);
  throw_on_refusal(response);
  return response;
}

EngineVersion Engine::version() {
  Json json = parse_answer(call("GET", "/version").read_body());
  EngineVersion version;
  version.version = field<std::string>(json, "Version");
  version.api_version = field<std::string>(json, "ApiVersion");
  version.min_api_version = field<std::string>(json, "MinAPIVersion");
  version.os = field<std::string>(json, "Os");
  version.architecture = field<std::string>(json, "Arch");
  version.kernel = field<std::string>(json, "KernelVersion");
  return version;
}

CreatedContainer Engine::create(const ContainerCreate& create) {
  std::string target = "/containers/create";
  if (!create.name.empty()) target += "?name=" + http::percent_encode(create.name);
  Json json = parse_answer(call("POST", target, to_json(create)).read_body());
  return {field<std::string>(json, "Id"), field<std::vector<std::string>>(json, "Warnings")};
}

void Engine::start(std::string_view id) {
  call("POST", fmt::format("/containers/{}/start", http::percent_encode(id))).read_body();
}

void Engine::kill(std::string_view id, std::string_view signal) {
  call("POST", fmt::format("/containers/{}/kill?signal={}", http::percent_encode(id), signal)).read_body();
}

void Engine::remove(std::string_view id, bool force, bool volumes) {
  call("DELETE", fmt::format("/containers/{}?force={:d}&v={:d}", http::percent_encode(id), force, volumes)).read_body();
}

Waiting Engine::wait(std::string_view id, WaitCondition condition) {
  std::string_view word = condition == WaitCondition::removed     ? "removed"
                          : condition == WaitCondition::next_exit ? "next-exit"
                                                                  : "not-running";
  return Waiting(call("POST", fmt::format("/containers/{}/wait?condition={}", http::percent_encode(id), word)));
}

http::Hijacked Engine::attach(std::string_view id, Streams streams, std::string_view detach_keys) {
  std::string target =
      fmt::format("{}/containers/{}/attach?stream=1{}{}{}", api, http::percent_encode(id), streams.in ? "&stdin=1" : "",
                  streams.out ? "&stdout=1" : "", streams.err ? "&stderr=1" : "");
  if (!detach_keys.empty()) target += "&detachKeys=" + http::percent_encode(detach_keys);
  http::Response response = http_.upgrade("POST", target, headers());
  throw_on_refusal(response);
  return std::move(response).hijack();
}

void Engine::resize(std::string_view id, TerminalSize size) {
  call("POST", fmt::format("/containers/{}/resize?h={}&w={}", http::percent_encode(id), size.rows, size.columns))
      .read_body();
}

ContainerDetails Engine::container(std::string_view id) {
  const Json json = parse_answer(call("GET", fmt::format("/containers/{}/json", http::percent_encode(id))).read_body());
  const Json state = field<Json>(json, "State", Json::object());
  const Json config = field<Json>(json, "Config", Json::object());
  return {.id = field<std::string>(json, "Id"),
          .running = field<bool>(state, "Running"),
          .paused = field<bool>(state, "Paused"),
          .restarting = field<bool>(state, "Restarting"),
          .tty = field<bool>(config, "Tty"),
          .open_stdin = field<bool>(config, "OpenStdin"),
          .auto_remove = field<bool>(field<Json>(json, "HostConfig", Json::object()), "AutoRemove")};
}

std::string Engine::create_exec(std::string_view container, const ExecCreate& create) {
  const std::string target = fmt::format("/containers/{}/exec", http::percent_encode(container));
  return field<std::string>(parse_answer(call("POST", target, to_json(create)).read_body()), "Id");
}

http::Hijacked Engine::start_exec(std::string_view exec, bool tty, TerminalSize size) {
  Json json{{"Detach", false}, {"Tty", tty}};
  if (size != TerminalSize{}) json["ConsoleSize"] = {size.rows, size.columns};
  http::Headers fields = headers();
  fields.set("Content-Type", "application/json");
  http::Response response =
      http_.upgrade("POST", fmt::format("{}/exec/{}/start", api, http::percent_encode(exec)), fields, json.dump());
  throw_on_refusal(response);
  return std::move(response).hijack();
}

void Engine::start_exec_detached(std::string_view exec, bool tty) {
  const Json json{{"Detach", true}, {"Tty", tty}};
  call("POST", fmt::format("/exec/{}/start", http::percent_encode(exec)), json.dump()).read_body();
}

void Engine::resize_exec(std::string_view exec, TerminalSize size) {
  call("POST", fmt::format("/exec/{}/resize?h={}&w={}", http::percent_encode(exec), size.rows, size.columns))
      .read_body();
}

ExecDetails Engine::exec(std::string_view id) {
  const Json json = parse_answer(call("GET", fmt::format("/exec/{}/json", http::percent_encode(id))).read_body());
  return {field<bool>(json, "Running"), field<int>(json, "ExitCode")};
}

std::vector<ContainerSummary> Engine::containers(bool all, std::int64_t last, const FilterWords& filters, bool sizes) {
  std::string target = fmt::format("/containers/json?all={:d}", all);
  if (sizes) target += "&size=1";
  if (last > 0) target += fmt::format("&limit={}", last);
  if (!filters.empty()) target += "&" + filter_query(filters);
  std::vector<ContainerSummary> containers;
  for (const Json& json : parse_answer(call("GET", target).read_body())) containers.push_back(container_of(json));
  return containers;
}

ContainerSummary container_of(const Json& json) {
  ContainerSummary one;
  one.id = field<std::string>(json, "Id");
  one.names = field<std::vector<std::string>>(json, "Names");
  one.image = field<std::string>(json, "Image");
  one.image_id = field<std::string>(json, "ImageID");
  one.command = field<std::string>(json, "Command");
  one.created_s = field<std::int64_t>(json, "Created");
  one.state = field<std::string>(json, "State");
  one.status = field<std::string>(json, "Status");
  one.labels = field<std::map<std::string, std::string>>(json, "Labels");
  const Json networks = field<Json>(field<Json>(json, "NetworkSettings", Json::object()), "Networks", Json::object());
  for (const auto& [name, network] : networks.items()) one.networks.push_back(name);
  for (const Json& mount : field<Json>(json, "Mounts", Json::array())) {
    const std::string name = field<std::string>(mount, "Name");
    one.mounts.push_back(name.empty() ? field<std::string>(mount, "Source") : name);
    if (field<std::string>(mount, "Driver") == "local") ++one.local_volumes;
  }
  one.written_bytes = field<std::int64_t>(json, "SizeRw");
  one.root_bytes = field<std::int64_t>(json, "SizeRootFs");
  return one;
}

void Engine::pull(std::string_view reference, const std::function<void(const PullProgress&)>& tell) {
  PullTarget target = pull_target(reference);
  http::Response response =
      call("POST", fmt::format("/images/create?fromImage={}&tag={}", http::percent_encode(target.name),
                               http::percent_encode(target.tag)));
  while (auto line = response.read_line()) {
    if (trim(*line).empty()) continue;
    PullProgress progress = progress_of(parse_answer(*line));
    if (!progress.error.empty()) throw EngineError(500, progress.error);
    tell(progress);
  }
}

std::vector<ImageSummary> Engine::images(std::string_view reference, const FilterWords& filters) {
  FilterWords wanted = filters;
  if (!reference.empty()) wanted["reference"].emplace_back(reference);
  std::string target = "/images/json";
  if (!wanted.empty()) target += "?" + filter_query(wanted);
  std::vector<ImageSummary> images;
  for (const Json& json : parse_answer(call("GET", target).read_body())) images.push_back(image_of(json));
  return images;
}

ImageSummary image_of(const Json& json) {
  ImageSummary one;
  one.id = field<std::string>(json, "Id");
  one.tags = field<std::vector<std::string>>(json, "RepoTags");
  one.digests = field<std::vector<std::string>>(json, "RepoDigests");
  one.created_s = field<std::int64_t>(json, "Created");
  one.size_bytes = field<std::int64_t>(json, "Size");
  one.shared_bytes = field<std::int64_t>(json, "SharedSize", -1);
  one.containers = field<std::int64_t>(json, "Containers", -1);
  return one;
}

std::vector<ImageRemoval> Engine::remove_image(std::string_view reference, bool force, bool no_prune) {
  auto target = fmt::format("/images/{}?force={:d}&noprune={:d}", encode_path(reference), force, no_prune);
  std::vector<ImageRemoval> removals;
  for (const Json& json : parse_answer(call("DELETE", target).read_body())) {
    removals.push_back({field<std::string>(json, "Untagged"), field<std::string>(json, "Deleted")});
  }
  return removals;
}

std::string to_json(const ContainerCreate& create) {
  Json host{{"NetworkMode", create.network.empty() ? "default" : create.network}};
  if (create.memory_bytes) host["Memory"] = create.memory_bytes;
  if (create.nano_cpus) host["NanoCpus"] = create.nano_cpus;
  if (create.pids_limit) host["PidsLimit"] = *create.pids_limit;
  for (const auto& [key, rates] :
       {std::pair("BlkioDeviceReadBps", &create.read_bps), std::pair("BlkioDeviceWriteBps", &create.write_bps),
        std::pair("BlkioDeviceReadIOps", &create.read_iops), std::pair("BlkioDeviceWriteIOps", &create.write_iops)}) {
    for (const DeviceRate& one : *rates) host[key].push_back({{"Path", one.path}, {"Rate", one.rate}});
  }
  if (create.read_only_root) host["ReadonlyRootfs"] = true;
  if (create.auto_remove) host["AutoRemove"] = true;
  if (!create.restart.empty()) {
    host["RestartPolicy"] = {{"Name", create.restart}, {"MaximumRetryCount", create.most_restarts}};
  }
  if (create.init) host["Init"] = *create.init;
  if (!create.log_driver.empty() || !create.log_options.empty()) {
    host["LogConfig"] = {{"Type", create.log_driver}, {"Config", Json(create.log_options)}};
  }
  if (!create.annotations.empty()) host["Annotations"] = create.annotations;
  if (!create.tmpfs.empty()) host["Tmpfs"] = create.tmpfs;
  if (!create.binds.empty()) host["Binds"] = create.binds;
  if (create.console != TerminalSize{}) host["ConsoleSize"] = {create.console.rows, create.console.columns};

  Json json{{"Image", create.image},
            {"AttachStdin", create.attach.in},
            {"AttachStdout", create.attach.out},
            {"AttachStderr", create.attach.err},
            {"OpenStdin", create.open_stdin},
            {"StdinOnce", create.open_stdin && create.attach.in},
            {"HostConfig", std::move(host)}};
  if (create.tty) json["Tty"] = true;
  if (!create.command.empty()) json["Cmd"] = create.command;
  if (create.entrypoint) json["Entrypoint"] = *create.entrypoint;
  if (!create.environment.empty()) json["Env"] = create.environment;
  if (!create.working_folder.empty()) json["WorkingDir"] = create.working_folder;
  if (!create.user.empty()) json["User"] = create.user;
  if (!create.hostname.empty()) json["Hostname"] = create.hostname;
  if (!create.labels.empty()) json["Labels"] = create.labels;
  if (!create.stop_signal.empty()) json["StopSignal"] = create.stop_signal;
  if (create.stop_timeout_seconds) json["StopTimeout"] = *create.stop_timeout_seconds;
  for (const std::string& path : create.anonymous_volumes) json["Volumes"][path] = Json::object();
  // Words typed on a command line may be any bytes; JSON carries UTF-8 only.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_json(const ExecCreate& create) {
  Json json{{"Cmd", create.command},
            {"AttachStdin", create.attach_stdin},
            {"AttachStdout", create.attach_output},
            {"AttachStderr", create.attach_output},
            {"Tty", create.tty}};
  if (!create.environment.empty()) json["Env"] = create.environment;
  if (!create.working_folder.empty()) json["WorkingDir"] = create.working_folder;
  if (!create.user.empty()) json["User"] = create.user;
  if (!create.detach_keys.empty()) json["DetachKeys"] = create.detach_keys;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string encode_path(std::string_view name) {
  std::vector<std::string> parts = split(name, '/');
  for (std::string& part : parts) part = http::percent_encode(part);
  return join(parts, "/");
}

std::string filter_query(const FilterWords& filters) {
  return "filters=" + http::percent_encode(Json(filters).dump(-1, ' ', false, Json::error_handler_t::replace));
}

PullTarget pull_target(std::string_view reference) {
  auto at = reference.find('@');
  if (at != std::string_view::npos) {
    return {std::string(reference.substr(0, at)), std::string(reference.substr(at + 1))};
  }
  auto slash = reference.rfind('/');
  auto colon = reference.rfind(':');
  bool tagged = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  if (!tagged) return {std::string(reference), "latest"};
  return {std::string(reference.substr(0, colon)), std::string(reference.substr(colon + 1))};
}

}  // namespace glassdock::client
