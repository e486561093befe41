#include "engine/daemon/status_file.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/runtime/protocol.h"

namespace glassdock::daemon {
namespace {

// Field 22, counted from behind the command's closing bracket, which ends field 2.
constexpr std::size_t start_time_field = 22;
constexpr std::size_t fields_to_bracket = 2;

std::optional<std::int64_t> parse_signed(std::string_view text) {
  bool negative = starts_with(text, "-");
  auto number = parse_number(negative ? text.substr(1) : text);
  if (!number || *number > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
}

// The numbers in `words` from `first` on; nothing where one is none, or where there are not `count`.
std::optional<std::vector<std::int64_t>> numbers(const std::vector<std::string>& words, std::size_t first,
                                                 std::size_t count) {
  if (words.size() < first + count) return std::nullopt;
  std::vector<std::int64_t> found;
  for (std::size_t i = first; i < first + count; ++i) {
    auto number = parse_signed(words[i]);
    if (!number) return std::nullopt;
    found.push_back(*number);
  }
  return found;
}

// False for a line that says nothing.
bool take_line(std::optional<StatusRecord>& record, std::string_view line) {
  if (line.ends_with(runtime::torn_mark[0])) return false;
  const std::vector<std::string> words = split(line, ' ');
  if (words.empty()) return false;
  if (words[0] == "started") {
    auto found = numbers(words, 1, 2);
    if (!found) return false;
    record.emplace();
    record->pid = static_cast<pid_t>((*found)[0]);
    record->start_time = static_cast<std::uint64_t>((*found)[1]);
    return true;
  }
  if (words[0] == "executed") {
    auto found = numbers(words, 1, 1);
    if (!found) return false;
    if (!record) record.emplace();
    record->executed_ns = (*found)[0];
    return true;
  }
  if (words[0] == "exited") {
    auto found = numbers(words, 1, 3);
    if (!found) return false;
    if (!record) record.emplace();
    record->ended = true;
    record->wait_status = static_cast<int>((*found)[0]);
    record->oom_kills = (*found)[1];
    record->ended_ns = (*found)[2];
    return true;
  }
  if (words[0] == "failed") {
    auto found = numbers(words, 2, 2);
    if (!found) return false;
    if (!record) record.emplace();
    record->ended = true;
    record->failed = true;
    if (words[1] != "-") record->operation = words[1];
    record->error = static_cast<int>((*found)[0]);
    record->ended_ns = (*found)[1];
    record->object = join({words.begin() + 4, words.end()}, " ");
    return true;
  }
  return false;
}

// What stands before a line behind `text`, so that it does not glue itself to one that was cut short.
const char* end_of_torn(std::string_view text) {
  return !text.empty() && text.back() != '\n' ? runtime::torn_mark : "";
}

}  // namespace

std::optional<StatusRecord> parse_status_file(std::string_view text,
                                              const std::function<void(std::string_view)>& left_out) {
  std::optional<StatusRecord> record;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const bool whole = end != std::string_view::npos;
    if ((!whole || !take_line(record, line)) && left_out) left_out(line);
    text.remove_prefix(whole ? end + 1 : text.size());
  }
  return record;
}

std::string exited_line(std::string_view text, int wait_status, std::int64_t ended_ns) {
  return fmt::format("{}exited {} 0 {}\n", end_of_torn(text), wait_status, ended_ns);
}

std::string forgotten_lines(std::string_view text, const StatusRecord& record) {
  std::string lines = fmt::format("{}started 0 0\n", end_of_torn(text));
  if (record.executed_ns != 0) lines += fmt::format("executed {}\n", record.executed_ns);
  return lines;
}

std::string boot_id() {
  return std::string(trim(os::try_read_file("/proc/sys/kernel/random/boot_id").value_or(std::string())));
}

bool is_same_process(pid_t pid, std::uint64_t start_time) {
  auto stat = os::read_file_if_there(fmt::format("/proc/{}/stat", pid));
  if (!stat) return false;
  std::size_t bracket = stat->rfind(')');
  if (bracket == std::string::npos || bracket + 2 > stat->size()) return false;
  std::vector<std::string> fields = split(std::string_view(*stat).substr(bracket + 2), ' ');
  constexpr std::size_t index = start_time_field - fields_to_bracket - 1;
  return fields.size() > index && parse_number(fields[index]) == start_time;
}

UniqueFd open_process(pid_t pid, std::uint64_t start_time) {
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd && errno != ESRCH && errno != EINVAL && errno != ENOENT) {
    throw Error::from_errno(errno, "open", fmt::format("process {}", pid));
  }
  // Looked at behind the open: from here on the descriptor cannot mean another process.
  if (pidfd && !is_same_process(pid, start_time)) pidfd.reset();
  return pidfd;
}

bool signal_process(const UniqueFd& pidfd, int number) {
  return pidfd && ::syscall(SYS_pidfd_send_signal, pidfd.get(), number, nullptr, 0) == 0;
}

}  // namespace glassdock::daemon
