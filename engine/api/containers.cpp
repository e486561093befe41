#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

#include "engine/api/answers.h"
#include "engine/api/create_request.h"
#include "engine/api/filters.h"
#include "engine/api/log_file.h"
#include "engine/api/shapes.h"
#include "engine/api/terminal_request.h"
#include "engine/base/text.h"
#include "engine/daemon/signals.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

constexpr int multiplexed_since = 42;
constexpr std::int64_t second_ns = 1'000'000'000;

std::optional<std::int64_t> query_number(const http::Request& request, std::string_view name) {
  std::string text = query_text(request, name);
  if (text.empty()) return std::nullopt;
  bool negative = starts_with(text, "-");
  auto number = parse_number(std::string_view(text).substr(negative ? 1 : 0));
  if (!number || *number > INT64_MAX) {
    throw Error(ErrorKind::invalid_argument, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", text));
  }
  return negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
}

// What a list asks for, apart from the single container.
struct ListWish {
  Filters filters;
  std::int64_t before_ns = INT64_MAX;
  std::int64_t since_ns = INT64_MIN;
};

bool any_of(const Filters& filters, const char* name, const std::function<bool(const std::string&)>& meets) {
  auto found = filters.find(name);
  return found == filters.end() || std::any_of(found->second.begin(), found->second.end(), meets);
}

bool meets(const ListWish& wish, const daemon::Container& container, const daemon::Status& status,
           const std::string& image) {
  const Filters& filters = wish.filters;
  return container.created_ns < wish.before_ns && container.created_ns > wish.since_ns &&
         any_of(filters, "id", [&](const std::string& id) { return starts_with(container.id, id); }) &&
         any_of(filters, "name", [&](const std::string& name) { return name_fits(name, container.name); }) &&
         any_of(filters, "status", [&](const std::string& word) { return word == daemon::to_string(status.state); }) &&
         any_of(filters, "exited",
                [&](const std::string& code) {
                  return status.state == daemon::State::exited && code == std::to_string(status.exit_code);
                }) &&
         any_of(filters, "ancestor",
                [&](const std::string& ancestor) {
                  std::string id = container.config.image_id.text();
                  return ancestor == image || ancestor == container.config.image || ancestor + ":latest" == image ||
                         ancestor == image + ":latest" || starts_with(id, ancestor) ||
                         starts_with(container.config.image_id.hex(), ancestor);
                }) &&
         labels_match(filters, container.config.labels);
}

// Docker's frame: stream, three zeros, length in network order (Engine API, "Stream format").
std::string frame_head(bool is_error, std::size_t size) {
  std::string head(8, '\0');
  head[0] = is_error ? 2 : 1;
  for (int i = 0; i < 4; ++i) head[4 + i] = static_cast<char>(size >> (24 - 8 * i));
  return head;
}

const char* stream_type(const Call& call, bool tty) {
  return call.version >= multiplexed_since && !tty ? "application/vnd.docker.multiplexed-stream"
                                                   : "application/vnd.docker.raw-stream";
}

}  // namespace

void Api::container_create(Call& call) {
  json body = read_json(call);
  daemon::CreateRequest request = parse_create_request(body);
  request.name = query_text(call.request, "name");
  if (std::string platform = query_text(call.request, "platform"); !platform.empty()) request.platform = platform;
  daemon::CreateResult result = service_.create(request, call.caller);
  send_json(call, 201, {{"Id", result.id}, {"Warnings", result.warnings}});
}

void Api::container_list(Call& call) {
  ListWish wish;
  wish.filters = parse_filters(query_text(call.request, "filters"),
                               {"id", "name", "status", "exited", "ancestor", "label", "before", "since"});
  any_of(wish.filters, "status", [](const std::string& word) {
    if (!daemon::parse_state(word)) {
      throw Error(ErrorKind::invalid_argument, fmt::format("invalid filter 'status={}'", word));
    }
    return false;
  });
  if (wish.filters.contains("before")) wish.before_ns = service_.find(wish.filters["before"].front())->created_ns;
  if (wish.filters.contains("since")) wish.since_ns = service_.find(wish.filters["since"].front())->created_ns;
  std::int64_t limit = query_number(call.request, "limit").value_or(0);
  bool size = query_flag(call.request, "size");
  bool all = query_flag(call.request, "all") || limit > 0 || wish.filters.contains("status") ||
             wish.filters.contains("exited");
  std::int64_t now = daemon::realtime_ns() / second_ns;
  json list = json::array();
  for (const daemon::ContainerPtr& container : service_.containers().all()) {
    if (limit > 0 && list.size() >= static_cast<std::size_t>(limit)) break;
    daemon::Status status = service_.containers().status(*container);
    if (!all && !daemon::is_alive(status.state)) continue;
    // The name may mean another image by now: then docker shows the id.
    std::string image = container->config.image;
    if (service_.images().find_id(image) != container->config.image_id) image = container->config.image_id.text();
    if (!meets(wish, *container, status, image)) continue;
    json summary = container_summary(*container, status, image, now);
    if (size) {
      std::uint64_t written = service_.written_bytes(*container);
      summary["SizeRw"] = written;
      summary["SizeRootFs"] = written + service_.images().bytes_of(container->config.image_id);
    }
    list.push_back(std::move(summary));
  }
  send_json(call, 200, list);
}

void Api::container_inspect(Call& call) {
  daemon::ContainerPtr container = service_.find(call.name);
  json details = container_details(*container, service_.containers().status(*container));
  if (const auto execs = service_.execs().of_container(container->id); !execs.empty()) details["ExecIDs"] = execs;
  if (query_flag(call.request, "size")) {
    std::uint64_t written = service_.written_bytes(*container);
    details["SizeRw"] = written;
    details["SizeRootFs"] = written + service_.images().bytes_of(container->config.image_id);
  }
  send_json(call, 200, details);
}

void Api::container_start(Call& call) {
  send_empty(call, service_.start(call.name, call.caller, call.answer.socket()) ? 204 : 304);
}

void Api::container_attach(Call& call) {
  daemon::ContainerPtr container = service_.find(call.name);
  if (service_.containers().status(*container).state == daemon::State::paused) {
    throw Error(ErrorKind::conflict,
                fmt::format("container {} is paused, unpause the container before attach", call.name));
  }
  if (!query_flag(call.request, "stream")) {
    throw Error(ErrorKind::not_supported, "attach without stream=1 is not supported yet; docker logs shows the past");
  }
  int flags = 0;
  if (query_flag(call.request, "stdin")) flags |= runtime::attach_stdin;
  if (query_flag(call.request, "stdout")) flags |= runtime::attach_stdout;
  if (query_flag(call.request, "stderr")) flags |= runtime::attach_stderr;
  DetachKeys keys;
  if (container->config.tty) keys = read_detach_keys(query_text(call.request, "detachKeys"));
  bool upgrade = call.request.headers().has("Upgrade");
  http::Headers headers{{"Content-Type", stream_type(call, container->config.tty)}};
  if (upgrade) {
    headers.add("Connection", "Upgrade");
    headers.add("Upgrade", "tcp");
  }
  call.status = upgrade ? 101 : 200;
  service_.attach(container->id, [&] {
    http::Hijacked client = call.answer.hijack(call.status, headers);
    return daemon::Attachment{std::move(client.socket), flags, std::move(client.already_read), keys};
  });
}

void Api::container_wait(Call& call) {
  daemon::WaitCondition condition = daemon::parse_wait_condition(query_text(call.request, "condition"));
  // The head goes out once the wait stands: the client starts the container only then.
  auto result = service_.wait(call.name, condition, call.answer.socket(), [&] {
    call.answer.start(200, {{"Content-Type", "application/json"}});
  });
  if (!result) return;
  call.answer.write(to_text({{"StatusCode", result->exit_code}}));
  try {
    call.answer.finish();
  } catch (const Error&) {
    // The docker CLI has what it wants with the JSON's last bracket and does not stay for the body's end.
  }
}

void Api::container_resize(Call& call) {
  const auto [rows, columns] = read_terminal_size(call.request);
  service_.resize(call.name, rows, columns);
  send_empty(call, 200);
}

void Api::container_kill(Call& call) {
  std::string word = query_text(call.request, "signal");
  auto signal = daemon::parse_signal(word.empty() ? "KILL" : word);
  if (!signal) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("cannot kill container: {}: invalid signal: {}", call.name, word));
  }
  service_.kill(call.name, *signal);
  send_empty(call, 204);
}

void Api::container_stop(Call& call) {
  std::string word = query_text(call.request, "signal");
  std::optional<int> signal;
  if (!word.empty()) {
    signal = daemon::parse_signal(word);
    if (!signal) throw Error(ErrorKind::invalid_argument, "invalid signal: " + word);
  }
  std::optional<std::chrono::seconds> grace;
  if (auto seconds = query_number(call.request, "t")) grace = std::chrono::seconds(*seconds);
  send_empty(call, service_.stop(call.name, signal, grace) ? 204 : 304);
}

void Api::container_remove(Call& call) {
  if (query_flag(call.request, "link")) {
    throw Error(ErrorKind::not_supported, "removing a link is not supported: this engine has no links");
  }
  service_.remove(call.name, query_flag(call.request, "force"), call.caller);
  send_empty(call, 204);
}

void Api::container_logs(Call& call) {
  bool output = query_flag(call.request, "stdout"), errors = query_flag(call.request, "stderr");
  if (!output && !errors) {
    throw Error(ErrorKind::invalid_argument, "Bad parameters: you must choose at least one stream");
  }
  for (const char* bound : {"since", "until"}) {
    if (const std::string time = query_text(call.request, bound); !time.empty() && time != "0") {
      throw Error(ErrorKind::not_supported,
                  fmt::format("logs {} a time are not supported yet by Glassdock {}", bound, GLASSDOCK_VERSION));
    }
  }
  daemon::ContainerPtr container = service_.find(call.name);
  if (query_flag(call.request, "follow") && daemon::is_alive(service_.containers().status(*container).state)) {
    throw Error(ErrorKind::not_supported,
                fmt::format("following the log of a running container is not supported yet by Glassdock {}",
                            GLASSDOCK_VERSION));
  }
  bool times = query_flag(call.request, "timestamps");
  LogWish wish{output, errors, parse_number(query_text(call.request, "tail"))};
  const UniqueFd log = open_log(service_.log_path(*container));
  call.answer.start(200, {{"Content-Type", stream_type(call, container->config.tty)}});
  read_log(log, wish, [&](const LogLine& line) {
    std::string text = times ? line.time + " " + line.text : line.text;
    call.answer.write((container->config.tty ? std::string() : frame_head(line.is_error, text.size())) + text);
  });
  call.answer.finish();
}

}  // namespace glassdock::api
