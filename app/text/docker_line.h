#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/text/attach_line.h"
#include "app/text/flags.h"
#include "app/text/look_line.h"
#include "app/text/manage_line.h"
#include "engine/client/types.h"

namespace glassdock::text {

enum class PullPolicy { missing, always, never };

struct RunCommand {
  client::ContainerCreate create;
  std::string memory;       // -m as it was typed
  std::string detach_keys;  // empty: docker's own
  bool forwards_signals = true;
  bool detach = false;
  std::string id_file;  // --cidfile; empty: none
  bool quiet_pull = false;
  PullPolicy pull = PullPolicy::missing;
};

// docker create: a run that stops before the start.
struct CreateCommand {
  RunCommand run;
};

struct PullCommand {
  std::string image;
  bool quiet = false;
};

struct ImagesCommand {
  std::string reference;  // only images of this repository or tag; empty: all
  bool quiet = false;
  bool no_trunc = false;
  bool digests = false;
  std::string format;  // empty: docker's table
  FilterWords filters;
};

struct PsCommand {
  bool all = false;
  bool quiet = false;
  bool no_trunc = false;
  bool size = false;
  std::string format;     // empty: docker's table
  std::int64_t last = 0;  // only so many, newest first; 0: no bound
  FilterWords filters;
};

struct RmCommand {
  std::vector<std::string> containers;
  bool force = false;
  bool volumes = false;
};

struct RmiCommand {
  std::vector<std::string> images;
  bool force = false;
  bool no_prune = false;
};

struct HelpCommand {
  std::string text;
};

using DockerCommand = std::variant<RunCommand, StartCommand, AttachCommand, ExecCommand, PullCommand, ImagesCommand,
                                   PsCommand, RmCommand, RmiCommand, ManageCommand, CreateCommand, InspectCommand,
                                   LogsCommand, InfoCommand, VersionCommand, HelpCommand>;

// What the grammar must ask of the place where the line was typed.
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<std::string(const std::string& path)> read_file;  // throws Error
  std::string current_folder;
};

// What may stand first after the word "docker", for whoever completes a line.
struct CommandWords {
  std::string_view name;
  std::string_view usage;  // behind "docker NAME": "[OPTIONS] CONTAINER [CONTAINER...]"
  std::string_view does;
  std::span<const Flag> flags;
};
std::vector<CommandWords> command_words();
// What may stand behind "container", "image", "system"; empty behind any other word.
std::vector<CommandWords> group_words(std::string_view group);
// The command with which `words` begin ("ps", "container ls", "system prune"), whose words are taken off.
std::optional<CommandWords> take_command(std::span<const std::string>& words);

// Understands what stands after the word "docker". Throws Error(invalid_argument or not_supported) whose message is
// what docker prints, its "See 'docker run --help'." line included, whose hint() is what glassdock adds to it, and
// whose exit_code() is docker's: 125 for flags, 1 for missing or superfluous words and unknown commands.
DockerCommand parse_docker(std::span<const std::string> arguments, const Surroundings& surroundings);

// Whether docker has a command of that name, supported here or not.
bool is_docker_command(std::string_view name);

// The lines of an --env-file: NAME=value, NAME (taken from the environment where it is set), blank, # comment.
// `path` is named in errors.
std::vector<std::string> parse_env_file(
    std::string_view content, std::string_view path,
    const std::function<std::optional<std::string>(const std::string&)>& environment);

}  // namespace glassdock::text
