// How long a guest takes to its first output: by the engine's room vm, and by the fastest command line that was tuned
// by hand for the same kernel and emulator, with a root of nothing but one static program. Rounds alternate.
//   vm_bench [--rounds N] [--kernel PATH]
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "engine/base/text.h"
#include "engine/os/argument_pointers.h"
#include "tests/bench/racers.h"
#include "tests/support/guest_lab.h"

namespace glassdock::bench {
namespace {

using support::GuestLab;

// The hand-tuned side: a microvm with PVH entry, one serial port on QEMU's stdout, "quiet", a shell script as init.
double by_hand_ns(const GuestLab& lab, const std::string& initramfs, std::uint64_t tsc_khz) {
  int out[2];
  if (::pipe(out) != 0) throw Error::from_errno(errno, "pipe", "for QEMU");
  const std::string kernel = fmt::format("/proc/self/fd/{}", lab.kernel().file.get());
  const std::vector<std::string> words{
      vm::find_qemu(),
      "-M",
      "microvm,accel=tcg,x-option-roms=off,rtc=on",
      "-cpu",
      "max",
      "-m",
      "128",
      "-smp",
      "1",
      "-nodefaults",
      "-no-user-config",
      "-nographic",
      "-serial",
      "stdio",
      "-no-reboot",
      "-kernel",
      kernel,
      "-initrd",
      initramfs,
      "-append",
      fmt::format("console=ttyS0 reboot=t panic=-1 quiet cryptomgr.notests tsc_early_khz={}", tsc_khz)};
  const std::vector<char*> arguments = os::argument_pointers(words);
  const std::int64_t begin = monotonic_ns();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(out[1], 1);
    ::close(0);
    ::open("/dev/null", O_RDONLY);
    ::fcntl(lab.kernel().file.get(), F_SETFD, 0);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(out[1]);
  std::string text;
  double first = 0;
  char piece[4096];
  pollfd waits{out[0], POLLIN, 0};
  constexpr int patience_ms = 10'000;  // a kernel that fails to measure its clock never gets anywhere
  while (::poll(&waits, 1, patience_ms) > 0) {
    const ssize_t got = ::read(out[0], piece, sizeof piece);
    if (got <= 0) break;
    text.append(piece, static_cast<std::size_t>(got));
    if (first == 0 && text.find("hello") != std::string::npos) first = static_cast<double>(monotonic_ns() - begin);
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(out[0]);
  return first;
}

// The same tiny work: BusyBox prints one word.
double by_engine_ns(GuestLab& lab) {
  const trace::Context context;
  const std::int64_t begin = monotonic_ns();
  vm::Machine machine(lab.spec({"echo", "hello"}), context);
  machine.finish();
  const auto first = machine.milestones()[vm::Milestone::output];
  return first ? static_cast<double>(*first - begin) : 0;
}

// A root for the hand-tuned side: BusyBox, and an init that prints and powers off.
std::string make_initramfs(const os::TempDir& folder) {
  const auto root = folder.path() / "root";
  os::make_folders(root / "bin", 0755);
  os::make_folders(root / "dev", 0755);
  std::filesystem::copy_file("/bin/busybox", root / "bin/busybox");
  std::ofstream(root / "init") << "#!/bin/busybox sh\n/bin/busybox echo hello\n/bin/busybox reboot -f\n";
  std::filesystem::permissions(root / "init", std::filesystem::perms(0755));
  const std::string file = folder.path() / "root.cpio";
  run_shell(fmt::format("cd {} && find . | busybox cpio -o -H newc > {} 2>/dev/null", root.native(), file));
  return file;
}

void measure(int rounds) {
  GuestLab lab;
  const os::TempDir folder(std::filesystem::temp_directory_path(), "glassdock-vm-bench.");
  const std::string initramfs = make_initramfs(folder);
  const std::uint64_t tsc_khz = vm::measure_tsc_khz();
  std::vector<double> by_hand, by_engine;
  int hung = 0;
  for (int i = -1; i < rounds; ++i) {
    const double hand = by_hand_ns(lab, initramfs, tsc_khz);
    const double engine = by_engine_ns(lab);
    hung += hand == 0;
    if (i < 0 || hand == 0 || engine == 0) continue;
    by_hand.push_back(hand);
    by_engine.push_back(engine);
  }
  if (by_hand.empty()) return print_row("a guest's first output", "no guest got there", "1.10x", "missed");
  const std::vector<double> times = ratios(by_engine, by_hand);
  constexpr double goal = 1.1;
  print_row(fmt::format("a guest's first output under TCG ({:.2f} s), to the fastest command line by hand ({:.2f} s){}",
                        median(by_engine) / 1e9, median(by_hand) / 1e9,
                        hung > 0 ? fmt::format("; {} boots by hand hung", hung) : ""),
            ratio_words(times), "1.10x", verdict(median(times), goal));
}

}  // namespace
}  // namespace glassdock::bench

int main(int count, char** words) {
  int rounds = 10;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(words[i], "--rounds") == 0) rounds = std::atoi(words[i + 1]);
    if (std::strcmp(words[i], "--kernel") == 0) ::setenv("GLASSDOCK_GUEST_KERNEL", words[i + 1], 1);
  }
  if (const std::string reason = glassdock::support::no_guest_reason(); !reason.empty()) {
    std::fprintf(stderr, "vm_bench: skipped: %s\n", reason.c_str());
    return 0;
  }
  glassdock::bench::measure(rounds);
}
