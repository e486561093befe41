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

constexpr char reasons_file[] = "reasons.yaml";

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
  static bool flag(const YAML::Node& node) { return node && node.as<bool>(); }
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
    check_keys(node, {"http", "docker", "api", "body", "headers", "input", "keep_open", "upgrade", "frames", "until",
                      "once", "meanwhile", "enough", "save", "shape", "pick", "show_headers", "answer", "differs"});
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
    step.keep_open = flag(node["keep_open"]);
    step.upgrade = flag(node["upgrade"]);
    step.frames = flag(node["frames"]);
    step.until = text(node["until"]);
    step.once = text(node["once"]);
    step.meanwhile = texts(node["meanwhile"]);
    step.enough = text(node["enough"]);
    step.save = text_map(node["save"]);
    step.shape = flag(node["shape"]);
    step.pick = texts(node["pick"]);
    step.show_headers = texts(node["show_headers"]);
    step.answer = to_json(node["answer"]);
    for (const auto& known : node["differs"]) {
      check_keys(known, {"at", "ours", "why", "only"});
      step.differs.push_back({text(known["at"]), to_json(known["ours"]), text(known["why"]), text(known["only"])});
    }
    step.line = node.Mark().line + 1;
    return step;
  }

  fs::path file_;
};

// JSON is YAML's flow style, so it is written as it is: on one line where it fits, else a member a line.
std::vector<std::string> answer_lines(const json& answer) {
  constexpr std::size_t line_limit = 120;
  std::vector<std::string> lines = {"      answer:"};
  for (const auto& [key, value] : answer.items()) {
    const std::string flat = fmt::format("        {}: {}", key, value.dump());
    if (flat.size() <= line_limit || !value.is_structured()) {
      lines.push_back(flat);
      continue;
    }
    lines.push_back(fmt::format("        {}:", key));
    for (const std::string& line : split(value.dump(2), '\n')) lines.push_back("          " + line);
  }
  return lines;
}

std::vector<std::string> difference_lines(const std::vector<KnownDifference>& differs) {
  std::vector<std::string> lines;
  if (!differs.empty()) lines.emplace_back("      differs:");
  for (const KnownDifference& known : differs) {
    const std::string only = known.only.empty() ? "" : fmt::format(R"("only": {}, )", json(known.only).dump());
    lines.push_back(fmt::format(R"(        - {{"at": {}, "why": {}, {}"ours": {}}})", json(known.at).dump(),
                                json(known.why).dump(), only, known.ours.dump()));
  }
  return lines;
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
    if (entry.path().extension() == ".yaml" && entry.path().filename() != reasons_file) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const fs::path& file : files) {
    for (Case& one : Reader(file).read()) cases.push_back(std::move(one));
  }
  return cases;
}

std::map<std::string, std::string> load_reasons(const fs::path& folder) {
  return YAML::LoadFile((folder / reasons_file).string()).as<std::map<std::string, std::string>>();
}

// Line by line, so that comments and everything else stay as they are: all that stands deeper than a key belongs to it.
void write_back(const Case& one) {
  // The file's lines may have moved since the case was read.
  const std::vector<Case> now = load_cases(one.file.parent_path());
  const Case& here = *std::find_if(now.begin(), now.end(), [&](const Case& other) { return other.name == one.name; });
  const auto is_deeper = [](const std::string& line) { return starts_with(line, "       "); };
  const auto is_of_step = [](const std::string& line) { return starts_with(line, "      "); };
  std::vector<std::string> lines = split(os::read_file(one.file), '\n');
  // From the last to the first: what is before keeps its place.
  for (std::size_t step = one.steps.size(); step-- > 0;) {
    const auto begin = lines.begin() + here.steps[step].line - 1;
    const auto end = std::find_if_not(begin + 1, lines.end(), is_of_step);
    std::vector<std::string> fresh;
    for (auto line = begin; line != end;) {
      if (*line == "      answer:" || *line == "      differs:") {
        line = std::find_if_not(line + 1, end, is_deeper);
      } else {
        fresh.push_back(*line++);
      }
    }
    for (std::string& line : difference_lines(one.steps[step].differs)) fresh.push_back(std::move(line));
    for (std::string& line : answer_lines(one.steps[step].answer)) fresh.push_back(std::move(line));
    lines.insert(lines.erase(begin, end), fresh.begin(), fresh.end());
  }
  std::string text = fmt::format("{}\n", fmt::join(lines, "\n"));
  while (ends_with(text, "\n\n")) text.pop_back();
  std::ofstream(one.file, std::ios::binary) << text;
}

}  // namespace glassdock::testing
