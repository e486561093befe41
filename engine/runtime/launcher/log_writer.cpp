#include "engine/runtime/launcher/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <array>

#include "engine/runtime/protocol.h"

namespace glassdock::runtime {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

// Bytes that stand for themselves in a JSON string, alone (RFC 8259, section 7): ASCII but quote, backslash and control
// characters.
constexpr std::array<bool, 256> is_plain = [] {
  std::array<bool, 256> plain{};
  for (size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Bytes of the UTF-8 sequence that starts at `text`, or 0 where it is none (RFC 3629).
size_t sequence_length(const unsigned char* text, size_t left) {
  auto follows = [&](size_t i, unsigned char low = 0x80, unsigned char high = 0xBF) {
    return i < left && text[i] >= low && text[i] <= high;
  };
  unsigned char c = text[0];
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return follows(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    unsigned char low = c == 0xE0 ? 0xA0 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : 0xBF;  // no surrogates
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    unsigned char low = c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// Bytes at the end of `text` that begin a UTF-8 sequence and do not end it.
size_t unfinished_sequence(const char* text, size_t size) {
  for (size_t back = 1; back <= 3 && back <= size; ++back) {
    auto c = static_cast<unsigned char>(text[size - back]);
    if (c >= 0x80 && c < 0xC0) continue;  // its first byte stands before
    size_t length = c < 0xC2 || c > 0xF4 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return back < length ? back : 0;
  }
  return 0;
}

}  // namespace

void LogWriter::let_go() const {
  if (fd_ != file_.fd) ::close(fd_);
}

void LogWriter::open(const LogFile& file) {
  let_go();
  file_ = file;
  fd_ = file.fd;
  if (fd_ < 0) return;
  off_t size = ::lseek(fd_, 0, SEEK_END);
  size_ = size > 0 ? static_cast<uint64_t>(size) : 0;
  char last = '\n';
  torn_ = size > 0 && ::pread(fd_, &last, 1, size - 1) == 1 && last != '\n';
}

// The files before the current one move up by one number; the oldest is replaced where there are as many as may be.
// Each step is one rename(2): whoever is killed between two leaves a free number, and no line is lost or there twice.
// The number that is free then: 1 where all went well.
uint32_t LogWriter::make_room() const {
  char from[32];
  char to[32];
  uint32_t last = 1;
  for (; last + 1 < file_.most_files; ++last) {
    ::snprintf(to, sizeof to, "%s.%u", log_file, last);
    if (::faccessat(file_.folder, to, F_OK, AT_SYMLINK_NOFOLLOW) != 0) break;
  }
  for (uint32_t i = last; i > 1; --i) {
    ::snprintf(from, sizeof from, "%s.%u", log_file, i - 1);
    ::snprintf(to, sizeof to, "%s.%u", log_file, i);
    if (::renameat(file_.folder, from, file_.folder, to) != 0) return i;
  }
  return 1;
}

// Where it fails the file grows on, until the next line tries again. Readers that open the files hold the lock for that
// moment; nobody waits for them.
void LogWriter::rotate() {
  constexpr char fresh_file[] = "log.new";
  if (::flock(file_.folder, LOCK_EX | LOCK_NB) != 0) return;
  int fresh = ::openat(file_.folder, fresh_file, O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  bool ready = fresh >= 0;
  if (ready && file_.most_files > 1) {
    char first[32];
    ::snprintf(first, sizeof first, "%s.1", log_file);
    // There is none where a rotation was cut off before its last step.
    ready = make_room() == 1 && (::renameat(file_.folder, log_file, file_.folder, first) == 0 || errno == ENOENT);
  }
  if (ready && ::renameat(file_.folder, fresh_file, file_.folder, log_file) == 0) {
    let_go();
    fd_ = fresh;
    size_ = 0;
    torn_ = false;
  } else if (fresh >= 0) {
    ::close(fresh);
  }
  ::flock(file_.folder, LOCK_UN);
}

void LogWriter::put(const char* text, size_t size) {
  ::memcpy(out_ + used_, text, size);
  used_ += size;
}

void LogWriter::put_escaped(const char* text, size_t size) {
  for (size_t i = 0; i < size;) {
    const size_t begin = i;
    while (i < size && is_plain[static_cast<unsigned char>(text[i])]) ++i;
    put(text + begin, i - begin);
    if (i == size) return;
    auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      char pair[2] = {'\\', text[i]};
      put(pair, 2);
      ++i;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      put(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t", 2);
      ++i;
    } else if (c < 0x20) {
      char code[] = {'\\', 'u', '0', '0', hex_digits[c >> 4], hex_digits[c & 15]};
      put(code, sizeof code);
      ++i;
    } else if (size_t length = sequence_length(reinterpret_cast<const unsigned char*>(text) + i, size - i)) {
      put(text + i, length);
      i += length;
    } else {
      put("\\ufffd", 6);  // what is not UTF-8 cannot stand in JSON
      ++i;
    }
  }
}

// The date is made once a second: most lines of a flood share it.
void LogWriter::put_time() {
  if (now_.tv_sec != dated_) {
    dated_ = now_.tv_sec;
    tm parts{};
    ::gmtime_r(&dated_, &parts);
    ::strftime(date_, sizeof date_, "%Y-%m-%dT%H:%M:%S.", &parts);
  }
  put(date_, ::strlen(date_));
  constexpr int digits = 9;
  char fraction[digits + 1];
  long left = now_.tv_nsec;
  for (int i = digits - 1; i >= 0; --i, left /= 10) fraction[i] = static_cast<char>('0' + left % 10);
  fraction[digits] = 'Z';
  put(fraction, sizeof fraction);
}

void LogWriter::write_line(int stream, Line& line) {
  if (used_ + 6 * line.size + 128 > sizeof out_) flush();
  if (file_.most_bytes > 0 && size_ + used_ >= file_.most_bytes) {
    flush();
    rotate();
  }
  if (torn_ && used_ == 0) put("\n", 1);
  put("{\"log\":\"", 8);
  put_escaped(line.bytes, line.size);
  put("\",\"stream\":\"", 12);
  put(stream == 1 ? "stdout" : "stderr", 6);
  put("\",\"time\":\"", 10);
  put_time();
  put("\"}\n", 3);
  line.size = 0;
}

// What begins a character at the end of the chunk opens the next one.
void LogWriter::write_chunk(int stream, Line& line) {
  size_t kept = unfinished_sequence(line.bytes, line.size);
  line.size -= kept;
  const char* tail = line.bytes + line.size;
  write_line(stream, line);
  ::memmove(line.bytes, tail, kept);
  line.size = kept;
}

void LogWriter::flush() {
  size_t done = 0;
  while (done < used_) {
    ssize_t put_bytes = ::write(fd_, out_ + done, used_ - done);
    if (put_bytes < 0 && errno == EINTR) continue;
    if (put_bytes <= 0) break;  // a full disk loses log lines, never the container
    done += static_cast<size_t>(put_bytes);
  }
  if (done > 0) torn_ = out_[done - 1] != '\n';
  size_ += done;
  used_ = 0;
}

void LogWriter::append(int stream, const char* bytes, size_t size) {
  if (fd_ < 0) return;
  ::clock_gettime(CLOCK_REALTIME, &now_);
  Line& line = lines_[stream - 1];
  while (size > 0) {
    size_t room = chunk - line.size;
    size_t take = size < room ? size : room;
    const void* feed = ::memchr(bytes, '\n', take);
    if (feed) take = static_cast<size_t>(static_cast<const char*>(feed) - bytes) + 1;
    ::memcpy(line.bytes + line.size, bytes, take);
    line.size += take;
    bytes += take;
    size -= take;
    if (feed) {
      write_line(stream, line);
    } else if (line.size == chunk) {
      write_chunk(stream, line);
    }
  }
  flush();
}

void LogWriter::finish(int stream) {
  Line& line = lines_[stream - 1];
  ::clock_gettime(CLOCK_REALTIME, &now_);
  if (line.size > 0) write_line(stream, line);
  flush();
}

}  // namespace glassdock::runtime
