#include "engine/trace/json.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "engine/base/error.h"
#include "engine/trace/json_reader.h"
#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

// Far above what the engine tells; a hostile line must not grow a list without end.
constexpr std::size_t list_limit = 4096;

void append_key(std::string& out, std::string_view key) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += key;
  out += "\":";
}

template <typename Number>
void append_number(std::string& out, std::string_view key, Number number) {
  append_key(out, key);
  fmt::format_to(std::back_inserter(out), "{}", number);
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  append_key(out, key);
  append_json_text(out, text);
}

void append_value(std::string& out, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return append_json_text(out, *text);
  if (const auto* yes = std::get_if<bool>(&value)) {
    out += *yes ? "true" : "false";
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    fmt::format_to(std::back_inserter(out), "{}", *whole);
  } else if (const double real = std::get<double>(value); std::isfinite(real)) {
    const std::size_t from = out.size();
    fmt::format_to(std::back_inserter(out), "{}", real);
    // A point, so that it comes back as a double.
    if (out.find_first_of(".e", from) == std::string::npos) out += ".0";
  } else {
    out += "null";
  }
}

void append_evidence(std::string& out, const Evidence& evidence) {
  out += '{';
  append_member(out, "source", evidence.source);
  append_member(out, "before", evidence.before);
  append_member(out, "content", evidence.content);
  append_member(out, "command", evidence.command);
  out += '}';
}

Evidence read_evidence(JsonReader& reader) {
  Evidence evidence;
  reader.object([&](std::string_view key) {
    if (key == "source") {
      evidence.source = reader.text();
    } else if (key == "before") {
      evidence.before = reader.text();
    } else if (key == "content") {
      evidence.content = reader.text();
    } else if (key == "command") {
      evidence.command = reader.text();
    } else {
      reader.skip();
    }
  });
  return evidence;
}

SourceLocation read_location(JsonReader& reader) {
  std::string text = reader.text();
  SourceLocation location;
  if (const std::size_t colon = text.rfind(':'); colon != std::string::npos) {
    std::uint64_t line = 0;
    for (const char c : std::string_view(text).substr(colon + 1)) {
      if (c < '0' || c > '9' || line > 100'000'000) reader.fail("\"at\" must be FILE:LINE");
      line = line * 10 + static_cast<std::uint64_t>(c - '0');
    }
    location.line = static_cast<std::uint32_t>(line);
    text.resize(colon);
  }
  location.file = std::move(text);
  return location;
}

std::int32_t read_pid(JsonReader& reader) {
  const std::int64_t pid = reader.integer();
  if (pid < 0 || pid > INT32_MAX) reader.fail("no pid can be that number");
  return static_cast<std::int32_t>(pid);
}

// Of CLOCK_MONOTONIC, which begins at 0 with the machine. The bound leaves room for differences and lengths.
std::int64_t read_time(JsonReader& reader) {
  const std::int64_t time_ns = reader.integer();
  if (time_ns < 0 || time_ns > (std::int64_t{1} << 61)) reader.fail("no time can be that number");
  return time_ns;
}

enum Required : unsigned { has_sequence = 1, has_time = 2, has_stage = 4, has_kind = 8, has_name = 16, has_all = 31 };

// Reads the value of `key` into the event; the return says which required key it was.
unsigned read_member(JsonReader& reader, std::string_view key, Event& event) {
  if (key == "n") return event.sequence = reader.natural(), has_sequence;
  if (key == "t") return event.time_ns = read_time(reader), has_time;
  if (key == "stage") return event.stage = parse_stage(reader.text()), has_stage;
  if (key == "kind") return event.kind = parse_kind(reader.text()), has_kind;
  if (key == "name") return event.name = reader.text(), has_name;
  if (key == "span") {
    event.span = reader.natural();
  } else if (key == "parent") {
    event.parent = reader.natural();
  } else if (key == "actor") {
    event.actor = parse_actor(reader.text());
  } else if (key == "pid") {
    event.pid = read_pid(reader);
  } else if (key == "subject") {
    event.subject = reader.text();
  } else if (key == "gate") {
    event.gate = reader.text();
  } else if (key == "plain") {
    event.plain_command = reader.text();
  } else if (key == "args") {
    reader.object([&](const std::string& name) {
      if (event.arguments.size() >= list_limit) reader.fail("too many arguments");
      event.arguments.push_back({name, reader.value()});
    });
  } else if (key == "evidence") {
    reader.array([&] {
      if (event.evidence.size() >= list_limit) reader.fail("too much evidence");
      event.evidence.push_back(read_evidence(reader));
    });
  } else if (key == "at") {
    event.source = read_location(reader);
  } else {
    reader.skip();
  }
  return 0;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t from = at;
    while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != '"' && text[at] != '\\' &&
           static_cast<unsigned char>(text[at]) < 0x7F) {
      ++at;
    }
    out.append(text, from, at - from);
    if (at == text.size()) break;
    const char c = text[at];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
      ++at;
    } else if (c == '\n') {
      out += "\\n";
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
      ++at;
    } else if (const std::size_t length = utf8_length(text, at); length != 0) {
      out.append(text, at, length);
      at += length;
    } else {
      out += replacement_character;
      ++at;
    }
  }
  out += '"';
}

void append_json_line(std::string& out, const Event& event) {
  out += '{';
  append_number(out, "n", event.sequence);
  append_number(out, "t", event.time_ns);
  if (event.span != 0) append_number(out, "span", event.span);
  if (event.parent != 0) append_number(out, "parent", event.parent);
  append_member(out, "stage", to_string(event.stage));
  append_member(out, "kind", to_string(event.kind));
  append_member(out, "actor", to_string(event.actor));
  if (event.pid > 0) append_number(out, "pid", event.pid);
  append_key(out, "name");
  append_json_text(out, event.name);
  append_member(out, "subject", event.subject);
  append_member(out, "gate", event.gate);
  append_member(out, "plain", event.plain_command);
  if (!event.arguments.empty()) {
    append_key(out, "args");
    out += '{';
    for (std::size_t i = 0; i < event.arguments.size(); ++i) {
      if (i != 0) out += ',';
      append_json_text(out, event.arguments[i].name);
      out += ':';
      append_value(out, event.arguments[i].value);
    }
    out += '}';
  }
  if (!event.evidence.empty()) {
    append_key(out, "evidence");
    out += '[';
    for (std::size_t i = 0; i < event.evidence.size(); ++i) {
      if (i != 0) out += ',';
      append_evidence(out, event.evidence[i]);
    }
    out += ']';
  }
  if (!event.source.file.empty()) {
    append_member(out, "at", fmt::format("{}:{}", event.source.file, event.source.line));
  }
  out += '}';
}

std::string to_json_line(const Event& event) {
  std::string line;
  line.reserve(256);
  append_json_line(line, event);
  return line;
}

Event from_json_line(std::string_view line) {
  if (line.size() > json_line_limit) {
    throw Error(ErrorKind::corrupt, fmt::format("the line is longer than {} MiB", json_line_limit >> 20));
  }
  Event event;
  unsigned seen = 0;
  JsonReader reader(line);
  reader.object([&](std::string_view key) { seen |= read_member(reader, key, event); });
  reader.end();
  if (seen != has_all) reader.fail("no event: one of n, t, stage, kind and name is missing");
  return event;
}

}  // namespace glassdock::trace
