#pragma once

#include <span>
#include <string_view>

#include "app/model/model.h"

namespace glassdock::model {

// Puts one more event into the model: the only thing that changes it. Pure: reads no clock and no file. Events must
// come in the order of the history, `index` is their place in it. Unknown names are skipped, damaged or hostile events
// change what they name and never more than the limits in model.h allow; nothing throws but std::bad_alloc.
void apply(Model& model, const trace::Event& event, EventIndex index);

// Event names that the picture does not need. Every other name of trace::event_words() has a function.
std::span<const std::string_view> names_without_picture();
// Whether the reducer has a function for the name (numbered names too).
bool has_picture(std::string_view name);
// Operations that only tick off a line of the list: nothing else in the picture changes by them.
bool only_in_list(std::string_view name);

}  // namespace glassdock::model
