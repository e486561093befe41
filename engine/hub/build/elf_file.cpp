#include "engine/hub/build/elf_file.h"

#include <elf.h>

#include <cstring>

namespace glassdock::hub::build {
namespace {

template <typename Header, typename Segment>
std::optional<std::string> find_interpreter(std::string_view file) {
  Header header;
  if (file.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, file.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    std::size_t at = header.e_phoff + i * sizeof(Segment);
    Segment segment;
    if (at > file.size() || file.size() - at < sizeof segment) return std::nullopt;
    std::memcpy(&segment, file.data() + at, sizeof segment);
    if (segment.p_type != PT_INTERP || segment.p_offset >= file.size() || segment.p_filesz == 0) continue;
    return std::string(file.substr(segment.p_offset, segment.p_filesz - 1));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> interpreter_of(std::string_view file) {
  if (file.size() < EI_NIDENT || file.substr(0, SELFMAG) != ELFMAG) return std::nullopt;
  return file[EI_CLASS] == ELFCLASS64 ? find_interpreter<Elf64_Ehdr, Elf64_Phdr>(file)
                                      : find_interpreter<Elf32_Ehdr, Elf32_Phdr>(file);
}

}  // namespace glassdock::hub::build
