// text: the docker command line as text: its grammar, its tables, its progress lines. Does nothing, knows no engine.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/client/types.h"

namespace glassdock::text {

enum class FlagType {
  boolean,      // --rm, --rm=false
  word,         // the last one counts
  list,         // each one counts
  whole,        // a decimal number with sign
  bytes,        // 64m
  cpus,         // 0.5
  device_bps,   // /dev/sda:1mb, each one counts
  device_iops,  // /dev/sda:100, each one counts
  unsupported,  // docker knows it; this version does not
};

struct Flag {
  std::string_view name;  // without dashes
  char letter = 0;        // 0: no short form
  FlagType type = FlagType::boolean;
  std::string_view value_name = {};  // for the help
  std::string_view help = {};
};

// Where flags may stand. docker run's end at the image: what follows belongs to the command in the container.
enum class Placement { anywhere, before_first_word };

// A command line taken apart.
class ParsedFlags {
 public:
  bool has(std::string_view name) const { return values_.count(std::string(name)) != 0; }
  // True for --NAME and --NAME=true.
  bool on(std::string_view name) const;
  // The last value, or `otherwise`.
  std::string value(std::string_view name, std::string_view otherwise = {}) const;
  const std::vector<std::string>& values(std::string_view name) const;
  const std::vector<std::string>& words() const { return words_; }

  void add(std::string_view name, std::string value) { values_[std::string(name)].push_back(std::move(value)); }
  void add_word(std::string word) { words_.push_back(std::move(word)); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> words_;
};

// Takes apart as the docker CLI does: --name=value, --name value, -n value, -nvalue, -n=value, -it, "--". Every value
// is checked against its flag's type. Throws Error(invalid_argument) in docker's words, with the flag that was probably
// meant as its hint; the caller adds the command's name. A flag of type `unsupported` throws Error(not_supported).
ParsedFlags parse_flags(std::span<const Flag> flags, std::span<const std::string> arguments, Placement placement);

// "-m, --memory", as docker names a flag in its errors.
std::string display_name(const Flag& flag);

// docker's ParseBool: 1 t T TRUE true True 0 f F FALSE false False.
bool is_true(std::string_view word);

// "0.5" as 500000000. Throws Error(invalid_argument).
std::int64_t parse_nano_cpus(std::string_view text);

// "/dev/sda:1mb" of device_bps or "/dev/sda:100" of device_iops. Throws Error(invalid_argument) in docker's words.
client::DeviceRate parse_device_rate(FlagType type, std::string_view text);

// The flags as lines of a help text, in the order given; unsupported ones are left out.
std::string flags_help(std::span<const Flag> flags);

}  // namespace glassdock::text
