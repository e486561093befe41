// support: the real docker clients of this machine (scripts/docker-client). Where there is none, tests fail.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "tests/support/places.h"
#include "tests/support/program.h"

namespace glassdock::testing {

// Their paths, the distribution's first; one empty path where there is none, so that a test is there to fail.
inline const std::vector<std::string>& docker_clients() {
  static const std::vector<std::string> clients = [] {
    std::vector<std::string> paths;
    for (const std::string& path : split(run({source_path("scripts/docker-client")}).out, '\n')) {
      if (!path.empty()) paths.push_back(path);
    }
    if (paths.empty()) paths.emplace_back();
    return paths;
  }();
  return clients;
}

inline constexpr const char* no_docker_client = "no docker client can be had: scripts/docker-client says why";

// Stands among them for glassdock's own command line.
inline constexpr char own_client[] = "glassdock docker";

inline std::vector<std::string> docker_clients_and_own() {
  std::vector<std::string> all = docker_clients();
  all.insert(all.begin(), own_client);
  return all;
}

// For the names of tests: whose it is.
inline std::string name_of_client(const std::string& path) {
  if (path == own_client) return "Ours";
  if (path.empty()) return "Missing";
  return path.find("/build/tools/") == std::string::npos ? "Installed" : "Distributions";
}

// `docker WORDS…` for the engine at the socket; `folder` for what the client keeps.
inline std::vector<std::string> docker_words(const std::string& client, const std::filesystem::path& socket,
                                             const std::filesystem::path& folder, std::vector<std::string> words) {
  words.insert(words.begin(),
               {"/usr/bin/env", "DOCKER_HOST=unix://" + socket.string(), "DOCKER_CONFIG=" + folder.string(), client});
  return words;
}

}  // namespace glassdock::testing
