#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/text/flags.h"

namespace glassdock::text {

// The commands that manage what is there: what was typed, taken apart.

using FilterWords = std::map<std::string, std::vector<std::string>>;

// kill, pause, restart, stop, unpause: a move of each of several containers.
struct MoveCommand {
  std::string move;
  std::vector<std::string> containers;
  std::string signal;   // as typed; empty: the move's own
  std::string seconds;  // to wait before SIGKILL; empty: the container's own time
};
struct RenameCommand {
  std::string from, to;
};
struct TopCommand {
  std::string container;
  std::string ps_arguments;
};
struct WaitCommand {
  std::vector<std::string> containers;
};
// update --restart
struct UpdateCommand {
  std::vector<std::string> containers;
  std::string policy;
  std::int64_t most_restarts = 0;
};
struct TagCommand {
  std::string source, target;
};
struct HistoryCommand {
  std::string image;
  std::string format;
  bool quiet = false;
  bool no_trunc = false;
  bool human = true;
};
struct PruneCommand {
  enum class Kind { containers, images, system };
  Kind kind = Kind::containers;
  FilterWords filters;
  bool all = false;  // of images: those with a name, too
  bool force = false;
};
struct DiskUsageCommand {
  std::string format;
  bool verbose = false;
};
struct EventsCommand {
  std::string since, until;
  std::string format;
  FilterWords filters;
};

struct StatsCommand {
  std::vector<std::string> containers;  // empty: those that run, or with `all` all
  std::string format;
  bool all = false;
  bool once = false;
  bool no_trunc = false;
};

using ManageCommand = std::variant<MoveCommand, RenameCommand, TopCommand, WaitCommand, UpdateCommand, TagCommand,
                                   HistoryCommand, PruneCommand, DiskUsageCommand, EventsCommand, StatsCommand>;

struct ManageForm {
  std::string_view name;   // "system prune"
  std::string_view usage;  // behind "docker NAME"
  std::string_view does;
  std::span<const Flag> flags;
  std::size_t least_words;
  std::size_t most_words;                           // SIZE_MAX: any number
  ManageCommand (*make)(const ParsedFlags& flags);  // throws Error in docker's words
};
std::span<const ManageForm> manage_forms();

// "status=exited" of -f. Throws Error in docker's words; `display` is how they name the flag.
FilterWords filter_words(const ParsedFlags& flags, std::string_view display = "-f, --filter");

}  // namespace glassdock::text
