#include "engine/api/log_file.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/time_text.h"

namespace glassdock::api {
namespace {

using nlohmann::json;

constexpr std::size_t block = 64 * 1024;
// The monitor writes none that is longer (launcher/log_writer.h): 16 KiB of output, each byte six at its worst.
constexpr std::size_t longest_line = 128 * 1024;

bool skip(std::string_view& text, std::string_view expected) {
  if (!starts_with(text, expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// A JSON string behind its opening quotation mark, read to behind its closing one. False for what is left to the
// library: \u, characters of several bytes, what is no JSON.
bool read_plain_string(std::string_view& text, std::string& value) {
  constexpr std::string_view escapes = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  for (std::size_t begin = 0, i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c >= 0x80) return false;
    if (c != '"' && c != '\\') continue;
    value.append(text, begin, i - begin);
    if (c == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    const auto escape = i + 1 < text.size() ? escapes.find(text[i + 1]) : std::string_view::npos;
    if (escape == std::string_view::npos) return false;
    value += meant[escape];
    begin = ++i + 1;
  }
  return false;
}

// As the monitor writes nearly all lines, and without the tree that a library makes of them: half the time of
// `docker logs`.
std::optional<LogLine> parse_plain_line(std::string_view text) {
  LogLine line;
  if (!skip(text, R"({"log":")") || !read_plain_string(text, line.text)) return std::nullopt;
  line.is_error = skip(text, R"(,"stream":"stderr")");
  if (!line.is_error && !skip(text, R"(,"stream":"stdout")")) return std::nullopt;
  if (!skip(text, R"(,"time":")") || !read_plain_string(text, line.time)) return std::nullopt;
  return text == "}" ? std::optional(std::move(line)) : std::nullopt;
}

std::optional<LogLine> parse_any_line(std::string_view text) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object()) return std::nullopt;
  return LogLine{line.value("log", ""), line.value("stream", "") == "stderr", line.value("time", "")};
}

std::optional<LogLine> parse_line(std::string_view text, const LogWish& wish) {
  if (text.size() > longest_line) return std::nullopt;
  std::optional<LogLine> line = parse_plain_line(text);
  if (!line) line = parse_any_line(text);
  if (line && (line->is_error ? !wish.errors : !wish.output)) line.reset();
  return line;
}

// Nothing for what no monitor has written: the line is told whenever it may be from.
std::optional<std::int64_t> time_of(const LogLine& line) {
  try {
    return parse_moment(line.time, 0);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::size_t read_at(int file, off_t at, char* bytes, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    ssize_t got = ::pread(file, bytes + done, size - done, at + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error::from_errno(errno, "read", "the container's log");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

struct stat facts_of(int file) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) throw Error::from_errno(errno, "read", "the container's log");
  return facts;
}

UniqueFd open_one(const std::filesystem::path& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno != ENOENT) throw Error::from_errno(errno, "open", path.string());
  struct stat found {};
  if (file && ::fstat(file.get(), &found) == 0 && S_ISDIR(found.st_mode)) {
    throw Error::from_errno(EISDIR, "open", path.string());
  }
  return file;
}

// While it lives the monitor does not rotate (launcher/log_writer.h). A monitor that hangs in a rotation is not waited
// for: what is read then may miss a file.
class RotationLock {
 public:
  explicit RotationLock(const std::filesystem::path& folder)
      : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    constexpr int most_tries = 100;
    for (int i = 0; folder_ && i < most_tries && ::flock(folder_.get(), LOCK_SH | LOCK_NB) != 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  UniqueFd folder_;  // the lock goes with it
};

// The numbers of the rotated files, the oldest first. After a rotation that was cut off one may be missing.
std::vector<std::uint64_t> rotated_numbers(const std::filesystem::path& path) {
  const std::string prefix = path.filename().string() + ".";
  std::vector<std::uint64_t> numbers;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!starts_with(name, prefix)) continue;
    if (const auto number = parse_number(std::string_view(name).substr(prefix.size()))) numbers.push_back(*number);
  }
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

}  // namespace

LogFiles open_log(const std::filesystem::path& path) {
  LogFiles log{path, {}};
  const RotationLock lock(path.parent_path());
  auto add = [&](UniqueFd file) {
    if (file) log.files.push_back(std::move(file));
  };
  for (std::uint64_t number : rotated_numbers(path)) add(open_one(path.string() + "." + std::to_string(number)));
  add(open_one(path));
  return log;
}

// Where the last `count` lines that are asked for begin in this file: blocks from the end on. `count` is how many are
// missing then.
off_t LogReader::find_tail(int file, std::uint64_t& count) {
  const off_t size = facts_of(file).st_size;
  std::string line;  // what is read of the line that the blocks come to, without its line feed
  off_t line_end = -1;
  std::vector<char> bytes(block);
  for (off_t end = size; end > 0;) {
    over_ = given_up_();
    if (over_) return end;
    std::size_t got = static_cast<std::size_t>(std::min<off_t>(end, block));
    off_t begin = end - static_cast<off_t>(got);
    if (read_at(file, begin, bytes.data(), got) != got) return end;
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
  if (count > 0 && line_end >= 0 && parse_line(line, wish_)) --count;  // the first one has no line feed before it
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

// A file that was written to last before what is asked for has nothing of it. The kernel's clock for files (inode(7))
// lags some milliseconds behind that of the lines.
void LogReader::pass_over_older_files() {
  if (!wish_.since_ns) return;
  constexpr std::int64_t second_ns = 1'000'000'000;
  while (files_.size() > 1 && *wish_.since_ns / second_ns - 1 > facts_of(files_.front().get()).st_mtime) {
    files_.erase(files_.begin());
  }
}

// The files before the one in which the wished lines begin are let go.
void LogReader::go_to_begin() {
  at_ = 0;
  pass_over_older_files();
  if (!wish_.tail) return;
  std::uint64_t missing = *wish_.tail;
  std::size_t first = files_.size();
  do {
    at_ = find_tail(files_[--first].get(), missing);
  } while (missing > 0 && first > 0 && !over_);
  files_.erase(files_.begin(), files_.begin() + static_cast<std::ptrdiff_t>(first));
}

// Those that a rotation has brought since. Where the one that is being read has been rotated away, all are newer.
void LogReader::take_newer() {
  const auto number_of = [](const struct stat& facts) { return std::pair(facts.st_dev, facts.st_ino); };
  const auto last = files_.empty() ? std::nullopt : std::optional(number_of(facts_of(files_.back().get())));
  struct stat current {};
  if (last && ::stat(path_.c_str(), &current) == 0 && number_of(current) == *last) return;
  std::vector<UniqueFd> now = open_log(path_).files;
  const auto known = std::find_if(now.begin(), now.end(),
                                  [&](const UniqueFd& file) { return number_of(facts_of(file.get())) == last; });
  std::move(known == now.end() ? now.begin() : std::next(known), now.end(), std::back_inserter(files_));
}

void LogReader::read(const std::function<void(const LogLine&)>& take) {
  if (at_ || files_.empty()) take_newer();
  if (files_.empty()) return;
  if (!at_) go_to_begin();
  for (;;) {
    read_file(take);
    if (files_.size() == 1 || over_) return;
    files_.erase(files_.begin());
    at_ = 0;
    rest_.clear();
  }
}

void LogReader::read_file(const std::function<void(const LogLine&)>& take) {
  const int file = files_.front().get();
  // What is written while this goes on is left to the next call: its writer may be faster than its reader.
  const off_t size = facts_of(file).st_size;
  std::vector<char> bytes(block);
  while (*at_ < size && !over_) {
    over_ = given_up_();
    if (over_) return;
    std::size_t got = read_at(file, *at_, bytes.data(), static_cast<std::size_t>(std::min<off_t>(size - *at_, block)));
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

}  // namespace glassdock::api
