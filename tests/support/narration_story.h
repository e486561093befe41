// support: what the engine tells of a scenario that is played on it: what is said, and what the hub is set to.
#pragma once

#include <string>

#include "app/scenarios/player.h"
#include "tests/support/run_story.h"

namespace glassdock::support {

class NarrationStory : public RunStory {
 public:
  void say(const client::Narration& narration) {
    this->tell(Stage::lifecycle, Kind::instant, "scenario.say", narration.step, 0, 0,
               {{"scenario", narration.scenario},
                {"part", narration.part},
                {"english", narration.english},
                {"korean", narration.korean}});
  }
  void hub(const client::HubConditions& hub) {
    this->tell(Stage::pull, Kind::instant, "hub.conditions", "", 0, 0,
               {{"bytes_per_second", static_cast<std::int64_t>(hub.bytes_per_second)},
                {"latency_ms", static_cast<std::int64_t>(hub.latency_ms)},
                {"fault", hub.fault},
                {"cut_off_after", static_cast<std::int64_t>(hub.cut_off_after)},
                {"fault_times", static_cast<std::int64_t>(hub.fault_times)}});
  }
  // As whoever plays it gives the player's orders to the engine.
  void follow(scenarios::Player& player) {
    for (const scenarios::Order& order : player.take_orders()) {
      if (const auto* said = std::get_if<client::Narration>(&order)) {
        say(*said);
      } else if (const auto* conditions = std::get_if<client::HubConditions>(&order)) {
        hub(*conditions);
      }
    }
  }
};

}  // namespace glassdock::support
