#include "engine/vm/accelerator.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/trace/tracer.h"

namespace glassdock::vm {
namespace {

constexpr std::uint32_t rounds = 5'000'000;
constexpr double instructions = 2.0 * rounds;

// What the child tells: the call that failed and its errno, or how long the guest took.
struct Verdict {
  char call[24] = "";
  int error = 0;
  std::int64_t took_ns = 0;
};

Verdict failed(const char* call, int error = errno) {
  Verdict verdict;
  std::strncpy(verdict.call, call, sizeof verdict.call - 1);
  verdict.error = error;
  return verdict;
}

// In real mode: mov ecx, rounds; again: dec ecx; jnz again; hlt.
constexpr std::uint8_t code[] = {
    0x66, 0xb9, rounds & 0xff, rounds >> 8 & 0xff, rounds >> 16 & 0xff, rounds >> 24, 0x66, 0x49, 0x75, 0xfc, 0xf4};

// Linux Documentation/virt/kvm/api.rst. Nothing is closed: the process ends.
Verdict run_guest(const char* device) {
  constexpr std::uint64_t code_address = 0x1000;
  constexpr std::size_t page = 4096;
  const int kvm = ::open(device, O_RDWR | O_CLOEXEC);
  if (kvm < 0) return failed("open");
  const int version = ::ioctl(kvm, KVM_GET_API_VERSION, 0);
  if (version != KVM_API_VERSION) return failed("KVM_GET_API_VERSION", version < 0 ? errno : EPROTO);
  const int machine = ::ioctl(kvm, KVM_CREATE_VM, 0);
  if (machine < 0) return failed("KVM_CREATE_VM");
  void* memory = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return failed("mmap");
  std::memcpy(memory, code, sizeof code);
  kvm_userspace_memory_region region{};
  region.guest_phys_addr = code_address;
  region.memory_size = page;
  region.userspace_addr = reinterpret_cast<std::uintptr_t>(memory);
  if (::ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) < 0) return failed("KVM_SET_USER_MEMORY");
  const int processor = ::ioctl(machine, KVM_CREATE_VCPU, 0);
  if (processor < 0) return failed("KVM_CREATE_VCPU");
  const int size = ::ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  void* shared = size < static_cast<int>(sizeof(kvm_run)) ? MAP_FAILED
                                                          : ::mmap(nullptr, static_cast<std::size_t>(size),
                                                                   PROT_READ | PROT_WRITE, MAP_SHARED, processor, 0);
  if (shared == MAP_FAILED) return failed("mmap of a processor");
  kvm_sregs segments{};
  if (::ioctl(processor, KVM_GET_SREGS, &segments) < 0) return failed("KVM_GET_SREGS");
  segments.cs.base = 0;
  segments.cs.selector = 0;
  if (::ioctl(processor, KVM_SET_SREGS, &segments) < 0) return failed("KVM_SET_SREGS");
  kvm_regs registers{};
  registers.rip = code_address;
  registers.rflags = 2;  // the bit that is always set
  if (::ioctl(processor, KVM_SET_REGS, &registers) < 0) return failed("KVM_SET_REGS");
  Verdict verdict;
  const std::int64_t begin = trace::monotonic_ns();
  if (::ioctl(processor, KVM_RUN, 0) < 0) return failed("KVM_RUN");
  verdict.took_ns = trace::monotonic_ns() - begin;
  if (static_cast<kvm_run*>(shared)->exit_reason != KVM_EXIT_HLT) return failed("KVM_RUN", EIO);
  return verdict;
}

Accelerator tcg(std::string reason) {
  return {false, std::move(reason)};
}

Accelerator judge(const std::filesystem::path& device, const Verdict& verdict) {
  if (verdict.call[0] != 0) {
    return tcg(fmt::format("no KVM here: {}: {}: {}", device.native(), verdict.call, std::strerror(verdict.error)));
  }
  const double speed = instructions * 1e9 / static_cast<double>(std::max<std::int64_t>(verdict.took_ns, 1));
  if (speed < least_instructions_per_second) {
    return tcg(
        fmt::format("KVM runs only {:.1f} million instructions a second here: it is emulated itself", speed / 1e6));
  }
  return {true, fmt::format("KVM ran {:.0f} million instructions a second", speed / 1e6)};
}

}  // namespace

Accelerator probe_accelerator(const std::filesystem::path& device, const RunAs& who,
                              std::chrono::milliseconds patience) {
  if (::access(device.c_str(), F_OK) != 0) return tcg(fmt::format("no KVM here: {} is missing", device.native()));
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for the probe of KVM");
  UniqueFd read_end(pipe[0]), write_end(pipe[1]);
  const pid_t child = ::fork();
  if (child < 0) throw Error::from_errno(errno, "fork", "for the probe of KVM");
  if (child == 0) {
    const int error = become(who);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const Verdict verdict = error != 0 ? failed("setresuid", error) : run_guest(device.c_str());
    const ssize_t sent = ::write(pipe[1], &verdict, sizeof verdict);
    ::_exit(sent == sizeof verdict ? 0 : 1);
  }
  write_end.reset();
  Verdict verdict;
  pollfd answer{read_end.get(), POLLIN, 0};
  int ready;
  while ((ready = ::poll(&answer, 1, static_cast<int>(patience.count()))) < 0 && errno == EINTR) {
  }
  const bool answered = ready > 0 && ::read(read_end.get(), &verdict, sizeof verdict) == sizeof verdict;
  ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (answered) return judge(device, verdict);
  if (ready > 0) return tcg(fmt::format("no KVM here: {}: the probe died", device.native()));
  return tcg(fmt::format("a guest of {:.0f} million instructions did not end on {} within {} ms", instructions / 1e6,
                         device.native(), patience.count()));
}

}  // namespace glassdock::vm
