#pragma once

#include <stddef.h>

namespace glassdock::runtime {

// Reads passwd(5) and group(5) of a container field by field, however long a line is. Such a file may be a device, a
// fifo, a link to /proc or gigabytes: only a regular file that is none of the kernel's own is read, and at most
// `most_bytes` of it.
class FieldReader {
 public:
  explicit FieldReader(const char* path);
  ~FieldReader();
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  // Goes to the begin of the next line. False at the end, and where no more can be read: see error().
  bool next_line();
  // The line's next field, to `separator` or the line's end, without them. One that does not fit is read to its end
  // and given as "", and so is each behind the last one. False where it did not fit.
  bool read_field(char separator, char* field, size_t size);
  void skip_field(char separator);
  bool at_line_end() { return peek() < 0 || peek() == '\n'; }
  // 0, or an errno: EFBIG where the file is longer than is read.
  int error() const { return error_; }

 private:
  int peek();  // the next byte, -1 at the end

  static constexpr size_t most_bytes = 4 * 1024 * 1024;
  int fd_ = -1;
  int error_ = 0;
  bool in_line_ = false;
  size_t read_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  char buffer_[4096];
};

// A decimal number up to the kernel's largest usable id (2^32 - 2; credentials(7)). False on anything else.
bool parse_id(const char* text, unsigned& id);

}  // namespace glassdock::runtime
