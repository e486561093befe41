#include "engine/trace/columns.h"

#include <algorithm>

#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

constexpr int narrowest = 20;                        // columns that are worth wrapping in
constexpr std::string_view firm_blank = "\xC2\xA0";  // U+00A0

std::string with_plain_blanks(std::string_view text) {
  std::string out(text);
  for (auto at = out.find(firm_blank); at != std::string::npos; at = out.find(firm_blank, at)) {
    out.replace(at, firm_blank.size(), " ");
  }
  return out;
}

// Reads a command as a shell does (POSIX, "Shell Command Language", 2.2 Quoting), as far as it takes to know where a
// blank ends a word.
class ShellReader {
 public:
  // Whether `c`, the next character, is a blank between two words.
  bool ends_word(char c) {
    const bool quoted = escaped_ || quote_ != 0;
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      escaped_ = true;
    } else if (quote_ == 0 && (c == '\'' || c == '"')) {
      quote_ = c;
    } else if (quote_ == '"' && c == '(' && previous_ == '$') {
      ++substitutions_;  // quotes in it do not end the one around it
    } else if (quote_ == '"' && c == ')' && substitutions_ > 0) {
      --substitutions_;
    } else if (c == quote_ && substitutions_ == 0) {
      quote_ = 0;
    }
    previous_ = c;
    return c == ' ' && !quoted;
  }

 private:
  bool escaped_ = false;
  char quote_ = 0;
  char previous_ = 0;
  int substitutions_ = 0;
};

}  // namespace

int columns(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text, at), 1);
    const auto first = static_cast<unsigned char>(text[at]);
    const bool wide = length == 3 && first >= 0xE1 && first <= 0xED && text.substr(at, length) >= "\xE1\x84\x80" &&
                      (first != 0xE2 || static_cast<unsigned char>(text[at + 1]) >= 0xBA);
    width += wide ? 2 : 1;
    at += length;
  }
  return width;
}

std::string padded(std::string_view text, int width) {
  return std::string(text) + std::string(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ');
}

std::string right(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(width - columns(text), 0)), ' ') + std::string(text);
}

std::string wrapped(std::string_view text, int width, int left, std::string_view before) {
  if (width <= left + narrowest) return with_plain_blanks(text);
  std::string out;
  const int start = left + columns(before);
  int used = start;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    const int needed = columns(word);
    const bool begins_line = used == start;
    if (!begins_line && used + 1 + needed > width) {
      out += '\n';
      out.append(static_cast<std::size_t>(left), ' ');
      out += before;
      used = start;
    } else if (!begins_line) {
      out += ' ';
      ++used;
    }
    out += with_plain_blanks(word);
    used += needed;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return out;
}

std::string wrapped_command(std::string_view command, int width, int left) {
  constexpr std::string_view mark = " \\";
  constexpr int deeper = 2;
  const bool wraps = width > left + narrowest;
  const int room = width - static_cast<int>(mark.size());
  std::string out;
  ShellReader shell;
  int used = left;
  bool begins_line = true;
  while (!command.empty()) {
    std::size_t end = 0;
    while (end < command.size() && command[end] != '\n' && !shell.ends_word(command[end])) ++end;
    const std::string_view word = command.substr(0, end);
    if (!begins_line && wraps && used + 1 + columns(word) > room) {
      out += mark;
      out += '\n';
      used = left + deeper;
      out.append(static_cast<std::size_t>(used), ' ');
    } else if (!begins_line) {
      out += ' ';
      ++used;
    }
    out += word;
    used += columns(word);
    begins_line = false;
    if (end == command.size()) break;
    if (command[end] == '\n') {
      shell.ends_word('\n');
      out += '\n';
      out.append(static_cast<std::size_t>(left), ' ');
      used = left;
      begins_line = true;
    }
    command.remove_prefix(end + 1);
  }
  return out;
}

std::string firm(std::string text) {
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) text.replace(blank, 1, firm_blank);
  return text;
}

}  // namespace glassdock::trace
