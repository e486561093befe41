#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace glassdock::terminal {

// What the engine has, as far as the studio's model knows. Called while a key is handled: must not wait.
class CompletionSource {
 public:
  virtual ~CompletionSource() = default;
  virtual std::vector<std::string> images() const = 0;      // "alpine:latest"
  virtual std::vector<std::string> containers() const = 0;  // names
};

struct Candidate {
  std::string text;      // as it would stand in the line, quoted where the shell needs it
  std::string remark;    // what it is, in docker's words; may be empty
  bool goes_on = false;  // a folder: no space behind it
};

// What could stand in place of text[from, to).
struct Completion {
  std::size_t from = 0;
  std::size_t to = 0;
  std::vector<Candidate> candidates;
};

// For the cursor at byte `cursor` of `text`: docker's commands and flags, images and containers where docker wants
// them, files (from `folder`) behind -v, --env-file and everywhere outside docker, programs as the first word.
Completion complete(std::string_view text, std::size_t cursor, const CompletionSource& source,
                    const std::filesystem::path& folder);

}  // namespace glassdock::terminal
