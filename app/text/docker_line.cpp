#include "app/text/docker_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "app/text/flags.h"
#include "app/text/hints.h"
#include "app/text/run_line.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr int usage_exit_code = 1;   // docker's for wrong words
constexpr int flag_exit_code = 125;  // docker's for wrong flags

using Kind = InspectCommand::Kind;

constexpr Flag help_flag{"help", 'h', FlagType::boolean, "", "Print usage"};

constexpr Flag format_flag{"format", 0, FlagType::word, "string", "Format output: json, table, or a Go template"};

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
    Flag{"filter", 'f', FlagType::list, "filter", "Filter output, e.g. dangling=true, reference=alpine"},
    format_flag,
    Flag{"no-trunc", 0, FlagType::boolean, "", "Don't truncate output"},
    Flag{"quiet", 'q', FlagType::boolean, "", "Only show image IDs"},
    help_flag,
};
constexpr std::array ps_flags{
    Flag{"all", 'a', FlagType::boolean, "", "Show all containers (default shows just running)"},
    Flag{"filter", 'f', FlagType::list, "filter", "Filter output, e.g. status=exited, name=web"},
    format_flag,
    Flag{"last", 'n', FlagType::whole, "int", "Show n last created containers (includes all states)"},
    Flag{"latest", 'l', FlagType::boolean, "", "Show the latest created container (includes all states)"},
    Flag{"no-trunc", 0, FlagType::boolean, "", "Don't truncate output"},
    Flag{"quiet", 'q', FlagType::boolean, "", "Only display container IDs"},
    Flag{"size", 's', FlagType::boolean, "", "Display total file sizes"},
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
// What the help and the errors say about a command, and how many words it takes. Those of manage_line.h follow these.
struct Command {
  std::string_view name;
  std::string_view usage;  // behind "docker NAME"
  std::string_view does;
  std::span<const Flag> flags;
  std::size_t least_words;
  std::size_t most_words;         // SIZE_MAX: any number
  std::string_view shown = name;  // in help and errors: "container ls" of ps
};

const std::array own_commands{
    Command{"run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image", run_flags(), 1,
            SIZE_MAX},
    Command{"create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container", create_flags(), 1, SIZE_MAX},
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
    Command{"logs", "[OPTIONS] CONTAINER", "Fetch the logs of a container", logs_flags(), 1, 1},
    Command{"inspect", "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects",
            inspect_flags(Kind::any), 1, SIZE_MAX},
    Command{"container inspect", "[OPTIONS] CONTAINER [CONTAINER...]",
            "Display detailed information on one or more containers", inspect_flags(Kind::container), 1, SIZE_MAX},
    Command{"image inspect", "[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images",
            inspect_flags(Kind::image), 1, SIZE_MAX},
    Command{"info", "[OPTIONS]", "Display system-wide information", info_flags(), 0, 0},
    Command{"version", "[OPTIONS]", "Show the Docker version information", version_flags(), 0, 0},
};

std::vector<Command> all_commands() {
  std::vector<Command> all(own_commands.begin(), own_commands.end());
  for (const ManageForm& form : manage_forms()) {
    all.push_back({form.name, form.usage, form.does, form.flags, form.least_words, form.most_words});
  }
  return all;
}

// Commands of groups, under the names of the plain ones: "container ls" is "ps".
struct LongName {
  std::string_view name, plain;
  bool is_alias = false;  // a further one, which help does not list

  std::string_view group() const { return name.substr(0, name.find(' ')); }
  std::string_view verb() const { return name.substr(name.find(' ') + 1); }
};
constexpr auto long_names = std::to_array<LongName>({
    {"container attach", "attach"},
    {"container create", "create"},
    {"container exec", "exec"},
    {"container kill", "kill"},
    {"container list", "ps", true},
    {"container logs", "logs"},
    {"container ls", "ps"},
    {"container pause", "pause"},
    {"container ps", "ps", true},
    {"container remove", "rm", true},
    {"container rename", "rename"},
    {"container restart", "restart"},
    {"container rm", "rm"},
    {"container run", "run"},
    {"container start", "start"},
    {"container stats", "stats"},
    {"container stop", "stop"},
    {"container top", "top"},
    {"container unpause", "unpause"},
    {"container update", "update"},
    {"container wait", "wait"},
    {"image history", "history"},
    {"image list", "images", true},
    {"image ls", "images"},
    {"image pull", "pull"},
    {"image remove", "rmi", true},
    {"image rm", "rmi"},
    {"image tag", "tag"},
    {"system events", "events"},
    {"system info", "info"},
});

struct Group {
  std::string_view name, does;
};
constexpr auto groups = std::to_array<Group>({
    {"container", "Manage containers"},
    {"image", "Manage images"},
    {"system", "Manage Docker"},
});

// The rest of docker's own (docker --help of 26.1).
constexpr auto known_to_docker = std::to_array<std::string_view>({
    "build",  "builder", "buildx", "checkpoint", "commit",  "compose",  "config",  "context", "cp",     "diff",
    "export", "import",  "load",   "login",      "logout",  "manifest", "network", "node",    "plugin", "port",
    "push",   "save",    "search", "secret",     "service", "stack",    "swarm",   "trust",   "volume",
});

std::optional<Command> find_command(std::string_view name) {
  for (const Command& command : all_commands()) {
    if (command.name == name) return command;
  }
  return std::nullopt;
}

const Group* find_group(std::string_view name) {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

std::string see_help(std::string_view command) {
  return command.empty() ? "See 'docker --help'." : fmt::format("See 'docker {} --help'.", command);
}

Error usage_error(std::string_view message, std::string_view command, std::string hint = {}) {
  return Error(ErrorKind::invalid_argument, fmt::format("{}\n{}", message, see_help(command)), std::move(hint))
      .with_exit_code(usage_exit_code);
}

// "exec", and "container exec", which take_name() left as two words.
bool is_known_to_docker(std::string_view name) {
  const std::string_view verb = name.substr(name.rfind(' ') + 1);
  return std::find(known_to_docker.begin(), known_to_docker.end(), verb) != known_to_docker.end();
}

Error unknown_command(std::string_view name) {
  if (!is_known_to_docker(name)) {
    return usage_error(fmt::format("docker: '{}' is not a docker command.", name), "", hint_for_command(name));
  }
  std::string there;
  for (const Command& command : all_commands()) there += (there.empty() ? "" : ", ") + std::string(command.name);
  return usage_error(
      fmt::format("docker: '{}' is not supported by this version of Glassdock. It has: {}.", name, there), "");
}

std::string help_of(const Command& command) {
  return fmt::format("Usage:  docker {} {}\n\n{}\n\nOptions:\n{}", command.shown, command.usage, command.does,
                     flags_help(command.flags));
}

std::string help_of_all() {
  std::string text = "Usage:  docker COMMAND\n\nCommands that this version of Glassdock understands:\n";
  for (const Command& command : all_commands()) text += fmt::format("  {:<15} {}\n", command.name, command.does);
  return text + "\nRun 'docker COMMAND --help' for more information on a command.\n";
}

// The group's own verbs, under the names that docker shows.
std::map<std::string_view, Command> verbs_of(const Group& group) {
  std::map<std::string_view, Command> verbs;
  for (const LongName& name : long_names) {
    if (name.group() != group.name || name.is_alias) continue;
    if (const auto command = find_command(name.plain)) verbs.emplace(name.verb(), *command);
  }
  const std::string prefix = std::string(group.name) + " ";
  for (const Command& command : all_commands()) {
    if (starts_with(command.name, prefix)) verbs.emplace(command.name.substr(prefix.size()), command);
  }
  return verbs;
}

// "docker container"
std::string help_of_group(const Group& group) {
  std::string text = fmt::format("Usage:  docker {} COMMAND\n\n{}\n\nCommands:\n", group.name, group.does);
  for (const auto& [verb, command] : verbs_of(group)) text += fmt::format("  {:<11} {}\n", verb, command.does);
  return text + fmt::format("\nRun 'docker {} COMMAND --help' for more information on a command.\n", group.name);
}

void check_words(const Command& command, std::size_t count) {
  if (count >= command.least_words && count <= command.most_words) return;
  std::string_view plural = command.least_words == 1 ? "" : "s";
  std::string message;
  if (command.most_words == 0) {
    message = fmt::format("\"docker {}\" accepts no arguments.", command.shown);
  } else if (command.most_words == command.least_words) {
    message = fmt::format("\"docker {}\" requires exactly {} argument{}.", command.shown, command.least_words, plural);
  } else if (count < command.least_words) {
    message = fmt::format("\"docker {}\" requires at least {} argument{}.", command.shown, command.least_words, plural);
  } else {
    message = fmt::format("\"docker {}\" requires at most {} argument.", command.shown, command.most_words);
  }
  throw usage_error(message, command.shown);
}

PsCommand make_ps(const ParsedFlags& flags) {
  PsCommand ps;
  ps.quiet = flags.on("quiet");
  ps.no_trunc = flags.on("no-trunc");
  ps.size = flags.on("size");
  ps.format = flags.value("format");
  ps.filters = filter_words(flags);
  ps.last = std::stoll(flags.value("last", "0"));
  if (flags.on("latest")) ps.last = 1;
  if (ps.last < 0) ps.last = 0;
  ps.all = flags.on("all") || ps.last > 0;
  return ps;
}

DockerCommand make(const Command& command, const ParsedFlags& flags, const Surroundings& surroundings) {
  if (command.name == "run") return make_run(flags, surroundings);
  if (command.name == "create") return CreateCommand{make_run(flags, surroundings)};
  if (command.name == "logs") return make_logs(flags);
  if (command.name == "inspect") return make_inspect(flags, Kind::any);
  if (command.name == "container inspect") return make_inspect(flags, Kind::container);
  if (command.name == "image inspect") return make_inspect(flags, Kind::image);
  if (command.name == "info") return InfoCommand{flags.value("format")};
  if (command.name == "exec") return make_exec(flags, surroundings);
  if (command.name == "start") return make_start(flags);
  if (command.name == "attach") return make_attach(flags);
  if (command.name == "ps") return make_ps(flags);
  if (command.name == "pull") return PullCommand{flags.words()[0], flags.on("quiet")};
  if (command.name == "images") {
    return ImagesCommand{flags.words().empty() ? std::string() : flags.words()[0],
                         flags.on("quiet"),
                         flags.on("no-trunc"),
                         flags.on("digests"),
                         flags.value("format"),
                         filter_words(flags)};
  }
  if (command.name == "rm") return RmCommand{flags.words(), flags.on("force"), flags.on("volumes")};
  if (command.name == "rmi") return RmiCommand{flags.words(), flags.on("force"), flags.on("no-prune")};
  for (const ManageForm& form : manage_forms()) {
    if (form.name == command.name) return form.make(flags);
  }
  return VersionCommand{flags.value("format")};
}

// What the first words name.
struct Taken {
  std::string name;  // as they say it
  std::optional<Command> command;
};

// "container ls" and its kin are the long names of the plain commands. Takes the words of the name off; where it is
// that of no command, the first only.
Taken take_name(std::span<const std::string>& arguments) {
  Taken taken{arguments[0], std::nullopt};
  arguments = arguments.subspan(1);
  if (!find_group(taken.name) || arguments.empty()) {
    taken.command = find_command(taken.name);
    return taken;
  }
  taken.name += " " + arguments[0];
  const auto named =
      std::find_if(long_names.begin(), long_names.end(), [&](const LongName& one) { return one.name == taken.name; });
  taken.command = find_command(named == long_names.end() ? std::string_view(taken.name) : named->plain);
  if (!taken.command) return taken;
  arguments = arguments.subspan(1);
  if (named == long_names.end()) return taken;
  // Docker shows an alias under the name that it stands for.
  const auto shown = std::find_if(long_names.begin(), long_names.end(), [&](const LongName& one) {
    return one.group() == named->group() && one.plain == named->plain && !one.is_alias;
  });
  taken.command->shown = shown->name;
  return taken;
}

HelpCommand help_about(std::span<const std::string> words) {
  if (words.empty()) return {help_of_all()};
  const Taken taken = take_name(words);
  if (const Group* group = find_group(taken.name)) return {help_of_group(*group)};
  if (!taken.command) throw unknown_command(taken.name);
  return {help_of(*taken.command)};
}

}  // namespace

std::vector<CommandWords> command_words() {
  std::vector<CommandWords> all;
  for (const Command& command : all_commands()) {
    if (command.name.find(' ') != std::string_view::npos) continue;
    all.push_back({command.name, command.usage, command.does, command.flags});
  }
  for (const Group& group : groups) all.push_back({group.name, "COMMAND", group.does, {}});
  return all;
}

std::vector<CommandWords> group_words(std::string_view name) {
  std::vector<CommandWords> words;
  const Group* group = find_group(name);
  if (!group) return words;
  for (const auto& [verb, command] : verbs_of(*group)) {
    words.push_back({verb, command.usage, command.does, command.flags});
  }
  return words;
}

std::optional<CommandWords> take_command(std::span<const std::string>& words) {
  const auto command = take_name(words).command;
  if (!command) return std::nullopt;
  return CommandWords{command->name, command->usage, command->does, command->flags};
}

DockerCommand parse_docker(std::span<const std::string> arguments, const Surroundings& surroundings) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") return HelpCommand{help_of_all()};
  if (arguments[0] == "--version" || arguments[0] == "-v") return VersionCommand{};
  if (arguments[0] == "help") return help_about(arguments.subspan(1));
  if (starts_with(arguments[0], "-")) {
    throw Error(ErrorKind::invalid_argument, fmt::format("unknown flag: {}\n{}", arguments[0], see_help("")))
        .with_exit_code(flag_exit_code);
  }
  if (const Group* group = find_group(arguments[0])) {
    const bool alone = arguments.size() == 1 || arguments[1] == "--help" || arguments[1] == "-h";
    if (alone) return HelpCommand{help_of_group(*group)};
  }
  const auto [named, command] = take_name(arguments);
  if (!command) throw unknown_command(named);
  const std::string_view name = command->name;
  try {
    auto placement = name == "run" || name == "create" || name == "exec" || name == "top" ? Placement::before_first_word
                                                                                          : Placement::anywhere;
    ParsedFlags flags = parse_flags(command->flags, arguments, placement);
    if (flags.on("help")) return HelpCommand{help_of(*command)};
    check_words(*command, flags.words().size());
    return make(*command, flags, surroundings);
  } catch (const Error& error) {
    if (error.exit_code() == usage_exit_code) throw;
    throw Error(error.kind(), fmt::format("{}\n{}", error.message(), see_help(command->shown)), error.hint())
        .with_exit_code(flag_exit_code);
  }
}

bool is_docker_command(std::string_view name) {
  return is_known_to_docker(name) || find_group(name) || find_command(name);
}

}  // namespace glassdock::text
