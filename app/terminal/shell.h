#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/terminal/process.h"
#include "engine/base/unique_fd.h"
#include "engine/trace/words.h"

namespace glassdock::terminal {

// Where the programs are.
struct Programs {
  std::filesystem::path glassdock;  // the program, absolute
  std::filesystem::path commands;   // the folder with `docker`, which calls it; absolute
  // commands beside `program_folder` as the build and an installation have them.
  static Programs beside(const std::filesystem::path& program_folder);
};

// The command line's shell. Each line is carried out by a `sh` of its own, so quotes, variables, pipes, && and $(…) are
// a real shell's, with its own error texts. In it `docker` is `glassdock docker`, in pipes and for xargs too. What a
// line does to the folder and to variables holds for the lines after it, as at any prompt. One thread.
class Shell {
 public:
  Shell(Programs programs, std::filesystem::path folder);

  // For the lines to come, besides what this program's environment has.
  void set_variable(const std::string& name, std::string value) { variables_[name] = std::move(value); }

  const std::filesystem::path& folder() const noexcept { return folder_; }

  // What is to be said in place of running the line; nothing where it can run. %cd% is Windows' name of the folder.
  static std::optional<std::string> explanation(std::string_view line, trace::Language language);

  // How to run it. What the line is about to change is read back by finished().
  Launch launch(std::string_view line, Size size);
  // After the process of the last launch() has ended: takes over the folder and the variables.
  void finished();

 private:
  Programs programs_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> variables_;
  std::vector<std::string> assigned_;  // names that the running line may set
  UniqueFd state_;                     // memfd in which it leaves folder and variables
};

}  // namespace glassdock::terminal
