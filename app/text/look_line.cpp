#include "app/text/look_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/base/error.h"

namespace glassdock::text {
namespace {

using Kind = InspectCommand::Kind;
using enum FlagType;

constexpr int failed = 1;  // docker looks at the type behind its flags

constexpr Flag help{"help", 'h', boolean, "", "Print usage"};
constexpr Flag format{"format", 'f', word, "string", "Format output: json, or a Go template"};

constexpr std::array flags_of_inspect{
    format,
    Flag{"size", 's', boolean, "", "Display total file sizes if the type is container"},
    Flag{"type", 0, word, "string", "Only inspect objects of the given type: container or image"},
    help,
};
constexpr std::array flags_of_container_inspect{
    format,
    Flag{"size", 's', boolean, "", "Display total file sizes"},
    help,
};
constexpr std::array flags_of_format{
    format,
    help,
};
constexpr std::array flags_of_logs{
    Flag{"details", 0, boolean, "", "Show extra details provided to logs"},
    Flag{"follow", 'f', boolean, "", "Follow log output"},
    Flag{"since", 0, word, "string",
         "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\")"},
    Flag{"tail", 'n', word, "string", "Number of lines to show from the end of the logs (default \"all\")"},
    Flag{"timestamps", 't', boolean, "", "Show timestamps"},
    Flag{"until", 0, word, "string",
         "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\")"},
    help,
};

Kind kind_of(const std::string& type) {
  // Those of docker's that this engine does not have.
  constexpr std::array<std::string_view, 8> others{"config", "network", "node", "plugin",
                                                   "secret", "service", "task", "volume"};
  if (type == "container") return Kind::container;
  if (type == "image") return Kind::image;
  if (std::find(others.begin(), others.end(), type) != others.end()) {
    throw Error(ErrorKind::not_supported, fmt::format("--type {} is not supported yet", type)).with_exit_code(failed);
  }
  throw Error(ErrorKind::invalid_argument,
              fmt::format("unknown type: \"{}\": must be one of \"config\", \"container\", \"image\", \"network\", "
                          "\"node\", \"plugin\", \"secret\", \"service\", \"task\", \"volume\"",
                          type))
      .with_exit_code(failed);
}

}  // namespace

std::span<const Flag> inspect_flags(Kind kind) {
  if (kind == Kind::container) return flags_of_container_inspect;
  if (kind == Kind::image) return flags_of_format;
  return flags_of_inspect;
}
std::span<const Flag> logs_flags() {
  return flags_of_logs;
}
std::span<const Flag> info_flags() {
  return flags_of_format;
}
std::span<const Flag> version_flags() {
  return flags_of_format;
}

InspectCommand make_inspect(const ParsedFlags& flags, Kind kind) {
  const bool typed = flags.has("type") && !flags.value("type").empty();
  return {flags.words(), flags.value("format"), typed ? kind_of(flags.value("type")) : kind, flags.on("size")};
}

LogsCommand make_logs(const ParsedFlags& flags) {
  return {.container = flags.words()[0],
          .since = flags.value("since"),
          .until = flags.value("until"),
          .tail = flags.value("tail", "all"),
          .follow = flags.on("follow"),
          .timestamps = flags.on("timestamps"),
          .details = flags.on("details")};
}

}  // namespace glassdock::text
