// What one who waits at a gate wants to know, in words.
#pragma once

#include <string>
#include <string_view>

#include "app/model/history.h"
#include "engine/trace/words.h"

namespace glassdock::scene {

struct GateWords {
  std::string now, next;  // what stands, and what the operation behind the gate does
};
// Of an unknown gate both are empty. `model` knows how exactly a race's guest was stopped.
GateWords gate_words(const model::Model& model, std::string_view gate, std::string_view subject,
                     trace::Language language);

// The gate where it is held; of two lanes that are held together both gates, the container's first.
std::string gate_names(const model::Held& held);

// The event as it is to be told now: whatever moment is looked at, of a hold that is over that it waited.
// `history` keeps() it.
trace::Event told_event(const model::History& history, model::EventIndex index);

// What an operation of the container does: in one sentence, or its name where it has none.
std::string operation_words(const model::Operation& operation, const model::Container& container,
                            trace::Language language);

}  // namespace glassdock::scene
