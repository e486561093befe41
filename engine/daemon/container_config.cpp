#include "engine/daemon/container_config.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <set>

#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"

namespace glassdock::daemon {
namespace {

Error invalid(std::string message, std::string hint = {}) {
  return Error(ErrorKind::invalid_argument, std::move(message), std::move(hint));
}

std::string_view variable_name(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

void merge_environment(ContainerConfig& config, const std::vector<std::string>& image) {
  std::set<std::string, std::less<>> named;
  std::vector<std::string> merged;
  for (const std::string& variable : config.environment) {
    named.emplace(variable_name(variable));
    merged.push_back(variable);
  }
  for (const std::string& variable : image) {
    if (named.contains(variable_name(variable))) continue;
    merged.push_back(variable);
    config.preset_variables.emplace_back(variable_name(variable));
  }
  config.environment = std::move(merged);
}

void apply_bind_options(Bind& bind, std::string_view options) {
  // What changes nothing here: SELinux labels, Docker Desktop's consistency words, and propagation's default.
  static const std::set<std::string, std::less<>> harmless = {
      "rw", "z", "Z", "consistent", "cached", "delegated", "default", "rprivate", "private", "nocopy"};
  for (const std::string& option : split(options, ',')) {
    if (option == "ro") {
      bind.read_only = true;
    } else if (!harmless.contains(option)) {
      throw invalid(fmt::format("invalid mode: {}", options));
    }
  }
}

}  // namespace

std::vector<std::string> ContainerConfig::arguments() const {
  std::vector<std::string> all = entrypoint;
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

std::string ContainerConfig::command_line() const {
  std::vector<std::string> words = arguments();
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].find(' ') != std::string::npos) words[i] = "'" + words[i] + "'";
  }
  return join(words, " ");
}

ContainerConfig merge_config(const CreateRequest& request, const content::ImageConfig& image) {
  ContainerConfig config = request.config;
  config.entrypoint = request.entrypoint.value_or(std::vector<std::string>());
  if (config.entrypoint.empty()) {
    if (config.command.empty()) config.command = image.command;
    if (!request.entrypoint) config.entrypoint = image.entrypoint;
  }
  if (config.entrypoint == std::vector<std::string>{""}) config.entrypoint.clear();
  merge_environment(config, image.environment);
  if (config.working_folder.empty()) config.working_folder = image.working_dir;
  if (config.user.empty()) config.user = image.user;
  if (config.stop_signal.empty()) config.stop_signal = image.stop_signal;
  for (const auto& [name, value] : image.labels) config.labels.try_emplace(name, value);
  return config;
}

Bind parse_bind(std::string_view text) {
  auto fault = [&](std::string_view type, std::string_view what) {
    return invalid(
        fmt::format("invalid volume specification: '{}': invalid mount config for type \"{}\": {}", text, type, what));
  };
  std::vector<std::string> parts = split(text, ':');
  if (parts.empty() || parts.size() > 3 || parts[0].empty()) {
    throw invalid(fmt::format("invalid volume specification: '{}'", text));
  }
  if (parts.size() == 1 || parts[0][0] != '/') {
    std::string_view target = parts.size() == 1 ? parts[0] : parts[1];
    if (target.empty() || target[0] != '/') {
      throw fault("volume", fmt::format("invalid mount path: '{}' mount path must be absolute", target));
    }
    throw invalid(fmt::format("named and anonymous volumes are not supported yet: '{}'", text),
                  "give a folder of this machine: -v /FOLDER:/PATH");
  }
  Bind bind;
  bind.text = text;
  if (parts[1].empty() || parts[1][0] != '/') {
    throw fault("bind", fmt::format("invalid mount path: '{}' mount path must be absolute", parts[1]));
  }
  bind.source = clean_path(parts[0]);
  bind.target = clean_path(parts[1]);
  if (bind.target == "/") throw fault("bind", "invalid specification: destination can't be '/'");
  if (parts.size() == 3) apply_bind_options(bind, parts[2]);
  return bind;
}

bool is_ending_signal(const ContainerConfig& config, int number) {
  return config.stop_signal.empty() || number == SIGKILL || parse_signal(config.stop_signal) == number;
}

void check_stop_signal(const ContainerConfig& config) {
  if (!config.stop_signal.empty() && !parse_signal(config.stop_signal)) {
    throw invalid("invalid signal: " + config.stop_signal);
  }
}

}  // namespace glassdock::daemon
