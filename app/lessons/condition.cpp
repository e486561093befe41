#include "app/lessons/condition.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>

#include "engine/base/error.h"
#include "engine/base/stream_frames.h"
#include "engine/base/text.h"
#include "engine/client/calls.h"
#include "engine/os/files.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_shown = 160;  // bytes of what was seen
constexpr std::size_t most_file_bytes = 1u << 20;

struct Container {
  std::string id, name, image, command, state;
  int exit_code = 0;
  pid_t pid = 0;
};

Container container_of(client::Engine& engine, const std::string& id) {
  const auto json = nlohmann::json::parse(client::container_document(engine, id, false));
  const auto& state = json.at("State");
  std::vector<std::string> words{json.at("Path").get<std::string>()};
  for (const auto& word : json.at("Args")) words.push_back(word.get<std::string>());
  std::string name = json.at("Name").get<std::string>();
  if (starts_with(name, "/")) name.erase(0, 1);
  return {.id = id,
          .name = name,
          .image = json.at("Config").at("Image").get<std::string>(),
          .command = join(words, " "),
          .state = state.at("Status").get<std::string>(),
          .exit_code = state.at("ExitCode").get<int>(),
          .pid = state.at("Pid").get<pid_t>()};
}

std::vector<Container> all_containers(client::Engine& engine, const Scope& scope) {
  std::vector<Container> all;
  for (const std::string& id : containers_in(engine, scope)) {
    try {
      all.push_back(container_of(engine, id));
    } catch (const client::EngineError& error) {
      if (error.kind() != ErrorKind::not_found) throw;  // removed meanwhile
    }
  }
  return all;
}

std::optional<Container> container_named(client::Engine& engine, const Scope& scope, const std::string& name) {
  for (Container& one : all_containers(engine, scope)) {
    if (one.name == name) return std::move(one);
  }
  return std::nullopt;
}

std::string shown(std::string_view text) {
  return shortened(trace::visible(trim(text)), most_shown);
}

// Runs of blanks and line ends as one blank.
std::string one_blank(std::string_view text) {
  std::string out;
  for (char letter : text) {
    const bool blank = letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
    if (!blank) {
      out += letter;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return one_blank(text).find(one_blank(part)) != std::string::npos;
}

bool alike(std::string_view output) {
  const std::vector<std::string> lines = split(trim(output), '\n');
  return std::all_of(lines.begin(), lines.end(), [&](const std::string& line) { return line == lines.front(); });
}

Words both(const std::string& words) {
  return {words, words};
}

Words no_container(const std::string& name) {
  return {fmt::format("there is no container {}", name), fmt::format("이런 컨테이너가 없어요: {}", name)};
}

std::string traits(const ContainerCondition& wish, bool korean) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view english, std::string_view in_korean, const std::string& value) {
    all.push_back(fmt::format("{} {}", korean ? in_korean : english, value));
  };
  if (wish.name) add("name", "이름", *wish.name);
  if (wish.image) add("image", "이미지", *wish.image);
  if (wish.command) add("command", "명령", *wish.command);
  if (wish.state) add("state", "상태", *wish.state);
  if (wish.exit_code) add("exit code", "종료 코드", std::to_string(*wish.exit_code));
  return join(all, ", ");
}

std::string listed_containers(const std::vector<Container>& all, bool korean) {
  if (all.empty()) return korean ? "컨테이너가 없어요" : "no container";
  std::vector<std::string> lines;
  lines.reserve(all.size());
  for (const Container& one : all) {
    lines.push_back(fmt::format("{} ({}{})", one.name, one.state,
                                one.state == "exited" ? fmt::format(" {}", one.exit_code) : std::string()));
  }
  return join(lines, ", ");
}

// Looks at each kind of condition.
class Finder {
 public:
  Finder(const Observed& observed, client::Engine& engine, const Scope& scope)
      : observed_(observed), engine_(engine), scope_(scope) {}

  Finding operator()(const ContainerCondition& wish) const {
    const std::vector<Container> all = all_containers(engine_, scope_);
    const auto fits = [&](const Container& one) {
      return (!wish.name || one.name == *wish.name) && (!wish.image || one.image == *wish.image) &&
             (!wish.command || one.command == *wish.command) && (!wish.state || one.state == *wish.state) &&
             (!wish.exit_code || one.exit_code == *wish.exit_code);
    };
    const auto count = std::count_if(all.begin(), all.end(), fits);
    const bool holds = wish.count ? count == *wish.count : count > 0;
    const auto wanted = [&](bool korean) {
      const std::string which = traits(wish, korean);
      if (!wish.count) return (korean ? "컨테이너: " : "a container: ") + which;
      const std::string many =
          korean ? fmt::format("컨테이너 {}개", *wish.count) : fmt::format("{} containers", *wish.count);
      return which.empty() ? many : many + ": " + which;
    };
    return {holds, {wanted(false), wanted(true)}, {listed_containers(all, false), listed_containers(all, true)}};
  }

  Finding operator()(const ImageCondition& wish) const {
    const bool here = !engine_.images(wish.name).empty();
    const auto words = [&](bool is_here) {
      return Words{fmt::format("image {} {} the local cache", wish.name, is_here ? "in" : "not in"),
                   fmt::format("이미지 {}: 로컬 캐시에 {}", wish.name, is_here ? "있음" : "없음")};
    };
    return {here == wish.here, words(wish.here), words(here)};
  }

  Finding operator()(const ExitCodeCondition& wish) const {
    const auto words = [](const std::string& code) { return Words{"exit code " + code, "종료 코드 " + code}; };
    Words seen{"no command has ended", "끝난 명령이 없어요"};
    if (observed_.exit_code) seen = words(std::to_string(*observed_.exit_code));
    return {observed_.exit_code == wish.code, words(std::to_string(wish.code)), std::move(seen)};
  }

  Finding operator()(const OutputCondition& wish) const {
    const Words seen = both(observed_.output.empty() ? "(-)" : shown(observed_.output));
    for (const std::string& part : wish.has) {
      if (!contains(observed_.output, part)) return {false, {"printed: " + part, "출력에 있음: " + part}, seen};
    }
    for (const std::string& part : wish.lacks) {
      if (contains(observed_.output, part)) return {false, {"not printed: " + part, "출력에 없음: " + part}, seen};
    }
    if (wish.alike && alike(observed_.output) != *wish.alike) {
      return {false,
              *wish.alike ? Words{"lines that are all the same", "서로 같은 줄"}
                          : Words{"lines that differ", "서로 다른 줄"},
              seen};
    }
    return {true, {"what was printed", "출력"}, seen};
  }

  Finding operator()(const EventCondition& wish) const {
    const auto fits = [&](const trace::Event& event) {
      return trace::base_name(event.name) == wish.name && (wish.subject.empty() || event.subject == wish.subject) &&
             (!wish.kind || trace::to_string(event.kind) == *wish.kind) &&
             std::all_of(wish.arguments.begin(), wish.arguments.end(), [&](const EventArgument& argument) {
               return trace::argument_text(event, argument.name) == argument.value;
             });
    };
    const auto count = std::count_if(observed_.events.begin(), observed_.events.end(), fits);
    const bool holds = wish.times ? count == *wish.times : count > 0;
    std::string which = wish.name;
    for (const EventArgument& argument : wish.arguments) which += fmt::format(" {}={}", argument.name, argument.value);
    const std::string times = wish.times ? std::to_string(*wish.times) : ">0";
    return {holds,
            {fmt::format("event {}: {} times", which, times), fmt::format("이벤트 {}: {}번", which, times)},
            {fmt::format("{} times", count), fmt::format("{}번", count)}};
  }

  Finding operator()(const FileCondition& wish) const {
    const Words wanted{fmt::format("in {} of {}: {}", wish.path, wish.container, wish.has),
                       fmt::format("{}의 {}: {}", wish.container, wish.path, wish.has)};
    const auto container = container_named(engine_, scope_, wish.container);
    if (!container) return {false, wanted, no_container(wish.container)};
    if (container->state != "running") {
      return {false, wanted, {wish.container + " does not run", "돌고 있지 않아요: " + wish.container}};
    }
    const std::string content = cat(container->id, wish.path);
    return {contains(content, wish.has), wanted, both(shown(content))};
  }

  Finding operator()(const ProcCondition& wish) const {
    pid_t pid = observed_.held;
    if (wish.container) {
      const auto container = container_named(engine_, scope_, *wish.container);
      if (!container) return {false, both("/proc"), no_container(*wish.container)};
      pid = container->pid;
    }
    const fs::path folder = fmt::format("/proc/{}", pid);
    if (pid <= 0) return {false, both("/proc/PID"), {"there is no process", "프로세스가 없어요"}};
    return wish.file ? proc_file(folder, wish) : name_space(folder, *wish.name_space, wish.shared);
  }

  Finding operator()(const NotCondition& wish) const {
    Finding found = std::visit(*this, wish.condition->what);
    return {!found.holds, {"not: " + found.wanted.english, "아님: " + found.wanted.korean}, found.seen};
  }

  Finding operator()(const AnyCondition& wish) const {
    Finding all;
    for (const Condition& one : wish.conditions) {
      Finding found = std::visit(*this, one.what);
      if (found.holds) return found;
      append(all.wanted, found.wanted, {" or ", " 또는 "});
      if (found.seen.english != all.seen.english) append(all.seen, found.seen, {"; ", ", "});
    }
    return all;
  }

 private:
  static void append(Words& words, const Words& more, const Words& between) {
    words.english += (words.empty() ? "" : between.english) + more.english;
    words.korean += (words.korean.empty() ? "" : between.korean) + more.korean;
  }

  static Finding proc_file(const fs::path& folder, const ProcCondition& wish) {
    const fs::path path = folder / *wish.file;
    std::string content = os::try_read_file(path, most_file_bytes).value_or("");
    std::replace(content.begin(), content.end(), '\0', ' ');  // between the words of cmdline (proc(5))
    const std::string wanted = fmt::format("{}: {}", path.native(), *wish.has);
    return {contains(content, *wish.has), both(wanted), both(shown(content))};
  }

  static Finding name_space(const fs::path& folder, const std::string& kind, bool shared) {
    std::error_code unseen;
    const fs::path link = folder / "ns" / kind;
    const std::string there = fs::read_symlink(link, unseen).string();
    const std::string here = fs::read_symlink("/proc/self/ns/" + kind, unseen).string();
    const Words seen =
        both(fmt::format("{} = {}, /proc/self/ns/{} = {}", link.native(), there.empty() ? "?" : there, kind, here));
    const Words wanted{fmt::format("{} namespace {}", kind, shared ? "shared with the host" : "of its own"),
                       fmt::format("{} 네임스페이스: {}", kind, shared ? "호스트와 같음" : "따로 있음")};
    return {!there.empty() && (there == here) == shared, wanted, seen};
  }

  std::string cat(const std::string& container, const std::string& path) const {
    client::ExecCreate create;
    create.command = {"cat", path};
    const std::string exec = engine_.create_exec(container, create);
    const http::Hijacked stream = engine_.start_exec(exec, false, {});
    std::string content;
    FrameReader frames([&](Stream, std::string_view bytes) { content += bytes; });
    frames.feed(stream.already_read);
    std::array<char, 65536> bytes;
    while (content.size() < most_file_bytes) {
      const ssize_t got = ::read(stream.socket.get(), bytes.data(), bytes.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      frames.feed({bytes.data(), static_cast<std::size_t>(got)});
    }
    return content;
  }

  const Observed& observed_;
  client::Engine& engine_;
  const Scope& scope_;
};

}  // namespace

Finding find(const Condition& condition, const Observed& observed, client::Engine& engine, const Scope& scope) {
  return std::visit(Finder(observed, engine, scope), condition.what);
}

Judgement judge(const Conditions& conditions, const Observed& observed, client::Engine& engine, const Scope& scope) {
  for (const Condition& condition : conditions) {
    Finding finding = find(condition, observed, engine, scope);
    if (!finding.holds) return {false, std::move(finding), condition.mark};
  }
  return {};
}

std::vector<std::string> containers_in(client::Engine& engine, const Scope& scope) {
  std::map<std::string, std::vector<std::string>> filters;
  if (!scope.label.empty()) filters["label"] = {scope.label};
  std::vector<std::string> ids;
  for (const client::ContainerSummary& one : engine.containers(true, 0, filters)) ids.push_back(one.id);
  return ids;
}

}  // namespace glassdock::lessons
