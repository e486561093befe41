#include "engine/api/terminal_request.h"

#include <fmt/format.h>

#include <string>

#include "engine/api/answers.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::api {
namespace {

// A terminal counts in 16 bits (ioctl_tty(2)); what is more loses the rest, as in docker.
std::uint16_t read_cells(const http::Request& request, const char* name) {
  const std::string text = query_text(request, name);
  const auto number = parse_number(text);
  if (!number || *number > INT64_MAX) {
    throw Error(ErrorKind::invalid_argument, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", text));
  }
  return static_cast<std::uint16_t>(*number);
}

}  // namespace

DetachKeys read_detach_keys(std::string_view text) {
  try {
    return parse_detach_keys(text.empty() ? std::string_view(default_detach_keys) : text);
  } catch (const Error&) {
    throw Error(ErrorKind::invalid_argument, fmt::format("Invalid detach keys ({}) provided", text));
  }
}

std::pair<std::uint16_t, std::uint16_t> read_terminal_size(const http::Request& request) {
  const std::uint16_t rows = read_cells(request, "h");
  return {rows, read_cells(request, "w")};
}

}  // namespace glassdock::api
