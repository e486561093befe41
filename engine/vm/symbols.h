#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/digest.h"
#include "engine/os/system.h"
#include "engine/vm/kernel.h"

namespace glassdock::vm {

// A function of a guest's kernel, and where it stands: the same in each boot without address randomization.
struct Symbol {
  std::string name;
  std::uint64_t address = 0;  // virtual
};

// Where a guest is held in its kernel. All that a kernel is stands by then (memory, scheduler, console); what begins
// here is the thread that becomes process 1 (Linux init/main.c).
inline constexpr char held_symbol[] = "kernel_init";

// Of sixteen digits, as /proc/kallsyms has it. Nothing for what is no address of a kernel for x86-64, such as the zeros
// that stand there where addresses are hidden (Linux Documentation/admin-guide/sysctl/kernel.rst, kptr_restrict).
std::optional<std::uint64_t> parse_kernel_address(std::string_view digits);
// The same digits.
std::string kernel_address_text(std::uint64_t address);

// Of its bytes, as QEMU loads them. Throws Error.
Digest digest_of(const GuestKernel& kernel);

// What kernels have told, in one file: a line each, "sha256:… kernel_init ffffffff81a07a30", the newest last. One
// thread at a time.
class SymbolStore {
 public:
  static constexpr std::size_t most_lines = 32;

  // Nothing is read or made yet. `system` outlives it.
  SymbolStore(os::System& system, std::filesystem::path file) : system_(system), file_(std::move(file)) {}

  // Nothing where none is kept: also where the file is damaged, or cannot be read.
  std::optional<Symbol> find(const Digest& kernel, std::string_view name) const;
  // In place of an older one; the oldest lines make room, and damaged ones go. Throws Error.
  void keep(const Digest& kernel, const Symbol& symbol) const;

 private:
  os::System& system_;
  const std::filesystem::path file_;
};

}  // namespace glassdock::vm
