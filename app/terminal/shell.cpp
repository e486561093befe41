#include "app/terminal/shell.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <set>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::terminal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_state = 1024 * 1024;  // bytes

bool is_name_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}

// The shell's own business: to take them over would change how later lines are read.
bool is_kept(std::string_view name) {
  static constexpr std::array<std::string_view, 5> own{"IFS", "PWD", "OLDPWD", "PPID", "OPTIND"};
  return std::find(own.begin(), own.end(), name) == own.end();
}

// Every NAME in front of a "=" that stands where a word may begin. A name too many does no harm: it is looked up only.
std::set<std::string> names_assigned(std::string_view line) {
  std::set<std::string> names;
  for (std::size_t equals = line.find('='); equals != std::string_view::npos; equals = line.find('=', equals + 1)) {
    std::size_t from = equals;
    while (from > 0 && is_name_byte(line[from - 1])) --from;
    const std::string_view name = line.substr(from, equals - from);
    const bool word = from == 0 || std::string_view(" \t;&|({").find(line[from - 1]) != std::string_view::npos;
    if (word && !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 && is_kept(name)) {
      names.emplace(name);
    }
  }
  return names;
}

// Leaves folder and variables behind when the shell ends: "FOLDER\0NAME=value\0…", an empty string for a name that is
// not set.
std::string leave_state(const std::vector<std::string>& names) {
  std::string words = R"("$PWD")";
  for (const std::string& name : names) words += fmt::format(R"( "${{{0}+{0}=${0}}}")", name);
  return R"(trap 'printf "%s\0" )" + words + " >&9' EXIT; ";
}

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string read_state(int fd) {
  std::string state(longest_state, '\0');
  const ssize_t got = ::pread(fd, state.data(), state.size(), 0);
  state.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return state;
}

}  // namespace

Programs Programs::beside(const fs::path& program_folder) {
  return {program_folder / "glassdock", program_folder.parent_path() / "share/glassdock/commands"};
}

Shell::Shell(Programs programs, fs::path folder) : programs_(std::move(programs)), folder_(std::move(folder)) {}

std::optional<std::string> Shell::explanation(std::string_view line, trace::Language language) {
  std::string lower(line);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char byte) { return std::tolower(byte); });
  if (lower.find("%cd%") == std::string::npos) return std::nullopt;
  if (language == trace::Language::korean) {
    return "%cd%는 Windows 명령 프롬프트(cmd.exe)에서 현재 폴더를 뜻해요. 이 셸(shell)에서는 $(pwd)로 써요.";
  }
  return "%cd% is the current folder in cmd.exe, the command prompt of Windows. In this shell write $(pwd).";
}

Launch Shell::launch(std::string_view line, Size size) {
  // It may have been removed since.
  std::error_code unseen;
  while (!fs::is_directory(folder_, unseen) && folder_.has_relative_path()) folder_ = folder_.parent_path();

  std::set<std::string> names = names_assigned(line);
  for (const auto& [name, value] : variables_) names.insert(name);
  assigned_.assign(names.begin(), names.end());
  state_.reset(::memfd_create("glassdock-shell", MFD_CLOEXEC));
  if (!state_) throw Error::from_errno(errno, "create", "a memory file");

  Launch launch;
  launch.arguments = {"/bin/sh", "-c", leave_state(assigned_) + std::string(line)};
  for (const auto& [name, value] : variables_) {
    if (name != "PATH") launch.environment.push_back(fmt::format("{}={}", name, value));
  }
  const auto own_path = variables_.find("PATH");
  std::string path = own_path == variables_.end() ? environment_value("PATH") : own_path->second;
  const std::string first = programs_.commands.string() + ":";
  if (!starts_with(path, first)) path = first + path + ":" + programs_.glassdock.parent_path().string();
  launch.environment.push_back("PATH=" + path);
  launch.environment.push_back("PWD=" + folder_.string());
  launch.environment.emplace_back("TERM=xterm-256color");
  launch.environment.push_back("GLASSDOCK_PROGRAM=" + programs_.glassdock.string());
  launch.folder = folder_;
  launch.size = size;
  launch.state_fd = state_.get();
  return launch;
}

void Shell::finished() {
  if (!state_) return;
  const std::string state = read_state(state_.get());
  state_.reset();
  std::vector<std::string> parts = split(state, '\0');
  // Folder and names, and nothing behind the last NUL. A shell that was killed left nothing.
  if (parts.size() != assigned_.size() + 2) return;
  if (starts_with(parts[0], "/")) folder_ = parts[0];
  for (std::size_t i = 0; i < assigned_.size(); ++i) {
    const std::string& part = parts[i + 1];
    const std::string prefix = assigned_[i] + "=";
    if (part.empty()) {
      variables_.erase(assigned_[i]);
    } else if (starts_with(part, prefix)) {  // the line itself may have written there
      variables_[assigned_[i]] = part.substr(prefix.size());
    }
  }
}

}  // namespace glassdock::terminal
