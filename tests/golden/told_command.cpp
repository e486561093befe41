#include "tests/golden/told_command.h"

#include <algorithm>

#include "engine/base/text.h"

namespace glassdock::golden {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// Words apart, quotes taken off (POSIX shell, 2.2 Quoting); variables stay as they are.
std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == 0 && c == ' ') {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != '\'' && c == '\\' && i + 1 < line.size()) {
      words.back() += line[++i];
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

std::map<std::string, std::string> written_by(const std::string& command) {
  std::map<std::string, std::string> written;
  for (const std::string& line : split(command, '\n')) {
    const std::vector<std::string> words = shell_words(line);
    if (words.size() == 4 && words[0] == "echo" && words[2] == ">") written[words[3]] = words[1];
  }
  return written;
}

std::optional<BoundFile> bound_by(const std::string& command, const std::filesystem::path& data,
                                  const std::string& container) {
  for (std::string line : split(command, '\n')) {
    replace_all(line, "${R:?}", "containers/${ID:?}/rootfs");
    replace_all(line, "${ID:?}", container);
    const std::vector<std::string> words = shell_words(line);
    if (words.size() != 4 || words[0] != "mount" || (words[1] != "--bind" && words[1] != "--rbind")) continue;
    const std::string root = "containers/" + container + "/rootfs";
    if (!starts_with(words[3], root + "/")) continue;
    return BoundFile{data / words[2], words[3].substr(root.size())};
  }
  return std::nullopt;
}

Command executed_by(const std::string& text) {
  Command command;
  std::vector<std::string> words = shell_words(text);
  auto unshare = std::find(words.begin(), words.end(), "/usr/bin/unshare");
  auto dashes = std::find(unshare, words.end(), "--");
  auto input = std::find(dashes, words.end(), "<");
  if (words.size() < 3 || input == words.end()) return command;
  command.environment.assign(words.begin() + 3, unshare);  // after "exec env -i"
  for (auto word = unshare; word != dashes; ++word) {
    if (starts_with(*word, "--wd=")) command.folder = word->substr(5);
  }
  command.arguments.assign(dashes + 1, input);
  return command;
}

}  // namespace glassdock::golden
