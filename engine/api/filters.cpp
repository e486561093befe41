#include "engine/api/filters.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <nlohmann/json.hpp>
#include <regex.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/time_text.h"
#include "engine/content/json_reader.h"
#include "engine/daemon/containers.h"

namespace glassdock::api {
namespace {

// The C library copies what is counted: (a{1,255}){1,200} takes 129 MB to compile, and each + around another doubles.
// To match a back reference it tries all ways.
bool is_cheap(std::string_view pattern) {
  constexpr std::size_t longest = 256;
  constexpr std::ptrdiff_t most_repeats = 6;
  if (pattern.size() > longest || pattern.find('{') != std::string_view::npos) return false;
  if (std::count(pattern.begin(), pattern.end(), '+') > most_repeats) return false;
  const auto reference = std::adjacent_find(pattern.begin(), pattern.end(), [](char before, char after) {
    return before == '\\' && after >= '1' && after <= '9';
  });
  return reference == pattern.end();
}

}  // namespace

using nlohmann::json;

Filters parse_filters(std::string_view text) {
  Filters filters;
  if (text.empty()) return filters;
  json parsed = content::parse_json(text);
  if (!parsed.is_object()) throw Error(ErrorKind::invalid_argument, "invalid filter");
  for (const auto& [name, values] : parsed.items()) {
    std::vector<std::string>& list = filters[name];
    if (values.is_object()) {
      for (const auto& [value, set] : values.items()) {
        if (set.is_boolean() && set.get<bool>()) list.push_back(value);
      }
    } else if (values.is_array()) {
      for (const json& value : values) {
        if (!value.is_string()) throw Error(ErrorKind::invalid_argument, "invalid filter");
        list.push_back(value.get<std::string>());
      }
    } else {
      throw Error(ErrorKind::invalid_argument, "invalid filter");
    }
  }
  return filters;
}

Filters parse_filters(std::string_view text, std::initializer_list<std::string_view> known) {
  Filters filters = parse_filters(text);
  for (const auto& [name, values] : filters) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Error(ErrorKind::invalid_argument, fmt::format("invalid filter '{}'", name));
    }
  }
  std::erase_if(filters, [](const auto& filter) { return filter.second.empty(); });
  return filters;
}

std::int64_t until_of(const Filters& filters) {
  const auto found = filters.find("until");
  if (found == filters.end()) return INT64_MAX;
  if (found->second.size() > 1) throw Error(ErrorKind::invalid_argument, "more than one until filter specified");
  return parse_moment(found->second.front(), daemon::realtime_ns());
}

bool flag_of(const Filters& filters, const char* name, bool otherwise) {
  const auto found = filters.find(name);
  if (found == filters.end()) return otherwise;
  const std::string& word = found->second.front();
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0") return false;
  throw Error(ErrorKind::invalid_argument, fmt::format("invalid filter '{}=[{}]'", name, word));
}

bool labels_match(const Filters& filters, const std::map<std::string, std::string>& labels) {
  const auto has = [&](const std::string& wish) {
    std::size_t equals = wish.find('=');
    auto found = labels.find(wish.substr(0, equals));
    return found != labels.end() && (equals == std::string::npos || found->second == wish.substr(equals + 1));
  };
  const auto wanted = filters.find("label"), refused = filters.find("label!");
  return (wanted == filters.end() || std::all_of(wanted->second.begin(), wanted->second.end(), has)) &&
         (refused == filters.end() || std::none_of(refused->second.begin(), refused->second.end(), has));
}

bool name_fits(const std::string& wish, const std::string& name) {
  regex_t pattern;
  if (!is_cheap(wish) || ::regcomp(&pattern, wish.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
    return name.find(wish) != std::string::npos;
  }
  bool fits = ::regexec(&pattern, name.c_str(), 0, nullptr, 0) == 0 ||
              ::regexec(&pattern, ("/" + name).c_str(), 0, nullptr, 0) == 0;
  ::regfree(&pattern);
  return fits;
}

bool any_meets(const Filters& filters, const char* name, const std::function<bool(const std::string&)>& meets) {
  const auto found = filters.find(name);
  return found == filters.end() || found->second.empty() ||
         std::any_of(found->second.begin(), found->second.end(), meets);
}

bool pattern_matches(const std::string& pattern, const std::string& word) {
  return ::fnmatch(pattern.c_str(), word.c_str(), FNM_PATHNAME) == 0;
}

}  // namespace glassdock::api
