#include "app/headless/studio_program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "engine/base/error.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/find_program.h"

namespace glassdock::headless {

namespace {

[[noreturn]] void become(const std::string& name, std::vector<std::string> arguments, std::string hint) {
  std::filesystem::path program = os::program_folder() / name;
  arguments.insert(arguments.begin(), program);
  const std::vector<char*> words = os::argument_pointers(arguments);
  ::execv(program.c_str(), words.data());
  throw Error::from_errno(errno, "execute", program.string(), std::move(hint));
}

// What names the engine and the language, for the other program.
std::vector<std::string> common_options(const Options& options) {
  std::vector<std::string> arguments;
  if (!options.place.socket.empty()) arguments.insert(arguments.end(), {"--socket", options.place.socket});
  if (!options.place.data.empty()) arguments.insert(arguments.end(), {"--data", options.place.data});
  if (options.language_given) arguments.push_back(language_word(options));
  return arguments;
}

// A program of its own: what reads YAML need not be loaded by each docker command.
[[noreturn]] void become_player(const Options& options, const char* command, std::span<const std::string> words) {
  std::vector<std::string> arguments = common_options(options);
  arguments.emplace_back(command);
  arguments.insert(arguments.end(), words.begin(), words.end());
  become("glassdock-lesson", std::move(arguments),
         "glassdock-lesson plays lessons and scenarios; install it beside glassdock");
}

}  // namespace

constexpr char studio[] = "glassdock-studio";
constexpr char studio_hint[] = "glassdock-studio draws the pictures; install it beside glassdock";

void become_studio(std::vector<std::string> arguments) {
  become(studio, std::move(arguments), studio_hint);
}

void run_studio(std::vector<std::string> arguments) {
  const std::filesystem::path program = os::program_folder() / studio;
  arguments.insert(arguments.begin(), program);
  const std::vector<char*> words = os::argument_pointers(arguments);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, words.data(), environ);
  if (error != 0) throw Error::from_errno(error, "execute", program.string(), studio_hint);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(ErrorKind::internal, "glassdock-studio has drawn no picture");
  }
}

int open_lessons(const Options& options, std::span<const std::string> words) {
  become_player(options, "lesson", words);
}

int open_scenarios(const Options& options, std::span<const std::string> words) {
  become_player(options, "scenario", words);
}

std::string language_word(const Options& options) {
  return options.language == trace::Language::korean ? "--language=ko" : "--language=en";
}

bool has_display() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && value[0] != '\0';
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

void open_studio(const Options& options) {
  std::vector<std::string> arguments = common_options(options);
  if (!options.words.empty()) arguments.push_back("--");
  arguments.insert(arguments.end(), options.words.begin(), options.words.end());
  become_studio(std::move(arguments));
}

}  // namespace glassdock::headless
