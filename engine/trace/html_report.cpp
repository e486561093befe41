#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/trace/export.h"
#include "engine/trace/html_parts.h"
#include "engine/trace/text_view.h"
#include "engine/trace/work_times.h"

namespace glassdock::trace {
namespace {

struct Words {
  std::string_view english;
  std::string_view korean;
};

class ReportWriter {
 public:
  ReportWriter(const RecordingHeader& header, std::vector<Event> events, Language language)
      : header_(header), events_(std::move(events)), language_(language) {}

  std::string write() {
    out_ = fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
                       language_ == Language::korean ? "ko" : "en");
    out_ += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n";
    line("<title>{} · Glassdock</title>\n<style>{}</style>\n</head>\n<body>", escaped(header_.command), report_style());
    out_ += report_symbols();
    out_ += "<main>\n";
    write_header();
    write_stages();
    write_timeline();
    write_events();
    line("<footer>{}</footer>\n</main>\n</body>\n</html>",
         in({"All times were measured by the engine itself (CLOCK_MONOTONIC).",
             "모든 시간은 엔진이 직접 쟀어요(CLOCK_MONOTONIC)."}));
    return std::move(out_);
  }

 private:
  std::string_view in(Words words) const { return language_ == Language::korean ? words.korean : words.english; }

  template <typename... Parts>
  void line(fmt::format_string<Parts...> pattern, Parts&&... parts) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Parts>(parts)...);
    out_ += '\n';
  }

  static std::string icon(std::string_view name) {
    return fmt::format(
        R"(<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><use href="#i-{}"/></svg>)",
        name);
  }

  void write_header() {
    line(
        R"(<header><div class="brand"><svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">)"
        R"(<path d="M5 1.5H1.5v13H5M11 1.5h3.500v13H11"/><path d="M6 6h4v4H6z" fill="#E69F00" stroke="none"/></svg>Glassdock)"
        R"(<span class="kind">{}{}</span></div>)",
        icon("tape"), in({"recorded", "기록"}));
    line("<h1>$ {}</h1>\n<ul class=\"chips\">", escaped(header_.command));
    const auto chip = [this](Words name, std::string_view value) {
      if (!value.empty()) line("<li>{} <span class=\"mono\">{}</span></li>", in(name), escaped(value));
    };
    chip({"machine", "컴퓨터"}, header_.machine);
    chip({"kernel", "커널"}, header_.kernel);
    chip({"engine", "엔진"}, header_.mode);
    chip({"glassdock", "glassdock"}, header_.glassdock);
    chip({"started", "시작"}, header_.started);
    line("</ul></header>");
  }

  void write_stages() {
    const StageSummary summary = summarize(events_);
    line("<section><h2>{}</h2>\n<ol class=\"stages\">", in({"The six stages", "여섯 단계"}));
    for (std::size_t i = 0; i < stage_count; ++i) {
      const StageTime& time = summary.stages[i];
      if (i >= main_stage_count && time.own_ns == 0) continue;
      const auto stage = static_cast<Stage>(i);
      const std::string number = i < main_stage_count ? fmt::format("{} ", i + 1) : "";
      line(
          R"(<li class="c-{}{}"><span class="badge">{}</span><span class="name">{}{}</span><span class="time mono">{}</span><span class="what">{}</span></li>)",
          to_string(stage), time.seen ? "" : " none", icon(to_string(stage)), number, stage_title(stage, language_),
          time.seen ? duration_text(time.own_ns) : std::string(words_of(Phrase::none, language_)),
          escaped(stage_remark(stage, time, language_)));
    }
    line("</ol>");
    line("<p class=\"total\">{} <span class=\"mono\">{}</span>. {}</p></section>",
         in({"From the first event to the last:", "첫 이벤트부터 마지막까지:"}), duration_text(summary.total_ns),
         in({"Held time and the reading of evidence are in no stage.",
             "멈춘 시간과 근거를 읽은 시간은 단계에 넣지 않았어요."}));
  }

  void write_timeline() {
    const std::string picture = timeline(events_, language_);
    if (picture.empty()) return;
    line("<section><h2>{}</h2>\n<div class=\"scroll\">{}</div>", in({"Timeline", "시간표"}), picture);
    line("<p class=\"faint\">{}</p></section>",
         in({"Long stretches are narrowed below the first strip. The times on the ruler are true.",
             "첫 줄 아래에서는 긴 구간을 좁혀 그렸어요. 눈금의 시간은 실제 값이에요."}));
  }

  void write_events() {
    start_ns_ = 0;
    for (const Event& event : events_) {
      if (is_baseline(event)) continue;
      start_ns_ = event.time_ns;
      break;
    }
    line("<section><h2>{} <span class=\"faint\">{}</span></h2>", in({"What happened", "일어난 일"}), events_.size());
    const std::size_t shown = std::min(events_.size(), html_event_limit);
    if (shown < events_.size()) {
      line("<p class=\"notice\">{} {} / {}</p>",
           in({"This page lists the first events only:", "이 페이지에는 앞의 이벤트만 있어요:"}), shown,
           events_.size());
    }
    line("<ol class=\"events\">");
    for (std::size_t i = 0; i < shown; ++i) write_event(i);
    line("</ol></section>");
  }

  void write_event(std::size_t index) {
    const Event& event = events_[index];
    const bool failed = has_failed(event);
    line(
        R"(<li id="e{}" class="c-{}{}"><span class="at mono">{}</span><span class="stage">{}{}</span><div class="said">)",
        index, to_string(event.stage),
        failed                      ? " failed"
        : event.name == "gate.held" ? " held"
                                    : "",
        milliseconds_text(event.time_ns - start_ns_), icon(to_string(event.stage)),
        stage_title(event.stage, language_));
    // The body follows as a sibling instead of standing inside, so that on paper the fold's own line can go and what
    // the reader has opened stays.
    const std::size_t pieces = event.evidence.size();
    const std::string opener =
        pieces == 0 ? std::string(in({"Details", "자세히"})) : fmt::format("{} ({})", in({"Evidence", "근거"}), pieces);
    line("<details><summary>{}</summary></details><span class=\"words\">{}</span>", opener,
         escaped(sentence(event, language_)));
    if (const auto length = times_.add(event)) {
      line("<span class=\"took mono\">{}</span>", duration_text(*length));
    }
    if (!event.plain_command.empty()) line("<pre>$ {}</pre>", escaped(event.plain_command, LineFeeds::keep));
    if (const std::string remarked = remark(event, language_); !remarked.empty()) {
      line("<p class=\"remark\">{}</p>", escaped(remarked));
    }
    write_body(event, index);
    line("</div></li>");
  }

  void write_body(const Event& event, std::size_t index) {
    line("<div class=\"body\">");
    for (const Evidence& evidence : event.evidence) write_evidence(evidence);
    line("<dl>");
    const auto row = [this](std::string_view name, std::string_view value) {
      if (!value.empty()) line("<dt>{}</dt><dd class=\"mono\">{}</dd>", escaped(name), escaped(value));
    };
    row(in({"event", "이벤트"}), fmt::format("{} {}", event.name, to_string(event.kind)));
    // The engine goes on counting from one run to the next.
    row(in({"number", "번호"}),
        fmt::format(fmt::runtime(in({"{} of {} here, {} of the engine's", "여기서는 {} / {}, 엔진에서는 {}"})),
                    index + 1, events_.size(), event.sequence));
    row(in({"by", "누가"}), fmt::format("{} {}", actor_title(event.actor, language_), event.pid));
    row(in({"subject", "대상"}), event.subject);
    row(in({"gate", "게이트"}), event.gate);
    for (const Argument& argument : event.arguments) {
      if (argument.name != "remark") row(argument.name, argument_text(event, argument.name));
    }
    if (!event.source.file.empty()) {
      row(in({"source", "소스"}), fmt::format("{}:{}", event.source.file, event.source.line));
    }
    line("</dl></div>");
  }

  static std::string as_read(std::string_view text) {
    return escaped(tabs_as_blanks(with_line_feeds(text)), LineFeeds::keep);
  }

  void write_evidence(const Evidence& evidence) {
    if (!evidence.source.empty()) line("<h3 class=\"mono\">{}</h3>", escaped(source_words(evidence, language_)));
    if (!evidence.before.empty()) {
      line("<p class=\"faint\">{}</p><pre>{}</pre>", in({"before", "전"}), as_read(evidence.before));
    }
    if (!evidence.content.empty()) {
      if (!evidence.before.empty()) line("<p class=\"faint\">{}</p>", in({"after", "후"}));
      line("<pre>{}</pre>", as_read(evidence.content));
    }
    if (!evidence.command.empty()) {
      line("<p class=\"faint\">{}</p><pre>$ {}</pre>", in({"See it yourself:", "직접 보기:"}),
           escaped(evidence.command, LineFeeds::keep));
    }
  }

  RecordingHeader header_;
  std::vector<Event> events_;
  Language language_;
  std::int64_t start_ns_ = 0;
  WorkTimes times_;
  std::string out_;
};

}  // namespace

std::string escaped(std::string_view text, LineFeeds line_feeds) {
  std::string out;
  for (const char c : visible(text, line_feeds)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string to_html(const RecordingHeader& header, std::span<const Event> events, ExportOptions options,
                    Language language) {
  RecordingHeader shown = header;
  shown.command = redact_command(header.command, options);
  std::vector<Event> kept(events.begin(), events.end());
  for (Event& event : kept) redact(event, options);
  return ReportWriter(shown, std::move(kept), language).write();
}

}  // namespace glassdock::trace
