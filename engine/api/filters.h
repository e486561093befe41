#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::api {

// A query's `filters`: {"status":["exited"]}, or docker's older {"status":{"exited":true}}.
using Filters = std::map<std::string, std::vector<std::string>>;

// Throws Error(invalid_argument) in docker's words: "invalid filter" for what is no filter, "invalid filter 'x'" for a
// name that is not in `known`.
Filters parse_filters(std::string_view json, std::initializer_list<std::string_view> known);

// The same where any name may stand.
Filters parse_filters(std::string_view json);

// Whether any value of the filter `name` meets; true where none is asked for.
bool any_meets(const Filters& filters, const char* name, const std::function<bool(const std::string&)>& meets);

// The moment of the filter "until" in nanoseconds since 1970; INT64_MAX where there is none.
std::int64_t until_of(const Filters& filters);

// The truth of the filter `name`, "true", "1" or their opposites; throws Error(invalid_argument) on anything else.
bool flag_of(const Filters& filters, const char* name, bool otherwise);

// Whether `labels` has any of "NAME" or "NAME=VALUE" of the filter "label"; all of them must be met, and
// none of "label!".
bool labels_match(const Filters& filters, const std::map<std::string, std::string>& labels);

// Whether a container's name has what the filter "name" looks for: an extended regular expression (regex(7)), or, where
// it is none or could cost much (braces, many +, back references, longer than any name), the word itself. With or
// without the name's slash.
bool name_fits(const std::string& wish, const std::string& name);

// "*" and "?" of a shell pattern against a whole word; as docker's image filter "reference" takes it.
bool pattern_matches(const std::string& pattern, const std::string& word);

}  // namespace glassdock::api
