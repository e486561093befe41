#pragma once

#include <stddef.h>
#include <stdint.h>

namespace glassdock::runtime {

// Writes a container's output as docker's json-file driver does: a line of JSON for each line of output,
// {"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}. A line longer than `chunk` is stored in
// chunks without line feed, which end between characters. Where the disk is full lines are lost; of one that came into
// the file by half the end is made good, so that the next one stands alone: also where a monitor that was killed left
// it.
class LogWriter {
 public:
  static constexpr size_t chunk = 16 * 1024;  // as docker's copier

  // The file stays the caller's; opened for reading too, since its end is looked at.
  void open(int fd);
  // stream: 1 or 2. Full lines are written before it returns.
  void append(int stream, const char* bytes, size_t size);
  // Writes what is left without a line feed, at the end of the stream.
  void finish(int stream);

 private:
  struct Line {
    char bytes[chunk];
    size_t size = 0;
  };
  void write_line(int stream, Line& line);
  void write_chunk(int stream, Line& line);
  void put(const char* text, size_t size);
  void put_escaped(const char* text, size_t size);
  void put_time();
  void flush();

  int fd_ = -1;
  Line lines_[2];
  char out_[128 * 1024];  // several lines at once; one line at its worst is 6 x chunk
  size_t used_ = 0;
  bool torn_ = false;  // the file ends inside a line
};

}  // namespace glassdock::runtime
