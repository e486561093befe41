#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace glassdock::vm {

// The head of a Linux kernel file for x86 (Linux Documentation/arch/x86/boot.rst).
struct BzImage {
  std::string version;      // "6.1.0-13-cloud-amd64 (debian-kernel@…) #1 SMP …"
  std::size_t payload = 0;  // where the compressed vmlinux stands in the file
  std::size_t payload_size = 0;
  std::string release() const { return version.substr(0, version.find(' ')); }
};

// Nothing where the bytes are no bzImage with a payload (protocol 2.08, Linux 2.6.26, or later).
std::optional<BzImage> parse_bzimage(std::span<const std::byte> file);

// The name of the format in which the payload is compressed, by its magic number; empty for an unknown one.
std::string payload_format(std::span<const std::byte> payload);

bool is_elf(std::span<const std::byte> file);

// Where a hypervisor enters a vmlinux without going through the firmware: the ELF note XEN_ELFNOTE_PHYS32_ENTRY (xen
// public/elfnote.h; CONFIG_PVH). Nothing without it, and for what is no 64-bit ELF file.
std::optional<std::uint64_t> pvh_entry(std::span<const std::byte> elf);

}  // namespace glassdock::vm
