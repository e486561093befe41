#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/text/flags.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

// A way to use a command, behind the word "glassdock".
struct Form {
  std::string_view line;
  std::string_view does;
};

struct OwnCommand {
  std::string_view name;
  std::span<const Form> forms;
  std::span<const text::Flag> flags;
  std::string_view example;  // behind the word "glassdock"
};

// What glassdock has besides docker's command line. Throws std::out_of_range for another name.
const OwnCommand& own_command(std::string_view name);

// "glassdock gates", its forms one after the other.
std::string usage_of(const OwnCommand& command);

// `width`: columns of the terminal, 0 where it is none.
std::string help_text(trace::Language language, int width);
std::string help_text(const OwnCommand& command, trace::Language language, int width);

}  // namespace glassdock::headless
