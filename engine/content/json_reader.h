#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"

namespace glassdock::content {

// Reads typed fields of a JSON object whose writer is not trusted. `what` names the document in errors ("manifest",
// "image configuration"). null counts as missing. All throw Error(corrupt) "invalid WHAT: FIELD …".
class JsonReader {
 public:
  JsonReader(const nlohmann::json& object, std::string what);

  bool has(const char* field) const;
  const nlohmann::json* find(const char* field) const;  // nullptr where missing
  std::string text(const char* field) const;            // "" where missing
  std::string required_text(const char* field) const;
  std::uint64_t required_number(const char* field) const;
  bool flag(const char* field) const;
  Digest required_digest(const char* field) const;
  std::vector<std::string> texts(const char* field) const;
  std::map<std::string, std::string> text_map(const char* field) const;
  std::vector<std::string> keys(const char* field) const;  // of an object used as a set, sorted
  JsonReader object(const char* field) const;              // required
  const nlohmann::json& array(const char* field) const;    // required

  [[noreturn]] void fail(std::string_view field, std::string_view fault) const;

 private:
  const nlohmann::json& object_;
  std::string what_;
};

// `text` as JSON; discarded (is_discarded()) where it is none, or is nested deeper than anything that we read has need
// to be: copying and printing recurse, and the thread of a connection has little stack.
nlohmann::json parse_json(std::string_view text);

// Throws Error(corrupt) "invalid WHAT: …" for what is no JSON object.
nlohmann::json parse_json_object(std::string_view text, std::string_view what);

}  // namespace glassdock::content
