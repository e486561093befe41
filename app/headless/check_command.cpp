#include "app/headless/check_command.h"

#include <unistd.h>

#include <utility>

#include "app/headless/lab.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/lessons/unwritten.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::headless {
namespace {

CheckedFile checked(const std::string& file, const live::LabEngine& engine, std::chrono::seconds limit,
                    const CheckFile& check_file) {
  try {
    CheckedFile found = check_file(file, engine, limit);
    for (const lessons::Unwritten& text : lessons::unwritten_texts(lessons::parse_yaml(lessons::read_source(file)))) {
      found.warnings.push_back(fault_at(file, text.mark, "warning: still to be written: " + text.text));
    }
    return found;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) throw;
    return unreadable(file, error);
  }
}

}  // namespace

int check_files(const text::ParsedFlags& flags, std::string_view command, std::vector<std::string> shipped,
                const CheckFile& check_file) {
  const std::vector<std::string> files = flags.words().empty() ? std::move(shipped) : flags.words();
  const std::chrono::seconds limit = limit_of(flags, command);
  check_report_name(flags, command);
  const live::LabEngine engine;
  std::vector<CheckedFile> all;
  for (const std::string& file : files) {
    all.push_back(checked(file, engine, limit, check_file));
    write_out(STDOUT_FILENO, report_text(all.back()));
  }
  write_report(flags, all);
  return hold(all) ? 0 : 1;
}

std::chrono::seconds limit_of(const text::ParsedFlags& flags, std::string_view command) {
  constexpr int usual = 120;
  const auto wished = parse_number(flags.value("limit", std::to_string(usual)));
  if (!wished || *wished == 0 || *wished > usual * usual) {
    throw usage_error("--limit takes a number of seconds", command);
  }
  return std::chrono::seconds(*wished);
}

}  // namespace glassdock::headless
