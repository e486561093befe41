#include "engine/runtime/launcher/line_reader.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

namespace glassdock::runtime {

LineReader::LineReader(const char* path) {
  fd_ = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info {};
  if (fd_ >= 0 && (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode))) {
    ::close(fd_);
    fd_ = -1;
  }
}

LineReader::~LineReader() {
  if (fd_ >= 0) ::close(fd_);
}

char* LineReader::next() {
  bool too_long = false;
  for (;;) {
    char* found = static_cast<char*>(::memchr(buffer_ + begin_, '\n', end_ - begin_));
    if (found) {
      char* line = buffer_ + begin_;
      *found = 0;
      begin_ = static_cast<size_t>(found - buffer_) + 1;
      if (!too_long) return line;
      too_long = false;
      continue;
    }
    ::memmove(buffer_, buffer_ + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == sizeof buffer_ - 1) {
      too_long = true;
      end_ = 0;
    }
    ssize_t got = fd_ < 0 || read_ >= most_bytes ? 0 : ::read(fd_, buffer_ + end_, sizeof buffer_ - 1 - end_);
    if (got <= 0) {
      if (end_ == 0 || too_long) return nullptr;
      buffer_[end_] = 0;  // a last line without a line feed
      begin_ = end_;
      end_ = begin_;
      read_ = most_bytes;
      return buffer_;
    }
    read_ += static_cast<size_t>(got);
    end_ += static_cast<size_t>(got);
  }
}

void split_fields(char* line, char* fields[], size_t count) {
  for (size_t i = 0; i < count; ++i) {
    fields[i] = line;
    char* colon = ::strchr(line, ':');
    if (colon && i + 1 < count) {
      *colon = 0;
      line = colon + 1;
    } else {
      line += ::strlen(line);
    }
  }
}

bool parse_id(const char* text, unsigned& id) {
  unsigned long long value = 0;
  if (!*text) return false;
  for (; *text; ++text) {
    if (*text < '0' || *text > '9') return false;
    value = value * 10 + static_cast<unsigned>(*text - '0');
    if (value > 4294967294ULL) return false;
  }
  id = static_cast<unsigned>(value);
  return true;
}

}  // namespace glassdock::runtime
