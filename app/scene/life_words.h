// What is said of a container's life: each move with the command that makes it, each signal with what became of it.
#pragma once

#include <string>
#include <string_view>

#include "app/model/model.h"
#include "app/scene/strings.h"
#include "app/scene/thing.h"

namespace glassdock::scene {

// What one types to make the move; empty: nobody typed it, or that is not told.
std::string command_of(const model::Container& container, const model::Moved& moved);
std::string command_of(const model::Container& container, const model::Exec& exec);
// What one types to send the signal.
std::string command_of(const model::Container& container, const model::Signal& signal);
std::string_view word_of(model::Move move);  // "pause", as docker calls it; an exit is "exit"
// What the process did, "it ended by itself, after 0.4 s".
std::string effect_words(const model::Signal& signal, trace::Language language);

// "ended with code 3", of one that has ended; also that its policy lets it wait for another start.
std::string end_words(const model::Container& container, trace::Language language);

// Why the first process ended, as far as the trace tells: "by docker stop, code 143", "docker stop", "stop".
struct ExitWords {
  std::string whole, brief, briefest;
};
ExitWords exit_words(const model::Moved& exit, trace::Language language);

// How long it is until the start that its policy waits for: "next start in 4 s", "in 4 s". Empty: none is due, or that
// is not told.
struct NextStart {
  std::string whole, brief;
};
NextStart next_start(const Subject& subject, const model::Container& container);

// What an event of a life means, in a sentence or two, from what was really done: the freezer, setns, process 1, 137.
// Empty: its own words say it all.
std::string life_sentence(const Subject& subject, const trace::Event& event);

// What thing_of says of the life of a container, of a command in it, of a signal to it.
void explain_life(const Subject& subject, const model::Container& container, Thing& thing);
void explain_exec(const Subject& subject, const model::Container& container, std::string_view id, Thing& thing);
void explain_signal(const Subject& subject, const model::Container& container, std::string_view event, Thing& thing);

}  // namespace glassdock::scene
