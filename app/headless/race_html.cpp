#include <fmt/format.h>

#include "app/headless/race_text.h"
#include "engine/base/text.h"
#include "engine/trace/html_parts.h"

namespace glassdock::headless {
namespace {

using client::Lane;
using trace::escaped;
using trace::Language;

constexpr std::string_view style = R"(
.race table{border-collapse:collapse;margin:1rem 0}
.race td,.race th{padding:.3rem .9rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line,#8884)}
.race .accelerator{font-size:2rem;font-weight:700}
.race pre{white-space:pre-wrap;overflow-wrap:anywhere}
)";

std::string block(std::string_view title, const std::string& text) {
  if (text.empty()) return {};
  return fmt::format("<details open><summary>{}</summary><pre>{}</pre></details>\n", escaped(title),
                     escaped(text, trace::LineFeeds::keep));
}

std::string table(const client::RaceReport& report, Language language) {
  std::string out = fmt::format("<table><tr><th></th><th>{}</th><th>{}</th><th></th></tr>\n",
                                lane_words(Lane::container, language), lane_words(Lane::vm, language));
  for (const RaceRow& row : comparison(report, language)) {
    out += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(row.name),
                       escaped(row.container), escaped(row.vm), escaped(row.ratio));
  }
  return out + "</table>\n";
}

}  // namespace

std::string race_html(const client::RaceReport& report, Language language) {
  const bool korean = language == Language::korean;
  const std::string title = fmt::format("{} · {}", report.ready.image, report.ready.command);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">\n<title>{} · Glassdock</title>\n<style>{}{}</style>\n</head>\n"
      "<body>\n<main class=\"race\">\n<h1>{}</h1>\n<p class=\"accelerator\">{}</p>\n<p>{}</p>\n<p>{}</p>\n",
      korean ? "ko" : "en", escaped(title), trace::report_style(), style, escaped(title),
      escaped(report.ready.accelerator), escaped(report.ready.accelerator_reason), escaped(report.made));
  page += table(report, language);
  page += block(korean ? "모두 글로" : "All of it in words", race_text(report, language));
  for (const client::RaceRun& run : report.runs) {
    if (run.lane != Lane::vm || run.qemu_command.empty()) continue;
    page += block(korean ? "QEMU의 명령줄" : "QEMU's command line", shell_line(run.qemu_command));
    page += block(korean ? "게스트 커널의 기록" : "The guest kernel's log", run.console);
    break;
  }
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace glassdock::headless
