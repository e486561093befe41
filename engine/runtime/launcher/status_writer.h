#pragma once

#include <stddef.h>

namespace glassdock::runtime {

// Appends lines to a container's status file (protocol.h). A line that a full disk cut short stays there, marked as
// torn, and the next one stands alone: the mark is written as soon as there is room, before it.
class StatusWriter {
 public:
  // The file stays the caller's: open for appending, empty.
  void open(int fd) { fd_ = fd; }
  // A whole line with its line feed. False where it is not there, or only a part of it.
  bool append(const char* line, size_t size);

 private:
  bool put(const char* bytes, size_t size);

  int fd_ = -1;
  bool torn_ = false;  // the file ends inside a line
};

}  // namespace glassdock::runtime
