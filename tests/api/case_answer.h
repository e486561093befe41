// Answers of two engines made comparable: what no two runs have in common is replaced by words, by one set of rules.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace glassdock::testing {

// What a case knows by a name: ${name} of its steps, mostly ids.
using Names = std::map<std::string, std::string>;

// Puts the values in the places of ${name}; what has no value stays.
std::string with_values(std::string text, const Names& names);

// The rules; docs/case-table.md lists them:
// - the value of a name is <name>, and an id's first twelve digits are <name, short>; other ids are <id>;
// - times are <time>, but for docker's zero time, and how long ago something was is <duration>;
// - the numbers of certain members (times, sizes, processes) are <number> unless 0, the paths of others <path>,
//   and what a network has given <address>.
std::string comparable_text(std::string text, const Names& names);
nlohmann::json comparable(const nlohmann::json& value, const Names& names);

// What a command line says of a fault, without what docker's client has said differently over the years: that the
// engine said so, where help is, a full stop, and lines of its own log.
std::string words_of_any_client(std::string error);

// Names and types alone; of a list its first item.
nlohmann::json shape_of(const nlohmann::json& value);

struct Difference {
  std::string at;  // JSON pointer
  nlohmann::json wanted, got;
};
// The deepest places where the two differ. Lists of different lengths differ as a whole.
std::vector<Difference> differences(const nlohmann::json& wanted, const nlohmann::json& got);

}  // namespace glassdock::testing
