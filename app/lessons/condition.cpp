#include "app/lessons/condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

using Container = ContainerSeen;

constexpr std::size_t most_shown = 160;  // bytes of what was seen

std::optional<Container> container_named(World& world, const std::string& name) {
  for (Container& one : world.containers()) {
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
  Finder(const Observed& observed, World& world) : observed_(observed), world_(world) {}

  Finding operator()(const ContainerCondition& wish) const {
    const std::vector<Container> all = world_.containers();
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
    const bool here = world_.has_image(wish.name);
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
    return {.holds = observed_.exit_code == wish.code,
            .wanted = words(std::to_string(wish.code)),
            .seen = std::move(seen),
            .last = observed_.output};
  }

  Finding operator()(const OutputCondition& wish) const {
    Finding found = printed(wish);
    found.seen = both(observed_.output.empty() ? "(-)" : shown(observed_.output));
    found.whole = observed_.output;
    return found;
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
    const auto container = container_named(world_, wish.container);
    if (!container) return unknown(wanted, no_container(wish.container));
    if (container->state != "running") {
      return unknown(wanted, {wish.container + " does not run", "돌고 있지 않아요: " + wish.container});
    }
    const FileSeen file = world_.file_in(container->id, wish.path);
    using State = FileSeen::State;
    if (file.state == State::there) return {contains(file.text, wish.has), wanted, both(shown(file.text))};
    const std::string why = shown(file.text);
    return {.wanted = wanted,
            .seen = {"it cannot be read there: " + why, "거기에서 읽을 수 없어요: " + why},
            .unknown = file.state == State::unknown};
  }

  Finding operator()(const ProcCondition& wish) const {
    pid_t pid = observed_.held;
    if (wish.container) {
      const auto container = container_named(world_, *wish.container);
      if (!container) return unknown(both("/proc"), no_container(*wish.container));
      pid = container->pid;
    }
    if (pid <= 0) return unknown(both("/proc/PID"), {"there is no process", "프로세스가 없어요"});
    return wish.file ? proc_file(pid, wish) : name_space(pid, *wish.name_space, wish.shared);
  }

  Finding operator()(const NotCondition& wish) const {
    Finding found = std::visit(*this, wish.condition->what);
    found.holds = !found.holds && !found.unknown;
    found.wanted = {"not: " + found.wanted.english, "아님: " + found.wanted.korean};
    return found;
  }

  Finding operator()(const AnyCondition& wish) const {
    Finding all;
    for (const Condition& one : wish.conditions) {
      Finding found = std::visit(*this, one.what);
      if (found.holds) return found;
      all.unknown = all.unknown || found.unknown;
      append(all.wanted, found.wanted, {" or ", " 또는 "});
      if (found.seen.english != all.seen.english) append(all.seen, found.seen, {"; ", ", "});
    }
    return all;
  }

 private:
  static Finding unknown(Words wanted, Words why) {
    return {.wanted = std::move(wanted), .seen = std::move(why), .unknown = true};
  }

  static void append(Words& words, const Words& more, const Words& between) {
    words.english += (words.empty() ? "" : between.english) + more.english;
    words.korean += (words.korean.empty() ? "" : between.korean) + more.korean;
  }

  Finding printed(const OutputCondition& wish) const {
    for (const std::string& part : wish.has) {
      if (!contains(observed_.output, part)) return {.wanted = {"printed: " + part, "출력에 있음: " + part}};
    }
    for (const std::string& part : wish.lacks) {
      if (contains(observed_.output, part)) return {.wanted = {"not printed: " + part, "출력에 없음: " + part}};
    }
    if (wish.alike && alike(observed_.output) != *wish.alike) {
      return {.wanted = *wish.alike ? Words{"lines that are all the same", "서로 같은 줄"}
                                    : Words{"lines that differ", "서로 다른 줄"}};
    }
    return {.holds = true, .wanted = {"what was printed", "출력"}};
  }

  Finding proc_file(pid_t pid, const ProcCondition& wish) const {
    std::string content = world_.proc_file(pid, *wish.file);
    std::replace(content.begin(), content.end(), '\0', ' ');  // between the words of cmdline (proc(5))
    const std::string wanted = fmt::format("/proc/{}/{}: {}", pid, *wish.file, *wish.has);
    return {contains(content, *wish.has), both(wanted), both(shown(content))};
  }

  Finding name_space(pid_t pid, const std::string& kind, bool shared) const {
    const std::string there = world_.name_space(pid, kind);
    const std::string here = world_.name_space(0, kind);
    const Words seen = both(
        fmt::format("/proc/{}/ns/{} = {}, /proc/self/ns/{} = {}", pid, kind, there.empty() ? "?" : there, kind, here));
    const Words wanted{fmt::format("{} namespace {}", kind, shared ? "shared with the host" : "of its own"),
                       fmt::format("{} 네임스페이스: {}", kind, shared ? "호스트와 같음" : "따로 있음")};
    if (there.empty()) return unknown(wanted, seen);
    return {(there == here) == shared, wanted, seen};
  }

  const Observed& observed_;
  World& world_;
};

}  // namespace

Finding find(const Condition& condition, const Observed& observed, World& world) {
  return std::visit(Finder(observed, world), condition.what);
}

Judgement judge(const Conditions& conditions, const Observed& observed, World& world) {
  for (const Condition& condition : conditions) {
    Finding finding = find(condition, observed, world);
    if (!finding.holds) return {false, std::move(finding), condition.mark};
  }
  return {};
}

}  // namespace glassdock::lessons
