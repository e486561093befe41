#include "engine/api/api.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "engine/api/answers.h"
#include "engine/base/text.h"

namespace glassdock::api {
namespace {

constexpr int newest_minor = 45;
constexpr int oldest_minor = 24;
constexpr char run_header[] = "Glassdock-Run";

// A client's own look at what is there, and nobody's command.
bool is_aside(const http::Request& request) {
  return !request.headers().get("Glassdock-Aside").empty();
}

// "/v1.45/info" is {45, "/info"}; without a prefix the newest. Throws in docker's words.
std::pair<int, std::string> split_version(const std::string& path) {
  if (!starts_with(path, "/v")) return {newest_minor, path};
  std::size_t slash = path.find('/', 1);
  std::string text = path.substr(2, slash == std::string::npos ? std::string::npos : slash - 2);
  std::vector<std::string> parts = split(text, '.');
  std::optional<std::uint64_t> major, minor;
  if (!parts.empty() && parts.size() <= 2) {
    major = parse_number(parts[0]);
    minor = parts.size() == 2 ? parse_number(parts[1]) : 0;
  }
  if (!major || !minor || slash == std::string::npos) return {newest_minor, path};
  if (*major > 1 || *minor > newest_minor) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("client version {} is too new. Maximum supported API version is {}", text, api_version));
  }
  if (*major < 1 || *minor < oldest_minor) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("client version {} is too old. Minimum supported API version is {}, please upgrade your "
                            "client to a newer version",
                            text, least_api_version));
  }
  return {static_cast<int>(*minor), path.substr(slash)};
}

// What stands for {name} in `pattern` ("/containers/{name}/json"); names of images hold slashes. Nothing when the path
// is another one.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  std::size_t open = pattern.find("{name}");
  if (open == std::string_view::npos) {
    if (pattern == path) return std::string();
    return std::nullopt;
  }
  std::string_view head = pattern.substr(0, open);
  std::string_view tail = pattern.substr(open + std::string_view("{name}").size());
  if (!starts_with(path, head) || !ends_with(path, tail) || path.size() <= head.size() + tail.size())
    return std::nullopt;
  std::string_view name = path.substr(head.size(), path.size() - head.size() - tail.size());
  bool image = starts_with(pattern, "/images/");
  if (!image && name.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(name);
}

// The head as it was sent, without what only the client and the registry may know.
std::string head_text(const http::Request& request) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", request.method(), request.target());
  for (const auto& [name, value] : request.headers()) {
    bool secret = http::equal_ignoring_case(name, "X-Registry-Auth") ||
                  http::equal_ignoring_case(name, "X-Registry-Config") ||
                  http::equal_ignoring_case(name, "Authorization");
    text += fmt::format("{}: {}\r\n", name, secret ? "(hidden)" : value);
  }
  return text;
}

// The status of a request that is not carried out.
int refusal_of(const http::Request& request, const Error& fault) {
  constexpr int content_too_large = 413;  // RFC 9110, 15.5.14
  return request.body_too_large() ? content_too_large : status_of(fault);
}

}  // namespace

struct Api::RouteRow {
  std::string_view method;
  std::string_view pattern;
  Route route;
};

// The first match counts.
const Api::RouteRow Api::routes[] = {
    {"GET", "/_ping", &Api::ping},
    {"HEAD", "/_ping", &Api::ping},
    {"GET", "/version", &Api::version},
    {"GET", "/info", &Api::system_info},
    {"POST", "/containers/create", &Api::container_create},
    {"GET", "/containers/json", &Api::container_list},
    {"GET", "/containers/{name}/json", &Api::container_inspect},
    {"GET", "/containers/{name}/logs", &Api::container_logs},
    {"POST", "/containers/{name}/start", &Api::container_start},
    {"POST", "/containers/{name}/attach", &Api::container_attach},
    {"POST", "/containers/{name}/wait", &Api::container_wait},
    {"POST", "/containers/{name}/resize", &Api::container_resize},
    {"POST", "/containers/{name}/kill", &Api::container_kill},
    {"POST", "/containers/{name}/stop", &Api::container_stop},
    {"POST", "/containers/{name}/restart", &Api::container_restart},
    {"POST", "/containers/{name}/update", &Api::container_update},
    {"POST", "/containers/{name}/pause", &Api::container_pause},
    {"POST", "/containers/{name}/unpause", &Api::container_unpause},
    {"POST", "/containers/{name}/rename", &Api::container_rename},
    {"GET", "/containers/{name}/top", &Api::container_top},
    {"GET", "/containers/{name}/stats", &Api::container_stats},
    {"POST", "/containers/prune", &Api::container_prune},
    {"DELETE", "/containers/{name}", &Api::container_remove},
    {"POST", "/containers/{name}/exec", &Api::exec_create},
    {"POST", "/exec/{name}/start", &Api::exec_start},
    {"GET", "/exec/{name}/json", &Api::exec_inspect},
    {"POST", "/exec/{name}/resize", &Api::exec_resize},
    {"POST", "/images/create", &Api::image_create},
    {"GET", "/images/json", &Api::image_list},
    {"GET", "/images/{name}/json", &Api::image_inspect},
    {"DELETE", "/images/{name}", &Api::image_remove},
    {"POST", "/images/{name}/tag", &Api::image_tag},
    {"GET", "/images/{name}/history", &Api::image_history},
    {"POST", "/images/prune", &Api::image_prune},
    {"GET", "/events", &Api::events},
    {"GET", "/system/df", &Api::disk_usage},
    {"POST", "/networks/prune", &Api::network_prune},
    {"POST", "/build/prune", &Api::build_prune},
    {"GET", "/glass/events", &Api::glass_events},
    // As docker's, but told to nobody: for whoever looks each second.
    {"GET", "/glass/containers/{name}/stats", &Api::container_stats},
    {"GET", "/glass/containers/{name}/logs", &Api::container_logs},
    {"POST", "/glass/runs", &Api::glass_run},
    {"POST", "/glass/runs/{name}/release", &Api::glass_run_release},
    {"POST", "/glass/runs/{name}/mode", &Api::glass_run_mode},
    {"POST", "/glass/runs/{name}/cancel", &Api::glass_run_cancel},
    {"POST", "/glass/runs/{name}/finish", &Api::glass_run_finish},
    {"GET", "/glass/gates", &Api::glass_gates},
    {"GET", "/glass/info", &Api::glass_info},
    {"POST", "/glass/faults", &Api::glass_faults_set},
    {"DELETE", "/glass/faults", &Api::glass_faults_clear},
    {"POST", "/glass/hub", &Api::glass_hub_set},
    {"POST", "/glass/narration", &Api::glass_narration},
    {"POST", "/glass/sights", &Api::glass_sights},
    {"GET", "/glass/vm", &Api::glass_vm},
    {"POST", "/glass/vm/races", &Api::glass_vm_race},
    // Known to docker, not yet to this engine.
    {"GET", "/containers/{name}/changes", &Api::not_yet},
    {"GET", "/containers/{name}/archive", &Api::not_yet},
    {"PUT", "/containers/{name}/archive", &Api::not_yet},
    {"HEAD", "/containers/{name}/archive", &Api::not_yet},
    {"GET", "/containers/{name}/export", &Api::not_yet},
    {"POST", "/images/{name}/push", &Api::not_yet},
    {"GET", "/images/search", &Api::not_yet},
    {"POST", "/images/load", &Api::not_yet},
    {"POST", "/build", &Api::not_yet},
    {"POST", "/commit", &Api::not_yet},
    {"GET", "/networks", &Api::not_yet},
    {"POST", "/networks/create", &Api::not_yet},
    {"GET", "/volumes", &Api::not_yet},
    {"POST", "/volumes/create", &Api::not_yet},
    {"POST", "/auth", &Api::not_yet},
};

Api::Api(daemon::Service& service, daemon::Runs& runs, daemon::VmLab& lab, hub::Hub* hub, EngineInfo info)
    : service_(service), runs_(runs), lab_(lab), hub_(hub), info_(std::move(info)) {}

Api::Route Api::find_route(Call& call) const {
  for (const RouteRow& row : routes) {
    if (row.method != call.request.method()) continue;
    if (auto name = match(row.pattern, call.path)) {
      call.name = std::move(*name);
      return row.route;
    }
  }
  throw Error(ErrorKind::not_found, "page not found");
}

daemon::Caller Api::caller_of(const http::Request& request) const {
  daemon::Caller caller;
  std::string_view named = request.headers().get(run_header);
  // A run whose owner has gone meanwhile holds nothing any more: what belonged to it goes on as a client's of no run.
  if (!named.empty()) caller.run = runs_.look_up(named);
  if (!caller.run && !is_aside(request)) caller.run = runs_.any();
  caller.context = caller.run ? caller.run->context() : trace::Context{&service_.tracer()};
  return caller;
}

void Api::answer(http::Request& request, http::ResponseWriter& writer) {
  writer.set_default("Api-Version", api_version);
  writer.set_default("Docker-Experimental", "false");
  writer.set_default("Ostype", "linux");
  writer.set_default("Server", "Glassdock/" GLASSDOCK_VERSION " (linux)");
  Call call{request, writer, {}, {}, newest_minor, {}, 200};
  try {
    std::tie(call.version, call.path) = split_version(request.path());
    Route route = find_route(call);
    bool of_docker = !starts_with(call.path, "/glass/");
    if (!of_docker) {
      (this->*route)(call);
      return;
    }
    call.caller = caller_of(request);
    follow(call, route);
  } catch (const Error& fault) {
    if (!writer.started()) {
      writer.send(refusal_of(request, fault), {{"Content-Type", "application/json"}}, error_body(fault));
    }
  }
}

namespace {

// The run knows of a request for as long as it lasts.
class RequestOfRun {
 public:
  explicit RequestOfRun(const daemon::Caller& caller) : run_(caller.run), request_(caller.context.request) {
    if (run_) run_->begin_request(request_);
  }
  ~RequestOfRun() {
    if (run_) run_->end_request(request_);
  }
  RequestOfRun(const RequestOfRun&) = delete;
  RequestOfRun& operator=(const RequestOfRun&) = delete;

 private:
  const std::shared_ptr<daemon::Run> run_;
  const std::uint64_t request_;
};

}  // namespace

// A request of the Docker API, told from its head to its answer.
void Api::follow(Call& call, Route route) {
  const std::string &method = call.request.method(), &target = call.request.target();
  const trace::Arguments somebodys{{"method", method}, {"path", target}},
      aside{{"method", method}, {"path", target}, {"aside", true}};
  trace::Span span(call.caller.context, trace::Stage::request, "request.received",
                   fmt::format("{} {}", method, call.path), is_aside(call.request) ? aside : somebodys);
  if (span.told() && call.caller.context.wants_evidence()) {
    // Only what changes nothing, and waits for nothing, is for everybody to repeat.
    const bool repeatable = call.request.method() == "GET";
    span.evidence({"the request as it came on the socket", "", head_text(call.request),
                   repeatable ? fmt::format("curl --unix-socket {} {}", shell_quote(info_.socket),
                                            shell_quote("http://localhost" + call.request.target()))
                              : std::string()});
  }
  call.caller.context = span.context();
  call.caller.context.request = call.caller.context.span;
  const RequestOfRun of_run(call.caller);
  try {
    (this->*route)(call);
  } catch (const Error& fault) {
    call.status = refusal_of(call.request, fault);
    span.result("status", static_cast<std::int64_t>(call.status));
    span.result("error", fault.message());
    throw;
  }
  span.result("status", static_cast<std::int64_t>(call.status));
  if (span.told() && call.caller.context.wants_evidence() && call.answer.started()) {
    span.evidence({"the head of the engine's answer", "", std::string(call.answer.head()), ""});
  }
}

void Api::answer_fault(const std::exception& fault, int status, http::Request*, http::ResponseWriter& writer) {
  if (const auto* known = dynamic_cast<const Error*>(&fault); known && status == 500) status = status_of(*known);
  writer.send(status, {{"Content-Type", "application/json"}}, error_body(fault));
}

}  // namespace glassdock::api
