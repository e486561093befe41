#include "tests/api/case_engine.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/http/client.h"
#include "engine/os/files.h"
#include "tests/support/api_call.h"
#include "tests/support/program.h"
#include "tests/support/tar_builder.h"

namespace glassdock::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto patience = 10s;
constexpr auto answer_limit = 20s;

// The table's targets are written as they are read; what a request line cannot hold is escaped here.
std::string escaped(const std::string& target) {
  constexpr std::string_view unsafe = " \"<>[\\]^`{|}+";
  std::string out;
  for (const char c : target) {
    const bool plain = c > ' ' && c < 127 && unsafe.find(c) == std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string seconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return fmt::format("{}.{:09}", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
}

// Docker's frames (Engine API, "Stream format") as what each stream said.
json streams_of(const std::string& bytes) {
  constexpr std::size_t head = 8;
  json streams = json::object();
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < head) return {{"text", bytes}};
    std::size_t length = 0;
    for (std::size_t i = 4; i < head; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
    if (bytes[at] < 1 || bytes[at] > 2 || length > bytes.size() - at - head) return {{"text", bytes}};
    const char* stream = bytes[at] == 2 ? "err" : "out";
    streams[stream] = streams.value(stream, "") + bytes.substr(at + head, length);
    at += head + length;
  }
  return streams;
}

// One document, a document a line, or neither.
json document_of(const std::string& text) {
  json whole = json::parse(text, nullptr, false);
  if (!whole.is_discarded()) return {{"json", whole}};
  json lines = json::array();
  for (const std::string& line : split(trim(text), '\n')) {
    lines.push_back(json::parse(line, nullptr, false));
    if (lines.back().is_discarded()) return {{"text", text}};
  }
  return {{"lines", lines}};
}

json picked_of(const json& whole, const std::vector<std::string>& pointers) {
  json picked = json::object();
  for (const std::string& text : pointers) {
    const json::json_pointer pointer(text);
    picked[pointer] = whole.contains(pointer) ? whole[pointer] : json(absent);
  }
  return picked;
}

// Of a list, of each item.
json picked(const json& value, const std::vector<std::string>& pointers) {
  if (!value.is_array()) return picked_of(value, pointers);
  json list = json::array();
  for (const json& item : value) list.push_back(picked_of(item, pointers));
  return list;
}

}  // namespace

// What is to happen while an answer comes.
class CaseEngine::Happening {
 public:
  Happening(const CaseEngine& engine, const Step& step, const Names& names)
      : engine_(engine), step_(step), names_(names) {}

  // `so_far`: what came of it. True when it is enough.
  bool look_at(const std::string& so_far) {
    if (!done_ && so_far.find(with_values(step_.once, names_)) != std::string::npos) {
      done_ = true;
      for (const std::string& text : step_.meanwhile) {
        const std::string asked = with_values(text, names_);
        const std::size_t blank = asked.find(' ');
        ApiCaller{engine_.socket_}(asked.substr(0, blank), escaped(asked.substr(blank + 1)));
      }
    }
    return end_in(so_far) != std::string::npos;
  }
  // What comes behind the line that is enough depends on the moment.
  void cut(std::string& text) const { text.erase(std::min(end_in(text), text.size())); }

 private:
  std::size_t end_in(const std::string& text) const {
    if (step_.enough.empty()) return std::string::npos;
    const std::size_t found = text.find(with_values(step_.enough, names_));
    const std::size_t line_feed = found == std::string::npos ? found : text.find('\n', found);
    return line_feed == std::string::npos ? line_feed : line_feed + 1;
  }

  const CaseEngine& engine_;
  const Step& step_;
  const Names& names_;
  bool done_ = false;
};

namespace {

// `look_at` is asked before the first piece and after each.
template <typename Look>
std::string read_to_end(http::Response& response, Look look_at) {
  std::string text;
  std::array<std::byte, 4096> bytes;
  while (!look_at(text)) {
    const std::size_t got = response.read_some(bytes);
    if (got == 0) break;
    text.append(reinterpret_cast<const char*>(bytes.data()), got);
  }
  return text;
}

template <typename Look>
std::string read_to_end(http::Hijacked stream, const std::string& input, bool keep_open, Look look_at) {
  for (std::size_t sent = 0; sent < input.size();) {
    const ssize_t wrote = ::send(stream.socket.get(), input.data() + sent, input.size() - sent, MSG_NOSIGNAL);
    if (wrote <= 0) break;
    sent += static_cast<std::size_t>(wrote);
  }
  if (!input.empty() && !keep_open) ::shutdown(stream.socket.get(), SHUT_WR);
  const timeval limit{.tv_sec = std::chrono::seconds(answer_limit).count(), .tv_usec = 0};
  ::setsockopt(stream.socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::string text = std::move(stream.already_read);
  char bytes[4096];
  while (!look_at(text)) {
    const ssize_t got = ::recv(stream.socket.get(), bytes, sizeof bytes, 0);
    if (got <= 0) break;
    text.append(bytes, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

CaseEngine::Asked CaseEngine::request(const Step& step, const Names& names) const {
  const std::string text = with_values(step.http, names);
  const std::size_t blank = text.find(' ');
  const std::string target = (step.api.empty() ? "" : "/v" + step.api) + escaped(text.substr(blank + 1));
  const std::string body = with_values(step.body, names);
  http::Headers headers;
  if (!body.empty() && !step.headers.contains("Content-Type")) headers.add("Content-Type", "application/json");
  for (const auto& [name, value] : step.headers) headers.add(name, value);
  http::Client client = http::Client::connect_unix(socket_);
  client.set_read_timeout(answer_limit);
  const std::string method = text.substr(0, blank);
  http::Response response =
      step.upgrade ? client.upgrade(method, target, headers, body) : client.request(method, target, headers, body);
  json answer = {{"status", response.status()}};
  for (const std::string& name : step.show_headers) {
    answer["headers"][name] = response.headers().has(name) ? std::string(response.headers().get(name)) : absent;
  }
  const std::string type(response.headers().get("Content-Type"));
  constexpr int switching_protocols = 101;
  Happening happening(*this, step, names);
  const auto look_at = [&](const std::string& so_far) { return happening.look_at(so_far); };
  std::string bytes = response.status() == switching_protocols
                          ? read_to_end(std::move(response).hijack(), step.input, step.keep_open, look_at)
                          : read_to_end(response, look_at);
  happening.cut(bytes);
  if (bytes.empty()) return {answer, bytes};
  if (type != "application/json") answer["type"] = type;
  answer.update(step.frames || type == "application/vnd.docker.multiplexed-stream" ? streams_of(bytes)
                                                                                   : document_of(bytes));
  return {answer, bytes};
}

CaseEngine::Asked CaseEngine::command(const Step& step, const Names& names) const {
  std::vector<std::string> words = docker_;
  for (const std::string& word : step.docker) words.push_back(with_values(word, names));
  Program program(words);
  program.type(step.input);
  if (!step.keep_open) program.end_input();
  Happening happening(*this, step, names);
  if (program.read_until([&] { return happening.look_at(program.out()); })) {
    std::string out = program.out();
    happening.cut(out);
    return {{{"out", out}}, out};
  }
  const Outcome outcome = program.finish();
  json answer = {{"exit", outcome.code}};
  if (!outcome.out.empty()) answer["out"] = outcome.out;
  if (!outcome.err.empty()) answer["err"] = words_of_any_client(outcome.err);
  return {answer, outcome.out + outcome.err};
}

CaseEngine::Asked CaseEngine::ask(const Step& step, const Names& names) const {
  try {
    return step.http.empty() ? command(step, names) : request(step, names);
  } catch (const Error& fault) {
    return {{{"fault", fault.what()}}, fault.what()};
  }
}

json CaseEngine::answer_to(const Step& step, Names& names) const {
  names["now"] = seconds_now();
  Asked asked = ask(step, names);
  for (const auto end = std::chrono::steady_clock::now() + patience;
       asked.everything.find(step.until) == std::string::npos && std::chrono::steady_clock::now() < end;) {
    std::this_thread::sleep_for(20ms);
    asked = ask(step, names);
  }
  json& answer = asked.answer;
  for (const auto& [name, member] : step.save) {
    names[name] = answer.contains("json") ? answer["json"].value(member, std::string()) : std::string();
  }
  for (const char* document : {"json", "lines"}) {
    if (!answer.contains(document)) continue;
    if (!step.pick.empty()) answer[document] = picked(answer[document], step.pick);
  }
  json told = comparable(answer, names);
  for (const char* document : {"json", "lines"}) {
    if (step.shape && answer.contains(document)) told[document] = shape_of(answer[document]);
  }
  return told;
}

void CaseEngine::make(const Given& given, Names& names) const {
  const auto call = [&](const std::string& method, const std::string& target, const std::string& body = {}) {
    ApiAnswer answer = ApiCaller{socket_}(method, target, body);
    if (answer.status >= 400) throw std::runtime_error(fmt::format("{} {}: {}", method, target, answer.refusal()));
    return answer;
  };
  const std::string path = "/containers/" + given.name;
  names[given.name] = call("POST", "/containers/create?name=" + given.name, given.configuration.dump())
                          .json()
                          .value("Id", std::string());
  if (given.state == "created") return;
  call("POST", path + "/start");
  if (given.state == "exited") call("POST", path + "/wait");
  const std::string logs = path + "/logs?stdout=1&stderr=1";
  for (const auto end = std::chrono::steady_clock::now() + patience;
       call("GET", logs).body.find(given.until) == std::string::npos;) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error(given.name + " never says " + given.until);
    std::this_thread::sleep_for(20ms);
  }
  if (given.state == "paused") call("POST", path + "/pause");
}

std::vector<std::string> CaseEngine::containers() const {
  std::vector<std::string> ids;
  for (const json& one : ApiCaller{socket_}("GET", "/containers/json?all=1").json()) {
    ids.push_back(one.value("Id", std::string()));
  }
  return ids;
}

void CaseEngine::remove_all_but(const std::vector<std::string>& before) const {
  for (const std::string& id : containers()) {
    if (std::find(before.begin(), before.end(), id) == before.end()) {
      ApiCaller{socket_}("DELETE", "/containers/" + id + "?force=1&v=1");
    }
  }
}

std::vector<json> CaseEngine::answers_to(const Case& one) const {
  const std::vector<std::string> before = containers();
  // Of one argument the kernel takes 128 KiB (execve(2), MAX_ARG_STRLEN).
  constexpr std::size_t beyond_an_argument = 200'000;
  Names names{{"start", seconds_now()}, {"too_long", std::string(beyond_an_argument, 'x')}};
  std::vector<json> answers;
  answers.reserve(one.steps.size());
  try {
    for (const Given& given : one.given) make(given, names);
    for (const Step& step : one.steps) answers.push_back(answer_to(step, names));
  } catch (...) {
    remove_all_but(before);
    throw;
  }
  remove_all_but(before);
  return answers;
}

void CaseEngine::load_image(const std::string& archive) const {
  http::Client client = http::Client::connect_unix(socket_);
  http::Response response =
      client.request("POST", "/v1.45/images/load?quiet=1", {{"Content-Type", "application/x-tar"}}, archive);
  const std::string said = response.read_body();
  if (response.status() != 200) throw std::runtime_error("docker load: " + said);
}

std::string CaseEngine::image_id(const std::string& name) const {
  const ApiAnswer answer = ApiCaller{socket_}("GET", "/images/" + name + "/json");
  return answer.status == 200 ? answer.json().value("Id", std::string()) : std::string();
}

namespace {

std::string blob(const fs::path& layout, const json& descriptor) {
  return os::read_file(layout / "blobs/sha256" / Digest::parse(descriptor["digest"].get<std::string>()).hex());
}

// The manifest, below `index` at any depth, of the image with this id; null where there is none.
json manifest_of(const fs::path& layout, const json& index, const std::string& id) {
  for (const json& one : index["manifests"]) {
    json document = json::parse(blob(layout, one));
    if (document.contains("manifests")) document = manifest_of(layout, document, id);
    if (!document.is_null() && document["config"]["digest"] == id) return document;
  }
  return nullptr;
}

}  // namespace

std::string docker_archive(const fs::path& layout, const std::string& id, const std::string& name) {
  const json manifest = manifest_of(layout, json::parse(os::read_file(layout / "index.json")), id);
  if (manifest.is_null()) throw std::runtime_error("no image " + id + " in " + layout.string());
  tests::TarBuilder tar;
  const auto add = [&](const json& descriptor) {
    std::string file = Digest::parse(descriptor["digest"].get<std::string>()).hex();
    tar.file(file, blob(layout, descriptor));
    return file;
  };
  json entry = {{"Config", add(manifest["config"])}, {"RepoTags", {name}}, {"Layers", json::array()}};
  for (const json& layer : manifest["layers"]) entry["Layers"].push_back(add(layer));
  tar.file("manifest.json", json::array({entry}).dump());
  return tar.finish();
}

}  // namespace glassdock::testing
