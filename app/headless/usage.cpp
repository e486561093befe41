#include "app/headless/usage.h"

#include <fmt/format.h>

#include "app/text/korean.h"

namespace glassdock::headless {

std::string in_language(std::string_view english, trace::Language language) {
  return language == trace::Language::korean ? text::korean(english) : std::string(english);
}

Error usage_error(std::string message, std::string_view usage) {
  constexpr int wrong_use = 2;
  return Error(ErrorKind::invalid_argument, std::move(message), fmt::format("usage: {}", usage))
      .with_exit_code(wrong_use);
}

text::ParsedFlags parse_own(std::span<const text::Flag> flags, std::span<const std::string> words,
                            std::size_t word_count, std::string_view usage) {
  try {
    text::ParsedFlags parsed = text::parse_flags(flags, words, text::Placement::anywhere);
    if (parsed.words().size() == word_count) return parsed;
  } catch (const Error& error) {
    throw usage_error(error.message(), usage);
  }
  throw usage_error(word_count == 0 ? "this command takes no words" : "one word is missing or one is too many", usage);
}

}  // namespace glassdock::headless
