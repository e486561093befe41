#include "engine/runtime/launcher/field_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace glassdock::runtime {
namespace {

// The kernel's own: to read one of those with the engine's capabilities may take away what others wait for
// (/proc/kmsg).
bool is_of_kernel(int fd) {
  struct statfs system {};
  return ::fstatfs(fd, &system) != 0 || system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC;
}

}  // namespace

FieldReader::FieldReader(const char* path) {
  fd_ = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info {};
  if (fd_ >= 0 && (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode) || is_of_kernel(fd_))) {
    ::close(fd_);
    fd_ = -1;
  }
}

FieldReader::~FieldReader() {
  if (fd_ >= 0) ::close(fd_);
}

int FieldReader::peek() {
  if (begin_ == end_) {
    const ssize_t got = fd_ < 0 || error_ != 0 ? 0 : ::read(fd_, buffer_, sizeof buffer_);
    if (got < 0) error_ = errno;
    if (got <= 0) return -1;
    read_ += static_cast<size_t>(got);
    if (read_ > most_bytes) {
      error_ = EFBIG;
      return -1;
    }
    begin_ = 0;
    end_ = static_cast<size_t>(got);
  }
  return static_cast<unsigned char>(buffer_[begin_]);
}

bool FieldReader::next_line() {
  while (in_line_ && !at_line_end()) ++begin_;
  if (in_line_ && peek() == '\n') ++begin_;
  in_line_ = peek() >= 0;
  return in_line_;
}

bool FieldReader::read_field(char separator, char* field, size_t size) {
  size_t used = 0;
  bool fits = true;
  for (; !at_line_end(); ++begin_) {
    const char c = buffer_[begin_];
    if (c == separator) {
      ++begin_;
      break;
    }
    fits = fits && used + 1 < size;
    if (fits) field[used++] = c;
  }
  field[fits ? used : 0] = 0;
  return fits;
}

void FieldReader::skip_field(char separator) {
  char nothing[1];
  read_field(separator, nothing, sizeof nothing);
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
