// scenarios: files that an instructor shows to a class: their format.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/document.h"
#include "app/lessons/question.h"
#include "app/lessons/words.h"
#include "engine/client/glass.h"

namespace glassdock::scenarios {

using lessons::Conditions;
using lessons::Mark;
using lessons::Words;

// A scenario as its file says it. docs/scenarios.md describes the format for authors.

// A gate at which the step's command is held, while the presenter speaks.
struct Hold {
  std::string at;  // of docs/gates.md
  Words say;
  Words notes;                               // for the presenter alone
  std::string point;                         // as Step's
  std::optional<client::HubConditions> hub;  // from here on
  Conditions expect;                         // while it is held
  Mark mark;                                 // of `at`
};

// A container against a virtual machine (docs/vm.md).
struct Race {
  std::string image = "alpine";
  std::string command;   // empty: the image's own
  int runs = 1;          // measured ones of each
  int cpus = 1;          // of the machine
  std::string memory;    // of the machine, as --memory has it; empty: what it needs
  bool figures = false;  // also what both take while they stand, and what a shell inside says
};

// What a step needs of the machine: without it the step is left out, and the reason is told.
enum class Need { memory_limit, process_limit, cpu_limit, io_limit, trials };

// One thing that is shown. At most one of run, type, race and opinion; with none of them only words are said.
struct Step {
  std::string id;
  Words say;          // before it
  Words notes;        // for the presenter alone
  std::string point;  // the place of the picture that it is about (app/lessons/places.h); empty: none
  std::vector<Need> needs;
  std::optional<client::HubConditions> hub;    // for this step alone; otherwise all is well with it
  std::optional<lessons::Prediction> predict;  // asked before the command, which decides it
  std::optional<lessons::Opinion> opinion;     // that no run decides
  std::string run;                             // a line that Enter runs
  std::string type;                            // a line that the presenter types
  std::optional<Race> race;
  std::vector<std::string> inside;  // what is typed into that line while it runs; Ctrl-D comes behind it
  std::vector<Hold> holds;
  Conditions expect;             // when it is done
  std::string sight;             // what its command prints is this figure of the pictures; empty: of none
  std::chrono::seconds limit{};  // how long its command may run; 0: as long as any (--limit)
  Words then;                    // what was seen
  Mark mark;

  // What its command is as one types it; empty where it has none.
  std::string line() const;
};

// What brings an empty lab to the start; without lines an empty lab is it.
struct LabLines {
  std::vector<std::string> lines;
  Mark mark;
};

struct Scenario {
  int version = 0;  // of the format
  std::string id;   // of its file's name: "slow-network"
  Words title, goal;
  int minutes = 0;
  std::vector<int> topics;          // that it is about (app/lessons/topics.h)
  std::vector<std::string> images;  // that are in the local cache at its start
  Mark images_mark;
  LabLines lab;
  std::vector<Step> steps;  // at least one, each with an id of its own
  std::string file;         // as it was opened
};

// Reads a scenario's file. Throws Error(invalid_argument) with FILE:LINE:COLUMN for whatever is wrong with it.
Scenario load_scenario(const std::filesystem::path& file);
Scenario parse_scenario(const lessons::Source& source);
// The JSON Schema of the format, as scenarios/scenario.schema.json has it.
std::string scenario_schema();

// What the network to the hub is like, by the keys of a step's `hub`: "latency_ms: 20, fault: down". Throws
// Error(invalid_argument).
client::HubConditions parse_hub(const std::string& keys);

// The scenarios of a folder, by the names of their files. Throws Error as load_scenario.
std::vector<Scenario> load_scenarios(const std::filesystem::path& folder);

// By its name among those that come with the program, or a file. Throws Error(not_found), and as load_scenario.
Scenario find_scenario(const std::string& word);

// Why this machine has not what the need asks for; empty where it has. `info`: the engine's answer to GET /info.
std::string missing(Need need, const std::string& info);

}  // namespace glassdock::scenarios
