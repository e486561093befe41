#include "app/scene/gate_words.h"

#include <algorithm>

#include "engine/trace/gates.h"

namespace glassdock::scene {

GateWords gate_words(std::string_view gate, std::string_view subject, trace::Language language) {
  GateWords words;
  words.now = trace::standing_sentence(gate, language);
  words.next = trace::next_sentence(gate, subject, language);
  return words;
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
