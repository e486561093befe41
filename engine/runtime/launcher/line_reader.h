#pragma once

#include <stddef.h>

namespace glassdock::runtime {

// Reads a file of the container line by line into a fixed buffer. An /etc/passwd may be a device, a fifo or gigabytes:
// only a regular file is read, at most `most_bytes` of it, and a line that does not fit is passed over.
class LineReader {
 public:
  explicit LineReader(const char* path);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  // The next line without its line feed, valid until the next call; nullptr at the end.
  char* next();

 private:
  static constexpr size_t most_bytes = 4 * 1024 * 1024;
  int fd_ = -1;
  size_t read_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  char buffer_[8192];
};

// Cuts "a:b:c" into its fields in place; `fields` beyond the last become "".
void split_fields(char* line, char* fields[], size_t count);

// A decimal number up to the kernel's largest usable id (2^32 - 2; credentials(7)). False on anything else.
bool parse_id(const char* text, unsigned& id);

}  // namespace glassdock::runtime
