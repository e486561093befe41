#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "app/headless/doctor.h"
#include "engine/base/text.h"
#include "engine/os/find_program.h"

namespace glassdock::headless {
namespace {

namespace fs = std::filesystem;

constexpr char kvm[] = "/dev/kvm";

// Whether the engine finds a kernel for a guest (vm::find_kernels).
bool has_readable_kernel() {
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator("/boot", none)) {
    const bool kernel = starts_with(entry.path().filename().native(), "vmlinuz-");
    if (kernel && ::access(entry.path().c_str(), R_OK) == 0) return true;
  }
  return false;
}

}  // namespace

Finding examine_virtual_machines() {
  constexpr char about[] = "virtual machines";
  if (os::find_program("qemu-system-x86_64").empty()) {
    return {Health::limited, about, "there is no QEMU: glassdock vm-race cannot run",
            "sudo apt install qemu-system-x86 linux-image-cloud-amd64"};
  }
  if (!has_readable_kernel()) {
    return {Health::limited, about, "there is no kernel for a guest in /boot that you can read",
            "sudo apt install linux-image-cloud-amd64, or glassdock vm-race --kernel PATH"};
  }
  if (::access(kvm, F_OK) != 0) {
    return {
        Health::good, about, "QEMU and a kernel are here; without /dev/kvm a guest is emulated (TCG), and slow", {}};
  }
  if (::access(kvm, R_OK | W_OK) != 0) {
    return {Health::good, about, "QEMU and a kernel are here; you may not use /dev/kvm, so a guest is emulated (TCG)",
            fmt::format("sudo usermod -aG kvm {}, then log in again", user_name())};
  }
  return {Health::good, about, "QEMU and a kernel are here; a race tries first whether /dev/kvm really runs", {}};
}

}  // namespace glassdock::headless
