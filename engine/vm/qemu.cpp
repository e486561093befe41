#include "engine/vm/qemu.h"

#include <fmt/format.h>
#include <time.h>
#include <x86intrin.h>

#include <algorithm>
#include <array>

#include "engine/base/error.h"
#include "engine/os/find_program.h"
#include "engine/trace/tracer.h"
#include "engine/vm/guest.h"

namespace glassdock::vm {

std::filesystem::path find_qemu() {
  std::filesystem::path program = os::find_program("qemu-system-x86_64");
  if (program.empty()) {
    throw Error(ErrorKind::not_found, "there is no qemu-system-x86_64, which a virtual machine runs in",
                get_qemu_command);
  }
  return program;
}

QemuDescriptors qemu_descriptors(int first, bool disk, bool debugger) {
  QemuDescriptors fds{first, first + 1, first + 2, first + 3, first + 4, first + 5};
  int next = first + 6;
  if (disk) fds.disk = next++;
  if (debugger) fds.debugger = next;
  return fds;
}

std::string kernel_words(std::uint64_t tsc_khz) {
  // The first lines come from earlycon, at the moment itself; loglevel 6 shows notices and warnings, which cost little.
  return fmt::format(
      "console=ttyS1 earlycon=uart8250,io,{:#x} loglevel=6 tsc_early_khz={} cryptomgr.notests reboot=t panic=-1 "
      "rdinit={}",
      guest::console_port, tsc_khz, guest::init_path);
}

std::vector<std::string> qemu_words(const std::filesystem::path& program, const Hardware& hardware,
                                    const QemuDescriptors& fds, const std::string& words) {
  const bool kvm = hardware.accelerator.kvm;
  std::vector<std::string> line{
      program.native(),
      "-M",
      fmt::format("microvm,accel={},x-option-roms=off,rtc=on,isa-serial=off", kvm ? "kvm" : "tcg"),
      "-cpu",
      kvm ? "host" : "max",
      "-m",
      fmt::format("{}k", hardware.memory_bytes / 1024),
      "-smp",
      std::to_string(hardware.cpus),
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-nic",
      "none",
      "-no-reboot",
      "-S",
      "-sandbox",
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
      "-kernel",
      fmt::format("/proc/self/fd/{}", fds.kernel),
      "-initrd",
      fmt::format("/proc/self/fd/{}", fds.root),
      "-append",
      words};
  struct Port {
    const char* name;
    int fd;
  };
  const std::array ports{Port{"output", fds.output}, Port{"console", fds.console}, Port{"control", fds.control}};
  for (const Port& port : ports) {
    line.insert(line.end(), {"-chardev", fmt::format("socket,id={},fd={}", port.name, port.fd), "-device",
                             fmt::format("isa-serial,chardev={}", port.name)});
  }
  line.insert(line.end(), {"-chardev", fmt::format("socket,id=monitor,fd={}", fds.monitor), "-mon",
                           "chardev=monitor,mode=control"});
  if (fds.disk >= 0) {
    // By the descriptor itself: to open it anew would take rights that QEMU's user may not have.
    line.insert(line.end(), {"-add-fd", fmt::format("fd={},set=1", fds.disk), "-blockdev",
                             "driver=file,node-name=root,filename=/dev/fdset/1,read-only=on,locking=off", "-device",
                             "virtio-blk-device,drive=root"});
  }
  if (fds.debugger >= 0) {
    line.insert(line.end(),
                {"-chardev", fmt::format("socket,id=debugger,fd={}", fds.debugger), "-gdb", "chardev:debugger"});
  }
  return line;
}

std::uint64_t measure_tsc_khz() {
  // The shortest of several: one during which this thread had to wait is longer.
  constexpr timespec pause{0, 2'000'000};
  constexpr int tries = 3;
  double best = 0;
  std::int64_t shortest = INT64_MAX;
  for (int i = 0; i < tries; ++i) {
    const std::int64_t begin = trace::monotonic_ns();
    const std::uint64_t first = __rdtsc();
    ::nanosleep(&pause, nullptr);
    const std::uint64_t last = __rdtsc();
    const std::int64_t took = trace::monotonic_ns() - begin;
    if (took < shortest) {
      shortest = took;
      best = static_cast<double>(last - first) * 1e6 / static_cast<double>(took);
    }
  }
  return static_cast<std::uint64_t>(best);
}

}  // namespace glassdock::vm
