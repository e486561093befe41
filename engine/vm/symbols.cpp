#include "engine/vm/symbols.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/runtime/shared_memory.h"

namespace glassdock::vm {
namespace {

constexpr std::size_t most_file_bytes = 64 * 1024;

struct KeptLine {
  std::string kernel;  // its digest, as a text
  Symbol symbol;
};

std::optional<KeptLine> parse_line(std::string_view line) {
  const std::vector<std::string> words = split_words(line);
  if (words.size() != 3) return std::nullopt;
  const auto address = parse_kernel_address(words[2]);
  if (!address) return std::nullopt;
  try {
    return KeptLine{Digest::parse(words[0]).text(), {words[1], *address}};
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<KeptLine> read_lines(const std::filesystem::path& file) {
  std::vector<KeptLine> lines;
  for (const std::string& line : split(os::try_read_file(file, most_file_bytes).value_or(""), '\n')) {
    if (auto kept = parse_line(line)) lines.push_back(std::move(*kept));
  }
  return lines;
}

}  // namespace

std::optional<std::uint64_t> parse_kernel_address(std::string_view digits) {
  // The upper half of the addresses is the kernel's (Linux Documentation/arch/x86/x86_64/mm.rst).
  constexpr std::uint64_t kernel_half = 0xffff'8000'0000'0000;
  constexpr std::size_t digit_count = 16;
  std::uint64_t address = 0;
  if (digits.size() != digit_count || !is_hex(digits)) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), address, 16);
  return address >= kernel_half ? std::optional(address) : std::nullopt;
}

std::string kernel_address_text(std::uint64_t address) {
  return fmt::format("{:016x}", address);
}

Digest digest_of(const GuestKernel& kernel) {
  const runtime::Mapping bytes(kernel.file.get(), false, 1);
  Hasher hasher;
  hasher.update(bytes.address(), bytes.bytes());
  return hasher.finish();
}

std::optional<Symbol> SymbolStore::find(const Digest& kernel, std::string_view name) const {
  for (KeptLine& line : read_lines(file_)) {
    if (line.kernel == kernel.text() && line.symbol.name == name) return std::move(line.symbol);
  }
  return std::nullopt;
}

void SymbolStore::keep(const Digest& kernel, const Symbol& symbol) const {
  std::vector<KeptLine> lines = read_lines(file_);
  std::erase_if(lines,
                [&](const KeptLine& line) { return line.kernel == kernel.text() && line.symbol.name == symbol.name; });
  lines.push_back({kernel.text(), symbol});
  if (lines.size() > most_lines) lines.erase(lines.begin(), lines.end() - most_lines);
  std::string text;
  for (const KeptLine& line : lines) {
    text += fmt::format("{} {} {}\n", line.kernel, line.symbol.name, kernel_address_text(line.symbol.address));
  }
  os::write_file_atomically(system_, file_, text);
}

}  // namespace glassdock::vm
