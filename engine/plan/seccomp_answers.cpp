#include "engine/plan/seccomp_answers.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace glassdock::plan {
namespace {

struct Call {
  std::uint32_t number;
  std::string name;
};

// All of this machine's own kind. Numbers beyond these belong to other kinds (x32, 32-bit Arm's private calls).
std::vector<Call> calls_of_machine() {
  constexpr int beyond = 512;  // asm/unistd.h: x32's own calls begin there; the newest call of Linux 6.18 is 469
  std::vector<Call> calls;
  for (int number = 0; number < beyond; ++number) {
    const std::unique_ptr<char, decltype(&std::free)> name(
        ::seccomp_syscall_resolve_num_arch(::seccomp_arch_native(), number), &std::free);
    if (name) calls.push_back({static_cast<std::uint32_t>(number), name.get()});
  }
  return calls;
}

std::uint32_t audit_architecture() {
  switch (::seccomp_arch_native()) {
    case SCMP_ARCH_X86_64:
      return AUDIT_ARCH_X86_64;
    case SCMP_ARCH_AARCH64:
      return AUDIT_ARCH_AARCH64;
    default:
      return 0;  // seccomp.cpp has no table for it
  }
}

bool jumps(const sock_filter& one, std::uint32_t value) {
  switch (BPF_OP(one.code)) {
    case BPF_JEQ:
      return value == one.k;
    case BPF_JGT:
      return value > one.k;
    case BPF_JGE:
      return value >= one.k;
    default:
      return (value & one.k) != 0;  // BPF_JSET
  }
}

// Carries a filter out for one call of which the arguments are unknown.
class Walk {
 public:
  explicit Walk(std::string_view program) : code_(program.size() / sizeof(sock_filter)), seen_(code_.size()) {
    if (!code_.empty()) std::memcpy(code_.data(), program.data(), code_.size() * sizeof(sock_filter));
  }

  struct Ends {
    bool allowed = false, refused = false;
    std::uint32_t last = 0;  // SECCOMP_RET_…
  };
  Ends of(std::uint32_t number) {
    number_ = number;
    ends_ = {};
    ++turn_;
    follow(0, std::nullopt);
    return ends_;
  }

 private:
  // Nothing: it depends on an argument.
  std::optional<std::uint32_t> load(std::uint32_t offset) const {
    if (offset == offsetof(seccomp_data, nr)) return number_;
    if (offset == offsetof(seccomp_data, arch)) return audit_architecture();
    return std::nullopt;
  }
  void end(std::uint32_t action) {
    ends_.last = action;
    const std::uint32_t kind = action & SECCOMP_RET_ACTION_FULL;
    (kind == SECCOMP_RET_ALLOW || kind == SECCOMP_RET_LOG ? ends_.allowed : ends_.refused) = true;
  }
  // Jumps lead forward only, so it ends. Behind an argument each place is followed once: what led there tells nothing.
  void follow(std::size_t at, std::optional<std::uint32_t> value) {
    for (; at < code_.size(); ++at) {
      const sock_filter& one = code_[at];
      switch (BPF_CLASS(one.code)) {
        case BPF_RET:
          return end(one.k);
        case BPF_LD:
          value = BPF_MODE(one.code) == BPF_ABS ? load(one.k) : std::nullopt;
          break;
        case BPF_ALU:
          value = value && BPF_OP(one.code) == BPF_AND && BPF_SRC(one.code) == BPF_K ? std::optional(*value & one.k)
                                                                                     : std::nullopt;
          break;
        case BPF_JMP:
          if (BPF_OP(one.code) == BPF_JA) {
            at += one.k;
          } else if (value) {
            at += jumps(one, *value) ? one.jt : one.jf;
          } else {
            if (seen_[at] == turn_) return;
            seen_[at] = turn_;
            follow(at + 1 + one.jt, value);
            at += one.jf;
          }
          break;
        default:
          break;  // libseccomp uses no others
      }
    }
  }

  std::vector<sock_filter> code_;
  std::vector<std::uint32_t> seen_;  // the turn in which the place was followed with an unknown value
  std::uint32_t turn_ = 0, number_ = 0;
  Ends ends_;
};

// Of the calls that would change the machine or its walls, those that are told of most.
constexpr const char* known_calls[] = {"mount", "reboot", "bpf", "unshare", "init_module", "keyctl", "swapon"};
constexpr std::size_t most_examples = 3;

}  // namespace

SeccompAnswers seccomp_answers(std::string_view program) {
  SeccompAnswers answers;
  if (audit_architecture() == 0) return answers;
  static const std::vector<Call> calls = calls_of_machine();
  Walk walk(program);
  std::vector<std::string_view> denied;
  for (const Call& call : calls) {
    const Walk::Ends ends = walk.of(call.number);
    ++(ends.allowed && ends.refused ? answers.by_arguments : ends.allowed ? answers.allowed : answers.refused);
    if (!ends.allowed && ends.last == (SECCOMP_RET_ERRNO | EPERM)) denied.push_back(call.name);
  }
  std::size_t named = 0;
  for (const char* known : known_calls) {
    if (named == most_examples || std::find(denied.begin(), denied.end(), known) == denied.end()) continue;
    answers.examples += (named++ > 0 ? " " : "") + std::string(known);
  }
  return answers;
}

}  // namespace glassdock::plan
