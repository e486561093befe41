#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/text/template.h"
#include "engine/base/error.h"

namespace glassdock::text {

// What docker calls the members of a line in a table's header, and how Go names what a line is.
struct LineForm {
  std::string type;  // "*formatter.ContainerContext"
  Value headers;     // member to header: {"ID": "CONTAINER ID", …}
};

// A --format that cannot be filled in, in docker's words.
class FormatError : public Error {
 public:
  explicit FormatError(std::string message, int exit_code = 1)
      : Error(ErrorKind::invalid_argument, std::move(message)), docker_exit_code_(exit_code) {}
  int docker_exit_code() const noexcept { return docker_exit_code_; }

 private:
  int docker_exit_code_;
};

// docker's --format: "json" is a JSON object a line, "table TEMPLATE" a table under its headers, anything else a Go
// template that is filled in for each line. "\t" and "\n" may be written with a backslash. Throws
// FormatError for a template that cannot be read or filled in.
std::string formatted(std::string_view format, const LineForm& form, std::span<const TemplateData> lines);

// The template in a format; empty for "json". Throws as formatted.
Template template_of(std::string_view format);

// An object of these members, as Go's maps are written: in the order of their names.
Value sorted_members(std::initializer_list<std::pair<const char*, Value>> members);

}  // namespace glassdock::text
