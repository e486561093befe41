#pragma once

#include <sys/stat.h>
#include <sys/xattr.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/snapshot/layer_store.h"

namespace glassdock::tests {

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Unpacks and commits `layer` as `number`, handed over in pieces of `piece` bytes.
inline snapshot::UnpackedLayer unpack(snapshot::LayerStore& store, std::string_view layer, std::uint64_t number,
                                      std::size_t piece = 32 * 1024, const trace::Context& context = {}) {
  const auto writer = store.begin(context, "sha256:test");
  for (std::size_t at = 0; at < layer.size(); at += piece) writer->write(bytes_of(layer.substr(at, piece)));
  const snapshot::UnpackedLayer unpacked = writer->finish();
  writer->commit(number);
  return unpacked;
}

// The one line of the Error that unpacking ends with, "" where it does not.
inline std::string unpack_error(snapshot::LayerStore& store, std::string_view layer, std::uint64_t number = 999) {
  try {
    unpack(store, layer, number);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

inline struct stat status_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) status.st_mode = 0;
  return status;
}

inline std::string attribute_of(const std::filesystem::path& path, const char* name) {
  char value[256];
  const ssize_t size = ::lgetxattr(path.c_str(), name, value, sizeof value);
  return size < 0 ? std::string() : std::string(value, static_cast<std::size_t>(size));
}

inline std::size_t entries_below(const std::filesystem::path& path) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(path)) ++count;
  return count;
}

}  // namespace glassdock::tests
