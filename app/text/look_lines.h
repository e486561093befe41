#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/text/template.h"

namespace glassdock::text {

// docker inspect: what is printed of the documents that the engine gives.
class Inspector {
 public:
  // Throws FormatError for a template that cannot be read, with docker's exit code for it.
  explicit Inspector(const std::string& format);
  // `document`: as the engine wrote it. `type`: what docker's client reads it into. Throws FormatError where the
  // template cannot be filled in with it; what was taken before stays.
  void take(const std::string& document, const GoType& type);
  // All of them: an array, or where there is a template a line for each.
  std::string text() const;

 private:
  std::string format_;
  std::optional<Template> template_;
  Value documents_ = Value::array();
  std::string lines_;
};

// docker info and docker version of what the engine says of itself, and this program's version. Throw as Inspector.
std::string info_text(const std::string& document, std::string_view version, const std::string& format);
std::string version_text(const std::string& document, std::string_view version, const std::string& format);

}  // namespace glassdock::text
