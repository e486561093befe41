#include "app/scenarios/scenario.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/lessons/folders.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::scenarios {
namespace {

// As the words behind --command: in quotes of their own.
std::string race_line(const Race& race) {
  std::string line = fmt::format("glassdock vm-race --image {}", shell_quote(race.image));
  if (!race.command.empty()) line += " --command " + shell_quote(race.command);
  if (race.cpus > 1) line += fmt::format(" --cpus {}", race.cpus);
  if (!race.memory.empty()) line += " --memory " + shell_quote(race.memory);
  return line + fmt::format(" --runs {} --no-cold{}", race.runs, race.figures ? "" : " --times-only");
}

}  // namespace

std::string Step::line() const {
  if (race) return race_line(*race);
  return run.empty() ? type : run;
}

Scenario find_scenario(const std::string& word) {
  if (lessons::is_file_name(word)) return load_scenario(word);
  const std::filesystem::path file = lessons::shipped_folder("scenarios") / (word + ".yaml");
  if (std::filesystem::exists(file)) return load_scenario(file);
  throw Error(ErrorKind::not_found, fmt::format("there is no scenario {}", word), "glassdock scenario list shows them");
}

std::string missing(Need need, const std::string& info) {
  struct Row {
    Need need;
    const char *key, *controller;  // of GET /info; of cgroups(7)
  };
  constexpr Row rows[] = {{Need::memory_limit, "MemoryLimit", "memory"},
                          {Need::process_limit, "PidsLimit", "pids"},
                          {Need::cpu_limit, "CpuCfsQuota", "cpu"}};
  const auto json = nlohmann::json::parse(info);
  if (need == Need::trials && !json.value("Trials", false)) {
    return "the user of this engine has no subordinate ids, without which it makes no trial (glassdock doctor says "
           "why)";
  }
  if (need == Need::io_limit && json.value("IOLimitDisk", "").empty()) {
    return "this machine cannot limit the disk of the containers' files: it gives no cgroup with io, or they are on "
           "no disk";
  }
  for (const Row& row : rows) {
    if (row.need != need || json.value(row.key, false)) continue;
    return fmt::format("this machine gives containers no cgroup with {} (glassdock doctor says why)", row.controller);
  }
  return {};
}

}  // namespace glassdock::scenarios
