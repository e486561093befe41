// What all parts of the model say of a thing: how far it is, and which event told of it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace glassdock::model {

// Where an event stands in the history; the panels ask the history for its text and evidence.
using EventIndex = std::size_t;
inline constexpr EventIndex no_event = static_cast<EventIndex>(-1);

// How far a thing is. Each has a form of its own in the picture, whatever its hue.
enum class State : std::uint8_t { planned, appearing, there, held, failed, leaving, gone };

}  // namespace glassdock::model
