// What a test of virtual machines needs of this machine, and machines with a root of BusyBox in one line.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/find_program.h"
#include "engine/vm/machine.h"
#include "tests/support/places.h"
#include "tests/support/start_lab.h"

namespace glassdock::support {

// GLASSDOCK_GUEST_KERNEL, a kernel that is installed, or the one that scripts/test-in-guest has downloaded; empty where
// there is none.
inline std::filesystem::path guest_kernel() {
  if (const char* named = std::getenv("GLASSDOCK_GUEST_KERNEL")) return named;
  std::vector<std::filesystem::path> folders{"/boot"};
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("build/guest"), none)) {
    folders.push_back(entry.path() / "boot");
  }
  for (const auto& folder : folders) {
    const auto kernels = vm::find_kernels(folder);
    if (!kernels.empty()) return kernels[0];
  }
  return {};
}

// Why no guest can be booted here; empty where one can.
inline std::string no_guest_reason() {
  if (os::find_program("qemu-system-x86_64").empty()) return "no qemu-system-x86_64 (package qemu-system-x86)";
  if (guest_kernel().empty()) return "no kernel for a guest (package linux-image-cloud-amd64)";
  if (::access("/bin/busybox", X_OK) != 0) return "no /bin/busybox here (package busybox-static)";
  return {};
}

// Why no guest can have its root on a disk here; empty where one can.
inline std::string no_guest_disk_reason() {
  if (os::find_program("mksquashfs").empty()) return "no mksquashfs (package squashfs-tools)";
  try {
    vm::load_drivers(vm::load_kernel(guest_kernel()), vm::disk_drivers);
  } catch (const Error& fault) {
    return fault.message();
  }
  return {};
}

class GuestLab {
 public:
  GuestLab()
      : folder_(std::filesystem::temp_directory_path(), "glassdock-guest."),
        store_(os::real_system(), folder_.path() / "layers", false),
        kernel_(vm::load_kernel(guest_kernel())) {
    make_busybox_layer(store_.path(1));
  }

  const vm::GuestKernel& kernel() const { return kernel_; }
  const snapshot::LayerStore& store() const { return store_; }
  // Of the layers so far.
  vm::GuestRoot make_root(const std::vector<std::uint64_t>& layers = {1}) const {
    constexpr std::uint64_t most = 64 << 20;
    return vm::make_root(store_, layers, most);
  }
  vm::MachineSpec spec(std::vector<std::string> command) {
    if (!root_.file) root_ = make_root();
    vm::MachineSpec spec;
    spec.name = "test";
    spec.qemu = vm::find_qemu();
    spec.kernel_file = kernel_.file.get();
    spec.root_file = root_.file.get();
    spec.kernel_words = vm::kernel_words(vm::measure_tsc_khz());
    spec.order.arguments = std::move(command);
    spec.order.environment = {"PATH=/bin"};
    spec.who = vm::unprivileged_user();
    return spec;
  }

 private:
  os::TempDir folder_;
  snapshot::LayerStore store_;
  vm::GuestKernel kernel_;
  vm::GuestRoot root_;
};

}  // namespace glassdock::support
