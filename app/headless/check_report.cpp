#include "app/headless/check_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

#include "app/headless/usage.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/html_parts.h"

namespace glassdock::headless {
namespace {

using Json = nlohmann::ordered_json;

// Of an attribute or a text, in XML and HTML.
std::string escaped(std::string_view text) {
  return trace::escaped(text, trace::LineFeeds::keep);
}

std::size_t skipped(const CheckedFile& checked) {
  return static_cast<std::size_t>(std::count_if(checked.steps.begin(), checked.steps.end(),
                                                [](const CheckedStep& step) { return !step.skipped.empty(); }));
}

std::string_view result_of(const CheckedStep& step) {
  if (!step.faults.empty()) return "failed";
  return step.skipped.empty() ? "ok" : "skipped";
}

Json json_of(const CheckedStep& step) {
  Json json{{"id", step.id}, {"result", result_of(step)}, {"seconds", step.seconds}};
  if (!step.skipped.empty()) json["skipped"] = step.skipped;
  if (!step.command.empty()) json["command"] = step.command;
  if (step.exit_code) json["exit_code"] = *step.exit_code;
  if (!step.output.empty()) json["output"] = step.output;
  if (!step.answer.empty()) json["answer"] = step.answer;
  if (step.right) json["right"] = *step.right;
  json["faults"] = step.faults;
  return json;
}

constexpr std::string_view style = R"(
.check pre{white-space:pre-wrap;overflow-wrap:anywhere}
.check section{border-bottom:1px solid var(--line,#8884);padding:.3rem 0}
.check h3{margin:.3rem 0}
)";

std::string html_of(const CheckedStep& step) {
  std::string part =
      fmt::format("<section class=\"{}\">\n<h3>{}: {}</h3>\n", result_of(step), escaped(step.id), result_of(step));
  if (!step.skipped.empty()) part += fmt::format("<p>{}</p>\n", escaped(step.skipped));
  if (!step.command.empty()) {
    part += fmt::format("<pre>$ {}\n{}</pre>\n", escaped(step.command), escaped(step.output));
  }
  if (!step.answer.empty()) {
    const char* grade = !step.right ? "not scored" : *step.right ? "right" : "wrong";
    part += fmt::format("<p>Answered: {} ({})</p>\n", escaped(step.answer), grade);
  }
  for (const std::string& fault : step.faults) part += fmt::format("<pre>{}</pre>\n", escaped(fault));
  return part + "</section>\n";
}

}  // namespace

std::size_t CheckedFile::failures() const {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const CheckedStep& step) { return !step.faults.empty(); }));
}

std::string place_in_file(const std::string& file, lessons::Mark mark) {
  return fmt::format("{}:{}:{}", file, mark.line, mark.column);
}

std::string fault_at(const std::string& file, lessons::Mark mark, const std::string& what) {
  return fmt::format("{}: {}", place_in_file(file, mark), what);
}

CheckedFile unreadable(const std::string& file, const Error& error) {
  return {.file = file,
          .id = std::filesystem::path(file).stem().string(),
          .steps = {{.id = "file", .faults = {error.what()}}},
          .played = false};
}

bool hold(const std::vector<CheckedFile>& all) {
  return std::all_of(all.begin(), all.end(), [](const CheckedFile& one) { return one.failures() == 0; });
}

std::string report_text(const CheckedFile& checked) {
  const std::size_t bad = checked.failures();
  const std::size_t left_out = skipped(checked);
  std::string text = fmt::format("{} {}: ", bad == 0 ? "ok  " : "FAIL", checked.id);
  if (checked.played) {
    text += fmt::format("{} of {} steps hold{}\n", checked.steps.size() - bad - left_out, checked.steps.size(),
                        left_out == 0 ? std::string() : fmt::format(", {} left out", left_out));
  } else {
    text += "it cannot be played\n";
  }
  for (const CheckedStep& step : checked.steps) {
    for (const std::string& fault : step.faults) text += fault + "\n";
    if (!step.skipped.empty()) text += fmt::format("{}: left out: {}\n", step.id, step.skipped);
  }
  for (const std::string& warning : checked.warnings) text += warning + "\n";
  return text;
}

std::string junit_xml(const std::vector<CheckedFile>& all) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const CheckedFile& file : all) {
    text += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n", escaped(file.id),
                        file.steps.size(), file.failures(), skipped(file));
    for (const CheckedStep& step : file.steps) {
      text += fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{:.3f}\"", escaped(file.id),
                          escaped(step.id), escaped(file.file), step.seconds);
      if (!step.faults.empty()) {
        text += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                            escaped(split(step.faults[0], '\n')[0]), escaped(join(step.faults, "\n")));
      } else if (!step.skipped.empty()) {
        text += fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(step.skipped));
      } else {
        text += "/>\n";
      }
    }
    if (!file.warnings.empty()) {
      text += fmt::format("    <system-out>{}</system-out>\n", escaped(join(file.warnings, "\n")));
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string report_json(const std::vector<CheckedFile>& all) {
  Json files = Json::array();
  for (const CheckedFile& one : all) {
    Json steps = Json::array();
    for (const CheckedStep& step : one.steps) steps.push_back(json_of(step));
    files.push_back({{"file", one.file},
                     {"id", one.id},
                     {"failures", one.failures()},
                     {"warnings", one.warnings},
                     {"steps", std::move(steps)}});
  }
  constexpr int indent = 2;
  return Json{{"glassdock_check", 1}, {"files", std::move(files)}}.dump(indent, ' ', false,
                                                                        Json::error_handler_t::replace) +
         "\n";
}

std::string report_html(const std::vector<CheckedFile>& all) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">\n<title>Glassdock check</title>\n<style>{}{}</style>\n</head>\n"
      "<body>\n<main class=\"check\">\n<h1>{}</h1>\n",
      trace::report_style(), style, hold(all) ? "All steps hold" : "Not all steps hold");
  for (const CheckedFile& one : all) {
    page += fmt::format("<h2>{}</h2>\n<p>{}</p>\n", escaped(one.id), escaped(one.file));
    for (const std::string& warning : one.warnings) page += fmt::format("<pre>{}</pre>\n", escaped(warning));
    for (const CheckedStep& step : one.steps) page += html_of(step);
  }
  return page + "</main>\n</body>\n</html>\n";
}

void check_report_name(const text::ParsedFlags& flags, std::string_view command) {
  const std::string file = flags.value("report");
  if (file.empty() || ends_with(file, ".xml") || ends_with(file, ".json") || ends_with(file, ".html")) return;
  throw usage_error(fmt::format("--report writes .xml, .json or .html, not {}", file), command);
}

void write_report(const text::ParsedFlags& flags, const std::vector<CheckedFile>& all) {
  const std::string file = flags.value("report");
  if (file.empty()) return;
  constexpr mode_t mode = 0644;
  const std::string text = ends_with(file, ".xml")    ? junit_xml(all)
                           : ends_with(file, ".json") ? report_json(all)
                                                      : report_html(all);
  os::write_file_atomically(os::real_system(), file, text, mode);
}

}  // namespace glassdock::headless
