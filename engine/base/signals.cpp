#include "engine/base/signals.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock {
namespace {

// The kernel's own numbers: glibc keeps the first two real-time signals for itself, docker counts from 34 as it does.
constexpr int rtmin = 34;
constexpr int rtmax = 64;

struct Named {
  std::string_view name;
  int number;
};

constexpr Named named[] = {
    {"ABRT", SIGABRT},   {"ALRM", SIGALRM}, {"BUS", SIGBUS},   {"CHLD", SIGCHLD},     {"CLD", SIGCHLD},
    {"CONT", SIGCONT},   {"FPE", SIGFPE},   {"HUP", SIGHUP},   {"ILL", SIGILL},       {"INT", SIGINT},
    {"IO", SIGIO},       {"IOT", SIGIOT},   {"KILL", SIGKILL}, {"PIPE", SIGPIPE},     {"POLL", SIGPOLL},
    {"PROF", SIGPROF},   {"PWR", SIGPWR},   {"QUIT", SIGQUIT}, {"SEGV", SIGSEGV},     {"STOP", SIGSTOP},
    {"SYS", SIGSYS},     {"TERM", SIGTERM}, {"TRAP", SIGTRAP}, {"TSTP", SIGTSTP},     {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},   {"URG", SIGURG},   {"USR1", SIGUSR1}, {"USR2", SIGUSR2},     {"VTALRM", SIGVTALRM},
    {"WINCH", SIGWINCH}, {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ}, {"STKFLT", SIGSTKFLT},
};

// Docker's names end at RTMIN+15 and at RTMAX-14, where the two meet (moby/sys signal_linux.go).
constexpr int most_behind_rtmin = 15;
constexpr int most_before_rtmax = 14;

// What the kernel has, but the two that the C library keeps for itself.
bool is_signal(std::uint64_t number) {
  return (number >= 1 && number <= SIGSYS) || (number >= rtmin && number <= rtmax);
}

std::optional<int> offset_in(std::string_view name, std::string_view prefix, int most) {
  if (!starts_with(name, prefix)) return std::nullopt;
  const auto offset = parse_number(name.substr(prefix.size()));
  if (!offset || *offset < 1 || *offset > static_cast<std::uint64_t>(most)) return std::nullopt;
  return static_cast<int>(*offset);
}

}  // namespace

std::optional<int> parse_signal(std::string_view word) {
  if (auto number = parse_number(word))
    return is_signal(*number) ? std::optional(static_cast<int>(*number)) : std::nullopt;
  std::string name(word);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  if (starts_with(name, "SIG")) name.erase(0, 3);
  for (const Named& one : named) {
    if (one.name == name) return one.number;
  }
  if (name == "RTMIN") return rtmin;
  if (name == "RTMAX") return rtmax;
  if (auto offset = offset_in(name, "RTMIN+", most_behind_rtmin)) return rtmin + *offset;
  if (auto offset = offset_in(name, "RTMAX-", most_before_rtmax)) return rtmax - *offset;
  return std::nullopt;
}

int require_signal(std::string_view word) {
  if (auto number = parse_signal(word)) return *number;
  const std::string_view digits = starts_with(word, "-") || starts_with(word, "+") ? word.substr(1) : word;
  const auto number = parse_number(digits);
  if (number && *number != 0) {
    if (starts_with(word, "+") && is_signal(*number)) return static_cast<int>(*number);
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the linux daemon does not support signal {}{}", word[0] == '-' ? "-" : "", *number));
  }
  throw Error(ErrorKind::invalid_argument, fmt::format("invalid signal: {}", word));
}

std::string signal_name(int number) {
  for (const Named& one : named) {
    if (one.number == number) return fmt::format("SIG{}", one.name);
  }
  if (number == rtmax) return "SIGRTMAX";
  if (number < rtmin || number > rtmax) return fmt::format("signal {}", number);
  const int behind = number - rtmin;
  if (behind == 0) return "SIGRTMIN";
  return behind <= most_behind_rtmin ? fmt::format("SIGRTMIN+{}", behind) : fmt::format("SIGRTMAX-{}", rtmax - number);
}

}  // namespace glassdock
