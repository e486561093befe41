// The command lines behind what clients asked the engine for. docker's commands and what they ask: docs/cli.md, and the
// Docker Engine API 1.45.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "app/scenarios/from_recording.h"
#include "app/terminal/shell_words.h"
#include "engine/base/error.h"
#include "engine/base/flag.h"
#include "engine/base/text.h"
#include "engine/http/target.h"

namespace glassdock::scenarios {
namespace {

using trace::argument_text;

// "POST", and what is asked for: {"containers", "tea", "stop"}.
struct Asked {
  std::string method;
  std::vector<std::string> parts;
  std::map<std::string, std::string> query;

  bool is(std::string_view a_method, std::string_view first, std::string_view last) const {
    return method == a_method && parts.size() >= 2 && parts.front() == first && parts.back() == last;
  }
  // Of "/containers/NAME/WORD"; names of images have slashes.
  std::string name() const {
    const std::size_t end = method == "DELETE" ? parts.size() : parts.size() - 1;
    return join({parts.begin() + 1, parts.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(end, 1))}, "/");
  }
  std::string value(const std::string& key) const {
    const auto found = query.find(key);
    return found == query.end() ? std::string() : found->second;
  }
};

// docker knows no name, image or signal that begins so: who asked for one would hand a line a flag.
bool is_flag(std::string_view word) {
  return starts_with(word, "-");
}

std::optional<Asked> asked_by(const trace::Event& event) {
  if (event.name != "request.received" || event.kind != trace::Kind::begin) return std::nullopt;
  Asked asked;
  asked.method = argument_text(event, "method");
  try {
    const http::Target target = http::parse_target(argument_text(event, "path"));
    for (const std::string& part : split(target.path, '/')) {
      const bool is_version = asked.parts.empty() && part.size() > 1 && part[0] == 'v' && part.find('.') != part.npos;
      if (!part.empty() && !is_version) asked.parts.push_back(part);
    }
    for (const auto& [key, value] : target.query) asked.query[key] = value;
  } catch (const Error&) {
    return std::nullopt;  // a damaged recording
  }
  if (asked.parts.size() < 2 || asked.parts[0] == "glass") return std::nullopt;
  if (std::any_of(asked.parts.begin(), asked.parts.end(), is_flag)) return std::nullopt;
  for (const char* key : {"name", "signal", "fromImage", "repo"}) {
    if (is_flag(asked.value(key))) return std::nullopt;
  }
  return asked;
}

std::string image_name(const Asked& asked) {
  const std::string tag = asked.value("tag");
  const bool is_digest = starts_with(tag, "sha256:");
  const std::string name = asked.value("fromImage");
  return tag.empty() || tag == "latest" ? name : name + (is_digest ? "@" : ":") + tag;
}

// "64m", as -m takes it.
std::string memory_size(std::uint64_t bytes) {
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  return bytes % mebibyte == 0 ? fmt::format("{}m", bytes / mebibyte) : std::to_string(bytes);
}

// " -m 64m" and so on, of what isolate.limits says was written (cgroups(7); kernel: cgroup-v1 and cgroup-v2).
std::string limit_flags(const std::string& limits) {
  constexpr double period = 100'000;  // microseconds, docker's
  std::string flags;
  for (const std::string& one : split(limits, '\n')) {
    const std::size_t sign = one.find('=');
    if (sign == std::string::npos) continue;
    const std::string file = one.substr(0, sign);
    const std::vector<std::string> values = split_words(one.substr(sign + 1));  // "50000 100000"; "max": no limit
    const auto value = values.empty() ? std::nullopt : parse_number(values[0]);
    if (!value) continue;
    if (file == "memory.max" || file == "memory.limit_in_bytes") flags += " -m " + memory_size(*value);
    if (file == "pids.max") flags += fmt::format(" --pids-limit {}", *value);
    if (file == "cpu.max" || file == "cpu.cfs_quota_us") {
      flags += fmt::format(" --cpus {:g}", static_cast<double>(*value) / period);
    }
  }
  return flags;
}

// `begin` with a recorded command behind it. The line is for a shell, and the recording may be anybody's: a command is
// used only where it is words as shell_line() writes them, so that the shell carries out nothing else. Older recordings
// have commands whose words can no longer be told apart: those are left to a person, by the line's remark.
void add_command(RecordedLine& line, const std::string& begin, const std::string& command) {
  line.line = begin;
  if (command.empty()) return;
  const std::string whole = begin + " " + command;
  const terminal::ShellWord last = terminal::word_at(whole);
  std::vector<std::string> words = last.before;
  if (last.from < whole.size()) words.push_back(last.text);
  if (can_be_written(whole) && shell_line(words) == whole) {
    line.line = whole;
  } else {
    line.remark = "Write its command behind the line; it was recorded as: " + command;
  }
}

class Reader {
 public:
  explicit Reader(const std::vector<trace::Event>& events) : events_(events) {}

  std::vector<RecordedLine> read() {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const trace::Event& event = events_[i];
      if (const auto asked = asked_by(event)) take(*asked, i, event.span);
      learn(event);
    }
    std::vector<RecordedLine> all;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      Line& line = lines_[i];
      if (!line.made.empty()) add_command(line.said, begin_of(line), line.command);
      line.said.had_terminal = line.terminal && line.attached;
      if (line.said.line.empty()) continue;  // a container that was refused
      line.said.end = i + 1 < lines_.size() ? lines_[i + 1].said.first : events_.size();
      all.push_back(std::move(line.said));
    }
    return all;
  }

 private:
  enum class Kind { create, attach, exec, prune, other };
  struct Line {
    Kind kind = Kind::other;
    RecordedLine said;
    std::string container;  // that it is about: id or name
    // Of a line that makes a container.
    std::string made;  // its id
    std::string name, image, command, limits;
    bool started = false, attached = false, removes = false, terminal = false;
    std::uint64_t span = 0;
  };

  Line* last() { return lines_.empty() ? nullptr : &lines_.back(); }
  Line& add(Kind kind, std::size_t at, std::string line) {
    Line& one = lines_.emplace_back();
    one.kind = kind;
    one.said.first = at;
    one.said.line = std::move(line);
    one.said.exit_code = 0;
    return one;
  }
  // As it may be typed in a shell: the id of a container that has a name is another one each time.
  std::string called(const std::string& container) const {
    constexpr std::size_t short_id = 12;
    const auto found = names_.lower_bound(container);  // the ids that begin with it stand there
    const bool is_id =
        found != names_.end() &&
        (found->first == container || (container.size() >= short_id && starts_with(found->first, container)));
    return shell_quote(is_id ? found->second : container);
  }
  bool is_of_last(const std::string& container) {
    return last() && (last()->made == container || last()->container == container);
  }

  static std::string begin_of(const Line& line) {
    std::string text = line.started ? "docker run" : "docker create";
    if (line.started && !line.attached) text += line.terminal ? " -d -t" : " -d";
    if (line.removes) text += " --rm";
    return text + " --name " + shell_quote(line.name) + limit_flags(line.limits) + " " + shell_quote(line.image);
  }

  void take(const Asked& asked, std::size_t at, std::uint64_t span) {
    const std::size_t before = lines_.size();
    if (asked.parts[0] == "containers") {
      take_container(asked, at);
    } else if (asked.parts[0] == "images") {
      take_image(asked, at);
    } else if (asked.is("POST", "networks", "prune") && last() && last()->kind == Kind::prune) {
      last()->said.line = "docker system prune -f";
    }
    if (lines_.size() != before) last()->span = span;
    spans_[span] = lines_.empty() ? 0 : lines_.size() - 1;
  }

  void take_container(const Asked& asked, std::size_t at) {
    const std::string name = asked.name(), typed = called(name);
    const auto is = [&](const char* word) { return asked.is("POST", "containers", word); };
    if (is("create")) {
      // Once more, when the image has come.
      if (last() && last()->kind == Kind::create && last()->made.empty()) return;
      add(Kind::create, at, {});
    } else if (is("attach")) {
      if (is_of_last(name) && last()->kind == Kind::create) {
        last()->attached = true;
      } else {
        add(Kind::attach, at, "docker attach " + typed).container = name;
      }
    } else if (is("start")) {
      take_start(name, typed, at);
    } else if (is("wait")) {
      const bool waits_for_own = is_of_last(name) && (last()->kind == Kind::create || last()->kind == Kind::attach);
      if (!waits_for_own) add(Kind::other, at, "docker wait " + typed);
    } else if (is("exec")) {
      add(Kind::exec, at, {}).container = name;
    } else if (is("prune")) {
      add(Kind::prune, at, "docker container prune -f");
    } else if (std::string line = line_of_one(asked, typed); !line.empty()) {
      add(Kind::other, at, std::move(line));
    }
  }

  // Of a command that asks once; empty where docker has none that asks this.
  static std::string line_of_one(const Asked& asked, const std::string& typed) {
    const std::string& word = asked.parts.back();
    const bool posts = asked.method == "POST", gets = asked.method == "GET";
    if (asked.method == "DELETE") {
      const bool forced = !asked.value("force").empty() && is_on(asked.value("force"));
      return fmt::format("docker rm {}{}", forced ? "-f " : "", typed);
    }
    if (gets && asked.parts.size() == 2 && word == "json") {
      const bool all = !asked.value("all").empty() && is_on(asked.value("all"));
      return all ? "docker ps -a" : "docker ps";
    }
    std::string flags;
    if ((word == "stop" || word == "restart") && !asked.value("t").empty())
      flags = "-t " + shell_quote(asked.value("t")) + " ";
    if (word == "kill") {
      const std::string signal = asked.value("signal");
      const bool usual = signal.empty() || signal == "KILL" || signal == "SIGKILL";
      if (!usual) flags = "-s " + shell_quote(signal) + " ";
    }
    if (posts && word == "rename") return fmt::format("docker rename {} {}", typed, shell_quote(asked.value("name")));
    constexpr std::string_view posted[] = {"stop", "restart", "kill", "pause", "unpause"}, got[] = {"logs", "top"};
    const bool known = (posts && std::find(std::begin(posted), std::end(posted), word) != std::end(posted)) ||
                       (gets && std::find(std::begin(got), std::end(got), word) != std::end(got));
    return known ? fmt::format("docker {} {}{}", word, flags, typed) : std::string();
  }

  void take_start(const std::string& name, const std::string& typed, std::size_t at) {
    if (is_of_last(name) && last()->kind == Kind::create && !last()->started) {
      last()->started = true;
    } else if (is_of_last(name) && last()->kind == Kind::attach) {
      last()->said.line = "docker start -a " + typed;
    } else {
      add(Kind::other, at, "docker start " + typed);
    }
  }

  void take_image(const Asked& asked, std::size_t at) {
    if (asked.is("POST", "images", "create")) {
      // For the container that was asked for just before.
      if (last() && last()->kind == Kind::create && last()->made.empty()) return;
      add(Kind::other, at, "docker pull " + shell_quote(image_name(asked)));
    } else if (asked.is("POST", "images", "tag")) {
      const std::string tag = asked.value("tag");
      add(Kind::other, at,
          fmt::format("docker tag {} {}", shell_quote(asked.name()),
                      shell_quote(asked.value("repo") + (tag.empty() ? "" : ":" + tag))));
    } else if (asked.is("POST", "images", "prune")) {
      const bool of_system = last() && last()->said.line == "docker system prune -f";
      if (!of_system) add(Kind::other, at, "docker image prune -f");
    } else if (asked.method == "DELETE") {
      add(Kind::other, at, "docker rmi " + shell_quote(asked.name()));
    } else if (asked.method == "GET" && asked.parts.size() == 2 && asked.parts[1] == "json") {
      add(Kind::other, at, "docker images");
    }
  }

  Line* line_that_made(const std::string& id) {
    const auto found = makers_.find(id);
    return found == makers_.end() ? nullptr : &lines_[found->second];
  }

  // What events tell of the lines.
  void learn(const trace::Event& event) {
    if (event.name == "baseline.container") names_[event.subject] = argument_text(event, "name");
    if (event.name == "container.rename") names_[event.subject] = argument_text(event, "name");
    if (event.name == "container.create") learn_create(event);
    if (event.name == "exec.start" && event.kind == trace::Kind::begin && last() && last()->kind == Kind::exec) {
      add_command(last()->said, "docker exec " + called(last()->container), argument_text(event, "command"));
    }
    if (event.name == "exec.exit" && last() && last()->kind == Kind::exec) learn_code(*last(), event);
    if (event.name == "request.received" && event.kind == trace::Kind::end) learn_answer(event);
    Line* maker = line_that_made(event.subject);
    if (!maker || event.subject.empty()) return;
    if (event.name == "isolate.terminal") maker->terminal = true;
    if (event.name == "isolate.limits") maker->limits = argument_text(event, "limits");
    if (event.name == "container.remove" && trace::argument_flag(event, "auto_remove")) maker->removes = true;
    const bool failed_start = event.name == "container.start" && trace::has_failed(event);
    if (failed_start || (event.name == "container.exit" && maker->attached)) learn_code(*maker, event);
  }

  void learn_create(const trace::Event& event) {
    Line* line = last();
    if (!line || line->kind != Kind::create) return;
    if (event.kind == trace::Kind::begin) {
      if (const std::string image = argument_text(event, "image"); !is_flag(image)) line->image = image;
      line->command = argument_text(event, "command");
    } else if (!trace::has_failed(event)) {
      line->made = event.subject;
      line->name = argument_text(event, "name");
      names_[event.subject] = line->name;
      makers_.try_emplace(event.subject, lines_.size() - 1);
    }
  }

  static void learn_code(Line& line, const trace::Event& event) {
    if (trace::find_argument(event, "exit_code")) {
      line.said.exit_code = static_cast<int>(trace::argument_number(event, "exit_code"));
    }
  }

  void learn_answer(const trace::Event& event) {
    constexpr std::int64_t first_error = 400;  // RFC 9110, 15.5
    constexpr int daemon_error = 125;          // of docker run
    const auto found = spans_.find(event.span);
    if (found == spans_.end() || found->second >= lines_.size()) return;
    Line& line = lines_[found->second];
    const bool is_error = trace::argument_number(event, "status") >= first_error;
    if (!is_error || line.said.exit_code != 0) return;
    const bool is_question = line.kind == Kind::create && line.made.empty();  // the image is to be pulled first
    if (!is_question) line.said.exit_code = line.kind == Kind::create ? daemon_error : 1;
  }

  const std::vector<trace::Event>& events_;
  std::vector<Line> lines_;
  std::map<std::string, std::string> names_;    // by container's id
  std::map<std::string, std::size_t> makers_;   // by container's id, the place of the line that made it
  std::map<std::uint64_t, std::size_t> spans_;  // of a request, its line's place
};

}  // namespace

std::vector<RecordedLine> asked_lines(const std::vector<trace::Event>& events) {
  return Reader(events).read();
}

}  // namespace glassdock::scenarios
