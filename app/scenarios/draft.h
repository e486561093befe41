#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/words.h"
#include "app/lessons/world.h"
#include "engine/client/glass.h"

namespace glassdock::scenarios {

// A scenario in the making: what somebody did, and what came of it. Its texts are for a person to write.

struct DraftStep {
  std::string id;
  lessons::Words say, then;                  // empty: still to be written; `then` may stay away
  std::optional<client::HubConditions> hub;  // what the hub was like meanwhile
  std::string line;
  std::vector<std::string> inside;  // what was typed into it while it ran
  std::vector<std::string> gates;   // at which it was held
  std::map<std::string, lessons::Words> gate_words =
      {};  // what is said there, by the gate; absent: still to be written
  lessons::Conditions expect;
  std::string remark = {};  // for whoever writes the texts, above the step; lines
};

struct Draft {
  std::vector<std::string> images;  // in the local cache at its start
  std::vector<DraftStep> steps;
  std::string remark = {};  // as a step's, above all
};

// The draft as a scenario's file, with marked places for the texts (app/lessons/unwritten.h). A draft without a step is
// no scenario yet.
std::string to_yaml(const Draft& draft);
// One condition, as a file has it: "exit_code: 0". Of the kinds that expectations() makes.
std::string to_yaml(const lessons::Condition& condition);
// Whether a file that has it would be read: what a recording says, or a command printed, may be too long for one.
bool can_be_written(const lessons::Condition& condition);
bool can_be_written(const std::string& line);  // for a shell: also without what an editor would not show as it is
bool can_be_written(const lessons::Words& say);
bool can_be_written(const client::HubConditions& hub);

// A step's id for a line, which none of `steps` has: "run", "run-2".
std::string new_id(const std::string& line, const std::vector<DraftStep>& steps);

// "alpine" of "alpine:latest", as one types it.
std::string typed_name(const std::string& reference);

// What an engine has at one moment.
struct Standing {
  std::vector<lessons::ContainerSeen> containers;
  std::vector<std::string> images;  // their names, as docker run takes them
};

// What came of a line, as conditions that say it and hold the next time too: its exit code, the containers and images
// that it changed, what stands out of its output and of what the engine told. `typed`: all lines so far, this one too;
// a container whose name stands in none of them has a made-up name, another one each time. All of them can be written.
lessons::Conditions expectations(const Standing& before, const Standing& after, const lessons::Observed& observed,
                                 const std::vector<std::string>& typed);

// The container that the line names by its id or by a name that was made up: another one the next time. nullptr: none.
const lessons::ContainerSeen* names_by_chance(const std::string& line, const Standing& standing,
                                              const std::vector<std::string>& typed);

}  // namespace glassdock::scenarios
