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

class LogReader {
 public:
  LogReader(const UniqueFd& file, const LogWish& wish) : file_(file), wish_(wish) {
    struct stat found {};
    if (file_ && ::fstat(file_.get(), &found) == 0) size_ = found.st_size;
  }

  // Where the last `count` lines that are asked for begin: blocks from the end on.
  off_t find_tail(std::uint64_t count) {
    std::string line;  // what is read of the line that the blocks come to, without its line feed
    off_t line_end = -1;
    std::vector<char> bytes(block);
    for (off_t end = size_; end > 0;) {
      std::size_t size = static_cast<std::size_t>(std::min<off_t>(end, block));
      off_t begin = end - static_cast<off_t>(size);
      if (read_at(begin, bytes.data(), size) != size) return end;
      std::size_t stop = size;
      for (std::size_t i = size; i-- > 0;) {
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

  void read_from(off_t at, const std::function<void(const LogLine&)>& take) {
    std::string rest;
    std::vector<char> bytes(block);
    while (at < size_) {
      std::size_t got = read_at(at, bytes.data(), static_cast<std::size_t>(std::min<off_t>(size_ - at, block)));
      if (got == 0) return;
      at += static_cast<off_t>(got);
      std::string_view piece(bytes.data(), got);
      for (std::size_t end; (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
        rest += piece.substr(0, end);
        if (auto line = parse_line(rest, wish_)) take(*line);
        rest.clear();
      }
      if (rest.size() <= longest_line) rest += piece;
    }
  }

 private:
  std::size_t read_at(off_t at, char* bytes, std::size_t size) const {
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

  const UniqueFd& file_;
  const LogWish& wish_;
  off_t size_ = 0;  // when it was opened: what comes later is not followed
};

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

void read_log(const UniqueFd& log, const LogWish& wish, const std::function<void(const LogLine&)>& take) {
  LogReader reader(log, wish);
  reader.read_from(wish.tail ? reader.find_tail(*wish.tail) : 0, take);
}

}  // namespace glassdock::api
