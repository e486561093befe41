// The four pictures' figures: what a scenario's commands printed, and what a shell in a machine said of it.
#include <algorithm>

#include "app/model/reduce.h"

namespace glassdock::model {

const Sight* Ways::sight(std::string_view name) const {
  const auto found = std::find_if(sights.begin(), sights.end(), [&](const Sight& one) { return one.name == name; });
  return found == sights.end() ? nullptr : &*found;
}

void scenario_saw(const Change& change) {
  const std::string_view name = change.words("sight");
  if (std::find(sight_names.begin(), sight_names.end(), name) == sight_names.end()) return;  // of a newer version
  std::vector<Sight>& sights = change.model.ways.sights;
  std::erase_if(sights, [&](const Sight& one) { return one.name == name; });
  sights.push_back({std::string(name), change.text("scenario"), change.text("command"),
                    first_lines(change.words("output")), change.number("exit_code"), change.index});
}

void keep_machine(const Change& change) {
  const Race& race = change.model.race;
  const RaceLane& lane = race.lane(Lane::vm);
  if (!lane.inside_error.empty() || lane.inside.empty()) return;
  std::vector<AskedMachine>& machines = change.model.ways.machines;
  std::erase_if(machines, [&](const AskedMachine& one) {
    return one.cpus == race.cpus && one.memory_bytes == race.memory_bytes;
  });
  machines.push_back(
      {race.accelerator, race.kernel_release, race.command, race.cpus, race.memory_bytes, lane.inside, change.index});
  keep_newest(machines, most_asked_machines);
}

}  // namespace glassdock::model
