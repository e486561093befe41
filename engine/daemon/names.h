#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace glassdock::daemon {

// Names match [a-zA-Z0-9][a-zA-Z0-9_.-]+ : at least two characters (docker's RestrictedNamePattern).
bool is_container_name(std::string_view name);

// 64 lower-case hex digits.
bool is_container_id(std::string_view id);

// "adjective_surname" for a container without a name, as docker makes them; after some tries with a digit behind it.
// `taken` says whether a name is in use. Never "boring_wozniak": Steve Wozniak is not boring.
std::string make_container_name(const std::function<bool(const std::string&)>& taken);

}  // namespace glassdock::daemon
