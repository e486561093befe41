#include "app/text/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>

#include "app/text/hints.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr std::array<std::string_view, 6> true_words{"1", "t", "T", "TRUE", "true", "True"};
constexpr std::array<std::string_view, 6> false_words{"0", "f", "F", "FALSE", "false", "False"};

Error bad(std::string message) {
  return Error(ErrorKind::invalid_argument, std::move(message));
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Why `value` is no whole number, in the words of Go's strconv, which docker passes on; empty when it is one.
std::string whole_number_fault(std::string_view value) {
  std::string_view digits = value;
  if (starts_with(digits, "+")) digits.remove_prefix(1);
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::result_out_of_range) {
    return fmt::format("strconv.ParseInt: parsing \"{}\": value out of range", value);
  }
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", value);
  }
  return {};
}

std::string fault_in(const std::function<void()>& parse) {
  try {
    parse();
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

std::string fault_of(FlagType type, const std::string& value) {
  switch (type) {
    case FlagType::boolean:
      if (contains(true_words, value) || contains(false_words, value)) return {};
      return fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", value);
    case FlagType::whole:
      return whole_number_fault(value);
    case FlagType::bytes:
      return parse_memory_size(value) ? std::string() : fmt::format("invalid size: '{}'", value);
    case FlagType::cpus:
      return fault_in([&] { parse_nano_cpus(value); });
    case FlagType::device_bps:
    case FlagType::device_iops:
      return fault_in([&] { parse_device_rate(type, value); });
    case FlagType::word:
    case FlagType::list:
    case FlagType::unsupported:
      return {};
  }
  return {};
}

// One pass over the arguments.
class Parser {
 public:
  Parser(std::span<const Flag> flags, std::span<const std::string> arguments) : flags_(flags), arguments_(arguments) {}

  ParsedFlags parse(Placement placement) {
    while (at_ < arguments_.size()) {
      const std::string& argument = arguments_[at_++];
      if (argument == "--") return rest();
      if (argument.size() < 2 || argument[0] != '-') {
        parsed_.add_word(argument);
        if (placement == Placement::before_first_word) return rest();
      } else if (argument[1] == '-') {
        long_flag(argument);
      } else {
        short_flags(argument);
      }
    }
    return std::move(parsed_);
  }

 private:
  ParsedFlags rest() {
    for (; at_ < arguments_.size(); ++at_) parsed_.add_word(arguments_[at_]);
    return std::move(parsed_);
  }

  void long_flag(const std::string& argument) {
    std::string_view name = std::string_view(argument).substr(2);
    auto equals = name.find('=');
    if (equals == 0 || name[0] == '-') throw bad("bad flag syntax: " + argument);
    std::string_view bare = name.substr(0, equals);
    auto flag = std::find_if(flags_.begin(), flags_.end(), [&](const Flag& one) { return one.name == bare; });
    if (flag == flags_.end()) {
      throw Error(ErrorKind::invalid_argument, fmt::format("unknown flag: --{}", bare), hint_for_flag(flags_, bare));
    }
    refuse_unsupported(*flag);
    if (equals != std::string_view::npos) {
      take(*flag, std::string(name.substr(equals + 1)));
    } else if (flag->type == FlagType::boolean) {
      take(*flag, "true");
    } else if (at_ < arguments_.size()) {
      take(*flag, arguments_[at_++]);
    } else {
      throw bad("flag needs an argument: " + argument);
    }
  }

  void short_flags(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      char letter = argument[i];
      auto flag = std::find_if(flags_.begin(), flags_.end(), [&](const Flag& one) { return one.letter == letter; });
      if (flag == flags_.end()) {
        throw bad(fmt::format("unknown shorthand flag: '{}' in -{}", letter, argument.substr(i)));
      }
      refuse_unsupported(*flag);
      bool has_equals = i + 2 < argument.size() && argument[i + 1] == '=';
      if (flag->type == FlagType::boolean && !has_equals) {
        take(*flag, "true");
        continue;
      }
      if (i + 1 < argument.size()) {
        take(*flag, argument.substr(i + (has_equals ? 2 : 1)));
      } else if (at_ < arguments_.size()) {
        take(*flag, arguments_[at_++]);
      } else {
        throw bad(fmt::format("flag needs an argument: '{}' in -{}", letter, argument.substr(i)));
      }
      return;
    }
  }

  static void refuse_unsupported(const Flag& flag) {
    if (flag.type != FlagType::unsupported) return;
    throw Error(ErrorKind::not_supported, display_name(flag) + " is not supported yet",
                hint_for_unsupported(flag.name));
  }

  void take(const Flag& flag, std::string value) {
    std::string fault = fault_of(flag.type, value);
    if (!fault.empty()) {
      const bool size = flag.type == FlagType::bytes;
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", value, display_name(flag), fault),
                  size ? "a size is a number and b, k, m or g, as in 64m" : "");
    }
    parsed_.add(flag.name, std::move(value));
  }

  std::span<const Flag> flags_;
  std::span<const std::string> arguments_;
  std::size_t at_ = 0;
  ParsedFlags parsed_;
};

}  // namespace

bool ParsedFlags::on(std::string_view name) const {
  const auto& all = values(name);
  return !all.empty() && is_true(all.back());
}

std::string ParsedFlags::value(std::string_view name, std::string_view otherwise) const {
  const auto& all = values(name);
  return all.empty() ? std::string(otherwise) : all.back();
}

const std::vector<std::string>& ParsedFlags::values(std::string_view name) const {
  static const std::vector<std::string> none;
  auto found = values_.find(std::string(name));
  return found == values_.end() ? none : found->second;
}

ParsedFlags parse_flags(std::span<const Flag> flags, std::span<const std::string> arguments, Placement placement) {
  return Parser(flags, arguments).parse(placement);
}

std::string display_name(const Flag& flag) {
  return flag.letter ? fmt::format("-{}, --{}", flag.letter, flag.name) : fmt::format("--{}", flag.name);
}

bool is_true(std::string_view word) {
  return contains(true_words, word);
}

std::int64_t parse_nano_cpus(std::string_view text) {
  constexpr std::size_t precision = 9;  // the API counts in billionths of a CPU
  auto point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string fraction(point == std::string_view::npos ? std::string_view() : text.substr(point + 1));
  bool digits_only = (std::string(whole) + fraction).find_first_not_of("0123456789") == std::string::npos;
  if (!digits_only || (whole.empty() && fraction.empty())) {
    throw bad(fmt::format("failed to parse {} as a rational number", text));
  }
  while (ends_with(fraction, "0")) fraction.pop_back();
  if (fraction.size() > precision) throw bad("value is too precise");
  fraction.resize(precision, '0');
  auto nanos = parse_number(std::string(whole) + fraction);
  if (!nanos || *nanos > INT64_MAX) throw bad(fmt::format("failed to parse {} as a rational number", text));
  return static_cast<std::int64_t>(*nanos);
}

client::DeviceRate parse_device_rate(FlagType type, std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) throw bad(fmt::format("bad format: {}", text));
  const std::string_view path = text.substr(0, colon), number = text.substr(colon + 1);
  if (!starts_with(path, "/dev/")) throw bad(fmt::format("bad format for device path: {}", text));
  const bool bytes = type == FlagType::device_bps;
  const auto rate = bytes ? std::optional<std::uint64_t>(parse_memory_size(number)) : parse_number(number);
  if (!rate) {
    throw bad(
        fmt::format("invalid rate for device: {}. The correct format is <device-path>:<number>{}. Number must be a "
                    "positive integer{}",
                    text, bytes ? "[<unit>]" : "", bytes ? ". Unit is optional and can be kb, mb, or gb" : ""));
  }
  return {std::string(path), *rate};
}

std::string flags_help(std::span<const Flag> flags) {
  std::vector<std::pair<std::string, std::string_view>> lines;
  std::size_t width = 0;
  for (const Flag& flag : flags) {
    if (flag.type == FlagType::unsupported) continue;
    std::string left =
        flag.letter ? fmt::format("  -{}, --{}", flag.letter, flag.name) : fmt::format("      --{}", flag.name);
    if (!flag.value_name.empty()) left += fmt::format(" {}", flag.value_name);
    width = std::max(width, left.size());
    lines.emplace_back(std::move(left), flag.help);
  }
  std::string text;
  for (const auto& [left, help] : lines) text += fmt::format("{:<{}}   {}\n", left, width, help);
  return text;
}

}  // namespace glassdock::text
