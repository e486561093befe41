#pragma once

#include <string>
#include <vector>

#include "app/scenarios/draft.h"
#include "engine/trace/event.h"

namespace glassdock::scenarios {

// What a recording shows, as a draft: each command of docker a step, with what it brought about there. `command`: what
// its header says was typed. A recording does not have what commands printed; the lines of other clients are put
// together from what they asked the engine for, quoted so that a shell takes them as words alone. A scenario's own
// recording has its lines and texts, and a header its command: those are lines of a shell as somebody wrote them, and
// whoever plays the draft reads them first, as its remark says. What a scenario's file cannot hold is left out. Throws
// Error(invalid_argument) where nothing was done in it, or more than a scenario can show.
Draft draft_of(const std::vector<trace::Event>& events, const std::string& command);

// A line of the command line and what belongs to it.
struct RecordedLine {
  std::string line;
  std::size_t first = 0, end = 0;  // its events: up to where the next line's begin
  std::optional<int> exit_code;
  bool had_terminal = false;  // what was typed there is in no recording
  std::string remark;         // what the recording does not say clearly enough for a line
  lessons::Words say, then;   // of a scenario's recording
};
// By the requests that clients made.
std::vector<RecordedLine> asked_lines(const std::vector<trace::Event>& events);
// By what was said: of the recording of a scenario; empty of others.
std::vector<RecordedLine> said_lines(const std::vector<trace::Event>& events);

}  // namespace glassdock::scenarios
