// vm: real virtual machines: a guest kernel, the image as its root, QEMU, and what is measured of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"

namespace glassdock::vm {

// A kernel that QEMU can boot. The file is sealed memory: nothing of it stands on a disk.
struct GuestKernel {
  std::filesystem::path path;    // that it was read from
  std::string release;           // "6.1.0-13-cloud-amd64"; of a vmlinux empty
  bool pvh = false;              // `file` is a vmlinux with an entry for hypervisors; otherwise the bzImage as it was
  std::string remark;            // why not the other way, and what its configuration lacks; may be empty
  std::uint64_t bytes = 0;       // of `file`
  std::uint64_t disk_bytes = 0;  // of the file at `path`
  UniqueFd file;
};

// The kernels in `folder` ("/boot"), best first: those made for virtual machines ("cloud"), then the newest.
std::vector<std::filesystem::path> find_kernels(const std::filesystem::path& folder);

// What to type where there is none.
inline constexpr char get_kernel_command[] = "sudo apt install linux-image-cloud-amd64";

// Reads the kernel and takes the vmlinux out of it, which boots faster. `path`: empty is the first of find_kernels that
// can be read. Throws Error(not_found) with the command that gets one, Error(permission), Error(corrupt) for what is no
// Linux kernel for x86-64.
GuestKernel load_kernel(const std::filesystem::path& path, const std::filesystem::path& folder = "/boot");

// Which of the options that a guest needs a kernel's configuration (/boot/config-RELEASE) does not have built in.
std::vector<std::string> missing_options(const std::string& configuration);

}  // namespace glassdock::vm
