// The head of a frame of docker's streams of output (Docker Engine API, ContainerAttach, "Stream format"): one byte for
// the stream, three zeros, the length of what follows in big-endian. Allocates nothing: the launcher writes it, too.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace glassdock {

// `system_error` is what docker's stdcopy sends where the engine itself fails behind the answer's head (moby
// pkg/stdcopy, Systemerr).
enum class Stream : std::uint8_t { stdin_stream = 0, stdout_stream = 1, stderr_stream = 2, system_error = 3 };

inline constexpr std::size_t stream_head_bytes = 8;

constexpr std::array<char, stream_head_bytes> stream_head(Stream stream, std::uint32_t bytes) {
  const auto part = [&](int shift) { return static_cast<char>(bytes >> shift & 0xff); };
  return {static_cast<char>(stream), 0, 0, 0, part(24), part(16), part(8), part(0)};
}

}  // namespace glassdock
