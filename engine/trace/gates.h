#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/trace/event.h"
#include "engine/trace/words.h"

namespace glassdock::trace {

// A place where the engine can be held: in front of the operation of the same name. The names are stable; `glassdock
// gates` and docs/gates.md list them.
struct Gate {
  std::string_view name;
  Stage stage;
  Actor waits;  // the daemon (a thread of it), the monitor, or the child (the container's process 1 itself)
  std::string_view standing;  // what stands by then, in one English sentence
  std::string_view standing_korean;
  // What shows just that: a shell command with PID for the waiting process and DATA for the engine's data folder
  // (and the shorthands of gates.cpp). Empty where the child waits: the list of the mounts in the container's tree
  // does; where the monitor waits: the start plan knows (plan::shows_before).
  std::string_view look = {};
  // Before the second operation of the kind and those after it; empty: as before the first.
  std::string_view again = {}, again_korean = {};
  // The options of `docker run` without which no start has the operation; empty: it needs none.
  std::string_view needs = {};
};

// The look at the engine's list of images.
inline constexpr std::string_view images_look = "glassdock docker images";

// In the order in which a cold `docker run` comes to them.
std::span<const Gate> gates();
// Also for a numbered name ("isolate.volume-2"); nullptr when there is none.
const Gate* find_gate(std::string_view name);

// What stands at the gate of that full name ("isolate.volume-2"); empty where there is none.
std::string_view standing_sentence(std::string_view full_name, Language language);

// The look at a gate of the daemon or the child, for the process `pid` that waits there; empty where there is none.
std::string look_command(const Gate& gate, std::int32_t pid, std::string_view data_folder);
// The look that a "gate.held" event tells; of one that is too old to tell it, that of the gate where it can be made.
std::string look_of_held(const Event& held);

// What the operation behind the gate does to `subject`, in one sentence; empty where the gate is unknown.
std::string next_sentence(std::string_view gate, std::string_view subject, Language language);

// The wish to be held at the first gate of each request that a client makes.
inline constexpr std::string_view each_request = "request";

// The gate's name in a wish to be held behind its operation, "after:" and that name; nothing for another wish.
std::optional<std::string_view> gate_before(std::string_view wish);
// Whether a run that is held at `gate` has been where `wish` holds it.
bool has_held(std::string_view wish, std::string_view gate);
// Whether a run that stands at `gate` may still come to a place where `wish` holds it. `operations` are those of its
// start, as container.start tells them; empty: not known yet.
bool is_ahead(std::string_view wish, std::string_view gate, std::string_view operations);
// Whether `gate` is one that `wish` (from --hold: a gate's name or a stage's) names. "isolate.volume" names every
// volume, a stage all its gates: a run holds at the first of them that it comes to; `each_request` any gate.
bool holds_at(std::string_view wish, std::string_view gate);
// Why nothing was held at `wish` by a run whose start has `operations`, as container.start tells them; empty where
// nothing was started.
std::string never_held_sentence(std::string_view wish, std::string_view operations, Language language);
// Throws Error(invalid_argument), with the name that was probably meant, when `wish` is neither a gate, a stage that
// has gates, nor `each_request`, nor "after:" and a gate that another one follows.
void check_hold(std::string_view wish);

}  // namespace glassdock::trace
