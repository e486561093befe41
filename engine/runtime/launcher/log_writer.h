#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

namespace glassdock::runtime {

// Where a log is written, and how much of it is kept. Both descriptors stay the caller's.
struct LogFile {
  int fd = -1;              // O_APPEND, and open for reading too, since its end is looked at; -1: nothing is written
  int folder = -1;          // in which it is log_file (protocol.h)
  uint64_t most_bytes = 0;  // 0: no bound, and no rotation
  uint32_t most_files = 1;  // at least 1
};

// Writes a container's output as docker's json-file driver does: a line of JSON for each line of output,
// {"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}. A line longer than `chunk` is stored in
// chunks without line feed, which end between characters. Where the disk is full lines are lost; of one that came into
// the file by half the end is made good, so that the next one stands alone: also where a monitor that was killed left
// it. A file that has its bytes is rotated as docker's: a line never spans two files.
class LogWriter {
 public:
  static constexpr size_t chunk = 16 * 1024;  // as docker's copier

  LogWriter() = default;
  ~LogWriter() { let_go(); }
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void open(const LogFile& file);
  // stream: 1 or 2. Full lines are written before it returns, with the time at which the bytes came: this call's.
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
  void rotate();
  void let_go() const;  // of the file that a rotation has opened
  uint32_t make_room() const;

  LogFile file_;
  int fd_ = -1;  // the caller's, or behind a rotation ours
  uint64_t size_ = 0;
  Line lines_[2];
  char out_[128 * 1024];  // several lines at once; one line at its worst is 6 x chunk
  size_t used_ = 0;
  bool torn_ = false;  // the file ends inside a line
  timespec now_{};     // when the bytes in hand came
  time_t dated_ = -1;  // the second that date_ is of
  char date_[32];      // "2026-01-02T03:04:05."
};

}  // namespace glassdock::runtime
