#include "engine/client/glass.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "engine/base/error.h"
#include "engine/base/stream_frames.h"
#include "engine/base/text.h"
#include "engine/client/calls.h"
#include "engine/client/engine.h"
#include "engine/trace/gates.h"
#include "engine/trace/json.h"

namespace glassdock::client {
namespace {

using Json = nlohmann::json;

std::string_view word_of(RunMode mode) {
  switch (mode) {
    case RunMode::run:
      return "run";
    case RunMode::step:
      return "step";
    case RunMode::hold:
      return "hold";
  }
  return "run";
}

}  // namespace

std::optional<Held> held_by(const trace::Event& event) {
  if (event.name != "gate.held" && event.name != "baseline.held") return std::nullopt;
  Held held;
  held.id = static_cast<std::uint64_t>(trace::argument_number(event, "id"));
  held.gate = trace::argument_text(event, "gate");
  held.subject = event.subject;
  held.pid = static_cast<std::int32_t>(trace::argument_number(event, "pid"));
  held.look = trace::look_of_held(event);
  held.with = trace::argument_text(event, "with");
  return held;
}

std::optional<GlassLine> parse_glass_line(std::string_view line) {
  // Only events have the key "name"; inside a JSON string its quotes would be escaped.
  if (line.find("\"name\":") != std::string_view::npos) return trace::from_json_line(line);
  Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) throw Error(ErrorKind::corrupt, "the engine's event stream is damaged");
  if (json.contains("baseline_end")) return BaselineEnd{};
  if (json.contains("run") && json["run"].is_string()) {
    const Json span = json.value("span", Json(0));
    return RunBegin{json["run"], span.is_number_unsigned() ? span.get<std::uint64_t>() : 0};
  }
  return std::nullopt;
}

std::optional<GlassLine> GlassStream::next() {
  for (;;) {
    auto text = response_.read_line();
    if (!text) return std::nullopt;
    if (text->empty()) continue;  // keeps the connection alive
    if (auto line = parse_glass_line(*text)) return line;
  }
}

void GlassStream::shut_down() {
  ::shutdown(response_.socket(), SHUT_RDWR);
}

Glass::Glass(std::filesystem::path socket, Connect connect)
    : socket_(std::move(socket)),
      connect_(std::move(connect)),
      http_(http::Client::connect_unix(socket_, {}, connect_)) {}

GlassStream Glass::events(bool evidence) {
  http::Client stream = http::Client::connect_unix(socket_, {}, connect_);
  http::Response response = stream.request("GET", fmt::format("/glass/events?evidence={:d}", evidence));
  throw_on_refusal(response);
  return GlassStream(std::move(response));
}

GlassStream Glass::open_run(const RunOptions& options) {
  Json json{{"mode", word_of(options.mode)},
            {"gates", options.holds},
            {"evidence", options.evidence},
            {"any", options.any_client}};
  http::Client client = http::Client::connect_unix(socket_, {}, connect_);
  http::Response response = client.request("POST", "/glass/runs", {{"Content-Type", "application/json"}}, json.dump());
  throw_on_refusal(response);
  GlassStream stream(std::move(response));
  auto first = stream.next();
  auto* begin = first ? std::get_if<RunBegin>(&*first) : nullptr;
  if (!begin) throw Error(ErrorKind::corrupt, "the engine did not name the run");
  stream.run_ = *begin;
  return stream;
}

void Glass::post(const std::string& path, std::string_view body) {
  http::Response response = http_.request("POST", path, {{"Content-Type", "application/json"}}, body);
  throw_on_refusal(response);
  response.read_body();
}

void Glass::post(std::string_view run, std::string_view action, std::string_view body) {
  post(fmt::format("/glass/runs/{}/{}", run, action), body);
}

void Glass::release(std::string_view run, std::uint64_t held) {
  post(run, "release", Json{{"held", held}}.dump());
}

void Glass::set_mode(std::string_view run, RunMode mode, const std::vector<std::string>& holds) {
  post(run, "mode", Json{{"mode", word_of(mode)}, {"gates", holds}}.dump());
}

void Glass::cancel(std::string_view run) {
  post(run, "cancel", "{}");
}

void Glass::finish(std::string_view run) {
  post(run, "finish", "{}");
}

void Glass::set_hub(const HubConditions& conditions) {
  post("/glass/hub", Json{{"bytes_per_second", conditions.bytes_per_second},
                          {"latency_ms", conditions.latency_ms},
                          {"fault", conditions.fault},
                          {"cut_off_after", conditions.cut_off_after},
                          {"fault_times", conditions.fault_times}}
                         .dump());
}

void Glass::say(const Narration& narration) {
  post("/glass/narration", Json{{"scenario", narration.scenario},
                                {"step", narration.step},
                                {"part", narration.part},
                                {"english", narration.english},
                                {"korean", narration.korean}}
                               .dump());
}

void Glass::show(const Sight& sight) {
  post("/glass/sights", Json{{"scenario", sight.scenario},
                             {"step", sight.step},
                             {"sight", sight.sight},
                             {"command", sight.command.substr(0, most_sight)},
                             {"output", sight.output.substr(0, most_sight)},
                             {"exit_code", sight.exit_code}}
                            .dump(-1, ' ', false, Json::error_handler_t::replace));  // any bytes may be printed
}

ContainerLook Glass::look(std::string_view container, int lines) {
  ContainerLook look;
  const std::string path = "/glass/containers/" + http::percent_encode(container);
  http::Response stats = http_.request("GET", path + "/stats?stream=0&one-shot=1");
  const std::string body = stats.read_body();
  if (stats.status() == 200) {
    const UsageSample usage = usage_of(body);
    if (usage.processes > 0) look.usage = usage;
  }
  http::Response log = http_.request("GET", fmt::format("{}/logs?stdout=1&stderr=1&tail={}", path, lines));
  throw_on_refusal(log);
  std::string text;
  FrameReader frames([&](Stream, std::string_view bytes) { text += bytes; });
  const std::string stream = log.read_body();
  const bool framed = log.headers().get("Content-Type").find("multiplexed") != std::string_view::npos;
  framed ? frames.feed(stream) : void(text = stream);
  for (std::string& line : split(text, '\n')) look.lines.push_back(std::move(line));
  if (!look.lines.empty() && look.lines.back().empty()) look.lines.pop_back();
  return look;
}

}  // namespace glassdock::client
