#include "app/headless/usage.h"

#include <fmt/format.h>
#include <unistd.h>

#include "app/headless/help.h"
#include "app/headless/terminal.h"
#include "app/text/korean.h"
#include "engine/base/text.h"

namespace glassdock::headless {

std::string in_language(std::string_view english, trace::Language language) {
  return language == trace::Language::korean ? text::korean(english) : std::string(english);
}

std::string daemon_words(std::string_view message, trace::Language language) {
  const bool korean = language == trace::Language::korean;
  return "Error response from daemon: " + (korean ? text::korean_refusal(message) : std::string(message));
}

void say_beside(std::string_view english, trace::Language language) {
  if (!english.empty()) write_out(STDERR_FILENO, "glassdock: " + in_language(english, language) + "\n");
}

std::string glassdock_line(const Options& options, std::string_view command) {
  std::string line = "glassdock";
  if (!options.place.data.empty()) line += " --data " + shell_quote(options.place.data);
  if (!options.place.socket.empty()) line += " --socket " + shell_quote(options.place.socket);
  return line + " " + std::string(command);
}

Error usage_error(std::string message, std::string_view command) {
  constexpr int wrong_use = 2;
  return Error(ErrorKind::invalid_argument, std::move(message),
               fmt::format("usage: {}", usage_of(own_command(command))))
      .with_exit_code(wrong_use);
}

text::ParsedFlags parse_own(std::string_view command, std::span<const std::string> words, std::size_t word_count) {
  try {
    text::ParsedFlags parsed = text::parse_flags(own_command(command).flags, words, text::Placement::anywhere);
    if (parsed.words().size() == word_count) return parsed;
  } catch (const Error& error) {
    throw usage_error(error.message(), command);
  }
  throw usage_error(word_count == 0 ? "this command takes no words" : "one word is missing or one is too many",
                    command);
}

}  // namespace glassdock::headless
