#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/trace/event.h"

namespace glassdock::trace {

// How long each piece of work took, for people to read: a span, told at its end, or one operation (`duration_ns`). Time
// that the work was held at gates is not counted. A gate holds the work that had begun before the engine came to it and
// goes on behind it; a layer, which comes beside others, is held by its own gates only. Takes events in their order.
class WorkTimes {
 public:
  // How long the work took that ends with `event`; nothing where it ends none, or one whose begin was not seen.
  std::optional<std::int64_t> add(const Event& event);

 private:
  struct Held {
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0;
    std::string subject;
  };
  void note_held(const Event& released);
  std::int64_t without_held(const Event& event, std::int64_t begin_ns) const;

  std::unordered_map<std::uint64_t, std::int64_t> open_;  // span to its begin, time_ns
  std::deque<Held> held_;                                 // in the order of their ends
};

}  // namespace glassdock::trace
