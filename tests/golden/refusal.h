#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {

using Words = std::vector<std::string>;

// The lines that tell of a fault: not docker's pointer to its help, nor what it says of a pull that begins.
inline Words complaints(const std::string& err) {
  Words lines;
  for (const std::string& line : split(err, '\n')) {
    if (!line.empty() && !starts_with(line, "See '") && !starts_with(line, "Unable to find image")) {
      lines.push_back(line);
    }
  }
  return lines;
}

// What is wrong with a refusal, a line each: it must end with `code`, print nothing but one line with all of `says`,
// and leave everything as it was.
inline std::string refused(const RealEngine& engine, const std::function<Outcome()>& command, int code,
                           const Words& says) {
  const Traces before = engine.traces();
  const Outcome outcome = command();
  std::string wrong;
  if (outcome.code != code) wrong += fmt::format("exit code {}, not {}\n", outcome.code, code);
  if (!outcome.out.empty()) wrong += "stdout: " + outcome.out + "\n";
  const Words lines = complaints(outcome.err);
  if (lines.size() != 1) wrong += fmt::format("{} lines instead of one\n", lines.size());
  for (const std::string& words : says) {
    if (outcome.err.find(words) == std::string::npos) wrong += "does not say: " + words + "\n";
  }
  if (!wrong.empty()) wrong += "stderr: " + outcome.err;
  return wrong + engine.differs_from(before);
}

}  // namespace glassdock::golden
