#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "engine/trace/export.h"
#include "engine/trace/json.h"
#include "engine/trace/lanes.h"
#include "engine/trace/stages.h"

namespace glassdock::trace {
namespace {

// Chrome's "processes" are our actors, numbered from 1; its "threads" are our lanes, for spans on one thread must nest.
class PerfettoWriter {
 public:
  PerfettoWriter(std::span<const Event> events, const ExportOptions& options)
      : events_(events), options_(options), spans_(find_spans(events)), lanes_(events_, spans_) {}

  std::string write(const RecordingHeader& header) {
    out_ = R"({"displayTimeUnit":"ns","otherData":)";
    RecordingHeader shown = header;
    shown.command = redact_command(header.command, options_);
    out_ += to_json_line(shown);
    out_ += ",\"traceEvents\":[";
    for (std::size_t i = 0; i < spans_.size(); ++i) write_span(i);
    for (const Event& event : events_) {
      const bool point = event.kind == Kind::instant || event.kind == Kind::sample;
      if (point && argument_number(event, "duration_ns") <= 0) write_instant(event);
    }
    write_flows();
    write_names();
    out_ += "]}\n";
    return std::move(out_);
  }

 private:
  void open_record(std::string_view phase, const Event& event, std::string_view name, std::size_t lane,
                   std::int64_t time_ns) {
    if (out_.back() != '[') out_ += ',';
    out_ += "\n{\"ph\":\"";
    out_ += phase;
    out_ += "\",\"name\":";
    append_json_text(out_, name);
    fmt::format_to(std::back_inserter(out_), R"(,"cat":"{}","pid":{},"tid":{},"ts":)", to_string(event.stage),
                   static_cast<int>(event.actor) + 1, lane + 1);
    append_microseconds(time_ns);
  }

  // Chrome counts microseconds; three decimals keep the nanoseconds.
  void append_microseconds(std::int64_t nanoseconds) {
    const std::int64_t whole = nanoseconds / 1000;
    const std::int64_t rest = nanoseconds % 1000;
    fmt::format_to(std::back_inserter(out_), "{}{}.{:03}", nanoseconds < 0 && whole == 0 ? "-" : "", whole,
                   rest < 0 ? -rest : rest);
  }

  void append_arguments(const Event& original) {
    Event event = original;
    redact(event, options_);
    const auto member = [&](std::string_view key, std::string_view text) {
      if (text.empty()) return;
      if (out_.back() != '{') out_ += ',';
      append_json_text(out_, key);
      out_ += ':';
      append_json_text(out_, text);
    };
    member("subject", event.subject);
    for (const Argument& argument : event.arguments) member(argument.name, argument_text(event, argument.name));
    member("gate", event.gate);
    member("plain command", event.plain_command);
    for (std::size_t i = 0; i < event.evidence.size(); ++i) {
      const Evidence& evidence = event.evidence[i];
      member(fmt::format("evidence {}", i + 1), evidence.source);
      member(fmt::format("evidence {} before", i + 1), evidence.before);
      member(fmt::format("evidence {} content", i + 1), evidence.content);
      member(fmt::format("evidence {} command", i + 1), evidence.command);
    }
    if (!event.source.file.empty()) member("source", fmt::format("{}:{}", event.source.file, event.source.line));
  }

  void write_span(std::size_t index) {
    const SpanTime& span = spans_[index];
    const Event& begin = events_[span.begin];
    open_record("X", begin, begin.name, lanes_.lane_of_span(index), span.begin_ns);
    out_ += ",\"dur\":";
    append_microseconds(span.end_ns - span.begin_ns);
    out_ += ",\"args\":{";
    append_arguments(begin);
    if (span.end == events_.size()) {
      if (out_.back() != '{') out_ += ',';
      out_ += "\"unfinished\":true";
    } else if (span.end != span.begin) {
      if (out_.back() != '{') out_ += ',';
      out_ += "\"end\":{";
      append_arguments(events_[span.end]);
      out_ += '}';
    }
    out_ += "}}";
  }

  void write_instant(const Event& event) {
    open_record("i", event, event.name, lanes_.lane_of_point(event), event.time_ns);
    out_ += ",\"s\":\"t\",\"args\":{";
    append_arguments(event);
    out_ += "}}";
  }

  // From the request that made a child to the child's first event. The request is the outermost span around it, or
  // where the events don't say, the latest request before it.
  void write_flows() {
    std::map<std::int32_t, bool> seen;
    std::size_t latest_request = spans_.size();
    std::size_t next_span = 0;
    int number = 0;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      while (next_span < spans_.size() && spans_[next_span].begin <= i) {
        if (events_[spans_[next_span].begin].stage == Stage::request) latest_request = next_span;
        ++next_span;
      }
      const Event& event = events_[i];
      if (event.actor != Actor::child || std::exchange(seen[event.pid], true)) continue;
      const std::size_t request = outermost_request(event, latest_request);
      if (request == spans_.size()) continue;
      const Event& asked = events_[spans_[request].begin];
      ++number;
      open_record("s", asked, "start", lanes_.lane_of_span(request), spans_[request].begin_ns);
      fmt::format_to(std::back_inserter(out_), ",\"id\":{}}}", number);
      open_record("f", event, "start", lanes_.lane_of_point(event), event.time_ns - length_of_first(i));
      fmt::format_to(std::back_inserter(out_), ",\"bp\":\"e\",\"id\":{}}}", number);
    }
  }

  std::int64_t length_of_first(std::size_t event) const {
    const auto found = std::lower_bound(spans_.begin(), spans_.end(), event,
                                        [](const SpanTime& span, std::size_t index) { return span.begin < index; });
    return found == spans_.end() || found->begin != event ? 0 : events_[event].time_ns - found->begin_ns;
  }

  std::size_t outermost_request(const Event& event, std::size_t otherwise) const {
    std::size_t result = otherwise;
    std::size_t span = lanes_.span_by_number(event.kind == Kind::begin ? event.parent : event.span);
    for (int depth = 0; depth < 64 && span != spans_.size(); ++depth) {  // a damaged recording may have a ring
      if (events_[spans_[span].begin].stage == Stage::request) result = span;
      span = lanes_.parent_of(span);
    }
    return result;
  }

  void write_name(std::string_view kind, int process, std::size_t thread, std::string_view name) {
    if (out_.back() != '[') out_ += ',';
    fmt::format_to(std::back_inserter(out_),
                   "\n{{\"ph\":\"M\",\"name\":\"{}\",\"pid\":{},\"tid\":{},\"args\":{{\"name\":", kind, process,
                   thread);
    append_json_text(out_, name);
    out_ += "}}";
  }

  void write_names() {
    std::array<bool, actor_count> named{};
    for (std::size_t i = 0; i < lanes_.lanes().size(); ++i) {
      const Lane& lane = lanes_.lanes()[i];
      const auto actor = static_cast<std::size_t>(lane.actor);
      const int process = static_cast<int>(actor) + 1;
      if (!std::exchange(named[actor], true)) write_name("process_name", process, 0, actor_title(lane.actor));
      write_name(
          "thread_name", process, i + 1,
          lane.number == 1 ? fmt::format("pid {}", lane.pid) : fmt::format("pid {} ({})", lane.pid, lane.number));
    }
  }

  std::span<const Event> events_;
  const ExportOptions& options_;
  std::vector<SpanTime> spans_;
  Lanes lanes_;
  std::string out_;
};

}  // namespace

std::string to_perfetto(const RecordingHeader& header, std::span<const Event> events, ExportOptions options) {
  return PerfettoWriter(events, options).write(header);
}

}  // namespace glassdock::trace
