#include "engine/daemon/signals.h"

#include <signal.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "engine/base/text.h"

namespace glassdock::daemon {
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

std::optional<int> in_range(std::optional<std::uint64_t> number) {
  if (!number || *number < 1 || *number > static_cast<std::uint64_t>(rtmax)) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

std::optional<int> parse_signal(std::string_view word) {
  if (auto number = parse_number(word)) return in_range(number);
  std::string name(word);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  if (starts_with(name, "SIG")) name.erase(0, 3);
  for (const Named& one : named) {
    if (one.name == name) return one.number;
  }
  if (name == "RTMIN") return rtmin;
  if (name == "RTMAX") return rtmax;
  if (starts_with(name, "RTMIN+")) {
    auto offset = parse_number(std::string_view(name).substr(6));
    if (offset && *offset <= rtmax - rtmin) return rtmin + static_cast<int>(*offset);
  }
  if (starts_with(name, "RTMAX-")) {
    auto offset = parse_number(std::string_view(name).substr(6));
    if (offset && *offset <= rtmax - rtmin) return rtmax - static_cast<int>(*offset);
  }
  return std::nullopt;
}

}  // namespace glassdock::daemon
