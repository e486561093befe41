#include "engine/api/log_file.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time_text.h"

namespace glassdock::api {
namespace {

using nlohmann::json;

constexpr std::size_t block = 64 * 1024;
// The monitor writes none that is longer (launcher/log_writer.h): 16 KiB of output, each byte six at its worst.
constexpr std::size_t longest_line = 128 * 1024;

std::optional<LogLine> parse_line(std::string_view text, const LogWish& wish) {
  json line = text.size() > longest_line ? json() : json::parse(text, nullptr, false);
  if (!line.is_object()) return std::nullopt;
  LogLine parsed{line.value("log", ""), line.value("stream", "") == "stderr", line.value("time", "")};
  if (parsed.is_error ? !wish.errors : !wish.output) return std::nullopt;
  return parsed;
}

// Nothing for what no monitor has written: the line is told whenever it may be from.
std::optional<std::int64_t> time_of(const LogLine& line) {
  try {
    return parse_moment(line.time, 0);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

UniqueFd open_log(const std::filesystem::path& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno != ENOENT) throw Error::from_errno(errno, "open", path.string());
  struct stat found {};
  if (file && ::fstat(file.get(), &found) == 0 && S_ISDIR(found.st_mode)) {
    throw Error::from_errno(EISDIR, "open", path.string());
  }
  return file;
}

// Where the last `count` lines that are asked for begin: blocks from the end on.
off_t LogReader::find_tail(std::uint64_t count, off_t size) const {
  std::string line;  // what is read of the line that the blocks come to, without its line feed
  off_t line_end = -1;
  std::vector<char> bytes(block);
  for (off_t end = size; end > 0;) {
    std::size_t got = static_cast<std::size_t>(std::min<off_t>(end, block));
    off_t begin = end - static_cast<off_t>(got);
    if (read_at(begin, bytes.data(), got) != got) return end;
    std::size_t stop = got;
    for (std::size_t i = got; i-- > 0;) {
      if (bytes[i] != '\n') continue;
      if (line_end >= 0) {
        line.insert(0, bytes.data() + i + 1, stop - i - 1);
        if (parse_line(line, wish_) && --count == 0) return begin + static_cast<off_t>(i) + 1;
      } else if (count == 0) {
        return begin + static_cast<off_t>(i) + 1;
      }
      line.clear();
      line_end = begin + static_cast<off_t>(i);
      stop = i;
    }
    if (line_end >= 0 && line.size() <= longest_line) line.insert(0, bytes.data(), stop);
    end = begin;
  }
  return 0;
}

void LogReader::take_line(std::string_view text, const std::function<void(const LogLine&)>& take) {
  const auto line = parse_line(text, wish_);
  if (!line) return;
  if (wish_.since_ns || wish_.until_ns) {
    const auto time_ns = time_of(*line);
    if (wish_.until_ns && time_ns && *time_ns > *wish_.until_ns) {
      over_ = true;
      return;
    }
    if (wish_.since_ns && time_ns && *time_ns < *wish_.since_ns) return;
  }
  take(*line);
}

void LogReader::read(const std::function<void(const LogLine&)>& take) {
  struct stat found {};
  if (!file_ || ::fstat(file_.get(), &found) != 0) return;
  // What is written while this goes on is left to the next call: its writer may be faster than its reader.
  const off_t size = found.st_size;
  if (!at_) at_ = wish_.tail ? find_tail(*wish_.tail, size) : 0;
  std::vector<char> bytes(block);
  while (*at_ < size && !over_) {
    std::size_t got = read_at(*at_, bytes.data(), static_cast<std::size_t>(std::min<off_t>(size - *at_, block)));
    if (got == 0) return;
    *at_ += static_cast<off_t>(got);
    std::string_view piece(bytes.data(), got);
    for (std::size_t end; !over_ && (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
      rest_ += piece.substr(0, end);
      take_line(rest_, take);
      rest_.clear();
    }
    if (rest_.size() <= longest_line) rest_ += piece;
  }
}

std::size_t LogReader::read_at(off_t at, char* bytes, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    ssize_t got = ::pread(file_.get(), bytes + done, size - done, at + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error::from_errno(errno, "read", "the container's log");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace glassdock::api
