#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>
#include <string>

namespace glassdock::tests {

// `bytes` through one of libarchive's filters: another implementation than the engine's.
inline std::string compress(const std::string& bytes, int filter, const char* level = nullptr) {
  std::string out(bytes.size() + bytes.size() / 8 + 4096, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_raw(writer);
  archive_write_add_filter(writer, filter);
  // The same bytes each time: gzip's header would have the second in which they were made.
  if (filter == ARCHIVE_FILTER_GZIP) archive_write_set_filter_option(writer, "gzip", "timestamp", nullptr);
  if (level) archive_write_set_filter_option(writer, nullptr, "compression-level", level);
  archive_write_set_bytes_in_last_block(writer, 1);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  const bool good = archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK &&
                    archive_write_header(writer, entry) == ARCHIVE_OK &&
                    archive_write_data(writer, bytes.data(), bytes.size()) == static_cast<la_ssize_t>(bytes.size()) &&
                    archive_write_close(writer) == ARCHIVE_OK;
  archive_entry_free(entry);
  archive_write_free(writer);
  if (!good) throw std::runtime_error("libarchive cannot compress");
  out.resize(used);
  return out;
}

inline std::string gzip(const std::string& bytes, const char* level = "6") {
  return compress(bytes, ARCHIVE_FILTER_GZIP, level);
}
inline std::string zstd(const std::string& bytes) {
  return compress(bytes, ARCHIVE_FILTER_ZSTD);
}

}  // namespace glassdock::tests
