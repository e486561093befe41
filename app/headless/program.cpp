#include "app/headless/program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

#include "app/headless/docker_command.h"
#include "app/headless/doctor.h"
#include "app/headless/engine_commands.h"
#include "app/headless/help.h"
#include "app/headless/options.h"
#include "app/headless/race_command.h"
#include "app/headless/studio_program.h"
#include "app/headless/terminal.h"
#include "app/headless/trace_commands.h"
#include "app/headless/usage.h"
#include "app/text/docker_line.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::headless {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const Options& options, std::span<const std::string> words);
};

int print_help(const Options& options, std::span<const std::string> words);

constexpr Command commands[] = {
    {"docker", run_docker},       {"watch", watch_clients}, {"gates", list_gates},        {"replay", replay},
    {"export", export_recording}, {"doctor", doctor},       {"engine", manage_engine},    {"help", print_help},
    {"vm-race", race_vm},         {"lesson", open_lessons}, {"scenario", open_scenarios}, {"events", list_events},
};

std::string hint_about(const std::string& unknown) {
  if (text::is_docker_command(unknown)) {
    return fmt::format("docker's commands stand behind docker: glassdock docker {} …", unknown);
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  const std::string_view meant = meant_name(unknown, names);
  return meant.empty() ? "see glassdock --help" : fmt::format("did you mean {}?", meant);
}

bool asks_for_help(std::span<const std::string> words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

int run_command(const Options& options, std::span<const std::string> words) {
  const std::span<const std::string> rest = words.subspan(1);
  for (const Command& command : commands) {
    if (command.name != words[0]) continue;
    if (command.run == run_docker || !asks_for_help(rest)) return command.run(options, rest);
    write_out(STDOUT_FILENO, help_text(own_command(command.name), options.language, terminal_columns(STDOUT_FILENO)));
    return 0;
  }
  constexpr int wrong_use = 2;
  throw Error(ErrorKind::invalid_argument, fmt::format("there is no command \"{}\"", words[0]), hint_about(words[0]))
      .with_exit_code(wrong_use);
}

// help replay: the same as replay --help.
int print_help(const Options& options, std::span<const std::string> words) {
  if (words.empty()) {
    write_out(STDOUT_FILENO, help_text(options.language, terminal_columns(STDOUT_FILENO)));
    return 0;
  }
  std::vector<std::string> asked(words.begin(), words.end());
  asked.emplace_back("--help");
  return run_command(options, asked);
}

int dispatch(const Options& options) {
  if (options.version) {
    write_out(STDOUT_FILENO, "glassdock " GLASSDOCK_VERSION "\n");
    return 0;
  }
  const bool alone = options.words.empty();
  const bool recordings = (options.words.size() == 1 || options.words.size() == 2) &&
                          std::all_of(options.words.begin(), options.words.end(),
                                      [](const std::string& word) { return ends_with(word, ".gdtrace"); });
  if (!options.help && (recordings || (alone && has_display()))) open_studio(options);
  if (options.help || alone) return print_help(options, {});
  return run_command(options, options.words);
}

// The last words: where nobody can be told any more (the terminal was closed), the exit code is all.
void say_at_the_end(const Error& fault, trace::Language language) noexcept {
  try {
    std::string line = in_language(fault.message(), language);
    if (!fault.hint().empty()) line += fmt::format(" ({})", in_language(fault.hint(), language));
    write_out(STDERR_FILENO, fmt::format("glassdock: {}\n", line));
  } catch (const std::exception&) {
  }
}

}  // namespace

int run_program(std::span<const std::string> arguments) {
  return run_as_program(arguments, dispatch);
}

int run_as_program(std::span<const std::string> arguments, int (*run)(const Options& options)) {
  const trace::Language language = wished_language(arguments);
  try {
    return run(parse_options(arguments));
  } catch (const Error& error) {
    say_at_the_end(error, language);
    return error.exit_code();
  } catch (const std::exception& error) {
    const Error internal(ErrorKind::internal, error.what());
    say_at_the_end(internal, language);
    return internal.exit_code();
  }
}

}  // namespace glassdock::headless
