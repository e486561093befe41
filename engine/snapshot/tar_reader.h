#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace glassdock::snapshot {

// One entry of a tar as it stands there: names unchecked. All views live until the next call of next().
struct TarEntry {
  enum class Type { file, folder, symlink, hard_link, character_device, block_device, fifo };
  struct ExtendedAttribute {
    std::string_view name;
    std::span<const std::byte> value;
  };
  Type type = Type::file;
  std::string_view name;
  std::string_view target;  // of a link
  mode_t mode = 0;          // permission, setuid, setgid and sticky bits
  uid_t user = 0;
  gid_t group = 0;
  timespec modified{};
  std::uint64_t size = 0;  // of a file, holes included
  dev_t device = 0;
  std::vector<ExtendedAttribute> attributes;
};

// Reads ustar, pax and GNU tar. Names are bytes, whatever the locale: libarchive would otherwise turn UTF-8 names into
// their composed form, under which no program finds them. One thread makes, uses and destroys it.
class TarReader {
 public:
  // Gives the stream's next bytes; empty at its end. The bytes stay valid until the next call.
  using Source = std::function<std::span<const std::byte>()>;
  explicit TarReader(Source source);
  ~TarReader();

  // Nothing at the end of the archive. Throws Error(corrupt) on what is no tar or is damaged or cut short.
  const TarEntry* next();
  struct Block {
    std::span<const std::byte> bytes;
    std::uint64_t offset = 0;  // in the file; what lies between blocks is a hole
  };
  // The next piece of the current file; nothing at its end. Throws like next().
  std::optional<Block> next_block();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glassdock::snapshot
