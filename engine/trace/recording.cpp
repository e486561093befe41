#include "engine/trace/recording.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/trace/json.h"
#include "engine/trace/json_reader.h"
#include "engine/trace/tracer.h"
#include "engine/trace/words.h"

namespace glassdock::trace {
namespace {

constexpr std::string_view format_name = "glassdock-trace";
constexpr std::string_view first_bytes = R"({"format":"glassdock-trace")";
// How many bytes are gathered before they are handed to the kernel in the middle of a batch.
constexpr std::size_t write_size = 256 * 1024;
constexpr std::size_t header_step = 64 * 1024;  // bytes that are read at once for a header
// Bytes that no event can do with: its number, time, name and stage take more. Of damaged lines that short a few are
// still indexed, so that reading says which they are; an index of a file of nothing else would be larger than the file.
constexpr std::size_t least_event = 16;
constexpr std::size_t most_too_short = 1000;

std::string utc_time(std::int64_t realtime_ns) {
  const time_t seconds = static_cast<time_t>(realtime_ns / 1'000'000'000);
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, realtime_ns % 1'000'000'000);
}

std::string describe_machine(const utsname& names) {
  const long processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  struct sysinfo memory {};
  ::sysinfo(&memory);
  const auto bytes = static_cast<std::int64_t>(memory.totalram) * memory.mem_unit;
  return fmt::format("{}, {} {}, {}, {}", names.nodename, processors, processors == 1 ? "CPU" : "CPUs",
                     bytes_text(bytes), names.machine);
}

// Takes an old recording out of the way; anything else that stands there is not ours to overwrite.
void clear_place(os::System& system, const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::conflict, fmt::format("{} exists and is no regular file", path.string()),
                "choose another name for the recording");
  }
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  char start[first_bytes.size()] = {};
  const ssize_t count = fd ? ::read(fd.get(), start, sizeof(start)) : -1;
  const bool empty = count == 0;
  if (!empty && (count < 0 || std::string_view(start, static_cast<std::size_t>(count)) != first_bytes)) {
    throw Error(ErrorKind::conflict, fmt::format("{} exists and is no recording; it is not overwritten", path.string()),
                "choose another name or remove it");
  }
  if (system.unlinkat(AT_FDCWD, path.c_str(), 0) != 0) throw Error::from_errno(errno, "replace", path.string());
}

}  // namespace

RecordingHeader make_header(std::string mode, std::string command) {
  RecordingHeader header;
  utsname names{};
  ::uname(&names);
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  header.monotonic_ns = monotonic_ns();
  header.realtime_ns = static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
  header.machine = describe_machine(names);
  header.kernel = fmt::format("{} {}", names.sysname, names.release);
  header.glassdock = GLASSDOCK_VERSION;
  header.mode = std::move(mode);
  header.command = std::move(command);
  header.started = utc_time(header.realtime_ns);
  return header;
}

std::string to_json_line(const RecordingHeader& header) {
  std::string line = fmt::format(R"({},"version":{})", first_bytes, recording_version);
  const auto member = [&line](std::string_view key, std::string_view text) {
    line += fmt::format(",\"{}\":", key);
    append_json_text(line, text);
  };
  member("machine", header.machine);
  member("kernel", header.kernel);
  member("glassdock", header.glassdock);
  member("mode", header.mode);
  member("command", header.command);
  member("started", header.started);
  line += fmt::format(R"(,"clock":{{"monotonic_ns":{},"realtime_ns":{}}}}})", header.monotonic_ns, header.realtime_ns);
  return line;
}

RecordingHeader header_from_json_line(std::string_view line) {
  RecordingHeader header;
  std::string format;
  std::int64_t version = 0;
  const Error foreign(ErrorKind::corrupt, "not a Glassdock recording", "one is made by glassdock --trace FILE");
  try {
    JsonReader reader(line);
    reader.object([&](std::string_view key) {
      // A newer version may mean other things by the same words.
      if (format == format_name && version > recording_version) {
        reader.skip();
        return;
      }
      if (key == "format") {
        format = reader.text();
      } else if (key == "version") {
        version = reader.integer();
      } else if (key == "machine") {
        header.machine = reader.text();
      } else if (key == "kernel") {
        header.kernel = reader.text();
      } else if (key == "glassdock") {
        header.glassdock = reader.text();
      } else if (key == "mode") {
        header.mode = reader.text();
      } else if (key == "command") {
        header.command = reader.text();
      } else if (key == "started") {
        header.started = reader.text();
      } else if (key == "clock") {
        reader.object([&](std::string_view clock) {
          if (clock == "monotonic_ns") {
            header.monotonic_ns = reader.integer();
          } else if (clock == "realtime_ns") {
            header.realtime_ns = reader.integer();
          } else {
            reader.skip();
          }
        });
      } else {
        reader.skip();
      }
    });
    reader.end();
  } catch (const Error& error) {
    if (line.substr(0, first_bytes.size()) != first_bytes.substr(0, line.size())) throw foreign;
    throw Error(ErrorKind::corrupt, fmt::format("the recording's header is damaged or cut off: {}", error.message()),
                "record again; nothing after a broken header can be trusted");
  }
  if (format != format_name) throw foreign;
  if (version > recording_version) {
    throw Error(
        ErrorKind::not_supported,
        fmt::format("recording version {} is newer than this program understands ({})", version, recording_version),
        "update glassdock");
  }
  if (version < 1)
    throw Error(ErrorKind::corrupt, fmt::format("there is no recording version {}", version),
                "the header is damaged: record again");
  return header;
}

RecordingWriter::RecordingWriter(os::System& system, const std::filesystem::path& path, const RecordingHeader& header,
                                 ExportOptions options)
    : system_(system), path_(path), options_(options) {
  clear_place(system_, path_);
  fd_.reset(system_.openat(AT_FDCWD, path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!fd_) throw Error::from_errno(errno, "create recording", path_.string());
  RecordingHeader shown = header;
  shown.command = redact_command(header.command, options_);
  buffer_ = to_json_line(shown) + '\n';
  try {
    write_lines();
  } catch (const Error&) {
    system_.unlinkat(AT_FDCWD, path_.c_str(), 0);  // a file without a header is no recording
    throw;
  }
}

void RecordingWriter::append(const Event& event) {
  append(std::span(&event, 1));
}

void RecordingWriter::append(std::span<const Event> events) {
  for (const Event& event : events) {
    Event shown = event;
    redact(shown, options_);
    append_json_line(buffer_, shown);
    buffer_ += '\n';
    if (buffer_.size() >= write_size) write_lines();
  }
  write_lines();
}

void RecordingWriter::write_lines() {
  if (failed_) throw Error(ErrorKind::internal, fmt::format("the recording {} has failed before", path_.string()));
  if (buffer_.empty()) return;
  try {
    os::write_all(system_, fd_.get(), buffer_, path_);
  } catch (const Error&) {
    failed_ = true;
    // Where even this fails the last line stays cut, which a reader understands.
    (void)system_.ftruncate(fd_.get(), size_);
    throw;
  }
  size_ += static_cast<off_t>(buffer_.size());
  buffer_.clear();
}

Recording::Recording(const std::filesystem::path& path) : path_(path) {
  fd_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd_ || ::fstat(fd_.get(), &status) != 0) throw Error::from_errno(errno, "open recording", path.string());
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::invalid_argument, fmt::format("{} is no regular file", path.string()));
  }
  if (status.st_size == 0) {
    throw Error(ErrorKind::corrupt, fmt::format("{}:1: the file is empty", path.string()),
                "one is made by glassdock --trace FILE");
  }
  bytes_ = static_cast<std::size_t>(status.st_size);
  read_header();
  void* mapped = ::mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
  if (mapped == MAP_FAILED) throw Error::from_errno(errno, "map recording", path.string());
  data_ = static_cast<const char*>(mapped);
  try {
    index_lines();
  } catch (...) {
    ::munmap(const_cast<char*>(data_), bytes_);
    throw;
  }
}

Recording::Recording(Recording&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::move(other.fd_)),
      data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      header_(std::move(other.header_)),
      header_end_(other.header_end_),
      lines_(std::move(other.lines_)),
      notice_(std::move(other.notice_)) {}

Recording::~Recording() {
  if (data_) ::munmap(const_cast<char*>(data_), bytes_);
}

// Any file may be named as a recording, a huge and empty one too: no more of it is read than a header can have.
void Recording::read_header() {
  std::string line;
  std::size_t end = std::string::npos;
  while (end == std::string::npos && line.size() < json_line_limit) {
    const std::size_t before = line.size();
    line.resize(before + header_step);
    const ssize_t got = ::pread(fd_.get(), line.data() + before, header_step, static_cast<off_t>(before));
    if (got < 0 && errno != EINTR) throw Error::from_errno(errno, "read recording", path_.string());
    line.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    end = line.find('\n', before);
    if (got == 0) break;
  }
  header_end_ = std::min(end, line.size());
  try {
    header_ = header_from_json_line(std::string_view(line).substr(0, header_end_));
  } catch (const Error& error) {
    fail(error, 1);
  }
}

void Recording::index_lines() {
  std::size_t too_short = 0;
  for (std::size_t at = header_end_ + 1; at < bytes_;) {
    const std::size_t most = std::min(bytes_ - at, json_line_limit + 1);
    const void* feed = std::memchr(data_ + at, '\n', most);
    if (!feed && most > json_line_limit) {
      fail(Error(ErrorKind::corrupt, fmt::format("the line is longer than {} MiB", json_line_limit >> 20)),
           lines_.size() + 2);
    }
    lines_.push_back(at);
    const std::size_t end = feed ? static_cast<std::size_t>(static_cast<const char*>(feed) - data_) : bytes_;
    if (end - at < least_event && ++too_short > most_too_short) {
      fail(Error(ErrorKind::corrupt, "too many lines are no events"), lines_.size() + 1);
    }
    at = end + 1;
  }
  if (lines_.empty() || data_[bytes_ - 1] == '\n') return;
  // No line feed at the end: whole all the same, or cut.
  try {
    from_json_line(line(lines_.size() - 1));
  } catch (const Error&) {
    lines_.pop_back();
    notice_ = fmt::format("{}:{}: the last line is cut off (the recorder was stopped hard); that event is left out",
                          path_.string(), lines_.size() + 2);
  }
}

std::string_view Recording::line(std::size_t index) const {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0 || static_cast<std::size_t>(status.st_size) < bytes_) {
    throw Error(ErrorKind::corrupt, "the file has become shorter since it was opened", "open it again");
  }
  const std::size_t begin = lines_[index];
  const char* feed = static_cast<const char*>(std::memchr(data_ + begin, '\n', bytes_ - begin));
  return {data_ + begin, feed ? static_cast<std::size_t>(feed - data_) - begin : bytes_ - begin};
}

Event Recording::event(std::size_t index) const {
  try {
    return from_json_line(line(index));
  } catch (const Error& error) {
    fail(error, index + 2);
  }
}

std::vector<Event> Recording::events() const {
  std::vector<Event> events;
  events.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) events.push_back(event(i));
  return events;
}

void Recording::fail(const Error& error, std::size_t line_number) const {
  throw Error(error.kind(), fmt::format("{}:{}: {}", path_.string(), line_number, error.message()),
              error.hint().empty() ? "the recording is damaged there: record again" : error.hint());
}

}  // namespace glassdock::trace
