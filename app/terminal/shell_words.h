#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::terminal {

// The word that ends at the end of a shell line, and the simple command that it belongs to: the innermost one of pipes,
// lists and $(…).
struct ShellWord {
  std::vector<std::string> before;  // the command's words before it, without quotes and without NAME=value
  std::size_t from = 0;             // where the word begins in the line
  std::string text;                 // without quotes
  bool plain = true;                // false: its value needs an expansion ($NAME, $(…)) or is a redirection's
};

ShellWord word_at(std::string_view line);

}  // namespace glassdock::terminal
