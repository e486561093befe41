#include "engine/plan/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

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

// The largest number of a call in the table, as this architecture counts.
std::uint32_t last_number(std::uint32_t architecture) {
  int last = 0;
  for (const char* names : {allowed_calls, allowed_on_x86, allowed_on_arm}) {
    for (const std::string& name : split(names, ' ')) {
      last = std::max(last, ::seccomp_syscall_resolve_name_arch(architecture, name.c_str()));
    }
  }
  return static_cast<std::uint32_t>(last);
}

sock_filter load_word(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

// The lower half of an argument: both kinds of processors below have it first.
sock_filter load_argument(std::size_t index) {
  return load_word(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
}

constexpr sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);

struct Part {
  std::uint32_t audit, scmp;
};

// The kinds of programs that this machine runs and the table is for, its own first.
std::vector<Part> parts_of(SeccompProgram::Architectures architectures) {
  std::uint32_t native = ::seccomp_arch_native();
  std::vector<Part> parts;
  if (native == SCMP_ARCH_X86_64) parts = {{AUDIT_ARCH_X86_64, SCMP_ARCH_X86_64}, {AUDIT_ARCH_I386, SCMP_ARCH_X86}};
  if (native == SCMP_ARCH_AARCH64) parts = {{AUDIT_ARCH_AARCH64, SCMP_ARCH_AARCH64}, {AUDIT_ARCH_ARM, SCMP_ARCH_ARM}};
  if (architectures == SeccompProgram::Architectures::native && !parts.empty()) parts.pop_back();
  return parts;
}

// For programs of one kind alone; the others go on behind it.
void add_part(std::vector<sock_filter>& program, const Part& part, const std::vector<sock_filter>& body) {
  program.push_back(load_word(offsetof(seccomp_data, arch)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, part.audit, 0, static_cast<std::uint8_t>(body.size())));
  program.insert(program.end(), body.begin(), body.end());
}

std::string bytes_of(const std::vector<sock_filter>& program) {
  return {reinterpret_cast<const char*>(program.data()), program.size() * sizeof(sock_filter)};
}

// A call that makes an object of IPC, or finds one that is there.
struct IpcCall {
  std::uint32_t number;
  std::size_t flags;  // which argument
  std::uint32_t create;
  bool has_key;  // the first argument: 0 (IPC_PRIVATE) makes one whatever the flags are
};

// shmget, semget, msgget (IPC_CREAT is 0x200) and mq_open (O_CREAT is 0x40), by the kernel's asm/unistd*.h.
std::vector<IpcCall> ipc_calls(std::uint32_t scmp) {
  const auto calls = [](std::uint32_t shm, std::uint32_t sem, std::uint32_t msg, std::uint32_t queue) {
    return std::vector<IpcCall>{
        {shm, 2, 0x200, true}, {sem, 2, 0x200, true}, {msg, 1, 0x200, true}, {queue, 1, 0x40, false}};
  };
  switch (scmp) {
    case SCMP_ARCH_X86_64:
      return calls(29, 64, 68, 240);
    case SCMP_ARCH_X86:
      return calls(395, 393, 399, 277);
    case SCMP_ARCH_AARCH64:
      return calls(194, 190, 186, 180);
    default:
      return calls(307, 299, 303, 274);
  }
}

// What libseccomp can't say, in front of its program:
// - A call newer than the table (or than this libseccomp) is one that "this kernel does not have". With ENOSYS a C
//   library falls back to what it did before there was the call; EPERM would be taken for the file's own answer. (runc
//   does the same.)
// - socketcall(2) of 32-bit x86 makes no sockets: its arguments stand in memory where no filter can read the family.
//   libseccomp lets it through wherever socket(2) is let through with any. Programs that call socket(2) get theirs.
std::vector<sock_filter> head(SeccompProgram::Architectures architectures) {
  // From here on x32 counts, and 32-bit Arm its private calls (from 0xf0000): those are left to libseccomp.
  constexpr std::uint32_t private_numbers = 0xf0000;
  std::vector<sock_filter> program;
  for (const Part& part : parts_of(architectures)) {
    std::vector<sock_filter> body = {
        load_word(offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, private_numbers, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last_number(part.scmp), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    };
    if (part.scmp == SCMP_ARCH_X86) {
      constexpr std::uint32_t socketcall = 102, make_socket = 1;  // asm/unistd_32.h; linux/net.h SYS_SOCKET
      body.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socketcall, 0, 3));
      body.push_back(load_argument(0));
      body.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, make_socket, 0, 1));
      body.push_back(refuse);
    }
    add_part(program, part, body);
  }
  return program;
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
  bytes_ = bytes_of(head(architectures)) + export_program(filter);
}

std::string refuse_ipc_objects() {
  constexpr std::uint32_t x32 = 0x40000000;  // asm/unistd.h: the bit that x32's numbers have besides
  std::vector<sock_filter> program;
  for (const Part& part : parts_of(SeccompProgram::Architectures::all)) {
    std::vector<sock_filter> body;
    for (const IpcCall& call : ipc_calls(part.scmp)) {
      std::vector<sock_filter> checks = {load_argument(call.flags)};
      if (call.has_key) {
        checks.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, call.create, 2, 0));
        checks.push_back(load_argument(0));
        checks.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1));
      } else {
        checks.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, call.create, 0, 1));
      }
      checks.push_back(refuse);
      body.push_back(load_word(offsetof(seccomp_data, nr)));
      body.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~x32));
      body.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call.number, 0, static_cast<std::uint8_t>(checks.size())));
      body.insert(body.end(), checks.begin(), checks.end());
    }
    if (part.scmp == SCMP_ARCH_X86) {
      // ipc(2) is all of them in one call, the first argument says which (linux/ipc.h), its upper half a version.
      constexpr std::uint32_t ipc = 117, semget = 2, msgget = 13, shmget = 23;
      const sock_filter all[] = {load_word(offsetof(seccomp_data, nr)),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ipc, 0, 6),
                                 load_argument(0),
                                 BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, semget, 2, 0),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, msgget, 1, 0),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, shmget, 0, 1),
                                 refuse};
      body.insert(body.end(), std::begin(all), std::end(all));
    }
    add_part(program, part, body);
  }
  return bytes_of(program);
}

}  // namespace glassdock::plan
