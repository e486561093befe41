#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/digest.h"
#include "engine/snapshot/inflater.h"

namespace glassdock::bench {

inline constexpr std::size_t piece_bytes = 64 * 1024;  // as a download hands them over

template <typename Take>
void read_pieces(const std::filesystem::path& path, Take&& take) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(piece_bytes);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    take(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(file.gcount()))));
  }
}

// What bounds a pull from below: a compressed layer is inflated, and what comes out is hashed.
inline Digest inflate_and_hash(const std::filesystem::path& layer) {
  Hasher hasher;
  std::unique_ptr<snapshot::Inflater> inflater;
  std::vector<std::byte> room(512 * 1024);
  read_pieces(layer, [&](std::span<const std::byte> input) {
    if (!inflater) inflater = snapshot::make_inflater(input);
    for (bool more = true; more || !input.empty();) {
      const auto step = inflater->step(input, room);
      hasher.update(room.data(), step.produced);
      input = input.subspan(step.consumed);
      more = step.produced == room.size();
    }
  });
  inflater->end();
  return hasher.finish();
}

}  // namespace glassdock::bench
