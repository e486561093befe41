#include "app/headless/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/text/flags.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::headless {
namespace {

using text::Flag;
using text::FlagType;

constexpr int usage_exit_code = 2;

constexpr std::array flags{
    Flag{"explain", 0, FlagType::boolean, "", "Tell each step as it happens, with the command that does the same"},
    Flag{"step", 0, FlagType::boolean, "", "Hold at every gate and wait for Enter"},
    Flag{"hold", 0, FlagType::list, "STAGE|GATE",
         "Hold at that gate, or at the first one of a stage (also after:GATE); may be given again"},
    Flag{"trace", 0, FlagType::word, "FILE", "Record everything into FILE (.gdtrace)"},
    Flag{"evidence", 0, FlagType::boolean, "", "Read what proves each step, to show or record it"},
    Flag{"show-env", 0, FlagType::boolean, "", "Do not hide the values of -e in recordings"},
    Flag{"language", 0, FlagType::word, "en|ko", "The language of explanations, help and errors"},
    Flag{"data", 0, FlagType::word, "DIR", "Use the engine whose data is in DIR (it listens in DIR/engine.sock)"},
    Flag{"socket", 0, FlagType::word, "PATH", "Use the engine that listens at PATH (also: GLASSDOCK_SOCKET)"},
    Flag{"version", 0, FlagType::boolean, "", "Print the version"},
    Flag{"help", 'h', FlagType::boolean, "", "Print this help"},
};

trace::Language parse_language(const std::string& word) {
  if (word == "en") return trace::Language::english;
  if (word == "ko") return trace::Language::korean;
  throw Error(ErrorKind::invalid_argument, fmt::format("there is no language \"{}\"", word), "en or ko");
}

// "--trace docker run …" takes the command for the file.
void refuse_command_as_value(const text::ParsedFlags& parsed) {
  for (const Flag& flag : flags) {
    if (flag.type == FlagType::boolean || parsed.values(flag.name).empty()) continue;
    if (parsed.values(flag.name).back() != "docker") continue;
    throw Error(ErrorKind::invalid_argument,
                fmt::format("--{} takes \"docker\" for its {}", flag.name, flag.value_name),
                fmt::format("--{} {} docker …", flag.name, flag.value_name));
  }
}

constexpr std::string_view language_option = "--language";

// What `--language WORD` or `--language=WORD` at that place says; empty for anything else.
std::string language_at(std::span<const std::string> words, std::size_t at) {
  if (words[at] == language_option) return at + 1 < words.size() ? words[at + 1] : std::string();
  if (!starts_with(words[at], "--language=")) return {};
  return words[at].substr(language_option.size() + 1);
}

// Behind one of glassdock's own commands it is no word of theirs; empty where it is not there.
std::string take_language(std::vector<std::string>& words) {
  if (words.empty() || words[0] == "docker") return {};
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string said = language_at(words, i);
    if (said.empty()) continue;
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(i);
    words.erase(first, first + (*first == language_option ? 2 : 1));
    return said;
  }
  return {};
}

Options make(const text::ParsedFlags& parsed) {
  refuse_command_as_value(parsed);
  Options options;
  options.step = parsed.on("step");
  options.explain = parsed.on("explain") || options.step;
  options.holds = parsed.values("hold");
  for (const std::string& wish : options.holds) trace::check_hold(wish);
  if (options.step && !options.holds.empty()) {
    throw Error(ErrorKind::invalid_argument, "--step and --hold exclude each other",
                "--step holds at every gate, --hold at those named");
  }
  options.trace_file = parsed.value("trace");
  options.evidence = parsed.on("evidence");
  if (options.evidence && options.trace_file.empty()) options.explain = true;  // it must show somewhere
  options.show_environment = parsed.on("show-env");
  options.place.data = parsed.value("data");
  options.place.socket = parsed.value("socket");
  options.help = parsed.on("help");
  options.version = parsed.on("version");
  options.words = parsed.words();
  std::string language = take_language(options.words);
  options.language_given = !language.empty() || parsed.has("language");
  if (language.empty()) language = parsed.value("language");
  options.language = options.language_given ? parse_language(language) : trace::environment_language();
  return options;
}

}  // namespace

Options parse_options(std::span<const std::string> arguments) {
  try {
    return make(text::parse_flags(flags, arguments, text::Placement::before_first_word));
  } catch (const Error& error) {
    std::string hint = error.hint().empty() ? "see glassdock --help" : error.hint();
    throw Error(error.kind(), error.message(), hint).with_exit_code(usage_exit_code);
  }
}

client::RunOptions run_options(const Options& options) {
  client::RunOptions run;
  if (options.step) run.mode = client::RunMode::step;
  if (!options.holds.empty()) run.mode = client::RunMode::hold;
  run.holds = options.holds;
  run.evidence = options.evidence;
  return run;
}

std::span<const Flag> option_flags() {
  return flags;
}

bool is_option(std::string_view name) {
  return std::any_of(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
}

trace::Language wished_language(std::span<const std::string> arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "docker"; ++i) {
    const std::string said = language_at(arguments, i);
    if (!said.empty()) return said == "ko" ? trace::Language::korean : trace::Language::english;
  }
  return trace::environment_language();
}

}  // namespace glassdock::headless
