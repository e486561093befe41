#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/scenarios/draft.h"
#include "engine/trace/event.h"

namespace glassdock::scenarios {

// A line that was typed into a shell, and what came of it there.
struct TypedLine {
  std::string line;
  std::uint64_t run = 0;            // the span under which the engine has what it asked for
  std::size_t first = 0;            // how many events there were when it began
  std::string output;               // as far as it was kept
  std::vector<std::string> inside;  // what was typed into it while it ran
  std::optional<int> exit_code;
};

// A draft is made of no more lines: no scenario shows more.
inline constexpr std::size_t most_draft_lines = 1000;

// What a recording shows, as a draft: each command of docker a step, with what it brought about there. `command`: what
// its header says was typed. A recording does not have what commands printed; the lines of other clients are put
// together from what they asked the engine for, quoted so that a shell takes them as words alone. A scenario's own
// recording has its lines and texts, and a header its command: those are lines of a shell as somebody wrote them, and
// whoever plays the draft reads them first, as its remark says. What a scenario's file cannot hold is left out. Throws
// Error(invalid_argument) where nothing was done in it, or more than a scenario can show.
//
// `typed`: lines that somebody typed where the events were seen, oldest first. They stand as they were typed in the
// place of what they asked the engine for.
Draft draft_of(const std::vector<trace::Event>& events, const std::string& command,
               const std::vector<TypedLine>& typed = {});
// The same as a scenario's file, which can be read again. Throws Error as above.
std::string draft_file(const std::vector<trace::Event>& events, const std::string& command,
                       const std::vector<TypedLine>& typed = {});

// A line of the command line and what belongs to it.
struct RecordedLine {
  std::string line;
  std::size_t first = 0, end = 0;  // its events: up to where the next line's begin
  std::optional<int> exit_code;
  bool had_terminal = false;  // what was typed there is in no recording
  std::string remark;         // what the recording does not say clearly enough for a line
  lessons::Words say, then;   // of a scenario's recording
  std::string output;         // of a line that was typed, as the next
  std::vector<std::string> inside;
};
// By the requests that clients made.
std::vector<RecordedLine> asked_lines(const std::vector<trace::Event>& events);
// `asked` with the typed lines in the place of what these asked for, by their runs.
std::vector<RecordedLine> with_typed(std::vector<RecordedLine> asked, const std::vector<TypedLine>& typed,
                                     const std::vector<trace::Event>& events);
// By what was said: of the recording of a scenario; empty of others.
std::vector<RecordedLine> said_lines(const std::vector<trace::Event>& events);

}  // namespace glassdock::scenarios
