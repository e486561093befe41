#include "engine/daemon/log_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::daemon {
namespace {

// As docker says it of a start: it looks at the values only there.
Error bad_value(const std::string& what) {
  return Error(ErrorKind::internal,
               "failed to create task for container: failed to initialize logging driver: " + what);
}

// go-units, FromHumanSize: "10m" is ten million bytes; "10MB" and "1.5 g" are taken too.
std::optional<std::uint64_t> parse_decimal_size(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string digits(text.substr(0, end));
  if (digits.empty() || digits[0] == '.' || std::count(digits.begin(), digits.end(), '.') > 1) return std::nullopt;
  std::string unit(trim(text.substr(end)));
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
  if (unit.size() > 1 && unit.back() == 'b') unit.pop_back();
  double factor = 1;
  if (!unit.empty() && unit != "b") {
    constexpr std::string_view units = "kmgtp";
    const auto power = units.find(unit);
    if (unit.size() != 1 || power == std::string_view::npos) return std::nullopt;
    for (std::size_t i = 0; i <= power; ++i) factor *= 1000;
  }
  const double bytes = std::stod(digits) * factor;
  return bytes < 9e18 ? std::optional(static_cast<std::uint64_t>(bytes)) : std::nullopt;
}

std::uint64_t parse_most_bytes(const std::string& value) {
  const auto bytes = parse_decimal_size(value);
  if (!bytes) throw bad_value(fmt::format("invalid size: '{}'", value));
  if (*bytes == 0) throw bad_value("max-size must be a positive number");
  return *bytes;
}

std::uint32_t parse_most_files(const std::string& value) {
  const bool negative = starts_with(value, "-");
  const auto count = parse_number(std::string_view(value).substr(negative ? 1 : 0));
  if (!count || *count > INT32_MAX) throw bad_value(fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", value));
  if (negative || *count == 0) throw bad_value("max-file cannot be less than 1");
  return static_cast<std::uint32_t>(*count);
}

void check_names(const ContainerConfig& config) {
  static constexpr std::array<std::string_view, 2> known = {"max-file", "max-size"};
  static constexpr std::array<std::string_view, 6> dockers = {"compress", "env",          "env-regex",
                                                              "labels",   "labels-regex", "tag"};
  for (const auto& [name, value] : config.log_options) {
    if (std::count(known.begin(), known.end(), name) > 0) continue;
    if (name == "compress" && (value == "false" || value == "0")) continue;
    if (std::count(dockers.begin(), dockers.end(), name) > 0) {
      throw Error(ErrorKind::not_supported,
                  fmt::format("log option {} is not supported yet by Glassdock {}", name, GLASSDOCK_VERSION));
    }
    throw Error(ErrorKind::invalid_argument,
                fmt::format("unknown log opt '{}' for {} log driver", name, config.log_driver));
  }
}

}  // namespace

LogBounds log_bounds(const ContainerConfig& config) {
  static constexpr std::array<std::string_view, 10> dockers = {
      "awslogs", "etwlogs", "fluentd", "gcplogs", "gelf", "journald", "local", "logentries", "splunk", "syslog"};
  if (config.log_driver == "none") return {};
  if (std::count(dockers.begin(), dockers.end(), config.log_driver) > 0) {
    throw Error(ErrorKind::not_supported, fmt::format("log driver {} is not supported yet by Glassdock {}",
                                                      config.log_driver, GLASSDOCK_VERSION));
  }
  if (config.log_driver != "json-file") {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("error looking up logging plugin {0}: plugin \"{0}\" not found", config.log_driver));
  }
  check_names(config);
  LogBounds bounds{0, 1};
  const auto& options = config.log_options;
  if (auto size = options.find("max-size"); size != options.end()) bounds.most_bytes = parse_most_bytes(size->second);
  if (auto files = options.find("max-file"); files != options.end()) {
    bounds.most_files = parse_most_files(files->second);
  }
  return bounds;
}

}  // namespace glassdock::daemon
