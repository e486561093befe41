#include "tests/api/case_table.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::testing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// yaml-cpp tells a quoted scalar by this tag; a plain one may be a number, a truth value or null.
constexpr char quoted_tag[] = "!";

json to_json(const YAML::Node& node) {
  if (!node || node.IsNull()) return nullptr;
  if (node.IsMap()) {
    json object = json::object();
    for (const auto& pair : node) object[pair.first.Scalar()] = to_json(pair.second);
    return object;
  }
  if (node.IsSequence()) {
    json list = json::array();
    for (const auto& item : node) list.push_back(to_json(item));
    return list;
  }
  if (node.Tag() == quoted_tag) return node.Scalar();
  json scalar = json::parse(node.Scalar(), nullptr, false);
  return scalar.is_primitive() && !scalar.is_discarded() ? scalar : json(node.Scalar());
}

// Reads one file; knows its name for the faults.
class Reader {
 public:
  explicit Reader(fs::path file) : file_(std::move(file)) {}

  std::vector<Case> read() const {
    std::vector<Case> cases;
    for (const auto& node : YAML::LoadFile(file_.string())) cases.push_back(read_case(node));
    return cases;
  }

 private:
  [[noreturn]] void fail(const YAML::Node& node, const std::string& fault) const {
    throw std::runtime_error(fmt::format("{}:{}: {}", file_.filename().string(), node.Mark().line + 1, fault));
  }
  void check_keys(const YAML::Node& map, std::initializer_list<std::string_view> known) const {
    for (const auto& pair : map) {
      const std::string& key = pair.first.Scalar();
      if (std::find(known.begin(), known.end(), key) == known.end()) fail(pair.first, "unknown key " + key);
    }
  }
  static std::string text(const YAML::Node& node) { return node ? node.Scalar() : std::string(); }
  static std::vector<std::string> texts(const YAML::Node& node) {
    return node ? node.as<std::vector<std::string>>() : std::vector<std::string>();
  }
  static std::map<std::string, std::string> text_map(const YAML::Node& node) {
    return node ? node.as<std::map<std::string, std::string>>() : std::map<std::string, std::string>();
  }

  Case read_case(const YAML::Node& node) const {
    check_keys(node, {"case", "needs", "given", "steps"});
    Case one;
    one.file = file_;
    std::string noun = file_.stem().string();
    noun[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(noun[0])));
    one.name = noun + text(node["case"]);
    for (const std::string& need : texts(node["needs"])) {
      if (need != "cgroup" && need != "root") fail(node["needs"], "needs cgroup or root, nothing else");
      (need == "cgroup" ? one.needs_cgroup : one.needs_root) = true;
    }
    for (const auto& given : node["given"]) one.given.push_back(read_given(given));
    for (const auto& step : node["steps"]) one.steps.push_back(read_step(step));
    if (one.steps.empty()) fail(node, "a case without steps");
    return one;
  }

  Given read_given(const YAML::Node& node) const {
    check_keys(node, {"name", "state", "until", "run", "config"});
    Given given{text(node["name"]), node["state"] ? text(node["state"]) : "running", text(node["until"]), {}};
    given.configuration = node["config"] ? to_json(node["config"]) : json::object();
    if (node["run"]) given.configuration["Cmd"] = {"sh", "-c", text(node["run"])};
    given.configuration.emplace("Image", "toolbox");
    return given;
  }

  Step read_step(const YAML::Node& node) const {
    check_keys(node, {"http", "docker", "api", "body", "headers", "input", "upgrade", "frames", "until", "save",
                      "shape", "pick", "show_headers", "answer", "differs"});
    Step step;
    step.http = text(node["http"]);
    if (const YAML::Node words = node["docker"]) {
      step.docker = words.IsSequence() ? texts(words) : split(words.Scalar(), ' ');
    }
    if (step.http.empty() == step.docker.empty()) fail(node, "a step is either http or docker");
    if (node["api"]) step.api = text(node["api"]);
    if (const YAML::Node body = node["body"]) step.body = body.IsScalar() ? body.Scalar() : to_json(body).dump();
    step.headers = text_map(node["headers"]);
    step.input = text(node["input"]);
    step.upgrade = node["upgrade"] && node["upgrade"].as<bool>();
    step.frames = node["frames"] && node["frames"].as<bool>();
    step.until = text(node["until"]);
    step.save = text_map(node["save"]);
    step.shape = node["shape"] && node["shape"].as<bool>();
    step.pick = texts(node["pick"]);
    step.show_headers = texts(node["show_headers"]);
    step.answer = to_json(node["answer"]);
    for (const auto& known : node["differs"]) {
      check_keys(known, {"at", "ours", "why", "only"});
      step.differs.push_back({text(known["at"]), to_json(known["ours"]), text(known["why"]), text(known["only"])});
      if (step.differs.back().why.empty()) fail(known, "a difference has a reason: why");
    }
    step.line = node.Mark().line + 1;
    return step;
  }

  fs::path file_;
};

// JSON is YAML's flow style, so it is written as it is: on one line where it fits, else a member a line.
std::string answer_lines(const json& answer) {
  constexpr std::size_t line_limit = 120;
  std::string text = "      answer:\n";
  for (const auto& [key, value] : answer.items()) {
    std::string flat = fmt::format("        {}: {}", key, value.dump());
    if (flat.size() > line_limit && value.is_structured()) {
      flat = fmt::format("        {}:\n", key);
      for (const std::string& line : split(value.dump(2), '\n')) flat += "          " + line + "\n";
      flat.pop_back();
    }
    text += flat + "\n";
  }
  return text;
}

}  // namespace

bool Case::uses_command_line() const {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) { return !step.docker.empty(); });
}

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

std::vector<Case> load_cases(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const fs::path& file : files) {
    for (Case& one : Reader(file).read()) cases.push_back(std::move(one));
  }
  return cases;
}

// Line by line, so that comments and everything else stay as they are: an answer is the last key of its step, and all
// that stands deeper than it belongs to it.
void write_answers(const Case& one, const std::vector<json>& answers) {
  // The file's lines may have moved since the case was read.
  const std::vector<Case> now = load_cases(one.file.parent_path());
  const Case& here =
      *std::find_if(now.begin(), now.end(), [&](const Case& other) { return other.name == one.name; });
  const auto is_deeper = [](const std::string& line) { return line.empty() || starts_with(line, "       "); };
  const auto is_of_step = [](const std::string& line) { return line.empty() || starts_with(line, "      "); };
  std::vector<std::string> lines = split(os::read_file(one.file), '\n');
  // From the last to the first: what is before keeps its place.
  for (std::size_t step = answers.size(); step-- > 0;) {
    auto begin = lines.begin() + here.steps[step].line - 1;
    auto end = std::find_if_not(begin + 1, lines.end(), is_of_step);
    while (end[-1].empty()) --end;
    auto old = std::find(begin, end, "      answer:");
    if (old != end) {
      const auto rest = std::find_if_not(old + 1, end, is_deeper);
      end = lines.erase(old, rest) + (end - rest);
    }
    std::string text = answer_lines(answers[step]);
    text.pop_back();
    const std::vector<std::string> fresh = split(text, '\n');
    lines.insert(end, fresh.begin(), fresh.end());
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  while (ends_with(text, "\n\n")) text.pop_back();
  std::ofstream(one.file, std::ios::binary) << text;
}

}  // namespace glassdock::testing
