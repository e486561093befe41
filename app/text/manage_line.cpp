#include "app/text/manage_line.h"

#include <fmt/format.h>

#include <array>

#include "app/text/run_line.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr Flag help_flag{"help", 'h', FlagType::boolean, "", "Print usage"};
constexpr Flag format_flag{"format", 0, FlagType::word, "string", "Format output: json, table, or a Go template"};
constexpr Flag force_flag{"force", 'f', FlagType::boolean, "", "Do not prompt for confirmation"};
constexpr Flag prune_filter_flag{"filter", 0, FlagType::list, "filter",
                                 "Provide filter values (e.g. \"until=<timestamp>\")"};

constexpr std::array only_help{help_flag};
constexpr std::array kill_flags{
    Flag{"signal", 's', FlagType::word, "string", "Signal to send to the container"},
    help_flag,
};
constexpr std::array stop_flags{
    Flag{"signal", 's', FlagType::word, "string", "Signal to send to the container"},
    Flag{"time", 't', FlagType::whole, "int", "Seconds to wait before killing the container"},
    Flag{"timeout", 0, FlagType::whole, "int", "The same, as docker 28 has it"},
    help_flag,
};
constexpr std::array history_flags{
    format_flag,
    Flag{"human", 'H', FlagType::boolean, "", "Print sizes and dates in human readable format (default true)"},
    Flag{"no-trunc", 0, FlagType::boolean, "", "Don't truncate output"},
    Flag{"quiet", 'q', FlagType::boolean, "", "Only show image IDs"},
    help_flag,
};
constexpr std::array container_prune_flags{prune_filter_flag, force_flag, help_flag};
constexpr std::array image_prune_flags{
    Flag{"all", 'a', FlagType::boolean, "", "Remove all unused images, not just dangling ones"},
    prune_filter_flag,
    force_flag,
    help_flag,
};
constexpr std::array system_prune_flags{
    Flag{"all", 'a', FlagType::boolean, "", "Remove all unused images not just dangling ones"},
    Flag{"filter", 0, FlagType::list, "filter", "Provide filter values (e.g. \"label=<key>=<value>\")"},
    force_flag,
    Flag{"volumes", 0, FlagType::unsupported},
    help_flag,
};
constexpr std::array usage_flags{
    format_flag,
    Flag{"verbose", 'v', FlagType::boolean, "", "Show detailed information on space usage"},
    help_flag,
};
constexpr std::array events_flags{
    Flag{"filter", 'f', FlagType::list, "filter", "Filter output based on conditions provided"},
    format_flag,
    Flag{"since", 0, FlagType::word, "string", "Show all events created since timestamp"},
    Flag{"until", 0, FlagType::word, "string", "Stream events until this timestamp"},
    help_flag,
};

constexpr std::array stats_flags{
    Flag{"all", 'a', FlagType::boolean, "", "Show all containers (default shows just running)"},
    format_flag,
    Flag{"no-stream", 0, FlagType::boolean, "", "Disable streaming stats and only pull the first result"},
    Flag{"no-trunc", 0, FlagType::boolean, "", "Do not truncate output"},
    help_flag,
};

constexpr std::array update_flags{
    Flag{"blkio-weight", 0, FlagType::unsupported},
    Flag{"cpu-period", 0, FlagType::unsupported},
    Flag{"cpu-quota", 0, FlagType::unsupported},
    Flag{"cpu-shares", 'c', FlagType::unsupported},
    Flag{"cpus", 0, FlagType::unsupported},
    Flag{"cpuset-cpus", 0, FlagType::unsupported},
    Flag{"cpuset-mems", 0, FlagType::unsupported},
    help_flag,
    Flag{"memory", 'm', FlagType::unsupported},
    Flag{"memory-reservation", 0, FlagType::unsupported},
    Flag{"memory-swap", 0, FlagType::unsupported},
    Flag{"pids-limit", 0, FlagType::unsupported},
    Flag{"restart", 0, FlagType::word, "string", "Restart policy to apply when a container exits"},
};

ManageCommand make_update(const ParsedFlags& flags) {
  if (!flags.has("restart")) {
    throw Error(ErrorKind::invalid_argument, "you must provide one or more flags when using this command");
  }
  const RestartWish wish = parse_restart(flags.value("restart"));
  return UpdateCommand{flags.words(), wish.policy, wish.most_restarts};
}

MoveCommand move(std::string name, const ParsedFlags& flags) {
  return {std::move(name), flags.words(), flags.value("signal"), flags.value("time", flags.value("timeout"))};
}

ManageCommand make_prune(PruneCommand::Kind kind, const ParsedFlags& flags) {
  return PruneCommand{kind, filter_words(flags, "--filter"), flags.on("all"), flags.on("force")};
}

ManageCommand make_tag(const ParsedFlags& flags) {
  return TagCommand{flags.words()[0], flags.words()[1]};
}

ManageCommand make_top(const ParsedFlags& flags) {
  return TopCommand{flags.words()[0], join({flags.words().begin() + 1, flags.words().end()}, " ")};
}

ManageCommand make_history(const ParsedFlags& flags) {
  return HistoryCommand{flags.words()[0], flags.value("format"), flags.on("quiet"), flags.on("no-trunc"),
                        !flags.has("human") || flags.on("human")};
}

constexpr char some_containers[] = "[OPTIONS] CONTAINER [CONTAINER...]";

const std::array forms{
    ManageForm{"kill", some_containers, "Kill one or more running containers", kill_flags, 1, SIZE_MAX,
               [](const ParsedFlags& flags) { return ManageCommand(move("kill", flags)); }},
    ManageForm{"stop", some_containers, "Stop one or more running containers", stop_flags, 1, SIZE_MAX,
               [](const ParsedFlags& flags) { return ManageCommand(move("stop", flags)); }},
    ManageForm{"restart", some_containers, "Restart one or more containers", stop_flags, 1, SIZE_MAX,
               [](const ParsedFlags& flags) { return ManageCommand(move("restart", flags)); }},
    ManageForm{"pause", "CONTAINER [CONTAINER...]", "Pause all processes within one or more containers", only_help, 1,
               SIZE_MAX, [](const ParsedFlags& flags) { return ManageCommand(move("pause", flags)); }},
    ManageForm{"unpause", "CONTAINER [CONTAINER...]", "Unpause all processes within one or more containers", only_help,
               1, SIZE_MAX, [](const ParsedFlags& flags) { return ManageCommand(move("unpause", flags)); }},
    ManageForm{"update", some_containers, "Update configuration of one or more containers", update_flags, 1, SIZE_MAX,
               make_update},
    ManageForm{"rename", "CONTAINER NEW_NAME", "Rename a container", only_help, 2, 2,
               [](const ParsedFlags& flags) {
                 return ManageCommand(RenameCommand{flags.words()[0], flags.words()[1]});
               }},
    ManageForm{"top", "CONTAINER [ps OPTIONS]", "Display the running processes of a container", only_help, 1, SIZE_MAX,
               make_top},
    ManageForm{"wait", "CONTAINER [CONTAINER...]",
               "Block until one or more containers stop, then print their exit codes", only_help, 1, SIZE_MAX,
               [](const ParsedFlags& flags) { return ManageCommand(WaitCommand{flags.words()}); }},
    ManageForm{"tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
               only_help, 2, 2, make_tag},
    ManageForm{"history", "[OPTIONS] IMAGE", "Show the history of an image", history_flags, 1, 1, make_history},
    ManageForm{"stats", "[OPTIONS] [CONTAINER...]", "Display a live stream of container(s) resource usage statistics",
               stats_flags, 0, SIZE_MAX,
               [](const ParsedFlags& flags) {
                 return ManageCommand(StatsCommand{flags.words(), flags.value("format"), flags.on("all"),
                                                   flags.on("no-stream"), flags.on("no-trunc")});
               }},
    ManageForm{"events", "[OPTIONS]", "Get real time events from the server", events_flags, 0, 0,
               [](const ParsedFlags& flags) {
                 return ManageCommand(EventsCommand{flags.value("since"), flags.value("until"), flags.value("format"),
                                                    filter_words(flags)});
               }},
    ManageForm{"container prune", "[OPTIONS]", "Remove all stopped containers", container_prune_flags, 0, 0,
               [](const ParsedFlags& flags) { return make_prune(PruneCommand::Kind::containers, flags); }},
    ManageForm{"image prune", "[OPTIONS]", "Remove unused images", image_prune_flags, 0, 0,
               [](const ParsedFlags& flags) { return make_prune(PruneCommand::Kind::images, flags); }},
    ManageForm{"system prune", "[OPTIONS]", "Remove unused data", system_prune_flags, 0, 0,
               [](const ParsedFlags& flags) { return make_prune(PruneCommand::Kind::system, flags); }},
    ManageForm{"system df", "[OPTIONS]", "Show docker disk usage", usage_flags, 0, 0,
               [](const ParsedFlags& flags) {
                 return ManageCommand(DiskUsageCommand{flags.value("format"), flags.on("verbose")});
               }},
};

}  // namespace

std::span<const ManageForm> manage_forms() {
  return forms;
}

FilterWords filter_words(const ParsedFlags& flags, std::string_view display) {
  FilterWords filters;
  for (const std::string& filter : flags.values("filter")) {
    auto equals = filter.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("invalid argument \"{}\" for \"{}\" flag: bad format of filter (expected name=value)",
                              filter, display));
    }
    // "label!=x" is the filter "label!".
    filters[filter.substr(0, equals)].push_back(filter.substr(equals + 1));
  }
  return filters;
}

}  // namespace glassdock::text
