#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "engine/plan/parts.h"
#include "engine/plan/seccomp.h"
#include "engine/plan/seccomp_answers.h"
#include "engine/plan/walls.h"
#include "tests/support/plan_samples.h"

namespace glassdock::plan {
namespace {

// The wait status of a child that loads the program and does `work`; its errno, 0 for success, is the exit code.
int under_filter(std::string_view program, const std::function<long()>& work) {
  pid_t child = ::fork();
  if (child == 0) {
    sock_fprog filter{};
    filter.len = static_cast<unsigned short>(program.size() / sizeof(sock_filter));
    filter.filter = reinterpret_cast<sock_filter*>(const_cast<char*>(program.data()));
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
      ::_exit(255);
    }
    errno = 0;
    long result = work();
    ::_exit(result < 0 ? errno : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

int error_of(const std::function<long()>& work, std::string_view program = samples::seccomp().bytes()) {
  int status = under_filter(program, work);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  return WEXITSTATUS(status);
}

TEST(PlanSeccomp, OrdinaryCallsAreLetThrough) {
  EXPECT_EQ(error_of([] { return ::getppid() >= 0 ? 0 : -1; }), 0);
  EXPECT_EQ(error_of([] { return ::open("/dev/null", O_RDWR); }), 0);
  EXPECT_EQ(error_of([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }), 0);
  EXPECT_EQ(error_of([] { return ::socket(AF_INET, SOCK_STREAM, 0); }), 0);
  EXPECT_EQ(error_of([] { return ::socket(AF_NETLINK, SOCK_RAW, 0); }), 0);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_personality, 0xffffffffUL); }), 0);
  EXPECT_EQ(error_of([]() -> long {
              pid_t child = ::fork();
              if (child == 0) ::_exit(0);
              return child > 0 && ::waitpid(child, nullptr, 0) == child ? 0 : -1;
            }),
            0);
}

TEST(PlanSeccomp, SocketsOfTheMachineAreRefused) {
  constexpr int alg = 38, vsock = 40;
  EXPECT_EQ(error_of([] { return ::socket(alg, SOCK_SEQPACKET, 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::socket(vsock, SOCK_STREAM, 0); }), EPERM);
  // The kernel looks at the lower 32 bits only.
  EXPECT_EQ(error_of([] { return ::syscall(SYS_socket, 0x100000000L | alg, SOCK_SEQPACKET, 0); }), EPERM);
  for (int family = 0; family < 46; ++family) {  // AF_MAX of Linux 6
    if (family == alg || family == vsock) continue;
    EXPECT_NE(error_of([&] {
                errno = 0;
                return ::socket(family, 77, 0);
              }),
              EPERM)
        << family;
  }
}

TEST(PlanSeccomp, WallsAreNotTakenDownFromInside) {
  EXPECT_EQ(error_of([] { return ::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_umount2, "/nowhere", 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_unshare, CLONE_NEWUSER); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_setns, -1, 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_bpf, -1, nullptr, 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_open_tree, -1, "", 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_io_uring_setup, 0, nullptr); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0); }), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_personality, 0x0040000UL /* ADDR_NO_RANDOMIZE */); }), EPERM);
  for (int flag :
       {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET}) {
    EXPECT_EQ(error_of([&] { return ::syscall(SYS_clone, flag | SIGCHLD, nullptr, nullptr, nullptr, nullptr); }), EPERM)
        << std::hex << flag;
  }
}

TEST(PlanSeccomp, WhatIsNewerThanTheTableIsNotThere) {
  EXPECT_EQ(error_of([] { return ::syscall(SYS_clone3, nullptr, 0); }), ENOSYS);
  EXPECT_EQ(error_of([] { return ::syscall(100'000); }), ENOSYS);
  // fchmodat2(2), newer than libseccomp 2.5: the C library falls back on ENOSYS, and gives EPERM to its caller.
  constexpr long fchmodat2 = 452;
  EXPECT_NE(error_of([] { return ::syscall(fchmodat2, -1, "x", 0, 0); }), EPERM);
}

SeccompAnswers answers_of(const std::vector<sock_filter>& program) {
  return seccomp_answers({reinterpret_cast<const char*>(program.data()), program.size() * sizeof(sock_filter)});
}

// Behind a failure of this test stand objects of the machine: ipcs(1), ipcrm(1).
TEST(PlanSeccomp, InFrontOfItObjectsOfIpcAreFoundAndNotMade) {
  const std::string program = refuse_ipc_objects() + std::string(samples::seccomp().bytes());
  constexpr key_t nobodys = 0x676c6173;
  EXPECT_EQ(error_of([] { return ::shmget(IPC_PRIVATE, 4096, 0600); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::shmget(nobodys, 4096, IPC_CREAT | 0600); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::shmget(nobodys, 4096, 0600); }, program), ENOENT);
  EXPECT_EQ(error_of([] { return ::semget(IPC_PRIVATE, 1, 0600); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::semget(nobodys, 1, IPC_CREAT | 0600); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::semget(nobodys, 1, 0600); }, program), ENOENT);
  EXPECT_EQ(error_of([] { return ::msgget(IPC_PRIVATE, 0600); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::msgget(nobodys, IPC_CREAT | 0600); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::msgget(nobodys, 0600); }, program), ENOENT);
  const auto queue = [](int flags) {
    return [flags] { return ::syscall(SYS_mq_open, "glassdock-none", flags, 0600, nullptr); };
  };
  EXPECT_EQ(error_of(queue(O_RDWR | O_CREAT), program), EPERM);
  EXPECT_EQ(error_of(queue(O_RDWR), program), ENOENT);
  EXPECT_EQ(error_of([] { return ::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr); }, program), EPERM);
  EXPECT_EQ(error_of([] { return ::open("/dev/null", O_RDWR); }, program), 0);
}

TEST(PlanSeccomp, ItsAnswersAreCounted) {
  const SeccompAnswers answers = seccomp_answers(samples::seccomp().bytes());
  EXPECT_GT(answers.allowed, 250);
  EXPECT_GT(answers.refused, 50);
  EXPECT_EQ(answers.by_arguments, 3) << "clone, personality and socket";
  EXPECT_EQ(answers.examples, "mount reboot bpf");
  const SeccompProgram alone(SeccompProgram::Architectures::native);
  const SeccompAnswers same = seccomp_answers(alone.bytes());
  EXPECT_EQ(same.allowed, answers.allowed) << "calls of other kinds of programs are not counted";
  EXPECT_EQ(same.refused, answers.refused);
}

TEST(PlanSeccomp, AnyProgramIsFollowedBothWaysWhereAnArgumentDecides) {
  const sock_filter number = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  const sock_filter argument = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args));
  const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_filter deny = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  const int all = answers_of({allow}).allowed;
  EXPECT_GT(all, 300);
  EXPECT_EQ(answers_of({allow}).examples, "");
  EXPECT_EQ(answers_of({deny}).refused, all);
  const SeccompAnswers one = answers_of({number, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_reboot, 1, 0), allow, deny});
  EXPECT_EQ(one.allowed, all - 1);
  EXPECT_EQ(one.refused, 1);
  EXPECT_EQ(one.examples, "reboot");
  const SeccompAnswers some = answers_of({number, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mount, 0, 2), argument,
                                          BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 4, 1, 0), allow, deny});
  EXPECT_EQ(some.by_arguments, 1);
  EXPECT_EQ(some.allowed, all - 1);
  EXPECT_EQ(answers_of({BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS)}).examples, "") << "those say EPERM";
  EXPECT_EQ(answers_of({}).allowed, 0);
}

#ifdef __x86_64__
// A call as 32-bit programs make it; negative errno.
long call_as_i386(long number, long first, long second = 0, long third = 0) {
  long result = 0;
  asm volatile("int $0x80"
               : "=a"(result)
               : "a"(number), "b"(first), "c"(second), "d"(third)
               : "memory", "r8", "r9", "r10", "r11");
  return result;
}

// As libc's syscall(), which knows nothing of these numbers.
long i386(long number, long first, long second = 0, long third = 0) {
  long result = static_cast<int>(call_as_i386(number, first, second, third));
  if (result < 0) errno = static_cast<int>(-result);
  return result < 0 ? -1 : result;
}

TEST(PlanSeccomp, OtherArchitecturesOfTheMachineHaveTheSameWalls) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer's runtime does not live behind int $0x80";
#endif
  constexpr long x32_bit = 0x40000000;
  EXPECT_EQ(error_of([] { return ::syscall(x32_bit | SYS_mount, nullptr, nullptr, nullptr, 0, nullptr); }), EPERM);
  pid_t child = ::fork();
  if (child == 0) ::_exit(call_as_i386(20, 0) == ::getpid() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) GTEST_SKIP() << "this kernel runs no 32-bit programs";
  constexpr long i386_getpid = 20, i386_mount = 21, i386_socketcall = 102, i386_socket = 359;  // asm/unistd_32.h
  EXPECT_EQ(error_of([] { return i386(i386_getpid, 0); }), 0);
  EXPECT_EQ(error_of([] { return i386(i386_mount, 0); }), EPERM);
  EXPECT_EQ(error_of([] { return i386(i386_socketcall, 1); }), EPERM) << "its arguments stand where no filter reads";
  EXPECT_EQ(error_of([] { return i386(i386_socket, 38, SOCK_SEQPACKET); }), EPERM);
  EXPECT_EQ(error_of([] { return i386(i386_socket, AF_UNIX, SOCK_STREAM); }), 0);
  EXPECT_EQ(error_of([] { return i386(100'000, 0); }), ENOSYS);
  constexpr long i386_ipc = 117, i386_msgget = 13, i386_semop = 1;  // linux/ipc.h
  const std::string no_objects = refuse_ipc_objects() + std::string(samples::seccomp().bytes());
  EXPECT_EQ(error_of([] { return i386(i386_ipc, i386_msgget); }, no_objects), EPERM);
  EXPECT_NE(error_of([] { return i386(i386_ipc, i386_semop); }, no_objects), EPERM);
  EXPECT_EQ(error_of([] { return ::syscall(x32_bit | SYS_msgget, IPC_PRIVATE, 0600); }, no_objects), EPERM);
  SeccompProgram native(SeccompProgram::Architectures::native);
  EXPECT_LT(native.bytes().size(), samples::seccomp().bytes().size());
  int killed = under_filter(native.bytes(), [] { return i386(i386_getpid, 0); });
  EXPECT_TRUE(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGSYS) << killed;
}
#endif

// The few instructions that device_filter() uses, carried out: a machine on cgroup v2 is not needed to see what it
// says.
bool answers(const std::string& program, std::uint32_t access, std::uint32_t kind, std::uint32_t major,
             std::uint32_t minor) {
  const auto* code = reinterpret_cast<const bpf_insn*>(program.data());
  const std::size_t count = program.size() / sizeof(bpf_insn);
  const bpf_cgroup_dev_ctx context{access << 16 | kind, major, minor};
  std::uint32_t registers[11] = {};
  for (std::size_t at = 0; at < count; ++at) {
    const bpf_insn& one = code[at];
    std::uint32_t& target = registers[one.dst_reg];
    switch (one.code) {
      case BPF_LDX | BPF_MEM | BPF_W:
        target = reinterpret_cast<const std::uint32_t*>(&context)[one.off / 4];
        break;
      case BPF_ALU | BPF_MOV | BPF_K:
        target = static_cast<std::uint32_t>(one.imm);
        break;
      case BPF_ALU | BPF_MOV | BPF_X:
        target = registers[one.src_reg];
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        target &= static_cast<std::uint32_t>(one.imm);
        break;
      case BPF_ALU | BPF_RSH | BPF_K:
        target >>= one.imm;
        break;
      case BPF_JMP | BPF_JNE | BPF_K:
        if (target != static_cast<std::uint32_t>(one.imm)) at += static_cast<std::size_t>(one.off);
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        if (target == static_cast<std::uint32_t>(one.imm)) at += static_cast<std::size_t>(one.off);
        break;
      case BPF_JMP | BPF_EXIT:
        return registers[0] == 1;
      default:
        ADD_FAILURE() << "an instruction that this test does not know: " << int{one.code};
        return false;
    }
  }
  ADD_FAILURE() << "it runs out of its end";
  return false;
}

TEST(PlanDeviceFilter, LetsDockersDevicesThroughAndNoOther) {
  std::string program = device_filter();
  constexpr std::uint32_t make = BPF_DEVCG_ACC_MKNOD, read = BPF_DEVCG_ACC_READ, write = BPF_DEVCG_ACC_WRITE;
  constexpr std::uint32_t block = BPF_DEVCG_DEV_BLOCK, character = BPF_DEVCG_DEV_CHAR;
  for (const DeviceRule& rule : allowed_devices) {
    auto major = static_cast<std::uint32_t>(rule.major);
    for (std::uint32_t minor : {0u, 7u, 1'000u}) {
      if (rule.minor != any_minor) minor = static_cast<std::uint32_t>(rule.minor);
      EXPECT_TRUE(answers(program, read, character, major, minor)) << major << ":" << minor;
      EXPECT_TRUE(answers(program, read | write | make, character, major, minor)) << major << ":" << minor;
      EXPECT_FALSE(answers(program, read, block, major, minor)) << major << ":" << minor;
    }
  }
  EXPECT_FALSE(answers(program, read, character, 1, 1)) << "/dev/mem";
  EXPECT_FALSE(answers(program, read | write, character, 10, 232)) << "/dev/kvm";
  EXPECT_FALSE(answers(program, read, block, 8, 0)) << "a disk";
  EXPECT_TRUE(answers(program, make, block, 8, 0)) << "making the node is harmless";
}

}  // namespace
}  // namespace glassdock::plan
