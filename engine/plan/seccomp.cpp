#include "engine/plan/seccomp.h"

#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/plan/seccomp_table.h"

namespace glassdock::plan {
namespace {

using Filter = std::unique_ptr<void, void (*)(void*)>;

void check(int result, std::string_view tried, std::string_view object) {
  if (result < 0) throw Error::from_errno(-result, tried, object);
}

// A call that this version of libseccomp does not know, or that an architecture does not have, is refused anyway.
template <typename... Condition>
void rule(const Filter& filter, std::uint32_t action, std::string_view name, Condition... conditions) {
  int number = ::seccomp_syscall_resolve_name(std::string(name).c_str());
  if (number == __NR_SCMP_ERROR) return;
  int result = ::seccomp_rule_add(filter.get(), action, number, sizeof...(conditions), conditions...);
  if (result == -EDOM || result == -EINVAL) return;
  check(result, "add the seccomp rule of", name);
}

void allow(const Filter& filter, std::string_view names) {
  for (const std::string& name : split(trim(names), ' ')) {
    if (!name.empty()) rule(filter, SCMP_ACT_ALLOW, name);
  }
}

bool has_refused_family(std::uint32_t first, std::uint32_t count) {
  return std::any_of(std::begin(refused_families), std::end(refused_families),
                     [&](std::uint32_t family) { return family >= first && family < first + count; });
}

// The families between the refused ones, as few aligned blocks of a power of two. Compared under a mask, because the
// kernel looks at the lower 32 bits only, and a caller may set others.
void allow_sockets(const Filter& filter) {
  for (std::uint32_t first = 0; first < families_end;) {
    std::uint32_t count = families_end;
    while (count > 1 && (first % count != 0 || first + count > families_end || has_refused_family(first, count))) {
      count /= 2;
    }
    if (!has_refused_family(first, count)) {
      scmp_datum_t mask = 0xffffffff & ~scmp_datum_t{count - 1};
      rule(filter, SCMP_ACT_ALLOW, "socket", SCMP_A0_64(SCMP_CMP_MASKED_EQ, mask, first));
    }
    first += count;
  }
}

void add_architectures(const Filter& filter) {
  switch (::seccomp_arch_native()) {
    case SCMP_ARCH_X86_64:
      check(::seccomp_arch_add(filter.get(), SCMP_ARCH_X86), "add to the seccomp filter", "x86");
      check(::seccomp_arch_add(filter.get(), SCMP_ARCH_X32), "add to the seccomp filter", "x32");
      break;
    case SCMP_ARCH_AARCH64:
      check(::seccomp_arch_add(filter.get(), SCMP_ARCH_ARM), "add to the seccomp filter", "arm");
      break;
    default:
      break;
  }
}

// libseccomp 2.5 exports a program to a descriptor only.
std::string export_program(const Filter& filter) {
  UniqueFd file(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!file) throw Error::from_errno(errno, "memfd_create", "seccomp");
  check(::seccomp_export_bpf(filter.get(), file.get()), "compile", "the seccomp filter");
  auto size = ::lseek(file.get(), 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(size > 0 ? size : 0), '\0');
  auto got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (got != size || bytes.empty() || bytes.size() % sizeof(sock_filter) != 0) {
    throw Error(ErrorKind::internal, "the seccomp filter could not be read back");
  }
  return bytes;
}

}  // namespace

SeccompProgram::SeccompProgram(Architectures architectures) {
  Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)), ::seccomp_release);
  if (!filter) throw Error(ErrorKind::internal, "libseccomp could not be started");
  if (architectures == Architectures::all) add_architectures(filter);
  // A binary tree instead of a list: the kernel checks and compiles it in less than half the time.
  check(::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "set", "the seccomp filter's layout");
  allow(filter, allowed_calls);
  std::uint32_t native = ::seccomp_arch_native();
  if (native == SCMP_ARCH_X86_64 || native == SCMP_ARCH_X86) allow(filter, allowed_on_x86);
  if (native == SCMP_ARCH_AARCH64 || native == SCMP_ARCH_ARM) allow(filter, allowed_on_arm);
  for (std::uint32_t personality : allowed_personalities) {
    rule(filter, SCMP_ACT_ALLOW, "personality", SCMP_A0_64(SCMP_CMP_EQ, personality, 0));
  }
  rule(filter, SCMP_ACT_ALLOW, "clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespace_flags, 0));
  rule(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3");
  allow_sockets(filter);
  bytes_ = export_program(filter);
}

}  // namespace glassdock::plan
