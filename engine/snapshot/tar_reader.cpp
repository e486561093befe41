#include "engine/snapshot/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <clocale>
#include <limits>
#include <string>

#include "engine/base/error.h"

namespace glassdock::snapshot {

namespace {

// Holds this thread in the "C" locale, in which libarchive hands names through as they are.
class PlainLocale {
 public:
  PlainLocale() : plain_(::newlocale(LC_ALL_MASK, "C", nullptr)), previous_(::uselocale(plain_)) {}
  ~PlainLocale() {
    ::uselocale(previous_);
    ::freelocale(plain_);
  }
  PlainLocale(const PlainLocale&) = delete;
  PlainLocale& operator=(const PlainLocale&) = delete;

 private:
  locale_t plain_;
  locale_t previous_;
};

std::string_view view(const char* text) {
  return text ? std::string_view(text) : std::string_view();
}

std::uint32_t checked_id(std::int64_t id) {
  // The largest 32-bit number means "leave as it is" to chown(2).
  if (id < 0 || id >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::corrupt, "an entry's owner " + std::to_string(id) + " is no user or group id");
  }
  return static_cast<std::uint32_t>(id);
}

}  // namespace

struct TarReader::State {
  PlainLocale locale;
  Source source;
  archive* reader = nullptr;
  archive_entry* current = nullptr;
  std::uint64_t entries = 0;
  TarEntry entry;

  ~State() { ::archive_read_free(reader); }

  static la_ssize_t read(archive*, void* self, const void** bytes) {
    const std::span<const std::byte> block = static_cast<State*>(self)->source();
    *bytes = block.data();
    return static_cast<la_ssize_t>(block.size());
  }

  [[noreturn]] void throw_damaged() const {
    if (entries == 0) {
      throw Error(ErrorKind::corrupt, "it is no tar archive",
                  "a layer is a tar archive, plain or compressed with gzip or zstd: push or build the image again");
    }
    throw Error(ErrorKind::corrupt,
                "its tar archive is damaged after entry " + std::to_string(entries) + ": " +
                    std::string(view(::archive_error_string(reader))),
                "the layer is damaged where it comes from: push or build the image again");
  }

  void read_attributes() {
    entry.attributes.clear();
    if (::archive_entry_xattr_count(current) == 0) return;
    ::archive_entry_xattr_reset(current);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (::archive_entry_xattr_next(current, &name, &value, &size) == ARCHIVE_OK) {
      entry.attributes.push_back({view(name), {static_cast<const std::byte*>(value), size}});
    }
  }

  void read_entry() {
    entry.name = view(::archive_entry_pathname(current));
    entry.mode = ::archive_entry_perm(current);
    entry.user = checked_id(::archive_entry_uid(current));
    entry.group = checked_id(::archive_entry_gid(current));
    entry.modified = {static_cast<time_t>(::archive_entry_mtime(current)), ::archive_entry_mtime_nsec(current)};
    entry.size = static_cast<std::uint64_t>(std::max<std::int64_t>(::archive_entry_size(current), 0));
    entry.device = 0;
    entry.target = view(::archive_entry_hardlink(current));
    if (!entry.target.empty()) {
      entry.type = TarEntry::Type::hard_link;
    } else {
      read_type();
    }
    read_attributes();
  }

  void read_type() {
    switch (::archive_entry_filetype(current)) {
      case AE_IFREG:
        entry.type = TarEntry::Type::file;
        break;
      case AE_IFDIR:
        entry.type = TarEntry::Type::folder;
        break;
      case AE_IFIFO:
        entry.type = TarEntry::Type::fifo;
        break;
      case AE_IFLNK:
        entry.type = TarEntry::Type::symlink;
        entry.target = view(::archive_entry_symlink(current));
        break;
      case AE_IFCHR:
      case AE_IFBLK:
        entry.type = ::archive_entry_filetype(current) == AE_IFCHR ? TarEntry::Type::character_device
                                                                   : TarEntry::Type::block_device;
        entry.device = ::archive_entry_rdev(current);
        break;
      default:
        throw Error(ErrorKind::corrupt, "'" + std::string(entry.name) + "' is of a type that no container file has");
    }
  }
};

TarReader::TarReader(Source source) : state_(std::make_unique<State>()) {
  state_->source = std::move(source);
  state_->reader = ::archive_read_new();
  if (!state_->reader) throw std::bad_alloc();
  // Only tar: with all its formats libarchive takes text for mtree and nothing at all for an empty archive. It bounds
  // the headers that stand in front of an entry (1 MiB each) itself.
  ::archive_read_support_format_tar(state_->reader);
  if (::archive_read_open(state_->reader, state_.get(), nullptr, &State::read, nullptr) != ARCHIVE_OK) {
    state_->throw_damaged();
  }
}

TarReader::~TarReader() = default;

const TarEntry* TarReader::next() {
  // ARCHIVE_RETRY is what a bad checksum gives. A warning is about a name that is not in the locale's characters, which
  // is what we want, or about attributes that we do not use.
  const int result = ::archive_read_next_header(state_->reader, &state_->current);
  if (result == ARCHIVE_EOF) return nullptr;
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN) state_->throw_damaged();
  ++state_->entries;
  state_->read_entry();
  return &state_->entry;
}

std::optional<TarReader::Block> TarReader::next_block() {
  const void* bytes = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int result = ::archive_read_data_block(state_->reader, &bytes, &size, &offset);
  if (result == ARCHIVE_EOF) return std::nullopt;
  if ((result != ARCHIVE_OK && result != ARCHIVE_WARN) || offset < 0) state_->throw_damaged();
  return Block{{static_cast<const std::byte*>(bytes), size}, static_cast<std::uint64_t>(offset)};
}

}  // namespace glassdock::snapshot
