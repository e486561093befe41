#include "tests/api/case_answer.h"

#include <algorithm>
#include <regex>
#include <set>
#include <string_view>

#include "tests/api/case_table.h"

namespace glassdock::testing {
namespace {

using nlohmann::json;

constexpr std::size_t short_id_length = 12;

const std::set<std::string_view> moving_numbers = {"Created",  "LayersSize",     "Pid",        "SharedSize",
                                                   "Size",     "SizeRootFs",     "SizeRw",     "time",
                                                   "timeNano", "SpaceReclaimed", "VirtualSize"};
const std::set<std::string_view> engine_paths = {"HostnamePath",   "HostsPath",  "LogPath",  "LowerDir", "MergedDir",
                                                 "ResolvConfPath", "SandboxKey", "UpperDir", "WorkDir"};

const std::set<std::string_view> network_addresses = {"Gateway", "IPAddress", "MacAddress"};

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

bool is_id(const std::string& value) {
  constexpr std::size_t id_length = 64;
  return value.size() == id_length && value.find_first_not_of("0123456789abcdef") == std::string::npos;
}

json comparable_member(const std::string& key, const json& value, const Names& names) {
  if (value.is_number() && moving_numbers.contains(key) && value != 0 && value != -1) return "<number>";
  if (value.is_string() && engine_paths.contains(key) && !value.get_ref<const std::string&>().empty()) return "<path>";
  if (value.is_string() && network_addresses.contains(key) && !value.get_ref<const std::string&>().empty())
    return "<address>";
  return comparable(value, names);
}

}  // namespace

std::string with_values(std::string text, const Names& names) {
  for (const auto& [name, value] : names) replace_all(text, "${" + name + "}", value);
  return text;
}

std::string comparable_text(std::string text, const Names& names) {
  static const std::regex id("[0-9a-f]{64}");
  static const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
  static const std::regex duration(R"((Less than a second|\d+ seconds?|About a minute))");
  static const std::regex version(R"(Glassdock \d+\.\d+\.\d+)");
  constexpr char zero_time[] = "0001-01-01T00:00:00Z";
  for (const auto& [name, value] : names) {
    if (!is_id(value)) continue;
    replace_all(text, value, "<" + name + ">");
    replace_all(text, value.substr(0, short_id_length), "<" + name + ", short>");
  }
  text = std::regex_replace(text, id, "<id>");
  replace_all(text, zero_time, "<zero time>");
  text = std::regex_replace(text, time, "<time>");
  replace_all(text, "<zero time>", zero_time);
  text = std::regex_replace(text, version, "Glassdock <version>");
  return std::regex_replace(text, duration, "<duration>");
}

json comparable(const json& value, const Names& names) {
  if (value.is_string()) return comparable_text(value.get<std::string>(), names);
  if (value.is_array()) {
    json list = json::array();
    for (const json& item : value) list.push_back(comparable(item, names));
    return list;
  }
  if (!value.is_object()) return value;
  json object = json::object();
  for (const auto& [key, member] : value.items()) {
    object[comparable_text(key, names)] = comparable_member(key, member, names);
  }
  return object;
}

std::string words_of_any_client(std::string error) {
  static const std::regex missing("(^|\n)Error: No such (container|image): ");
  static const std::regex own_log(R"(time="[^\n]*" level=[^\n]*\n)");
  static const std::regex help(R"(\.?\n((See|\nRun) 'docker [a-z ]+ --help'[^\n]*\n)?$)");
  error = std::regex_replace(error, missing, "$1Error response from daemon: No such $2: ");
  error = std::regex_replace(error, own_log, "");
  return std::regex_replace(error, help, "\n");
}

json shape_of(const json& value) {
  if (value.is_array()) return value.empty() ? json::array() : json::array({shape_of(value.front())});
  if (!value.is_object()) return value.type_name();
  json object = json::object();
  for (const auto& [key, member] : value.items()) object[key] = shape_of(member);
  return object;
}

namespace {

void collect(const std::string& at, const json& wanted, const json& got, std::vector<Difference>& out) {
  if (wanted == got) return;
  const auto deeper = [&](const std::string& key) {
    json::json_pointer here(at);
    here.push_back(key);
    return here.to_string();
  };
  if (wanted.is_object() && got.is_object()) {
    std::set<std::string> keys;
    for (const auto& [key, member] : wanted.items()) keys.insert(key);
    for (const auto& [key, member] : got.items()) keys.insert(key);
    for (const std::string& key : keys) {
      collect(deeper(key), wanted.value(key, json(absent)), got.value(key, json(absent)), out);
    }
  } else if (wanted.is_array() && got.is_array() && wanted.size() == got.size()) {
    for (std::size_t i = 0; i < wanted.size(); ++i) collect(deeper(std::to_string(i)), wanted[i], got[i], out);
  } else {
    out.push_back({at, wanted, got});
  }
}

}  // namespace

std::vector<Difference> differences(const json& wanted, const json& got) {
  std::vector<Difference> found;
  collect("", wanted, got, found);
  return found;
}

}  // namespace glassdock::testing
