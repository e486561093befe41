#include "app/scene/gate_words.h"

#include <algorithm>

#include "app/scene/race_view.h"
#include "app/scene/strings.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::scene {

GateWords gate_words(const model::Model& model, std::string_view gate, std::string_view subject,
                     trace::Language language) {
  GateWords words;
  words.now = trace::standing_sentence(gate, language);
  if (gate == "vm.init") {
    const std::string stop = race_stop_words(model.race.lane(model::Lane::vm).run, language);
    if (!stop.empty()) words.now = say(Word::race_kernel_stopped, language, {stop});
  }
  words.next = trace::next_sentence(gate, subject, language);
  return words;
}

std::string gate_names(const model::Held& held) {
  if (held.with.empty()) return held.gate;
  const bool machine = starts_with(held.gate, "vm.");
  return (machine ? held.with : held.gate) + " + " + (machine ? held.gate : held.with);
}

trace::Event told_event(const model::History& history, model::EventIndex index) {
  trace::Event event = history.event(index);
  if (event.name != "gate.held") return event;
  const std::vector<model::Held>& held = history.now().held;
  const bool holds = !history.is_recording() &&
                     std::any_of(held.begin(), held.end(), [&](const model::Held& one) { return one.event == index; });
  if (!holds) event.arguments.push_back({"over", true});
  return event;
}

std::string operation_words(const model::Operation& operation, const model::Container& container,
                            trace::Language language) {
  if (!trace::find_words(operation.name)) return operation.name;
  trace::Event event;
  event.name = operation.name;
  event.subject = container.id;
  const auto mount = std::find_if(container.mounts.begin(), container.mounts.end(),
                                  [&](const model::Mount& one) { return one.name == operation.name; });
  if (mount != container.mounts.end() && !mount->target.empty()) event.arguments.push_back({"object", mount->target});
  return trace::sentence(event, language);
}

}  // namespace glassdock::scene
