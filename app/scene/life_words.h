// What is said of a container's life: each move with the command that makes it, each signal with what became of it.
#pragma once

#include <string>
#include <string_view>

#include "app/model/model.h"
#include "app/scene/strings.h"
#include "app/scene/thing.h"

namespace glassdock::scene {

// What one types to make the move; empty: the process ended by itself.
std::string command_of(const model::Container& container, const model::Moved& moved);
std::string_view word_of(model::Move move);  // "pause", as docker calls it; an exit is "exit"
// What the process did, "it ended by itself, after 0.4 s".
std::string effect_words(const model::Signal& signal, trace::Language language);

// What thing_of says of the life of a container, of a command in it, of a signal to it.
void explain_life(const model::Container& container, trace::Language language, Thing& thing);
void explain_exec(const Subject& subject, const model::Container& container, std::string_view id, Thing& thing);
void explain_signal(const Subject& subject, const model::Container& container, std::string_view event, Thing& thing);

}  // namespace glassdock::scene
