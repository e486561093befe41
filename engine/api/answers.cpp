#include "engine/api/answers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <time.h>

#include <algorithm>

#include "engine/base/flag.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"
#include "engine/base/time_text.h"
#include "engine/content/json_reader.h"

namespace glassdock::api {

using nlohmann::json;

int status_of(const Error& fault) {
  switch (fault.kind()) {
    case ErrorKind::invalid_argument:
    case ErrorKind::not_supported:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unauthorized:
      return 401;
    case ErrorKind::permission:
      return 403;
    case ErrorKind::start_failed:
      // Docker: the user's fault when the command cannot be run, otherwise the engine's.
      return fault.exit_code() == 126 || fault.exit_code() == 127 ? 400 : 500;
    case ErrorKind::unavailable:
    case ErrorKind::corrupt:
    case ErrorKind::no_space:
    case ErrorKind::cancelled:
    case ErrorKind::internal:
      break;
  }
  return 500;
}

namespace {

template <typename Json>
std::string text_of(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void send_text(Call& call, int status, const std::string& text) {
  call.status = status;
  call.answer.send(status, {{"Content-Type", "application/json"}}, text);
}

}  // namespace

std::string to_text(const json& body) {
  return text_of(body);
}

void send_json(Call& call, int status, const json& body) {
  send_text(call, status, text_of(body));
}

void send_ordered(Call& call, int status, const nlohmann::ordered_json& body) {
  send_text(call, status, text_of(body));
}

void send_empty(Call& call, int status) {
  call.status = status;
  call.answer.send(status, {}, {});
}

const char* output_type(const Call& call, bool tty) {
  constexpr int multiplexed_since = 42;
  return call.version >= multiplexed_since && !tty ? "application/vnd.docker.multiplexed-stream" : raw_stream;
}

http::Headers begin_raw_stream(Call& call, bool tty) {
  const bool upgrade = call.request.headers().has("Upgrade");
  call.status = upgrade ? 101 : 200;
  // Docker tells old clients and those without an upgrade of no frames, though it sends them.
  http::Headers headers{{"Content-Type", upgrade ? output_type(call, tty) : raw_stream}};
  if (upgrade) {
    headers.add("Connection", "Upgrade");
    headers.add("Upgrade", "tcp");
  }
  return headers;
}

std::string error_body(const std::exception& fault) {
  return to_text({{"message", fault.what()}});
}

constexpr std::size_t body_limit = 4 * 1024 * 1024;

json read_json(Call& call) {
  return parse_body(call, call.request.read_body(body_limit));
}

json read_json_or_nothing(Call& call) {
  const std::string text = call.request.read_body(body_limit);
  return text.empty() ? json::object() : parse_body(call, text);
}

namespace {

// In docker's words where the text ends too early, or goes on. A long one is not read twice.
std::string broken_json_words(const std::string& body) {
  constexpr std::size_t longest_read_twice = 64 * 1024;
  std::string unread = "invalid JSON: the request body cannot be read";
  if (body.size() > longest_read_twice) return unread;
  try {
    const json whole = json::parse(body);
  } catch (const json::parse_error& fault) {
    const std::string_view words = fault.what();
    if (words.find("unexpected end of input") != std::string_view::npos) return "invalid JSON: unexpected EOF";
    if (words.find("expected end of input") != std::string_view::npos) return "unexpected content after JSON";
  }
  return unread;
}

}  // namespace

json parse_body(const Call& call, const std::string& body) {
  std::string type(call.request.headers().get("Content-Type"));
  std::string plain(trim(std::string_view(type).substr(0, type.find(';'))));
  if (!body.empty() && !plain.empty() && !http::equal_ignoring_case(plain, "application/json")) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("unsupported Content-Type header ({}): must be 'application/json'", type));
  }
  if (body.empty()) throw Error(ErrorKind::invalid_argument, "invalid JSON: got EOF while reading request body");
  json parsed = content::parse_json(body);
  if (parsed.is_discarded()) throw Error(ErrorKind::invalid_argument, broken_json_words(body));
  if (parsed.is_null()) return json::object();
  if (!parsed.is_object()) throw Error(ErrorKind::invalid_argument, "invalid JSON: the request body is no object");
  return parsed;
}

bool query_flag(const http::Request& request, std::string_view name) {
  return is_on(query_text(request, name));
}

std::optional<std::int64_t> query_number(const http::Request& request, std::string_view name) {
  std::string text = query_text(request, name);
  if (text.empty()) return std::nullopt;
  bool negative = starts_with(text, "-");
  auto number = parse_number(std::string_view(text).substr(negative ? 1 : 0));
  if (!number || *number > INT64_MAX) {
    throw Error(ErrorKind::internal, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", text));
  }
  return negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
}

std::optional<std::int64_t> query_moment(const http::Request& request, std::string_view name) {
  const std::string text = query_text(request, name);
  if (text.empty()) return std::nullopt;
  return parse_moment(text, daemon::realtime_ns());
}

int milliseconds_until(std::optional<std::int64_t> moment_ns) {
  if (!moment_ns) return -1;
  constexpr std::int64_t millisecond_ns = 1'000'000;
  const std::int64_t left_ns = saturating_sub(*moment_ns, daemon::realtime_ns());
  const std::int64_t left = saturating_add(left_ns, millisecond_ns - 1) / millisecond_ns;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT32_MAX));
}

std::string query_text(const http::Request& request, std::string_view name) {
  return request.query(name).value_or(std::string());
}

std::string time_text(std::int64_t realtime_ns) {
  if (realtime_ns == 0) return "0001-01-01T00:00:00Z";
  constexpr std::int64_t second = 1'000'000'000;
  time_t seconds = realtime_ns / second;
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                                 parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (std::int64_t fraction = realtime_ns % second; fraction != 0) {
    std::string digits = fmt::format("{:09}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "Z";
}

}  // namespace glassdock::api
