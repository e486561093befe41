#pragma once

#include <span>
#include <string>
#include <string_view>

namespace glassdock::lessons {

// The places of the picture that a step may point at, by the names that scenes give them: "cache", "wall:pid". Behind a
// colon stands which one; names that end in one take any.
std::span<const std::string_view> place_names();
// Why no place has that name; empty where one has.
std::string fault_of_place(std::string_view name);

}  // namespace glassdock::lessons
