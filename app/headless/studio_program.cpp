#include "app/headless/studio_program.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "engine/base/error.h"
#include "engine/os/argument_pointers.h"

namespace glassdock::headless {

void become_studio(std::vector<std::string> arguments) {
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").replace_filename("glassdock-studio");
  arguments.insert(arguments.begin(), program);
  const std::vector<char*> words = os::argument_pointers(arguments);
  ::execv(program.c_str(), words.data());
  throw Error::from_errno(errno, "execute", program.string(),
                          "glassdock-studio draws the pictures; install it beside glassdock");
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
  std::vector<std::string> arguments;
  if (!options.place.socket.empty()) arguments.insert(arguments.end(), {"--socket", options.place.socket});
  if (!options.place.data.empty()) arguments.insert(arguments.end(), {"--data", options.place.data});
  if (options.language_given) arguments.push_back(language_word(options));
  if (!options.words.empty()) arguments.push_back("--");
  arguments.insert(arguments.end(), options.words.begin(), options.words.end());
  become_studio(std::move(arguments));
}

}  // namespace glassdock::headless
