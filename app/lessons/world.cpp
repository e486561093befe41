#include "app/lessons/world.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <system_error>

#include "engine/base/error.h"
#include "engine/base/stream_frames.h"
#include "engine/base/text.h"
#include "engine/client/calls.h"
#include "engine/os/files.h"

namespace glassdock::lessons {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_bytes = 1u << 20;
constexpr std::chrono::seconds cat_patience{10};
constexpr int look_ms = 100;
constexpr int exit_not_started = 126;  // and above: docker run(1), "Exit Status"

ContainerSeen container_of(client::Engine& engine, const std::string& id) {
  const auto json = nlohmann::json::parse(client::container_document(engine, id, false));
  const auto& state = json.at("State");
  std::vector<std::string> words{json.at("Path").get<std::string>()};
  for (const auto& word : json.at("Args")) words.push_back(word.get<std::string>());
  std::string name = json.at("Name").get<std::string>();
  if (starts_with(name, "/")) name.erase(0, 1);
  return {.id = id,
          .name = name,
          .image = json.at("Config").at("Image").get<std::string>(),
          .command = shell_line(words),
          .state = state.at("Status").get<std::string>(),
          .exit_code = state.at("ExitCode").get<int>(),
          .pid = state.at("Pid").get<pid_t>()};
}

fs::path proc_folder(pid_t pid) {
  return fs::path("/proc") / (pid == 0 ? "self" : std::to_string(pid));
}

}  // namespace

std::vector<ContainerSeen> LiveWorld::containers() {
  std::vector<ContainerSeen> all;
  for (const std::string& id : containers_in(engine_, scope_)) {
    try {
      all.push_back(container_of(engine_, id));
    } catch (const client::EngineError& error) {
      if (error.kind() != ErrorKind::not_found) throw;  // removed meanwhile
    }
  }
  return all;
}

bool LiveWorld::has_image(const std::string& name) {
  return !engine_.images(name).empty();
}

FileSeen LiveWorld::file_in(const std::string& container, const std::string& path) try {
  client::ExecCreate create;
  create.command = {"cat", path};
  const std::string exec = engine_.create_exec(container, create);
  const http::Hijacked stream = engine_.start_exec(exec, false, {});
  std::string content, complaint;
  FrameReader frames([&](Stream kind, std::string_view bytes) {
    std::string& text = kind == Stream::stdout_stream ? content : complaint;
    text += bytes.substr(0, most_file_bytes - std::min(text.size(), most_file_bytes));
  });
  frames.feed(stream.already_read);
  const auto patience_ends = std::chrono::steady_clock::now() + cat_patience;
  while (content.size() < most_file_bytes) {
    if (ends_ && ends_()) throw Error(ErrorKind::cancelled, "the lab is left");
    if (std::chrono::steady_clock::now() > patience_ends) {
      return {FileSeen::State::unknown,
              fmt::format("cat {} did not end in {} s", path, cat_patience.count())};  // a FIFO
    }
    pollfd wait{stream.socket.get(), POLLIN, 0};
    if (::poll(&wait, 1, look_ms) <= 0) continue;
    std::array<char, 65536> bytes;
    const ssize_t got = ::read(stream.socket.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    frames.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
  // One that is longer was not read to its end, nor did cat end by itself.
  if (content.size() < most_file_bytes) {
    if (const int code = engine_.exec(exec).exit_code; code != 0) {
      const std::string why(trim(complaint.empty() ? content : complaint));
      // A shell's codes for a program that is not there or does not start; of cat itself it is 1 (POSIX).
      const auto state = code >= exit_not_started ? FileSeen::State::unknown : FileSeen::State::absent;
      return {state, why.empty() ? fmt::format("cat {} ended with code {}", path, code) : why};
    }
  }
  return {FileSeen::State::there, std::move(content)};
} catch (const client::EngineError& error) {
  return {FileSeen::State::unknown, error.message()};
}

std::string LiveWorld::proc_file(pid_t pid, const std::string& file) {
  return os::try_read_file(proc_folder(pid) / file, most_file_bytes).value_or("");
}

std::string LiveWorld::name_space(pid_t pid, const std::string& kind) {
  std::error_code unseen;
  return fs::read_symlink(proc_folder(pid) / "ns" / kind, unseen).string();
}

World& KeptWorld::live(const std::string& what) {
  if (live_) return *live_;
  throw Error(ErrorKind::not_found, fmt::format("nobody looked at this when it was recorded: {}", what));
}

std::vector<ContainerSeen> KeptWorld::containers() {
  if (!looks_.containers) looks_.containers = live("containers").containers();
  return *looks_.containers;
}

bool KeptWorld::has_image(const std::string& name) {
  const auto kept = looks_.images.find(name);
  if (kept != looks_.images.end()) return kept->second;
  return looks_.images[name] = live("image " + name).has_image(name);
}

template <typename Look>
std::string KeptWorld::text(std::string key, Look look) {
  const auto kept = looks_.texts.find(key);
  if (kept != looks_.texts.end()) return kept->second;
  std::string seen = look(live(key));
  return looks_.texts[std::move(key)] = std::move(seen);
}

FileSeen KeptWorld::file_in(const std::string& container, const std::string& path) {
  std::string key = fmt::format("file {} {}", container, path);
  using State = FileSeen::State;
  const std::pair<State, std::map<std::string, std::string>&> kept[] = {
      {State::there, looks_.texts}, {State::absent, looks_.absent}, {State::unknown, looks_.unseen}};
  for (const auto& [state, texts] : kept) {
    if (const auto found = texts.find(key); found != texts.end()) return {state, found->second};
  }
  FileSeen seen = live(key).file_in(container, path);
  for (const auto& [state, texts] : kept) {
    if (state == seen.state) texts[key] = seen.text;
  }
  return seen;
}

std::string KeptWorld::proc_file(pid_t pid, const std::string& file) {
  return text(fmt::format("proc {} {}", pid, file), [&](World& world) { return world.proc_file(pid, file); });
}

std::string KeptWorld::name_space(pid_t pid, const std::string& kind) {
  return text(fmt::format("ns {} {}", pid, kind), [&](World& world) { return world.name_space(pid, kind); });
}

std::vector<std::string> containers_in(client::Engine& engine, const Scope& scope) {
  std::map<std::string, std::vector<std::string>> filters;
  if (!scope.label.empty()) filters["label"] = {scope.label};
  std::vector<std::string> ids;
  for (const client::ContainerSummary& one : engine.containers(true, 0, filters)) ids.push_back(one.id);
  return ids;
}

}  // namespace glassdock::lessons
