#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/client/place.h"
#include "engine/client/types.h"
#include "engine/http/client.h"

namespace glassdock::client {

// The engine said no: its message, with the ErrorKind that follows from the status. Command lines print it as
// "Error response from daemon: MESSAGE", as docker does.
class EngineError : public Error {
 public:
  EngineError(int status, std::string message);
  int status() const noexcept { return status_; }

 private:
  int status_;
};

// What a list is to be chosen by, as docker's --filter: the values of each name.
using FilterWords = std::map<std::string, std::vector<std::string>>;

struct CreatedContainer {
  std::string id;
  std::vector<std::string> warnings;
};

// A wait that the engine has registered; the answer comes when the container has ended.
class Waiting {
 public:
  explicit Waiting(http::Response response) : response_(std::move(response)) {}
  // Blocks until then. Throws Error(unavailable) when the engine dies first.
  WaitResult result();
  int socket() const { return response_.socket(); }  // readable when the answer is there

 private:
  http::Response response_;
};

enum class WaitCondition { not_running, next_exit, removed };

// Typed calls on one engine (Docker Engine API 1.45). Each throws EngineError on a refusal and Error(unavailable) when
// nobody answers. One thread at a time; make one for each thread.
class Engine {
 public:
  // `connection`: one that is made already (spawn.h), for the first call; may be empty. `connect` makes each further
  // one.
  explicit Engine(std::filesystem::path socket, UniqueFd connection = {}, Connect connect = connect_engine);

  // Ties what follows to a run (header Glassdock-Run), so that its gates and events are that run's.
  void set_run(std::string id) { run_ = std::move(id); }
  const std::string& run() const { return run_; }
  // What follows is a look of the studio's own, no command of anybody's (header Glassdock-Aside): it is told as such,
  // and held at no gate.
  void set_aside() { aside_ = true; }
  const std::filesystem::path& socket() const { return socket_; }

  EngineVersion version();
  CreatedContainer create(const ContainerCreate& create);
  void start(std::string_view id);
  void kill(std::string_view id, std::string_view signal);
  void remove(std::string_view id, bool force, bool volumes);
  // Returns once the engine has registered it: a start that follows cannot be missed.
  Waiting wait(std::string_view id, WaitCondition condition);
  // Those streams of the container: what is sent goes to its stdin; what comes is framed (FrameReader in
  // base/stream_frames.h), of a terminal it is plain. `detach_keys`: empty are docker's own.
  http::Hijacked attach(std::string_view id, Streams streams, std::string_view detach_keys = {});
  void resize(std::string_view id, TerminalSize size);
  ContainerDetails container(std::string_view id);
  // The id of a command that is to run in the container.
  std::string create_exec(std::string_view container, const ExecCreate& create);
  // Its stdio, as attach's.
  http::Hijacked start_exec(std::string_view exec, bool tty, TerminalSize size);
  void start_exec_detached(std::string_view exec, bool tty);
  void resize_exec(std::string_view exec, TerminalSize size);
  ExecDetails exec(std::string_view id);
  std::vector<ContainerSummary> containers(bool all, std::int64_t last, const FilterWords& filters, bool sizes = false);

  // `reference` as typed; without tag or digest ":latest" is pulled. Calls `tell` for each line. Throws EngineError
  // with the reason also when it fails after it began.
  void pull(std::string_view reference, const std::function<void(const PullProgress&)>& tell);
  std::vector<ImageSummary> images(std::string_view reference, const FilterWords& filters = {});
  std::vector<ImageRemoval> remove_image(std::string_view reference, bool force, bool no_prune);

  // Any other request (calls.h); `target` without the version. Its answer is a success.
  http::Response ask(std::string_view method, const std::string& target, std::string_view body = {}) {
    return call(method, target, body);
  }

 private:
  http::Headers headers() const;
  http::Response call(std::string_view method, const std::string& target, std::string_view body = {});

  std::filesystem::path socket_;
  http::Client http_;
  std::string run_;
  bool aside_ = false;
};

// Throws the EngineError that `response` tells of, when its status is 400 or more.
void throw_on_refusal(http::Response& response);

// Lines of lists, from their JSON.
ContainerSummary container_of(const nlohmann::json& json);
ImageSummary image_of(const nlohmann::json& json);

// An image's name for a path, in which it stands with its slashes.
std::string encode_path(std::string_view name);
// "filters=…" of a query. Bytes that are not UTF-8 become U+FFFD, as JSON wants it.
std::string filter_query(const FilterWords& filters);

// The bodies of POST /containers/create and POST /containers/NAME/exec.
std::string to_json(const ContainerCreate& create);
std::string to_json(const ExecCreate& create);

// "alpine" is {"alpine", "latest"}, "a:1" {"a", "1"}, "a@sha256:…" {"a", "sha256:…"}, as images/create takes them.
struct PullTarget {
  std::string name;
  std::string tag;
};
PullTarget pull_target(std::string_view reference);

}  // namespace glassdock::client
