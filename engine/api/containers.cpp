#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <iterator>
#include <optional>

#include "engine/api/answers.h"
#include "engine/api/create_request.h"
#include "engine/api/filters.h"
#include "engine/api/log_file.h"
#include "engine/api/shapes.h"
#include "engine/api/terminal_request.h"
#include "engine/base/signals.h"
#include "engine/base/stream_head.h"
#include "engine/base/text.h"
#include "engine/daemon/container_start.h"
#include "engine/http/socket.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

// How long a client that attaches may take nothing of the answer's head, or of what the container said before.
constexpr std::chrono::seconds attach_patience{5};

// How a line of the log is sent.
struct LogForm {
  bool times, details, framed;

  void append(std::string& out, const LogLine& line) const {
    const std::size_t bytes = (times ? line.time.size() + 1 : 0) + (details ? 1 : 0) + line.text.size();
    if (framed) {
      const Stream stream = line.is_error ? Stream::stderr_stream : Stream::stdout_stream;
      const auto head = stream_head(stream, static_cast<std::uint32_t>(bytes));
      out.append(head.data(), head.size());
    }
    if (times) out.append(line.time).append(" ");
    // Docker puts here what --log-opt asks for, of which this engine has nothing, and a blank behind it.
    if (details) out += ' ';
    out += line.text;
  }
};

// For LogReader. Once the server stops every client has gone.
std::function<bool()> reader_gone(const Call& call) {
  return [socket = call.answer.socket()] { return daemon::is_hung_up(socket); };
}

// Sends the lines that have come since the last call, in blocks: a call of the system for each line would take longer
// than everything else.
void send_lines(LogReader& reader, const LogForm& form, const std::function<void(std::string_view)>& send) {
  constexpr std::size_t most_waiting = 64 * 1024;
  std::string waiting;
  reader.read([&](const LogLine& line) {
    form.append(waiting, line);
    if (waiting.size() < most_waiting) return;
    send(waiting);
    waiting.clear();
  });
  if (!waiting.empty()) send(waiting);
}

// "0" is docker's word for no bound.
std::optional<std::int64_t> log_bound(const http::Request& request, const char* name) {
  if (query_text(request, name) == "0") return std::nullopt;
  return query_moment(request, name);
}

// Readable once somebody has written into a file of the folder (inotify(7)): the log is another file after a rotation.
// Empty where the folder is not there.
UniqueFd watch_folder(const std::filesystem::path& path) {
  UniqueFd changes(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!changes) throw Error::from_errno(errno, "watch", path.string());
  if (::inotify_add_watch(changes.get(), path.c_str(), IN_MODIFY | IN_MOVED_TO) < 0) {
    if (errno != ENOENT) throw Error::from_errno(errno, "watch", path.string());
    changes.reset();
  }
  return changes;
}

// Following ends with the command, as docker's does, also where a policy starts it again.
bool is_in_life(const daemon::Status& status, std::int64_t started_ns) {
  return daemon::has_processes(status.state) && status.started_ns == started_ns;
}

// Until the log is written to, something happens to a container, the client goes, or `left` milliseconds have passed.
void wait_for_more(const Call& call, const UniqueFd& changes, daemon::EventLog::Reader& events, int left) {
  pollfd sources[] = {{changes.get(), POLLIN, 0}, {events.bell(), POLLIN, 0}, {call.answer.socket(), POLLRDHUP, 0}};
  ::poll(sources, std::size(sources), left);
  events.take();
  std::array<char, 4096> told;
  while (changes && ::read(changes.get(), told.data(), told.size()) > 0) {
  }
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

void Api::container_inspect(Call& call) {
  daemon::ContainerPtr container = service_.find(call.name);
  ContainerExtras extras{service_.execs().of_container(container->id), std::nullopt};
  if (query_flag(call.request, "size")) {
    const std::uint64_t written = service_.written_bytes(*container);
    extras.sizes = {written, written + service_.images().bytes_of(container->config.image_id)};
  }
  send_ordered(call, 200,
               container_details(*container, service_.containers().name(*container),
                                 service_.containers().status(*container), extras));
}

void Api::container_start(Call& call) {
  // Older clients brought a HostConfig. What is shorter than 7 bytes is no object with a member (moby
  // container_routes.go).
  constexpr int bodies_refused_since = 24;
  constexpr std::uint64_t least_body = 7;
  const bool has_body =
      call.request.content_length().value_or(0) > least_body || call.request.headers().has("Transfer-Encoding");
  if (call.version >= bodies_refused_since && has_body) {
    throw Error(ErrorKind::invalid_argument,
                "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
  }
  send_empty(call, service_.start(call.name, call.caller, call.answer.socket()) ? 204 : 304);
}

void Api::container_attach(Call& call) {
  try {
    attach(call);
  } catch (const Error& fault) {
    // Docker's attach has left JSON by then.
    if (!call.answer.started()) {
      call.answer.send(status_of(fault), {{"Content-Type", raw_stream}}, std::string(fault.what()) + "\r\n");
    }
    throw;
  }
}

void Api::attach(Call& call) {
  daemon::ContainerPtr container = service_.find(call.name);
  const daemon::State state = service_.containers().status(*container).state;
  if (state == daemon::State::restarting) throw daemon::restarting_error("container " + call.name);
  if (state == daemon::State::paused) {
    throw Error(ErrorKind::conflict,
                fmt::format("container {} is paused, unpause the container before attach", call.name));
  }
  int flags = 0;
  if (query_flag(call.request, "stdin")) flags |= runtime::attach_stdin;
  if (query_flag(call.request, "stdout")) flags |= runtime::attach_stdout;
  if (query_flag(call.request, "stderr")) flags |= runtime::attach_stderr;
  DetachKeys keys;
  if (container->config.tty) keys = read_detach_keys(query_text(call.request, "detachKeys"));
  const http::Headers headers = begin_raw_stream(call, container->config.tty);
  // A container that keeps no log has no past to tell.
  std::optional<LogReader> past;
  if (query_flag(call.request, "logs") && container->config.log_driver != "none") {
    const LogWish wish{.output = (flags & runtime::attach_stdout) != 0,
                       .errors = (flags & runtime::attach_stderr) != 0};
    past.emplace(open_log(service_.log_path(*container)), wish, reader_gone(call));
  }
  const LogForm form{.times = false, .details = false, .framed = !container->config.tty};
  std::optional<http::Hijacked> client;
  // A body that nobody wants is read here: nothing of this client may hold up a start once its stream is promised.
  constexpr std::size_t body_limit = 64 * 1024;
  call.request.read_body(body_limit);
  const auto take_socket = [&] {
    if (!client) {
      const http::SendPatience patience(call.answer.socket(), attach_patience);
      client.emplace(call.answer.hijack(call.status, headers));
    }
    return client->socket.get();
  };
  const auto tell_past = [&](http::Deadline end) {
    const int socket = take_socket();
    const http::SendPatience patience(socket, attach_patience);
    send_lines(*past, form, [&](std::string_view block) {
      http::send_all(socket, block);
      if (std::chrono::steady_clock::now() > end) {
        throw Error(ErrorKind::cancelled, "the client takes what the container said before too slowly");
      }
    });
  };
  // Nobody waits for a client that takes all of it slowly …
  if (past) tell_past(http::no_deadline);
  if (!query_flag(call.request, "stream")) {
    take_socket();
    return;
  }
  service_.attach(container->id, [&] {
    take_socket();
    // … but every start of the container does for what has been said since.
    if (past) tell_past(std::chrono::steady_clock::now() + attach_patience);
    return daemon::Attachment{std::move(client->socket), flags, std::move(client->already_read), keys};
  });
}

void Api::container_wait(Call& call) {
  constexpr int conditions_since = 30;
  daemon::WaitCondition condition = daemon::parse_wait_condition(
      call.version >= conditions_since ? query_text(call.request, "condition") : std::string());
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
  const daemon::ContainerPtr container = service_.find(call.name);
  {
    auto lock = service_.containers().lock();
    service_.events().tell_locked(*container, "resize",
                                  {{"height", std::to_string(rows)}, {"width", std::to_string(columns)}});
  }
  send_empty(call, 200);
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
  LogWish wish{output, errors, parse_number(query_text(call.request, "tail")), log_bound(call.request, "since"),
               log_bound(call.request, "until")};
  daemon::ContainerPtr container = service_.find(call.name);
  if (container->config.log_driver == "none") {
    call.status = 501;  // docker's, of what this container and not this engine cannot do
    return send_json(call, call.status, {{"message", "configured logging driver does not support reading"}});
  }
  const std::filesystem::path path = service_.log_path(*container);
  LogReader reader(open_log(path), wish, reader_gone(call));
  const LogForm form{query_flag(call.request, "timestamps"), query_flag(call.request, "details"),
                     !container->config.tty};
  const bool follows = query_flag(call.request, "follow");
  const std::int64_t life = service_.containers().status(*container).started_ns;
  // Both before what has been written is read, so that nothing comes in between.
  daemon::EventLog::Reader events(service_.events(), INT64_MAX);
  const UniqueFd changes = follows ? watch_folder(container->folder) : UniqueFd();
  call.answer.start(200, {{"Content-Type", output_type(call, container->config.tty)}});
  for (;;) {
    // Asked first: what it wrote before its end is in the file by then.
    const int left = milliseconds_until(wish.until_ns);
    const bool last = !follows || left == 0 || service_.events().over() ||
                      !is_in_life(service_.containers().status(*container), life);
    send_lines(reader, form, [&](std::string_view block) { call.answer.write(block); });
    if (last || reader.over()) break;
    wait_for_more(call, changes, events, left);
    if (call.answer.peer_closed()) return;
  }
  call.answer.finish();
}

}  // namespace glassdock::api
