// What whoever shows something to a class says and sets meanwhile.
#include "app/model/reduce.h"

namespace glassdock::model {

void scenario_say(const Change& change) {
  constexpr std::size_t most_said = 64;  // in one step
  const Said said{change.text("part"), change.long_text("english"), change.long_text("korean"), change.index};
  Narration& narration = change.model.narration;
  if (said.part == "title") {
    // The title, then the goal; behind another scenario's end all begins anew.
    if (narration.scenario != change.text("scenario") || narration.number != 0) narration = {};
    if (narration.scenario.empty()) narration.title = said;
    narration.scenario = change.text("scenario");
  }
  if (said.part == "say" || said.part == "end") {
    ++narration.number;
    narration.said.clear();
  }
  narration.said.push_back(said);
  keep_newest(narration.said, most_said);
}

void hub_conditions(const Change& change) {
  Hub& hub = change.model.hub;
  hub.bytes_per_second = change.number("bytes_per_second");
  hub.latency_ms = change.number("latency_ms");
  hub.fault = change.text("fault");
  if (hub.fault == "none") hub.fault.clear();
}

}  // namespace glassdock::model
