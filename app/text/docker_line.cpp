#include "app/text/docker_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/text/flags.h"
#include "app/text/hints.h"
#include "app/text/run_line.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr int usage_exit_code = 1;   // docker's for wrong words
constexpr int flag_exit_code = 125;  // docker's for wrong flags

constexpr Flag help_flag{"help", 'h', FlagType::boolean, "", "Print usage"};

constexpr std::array pull_flags{
    Flag{"all-tags", 'a', FlagType::unsupported},
    Flag{"disable-content-trust", 0, FlagType::unsupported},
    Flag{"platform", 0, FlagType::unsupported},
    Flag{"quiet", 'q', FlagType::boolean, "", "Suppress verbose output"},
    help_flag,
};
constexpr std::array images_flags{
    Flag{"all", 'a', FlagType::boolean, "", "Show all images (this engine keeps no intermediate ones)"},
    Flag{"digests", 0, FlagType::boolean, "", "Show digests"},
    Flag{"filter", 'f', FlagType::unsupported},
    Flag{"format", 0, FlagType::unsupported},
    Flag{"no-trunc", 0, FlagType::boolean, "", "Don't truncate output"},
    Flag{"quiet", 'q', FlagType::boolean, "", "Only show image IDs"},
    help_flag,
};
constexpr std::array ps_flags{
    Flag{"all", 'a', FlagType::boolean, "", "Show all containers (default shows just running)"},
    Flag{"filter", 'f', FlagType::list, "filter", "Filter output, e.g. status=exited, name=web"},
    Flag{"format", 0, FlagType::unsupported},
    Flag{"last", 'n', FlagType::whole, "int", "Show n last created containers (includes all states)"},
    Flag{"latest", 'l', FlagType::boolean, "", "Show the latest created container (includes all states)"},
    Flag{"no-trunc", 0, FlagType::boolean, "", "Don't truncate output"},
    Flag{"quiet", 'q', FlagType::boolean, "", "Only display container IDs"},
    Flag{"size", 's', FlagType::unsupported},
    help_flag,
};
constexpr std::array rm_flags{
    Flag{"force", 'f', FlagType::boolean, "", "Force the removal of a running container (uses SIGKILL)"},
    Flag{"link", 'l', FlagType::unsupported},
    Flag{"volumes", 'v', FlagType::boolean, "", "Remove anonymous volumes associated with the container"},
    help_flag,
};
constexpr std::array rmi_flags{
    Flag{"force", 'f', FlagType::boolean, "", "Force removal of the image"},
    Flag{"no-prune", 0, FlagType::boolean, "", "Do not delete untagged parents"},
    help_flag,
};
constexpr std::array version_flags{
    Flag{"format", 'f', FlagType::unsupported},
    help_flag,
};

// What the help and the errors say about a command, and how many words it takes.
struct Command {
  std::string_view name;
  std::string_view usage;  // behind "docker NAME"
  std::string_view does;
  std::span<const Flag> flags;
  std::size_t least_words;
  std::size_t most_words;  // SIZE_MAX: any number
};

const std::array commands{
    Command{"run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image", run_flags(), 1,
            SIZE_MAX},
    Command{"exec", "[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container", exec_flags(), 2,
            SIZE_MAX},
    Command{"start", "[OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers", start_flags(), 1,
            SIZE_MAX},
    Command{"attach", "[OPTIONS] CONTAINER",
            "Attach local standard input, output, and error streams to a running container", attach_flags(), 1, 1},
    Command{"ps", "[OPTIONS]", "List containers", ps_flags, 0, 0},
    Command{"pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", pull_flags, 1, 1},
    Command{"images", "[OPTIONS] [REPOSITORY[:TAG]]", "List images", images_flags, 0, 1},
    Command{"rm", "[OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers", rm_flags, 1, SIZE_MAX},
    Command{"rmi", "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", rmi_flags, 1, SIZE_MAX},
    Command{"version", "[OPTIONS]", "Show the version information", version_flags, 0, 0},
};

// The rest of docker's own (docker --help of 26.1, with the long names' groups).
constexpr auto known_to_docker = std::to_array<std::string_view>({
    "build",  "builder", "buildx",  "checkpoint", "commit",   "compose", "config",  "container", "context", "cp",
    "create", "diff",    "events",  "export",     "history",  "image",   "import",  "info",      "inspect", "kill",
    "load",   "login",   "logout",  "logs",       "manifest", "network", "node",    "pause",     "plugin",  "port",
    "push",   "rename",  "restart", "save",       "search",   "secret",  "service", "stack",     "stats",   "stop",
    "swarm",  "system",  "tag",     "top",        "trust",    "unpause", "update",  "volume",    "wait",
});

const Command* find_command(std::string_view name) {
  for (const Command& command : commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::string see_help(std::string_view command) {
  return command.empty() ? "See 'docker --help'." : fmt::format("See 'docker {} --help'.", command);
}

Error usage_error(std::string_view message, std::string_view command, std::string hint = {}) {
  return Error(ErrorKind::invalid_argument, fmt::format("{}\n{}", message, see_help(command)), std::move(hint))
      .with_exit_code(usage_exit_code);
}

// "exec", and "container exec", which take_command_name() left as two words.
bool is_known_to_docker(std::string_view name) {
  const std::string_view verb = name.substr(name.rfind(' ') + 1);
  const bool of_group = verb.size() != name.size();
  return (of_group && verb == "prune") ||
         std::find(known_to_docker.begin(), known_to_docker.end(), verb) != known_to_docker.end();
}

Error unknown_command(std::string_view name) {
  if (!is_known_to_docker(name)) {
    return usage_error(fmt::format("docker: '{}' is not a docker command.", name), "", hint_for_command(name));
  }
  const bool ends = name == "stop" || name == "kill" || name == "container stop" || name == "container kill";
  std::string there;
  for (const Command& command : commands) there += (there.empty() ? "" : ", ") + std::string(command.name);
  return usage_error(fmt::format("docker: '{}' is not supported by this version of Glassdock. It has: {}.{}", name,
                                 there, ends ? "\n'docker rm -f NAME' ends a container, and removes it." : ""),
                     "");
}

std::string help_of(const Command& command) {
  return fmt::format("Usage:  docker {} {}\n\n{}\n\nOptions:\n{}", command.name, command.usage, command.does,
                     flags_help(command.flags));
}

std::string help_of_all() {
  std::string text = "Usage:  docker COMMAND\n\nCommands that this version of Glassdock understands:\n";
  for (const Command& command : commands) text += fmt::format("  {:<9} {}\n", command.name, command.does);
  return text + "\nRun 'docker COMMAND --help' for more information on a command.\n";
}

void check_words(const Command& command, std::size_t count) {
  if (count >= command.least_words && count <= command.most_words) return;
  std::string_view plural = command.least_words == 1 ? "" : "s";
  std::string message;
  if (command.most_words == 0) {
    message = fmt::format("\"docker {}\" accepts no arguments.", command.name);
  } else if (command.most_words == command.least_words) {
    message = fmt::format("\"docker {}\" requires exactly {} argument{}.", command.name, command.least_words, plural);
  } else if (count < command.least_words) {
    message = fmt::format("\"docker {}\" requires at least {} argument{}.", command.name, command.least_words, plural);
  } else {
    message = fmt::format("\"docker {}\" requires at most {} argument.", command.name, command.most_words);
  }
  throw usage_error(message, command.name);
}

PsCommand make_ps(const ParsedFlags& flags) {
  PsCommand ps;
  ps.quiet = flags.on("quiet");
  ps.no_trunc = flags.on("no-trunc");
  for (const std::string& filter : flags.values("filter")) {
    auto equals = filter.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("invalid argument \"{}\" for \"-f, --filter\" flag: bad format of filter (expected "
                              "name=value)",
                              filter));
    }
    ps.filters[filter.substr(0, equals)].push_back(filter.substr(equals + 1));
  }
  ps.last = std::stoll(flags.value("last", "0"));
  if (flags.on("latest")) ps.last = 1;
  if (ps.last < 0) ps.last = 0;
  ps.all = flags.on("all") || ps.last > 0;
  return ps;
}

DockerCommand make(const Command& command, const ParsedFlags& flags, const Surroundings& surroundings) {
  if (command.name == "run") return make_run(flags, surroundings);
  if (command.name == "exec") return make_exec(flags, surroundings);
  if (command.name == "start") return make_start(flags);
  if (command.name == "attach") return make_attach(flags);
  if (command.name == "ps") return make_ps(flags);
  if (command.name == "pull") return PullCommand{flags.words()[0], flags.on("quiet")};
  if (command.name == "images") {
    return ImagesCommand{flags.words().empty() ? std::string() : flags.words()[0], flags.on("quiet"),
                         flags.on("no-trunc"), flags.on("digests")};
  }
  if (command.name == "rm") return RmCommand{flags.words(), flags.on("force"), flags.on("volumes")};
  if (command.name == "rmi") return RmiCommand{flags.words(), flags.on("force"), flags.on("no-prune")};
  return VersionCommand{};
}

// "container ls" and its kin are the long names of the plain commands. Returns the plain name and takes the words off.
std::string take_command_name(std::span<const std::string>& arguments) {
  std::string name = arguments[0];
  arguments = arguments.subspan(1);
  if ((name != "container" && name != "image") || arguments.empty()) return name;
  std::string second = arguments[0];
  static constexpr std::array<std::array<std::string_view, 3>, 14> long_names{{
      {"container", "run", "run"},
      {"container", "exec", "exec"},
      {"container", "start", "start"},
      {"container", "attach", "attach"},
      {"container", "ls", "ps"},
      {"container", "list", "ps"},
      {"container", "ps", "ps"},
      {"container", "rm", "rm"},
      {"container", "remove", "rm"},
      {"image", "pull", "pull"},
      {"image", "ls", "images"},
      {"image", "list", "images"},
      {"image", "rm", "rmi"},
      {"image", "remove", "rmi"},
  }};
  for (const auto& [group, verb, plain] : long_names) {
    if (group == name && verb == second) {
      arguments = arguments.subspan(1);
      return std::string(plain);
    }
  }
  return name + " " + second;
}

HelpCommand help_about(std::span<const std::string> words) {
  if (words.empty()) return {help_of_all()};
  const Command* command = find_command(words[0]);
  if (!command) throw unknown_command(words[0]);
  return {help_of(*command)};
}

}  // namespace

std::vector<CommandWords> command_words() {
  std::vector<CommandWords> all;
  all.reserve(std::size(commands));
  for (const Command& command : commands) all.push_back({command.name, command.usage, command.does, command.flags});
  return all;
}

DockerCommand parse_docker(std::span<const std::string> arguments, const Surroundings& surroundings) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") return HelpCommand{help_of_all()};
  if (arguments[0] == "--version" || arguments[0] == "-v") return VersionCommand{};
  if (arguments[0] == "help") return help_about(arguments.subspan(1));
  if (starts_with(arguments[0], "-")) {
    throw Error(ErrorKind::invalid_argument, fmt::format("unknown flag: {}\n{}", arguments[0], see_help("")))
        .with_exit_code(flag_exit_code);
  }
  std::string name = take_command_name(arguments);
  const Command* command = find_command(name);
  if (!command) throw unknown_command(name);
  try {
    auto placement = name == "run" || name == "exec" ? Placement::before_first_word : Placement::anywhere;
    ParsedFlags flags = parse_flags(command->flags, arguments, placement);
    if (flags.on("help")) return HelpCommand{help_of(*command)};
    check_words(*command, flags.words().size());
    return make(*command, flags, surroundings);
  } catch (const Error& error) {
    if (error.exit_code() == usage_exit_code) throw;
    throw Error(error.kind(), fmt::format("{}\n{}", error.message(), see_help(command->name)), error.hint())
        .with_exit_code(flag_exit_code);
  }
}

bool is_docker_command(std::string_view name) {
  const auto here = [&](const Command& command) { return command.name == name; };
  return is_known_to_docker(name) || std::any_of(commands.begin(), commands.end(), here);
}

}  // namespace glassdock::text
