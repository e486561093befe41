#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenarios/from_recording.h"

namespace glassdock::session {

// What was typed in this studio's terminal and what came of it, so that a scenario can be made of it. Bounded: what one
// line printed and read, and how many lines there are; the oldest go first. One thread.
class TypedLines {
 public:
  void begin(std::string line);
  // Its run in the engine, and how many events there were before it.
  void opened(std::uint64_t run, std::size_t events);
  void printed(std::string_view bytes);
  void read(std::string_view bytes);
  // Nothing: nobody knows its exit code. A line that got no run did nothing, and is forgotten.
  void ended(std::optional<int> exit_code);

  // Those that have ended.
  const std::vector<scenarios::TypedLine>& lines() const { return lines_; }

 private:
  void read_one(char byte);

  std::vector<scenarios::TypedLine> lines_;
  std::optional<scenarios::TypedLine> current_;
  std::string reading_;      // of a line that is typed into it
  bool was_edited_ = false;  // by keys whose effect is the program's own
};

}  // namespace glassdock::session
