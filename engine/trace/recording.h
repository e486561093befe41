#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/os/system.h"
#include "engine/trace/event.h"
#include "engine/trace/redact.h"

namespace glassdock::trace {

inline constexpr int recording_version = 1;

// The first line of a recording: where it comes from. docs/trace-format.md.
struct RecordingHeader {
  std::string machine;            // host name and what it runs on: "lab-07, 2 CPUs, 3.9 GB"
  std::string kernel;             // uname -sr: "Linux 6.1.0-18-amd64"
  std::string glassdock;          // the version that recorded
  std::string mode;               // "root" or "rootless"
  std::string command;            // what was typed: "docker run alpine ls"
  std::string started;            // UTC, "2026-03-01T09:00:00.123456789Z"
  std::int64_t monotonic_ns = 0;  // the same moment by both clocks: an event's wall clock time is
  std::int64_t realtime_ns = 0;   // realtime_ns + (time_ns - monotonic_ns)
  bool operator==(const RecordingHeader&) const = default;
};

// Of this machine, this program and now; `mode` and `command` are the caller's to say.
RecordingHeader make_header(std::string mode, std::string command);

std::string to_json_line(const RecordingHeader& header);
// Throws Error: corrupt ("not a Glassdock recording …"), not_supported (a newer version).
RecordingHeader header_from_json_line(std::string_view line);

// Writes a recording as it happens. Lines are handed to the kernel whole, so that what was appended survives kill -9 of
// this program; no fsync. A failed write is undone to the last whole line. One thread.
class RecordingWriter {
 public:
  // Makes the file with mode 0600. An older recording of the same name is replaced by a new file (who has the old one
  // open keeps it); any other file is refused: conflict.
  RecordingWriter(os::System& system, const std::filesystem::path& path, const RecordingHeader& header,
                  ExportOptions options = {});
  // Throws Error::from_errno with the path in it; the file then ends with the last whole line, and further calls throw.
  void append(const Event& event);
  // One write for many: what was in the queue.
  void append(std::span<const Event> events);

 private:
  void write_lines();

  os::System& system_;
  std::filesystem::path path_;
  ExportOptions options_;
  UniqueFd fd_;
  off_t size_ = 0;      // of the whole lines
  std::string buffer_;  // kept for its memory
  bool failed_ = false;
};

// A recording that is looked at. Its header is read first; only then the file is mapped and its lines are indexed. An
// event is parsed when it is asked for. Reading is const and may be done by many threads. Whoever shortens the file
// while it is open (the writer above never does) takes away what is mapped: a read then throws Error(corrupt), but for
// one that is under way in that moment.
class Recording {
 public:
  // Throws Error "FILE:LINE: what is wrong": not_found, corrupt, not_supported. A line that is longer than an event may
  // be (json.h), or many that are too short for one, make it no recording.
  explicit Recording(const std::filesystem::path& path);
  Recording(Recording&& other) noexcept;
  Recording& operator=(Recording&&) = delete;
  ~Recording();

  const RecordingHeader& header() const noexcept { return header_; }
  std::size_t size() const noexcept { return lines_.size(); }
  // The line of the event without its line feed; lives as long as the Recording. `index` < size(). Throws
  // Error(corrupt) where the file has become shorter.
  std::string_view line(std::size_t index) const;
  // Throws Error(corrupt) "FILE:LINE: …".
  Event event(std::size_t index) const;
  std::vector<Event> events() const;
  // One line for the user when the file ends in the middle of an event (the recorder was killed): that event is left
  // out. Empty otherwise.
  const std::string& notice() const noexcept { return notice_; }

 private:
  void read_header();
  void index_lines();
  [[noreturn]] void fail(const Error& error, std::size_t line_number) const;

  std::filesystem::path path_;
  UniqueFd fd_;
  const char* data_ = nullptr;
  std::size_t bytes_ = 0;
  RecordingHeader header_;
  std::size_t header_end_ = 0;        // where its line feed is
  std::vector<std::uint64_t> lines_;  // where each event's line begins
  std::string notice_;
};

}  // namespace glassdock::trace
