#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glassdock::golden {

// An event carries the command that does the same by hand. These read back what it says, as a shell would.

// "echo VALUE > PATH", a line each: path to value.
std::map<std::string, std::string> written_by(const std::string& command);

// "mount --bind SOURCE TARGET" in a start's commands: the file of the host, and its place as the container sees it.
// Sources are relative to `data`; ${ID:?} and ${R:?} are what the start's first command set them to.
struct BoundFile {
  std::filesystem::path source;
  std::string target;
};
std::optional<BoundFile> bound_by(const std::string& command, const std::filesystem::path& data,
                                  const std::string& container);

// "exec env -i NAME=VALUE… unshare --root=. --wd=FOLDER … -- ARGUMENT…": the command that is to run. A value that the
// shell has to fill in is "$NAME".
struct Command {
  std::vector<std::string> environment, arguments;
  std::string folder;
};
Command executed_by(const std::string& command);

}  // namespace glassdock::golden
