#include "app/terminal/shell_words.h"

#include <utility>

namespace glassdock::terminal {
namespace {

constexpr std::string_view ends_command = ";&|\n";

bool assigns(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         word.substr(0, equals).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
             std::string_view::npos;
}

// One level of $(…): the command so far.
struct Level {
  std::vector<std::string> words;
  std::string word;
  std::size_t from = 0;
  bool in_word = false;
  bool plain = true;
  bool in_double = false;  // inside double quotes
};

class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line) {}

  ShellWord read() {
    for (; at_ < line_.size(); ++at_) take(line_[at_]);
    Level& level = levels_.back();
    ShellWord word{std::move(level.words), level.in_word ? level.from : line_.size(), std::move(level.word),
                   level.plain};
    return word;
  }

 private:
  Level& level() { return levels_.back(); }

  void begin_word() {
    if (!level().in_word) level().from = at_;
    level().in_word = true;
  }

  void add(char byte) {
    begin_word();
    level().word += byte;
  }

  void end_word() {
    if (level().in_word && !(level().words.empty() && assigns(level().word))) {
      level().words.push_back(level().word);
    }
    level().word.clear();
    level().in_word = false;
    level().plain = true;
  }

  void end_command() {
    end_word();
    level().words.clear();
  }

  void open() { levels_.emplace_back(); }

  void close() {
    if (levels_.size() > 1) levels_.pop_back();
  }

  bool next_is(char byte) const { return at_ + 1 < line_.size() && line_[at_ + 1] == byte; }

  void take(char byte) {
    if (byte == '\\' && at_ + 1 < line_.size()) {
      begin_word();
      level().word += line_[++at_];
    } else if (byte == '"') {
      begin_word();
      level().in_double = !level().in_double;
    } else if (byte == '$') {
      begin_word();
      level().plain = false;
      if (next_is('(')) {
        ++at_;
        open();
      }
    } else if (level().in_double) {
      add(byte);
    } else {
      take_unquoted(byte);
    }
  }

  void take_unquoted(char byte) {
    if (byte == '\'') {
      begin_word();
      const std::size_t end = std::min(line_.find('\'', at_ + 1), line_.size());
      level().word += line_.substr(at_ + 1, end - at_ - 1);
      at_ = end;
    } else if (byte == ' ' || byte == '\t' || byte == '<' || byte == '>') {
      end_word();
    } else if (byte == '`' || ends_command.find(byte) != std::string_view::npos) {
      end_command();
    } else if (byte == '(') {
      end_command();
      open();
    } else if (byte == ')') {
      close();
    } else {
      add(byte);
    }
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<Level> levels_{1};
};

}  // namespace

ShellWord word_at(std::string_view line) {
  return Reader(line).read();
}

}  // namespace glassdock::terminal
