#include "engine/vm/bzimage.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace glassdock::vm {
namespace {

using Bytes = std::span<const std::byte>;

// The fields' offsets in the file (boot.rst, "The Real-Mode Kernel Header").
constexpr std::size_t setup_sectors_at = 0x1f1;
constexpr std::size_t magic_at = 0x202;  // "HdrS"
constexpr std::size_t protocol_at = 0x206;
constexpr std::size_t version_at = 0x20e;  // of the version's text, less 0x200
constexpr std::size_t payload_offset_at = 0x248, payload_length_at = 0x24c;
constexpr std::uint16_t least_protocol = 0x208;
constexpr std::size_t sector = 512;

template <typename T>
std::optional<T> read(Bytes bytes, std::size_t at) {
  T value;
  if (bytes.size() < sizeof value || at > bytes.size() - sizeof value) return std::nullopt;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::string text_at(Bytes bytes, std::size_t at) {
  constexpr std::size_t longest = 512;
  std::string text;
  for (; at < bytes.size() && bytes[at] != std::byte{0} && text.size() < longest; ++at) {
    text += static_cast<char>(bytes[at]);
  }
  return text;
}

// Notes stand in pieces of four bytes (elf(5), "Notes (Nhdr)").
constexpr std::uint64_t note_padded(std::uint64_t size) {
  return (size + 3) & ~std::uint64_t{3};
}

constexpr std::uint32_t xen_phys32_entry = 18;

std::optional<std::uint64_t> entry_in_notes(Bytes notes) {
  std::size_t at = 0;
  while (const auto head = read<Elf64_Nhdr>(notes, at)) {
    const std::uint64_t name = at + sizeof *head;
    const std::uint64_t content = name + note_padded(head->n_namesz);
    const std::uint64_t next = content + note_padded(head->n_descsz);
    if (next > notes.size()) return std::nullopt;
    if (head->n_type == xen_phys32_entry && text_at(notes.first(content), name) == "Xen") {
      if (head->n_descsz == 8) return read<std::uint64_t>(notes, content);
      if (head->n_descsz == 4) return read<std::uint32_t>(notes, content);
    }
    at = next;
  }
  return std::nullopt;
}

}  // namespace

std::optional<BzImage> parse_bzimage(Bytes file) {
  const auto magic = read<std::uint32_t>(file, magic_at);
  const auto protocol = read<std::uint16_t>(file, protocol_at);
  const auto version = read<std::uint16_t>(file, version_at);
  const auto offset = read<std::uint32_t>(file, payload_offset_at),
             length = read<std::uint32_t>(file, payload_length_at);
  constexpr std::uint32_t header_magic = 0x53726448;  // "HdrS"
  if (!length || magic != header_magic || protocol < least_protocol) return std::nullopt;
  auto sectors = static_cast<std::size_t>(file[setup_sectors_at]);
  if (sectors == 0) sectors = 4;
  BzImage image;
  image.payload = (sectors + 1) * sector + *offset;
  image.payload_size = *length;
  if (*version != 0) image.version = text_at(file, *version + sector);
  if (image.payload > file.size() || image.payload_size > file.size() - image.payload) return std::nullopt;
  return image;
}

std::string payload_format(Bytes payload) {
  using namespace std::string_view_literals;
  struct Format {
    std::string_view magic, name;
  };
  // As scripts/extract-vmlinux of Linux tells them apart.
  constexpr std::array formats{
      Format{"\x1f\x8b\x08"sv, "gzip"},
      Format{"\xfd"
             "7zXZ\0"sv,
             "xz"},
      Format{"\x28\xb5\x2f\xfd"sv, "zstd"},
      Format{"\x02\x21\x4c\x18"sv, "lz4"},
      Format{"BZh"sv, "bzip2"},
      Format{"\x5d\0\0"sv, "lzma"},
      Format{"\x89LZO\0\x0d\x0a\x1a"sv, "lzo"},
  };
  const std::string_view begin(reinterpret_cast<const char*>(payload.data()), payload.size());
  for (const Format& format : formats) {
    if (begin.substr(0, format.magic.size()) == format.magic) return std::string(format.name);
  }
  return {};
}

bool is_elf(Bytes file) {
  return file.size() >= SELFMAG && std::memcmp(file.data(), ELFMAG, SELFMAG) == 0;
}

std::optional<std::uint64_t> pvh_entry(Bytes elf) {
  const auto head = read<Elf64_Ehdr>(elf, 0);
  if (!head || !is_elf(elf) || head->e_ident[EI_CLASS] != ELFCLASS64) return std::nullopt;
  for (std::size_t i = 0; i < head->e_phnum; ++i) {
    const auto segment = read<Elf64_Phdr>(elf, head->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return std::nullopt;
    if (segment->p_type != PT_NOTE || segment->p_offset > elf.size()) continue;
    const std::size_t size = std::min<std::uint64_t>(segment->p_filesz, elf.size() - segment->p_offset);
    if (auto entry = entry_in_notes(elf.subspan(segment->p_offset, size))) return entry;
  }
  return std::nullopt;
}

}  // namespace glassdock::vm
