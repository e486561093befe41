#include "engine/daemon/status_file.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

// Field 22, counted from behind the command's closing bracket, which ends field 2.
constexpr std::size_t start_time_field = 22;
constexpr std::size_t fields_to_bracket = 2;

std::optional<std::int64_t> parse_signed(std::string_view text) {
  bool negative = starts_with(text, "-");
  auto number = parse_number(negative ? text.substr(1) : text);
  if (!number) return std::nullopt;
  return negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
}

}  // namespace

std::optional<StatusRecord> parse_status_file(std::string_view text) {
  std::optional<StatusRecord> record;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) break;
    std::vector<std::string> words = split(text.substr(begin, end - begin), ' ');
    begin = end + 1;
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (auto number = parse_signed(words[i])) numbers.push_back(*number);
    }
    if (words.empty() || numbers.size() + 1 != words.size()) continue;
    if (words[0] == "started" && numbers.size() == 2) {
      record.emplace();
      record->pid = static_cast<pid_t>(numbers[0]);
      record->start_time = static_cast<std::uint64_t>(numbers[1]);
    } else if (words[0] == "executed" && numbers.size() == 1) {
      if (!record) record.emplace();
      record->executed_ns = numbers[0];
    } else if (words[0] == "exited" && numbers.size() == 3) {
      if (!record) record.emplace();
      record->ended = true;
      record->wait_status = static_cast<int>(numbers[0]);
      record->oom_kills = numbers[1];
      record->ended_ns = numbers[2];
    } else if (words[0] == "failed" && numbers.size() == 3) {
      if (!record) record.emplace();
      record->ended = true;
      record->failed = true;
      record->operation = static_cast<int>(numbers[0]);
      record->error = static_cast<int>(numbers[1]);
      record->ended_ns = numbers[2];
    }
  }
  return record;
}

std::string exited_line(int wait_status, std::int64_t ended_ns) {
  return fmt::format("exited {} 0 {}\n", wait_status, ended_ns);
}

bool is_same_process(pid_t pid, std::uint64_t start_time) {
  auto stat = os::try_read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return false;
  std::size_t bracket = stat->rfind(')');
  if (bracket == std::string::npos || bracket + 2 > stat->size()) return false;
  std::vector<std::string> fields = split(std::string_view(*stat).substr(bracket + 2), ' ');
  constexpr std::size_t index = start_time_field - fields_to_bracket - 1;
  return fields.size() > index && parse_number(fields[index]) == start_time;
}

UniqueFd open_process(pid_t pid, std::uint64_t start_time) {
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  // Looked at behind the open: from here on the descriptor cannot mean another process.
  if (pidfd && !is_same_process(pid, start_time)) pidfd.reset();
  return pidfd;
}

bool signal_process(const UniqueFd& pidfd, int number) {
  return pidfd && ::syscall(SYS_pidfd_send_signal, pidfd.get(), number, nullptr, 0) == 0;
}

}  // namespace glassdock::daemon
