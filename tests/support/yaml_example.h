// support: the examples of lessons and scenarios in docs/, and slips in them.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "app/lessons/document.h"
#include "engine/os/files.h"
#include "tests/support/fault_of.h"
#include "tests/support/places.h"

namespace glassdock::testing {

// The first YAML that the page shows: "lessons.md".
inline std::string yaml_example(const std::string& name) {
  const std::string page = os::read_file(source_path("docs/" + name));
  const std::string fence = "```yaml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

// With the first `what` in it made `with`.
inline lessons::Source source_with(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
  return {"a.yaml", std::move(text)};
}

// The line and column of the first `part` in `text`, as errors name them.
inline std::string place_of(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  const std::size_t begin = text.rfind('\n', at);
  return fmt::format("{}:{}", line, at - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

// A slip in an example, and how it is refused.
struct Slip {
  const char* name;
  const char* what;   // of the example is replaced …
  const char* with;   // … by this
  const char* place;  // the error stands where this does
  const char* says;
  const char* hint = "";
};
inline void PrintTo(const Slip& slip, std::ostream* out) {
  *out << slip.name;
}
inline std::string name_of(const ::testing::TestParamInfo<Slip>& slip) {
  return slip.param.name;
}
template <typename Parse>
void expect_refused(const Slip& slip, const std::string& example, const Parse& parse) {
  const lessons::Source source = source_with(example, slip.what, slip.with);
  const Error fault = tests::fault_of([&] { parse(source); });
  EXPECT_THAT(fault.message(), ::testing::StartsWith(fmt::format("a.yaml:{}: ", place_of(source.text, slip.place))));
  EXPECT_THAT(fault.message(), ::testing::HasSubstr(slip.says));
  EXPECT_THAT(fault.hint(), ::testing::HasSubstr(slip.hint));
}

}  // namespace glassdock::testing
