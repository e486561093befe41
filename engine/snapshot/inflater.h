#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace glassdock::snapshot {

// A compressed stream, inflated piece by piece. One thread.
class Inflater {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };
  virtual ~Inflater() = default;
  // Takes from `input`, fills `output`. When `output` comes back full, more may wait inside: call again, with no input
  // too. Throws Error(corrupt).
  virtual Step step(std::span<const std::byte> input, std::span<std::byte> output) = 0;
  // The input has ended. Throws Error(corrupt) where the stream has not.
  virtual void end() = 0;
};

// By the first bytes (at least four, where the stream has as many): gzip (RFC 1952), zstd (RFC 8878) or neither, which
// is handed through.
std::unique_ptr<Inflater> make_inflater(std::span<const std::byte> first_bytes);

}  // namespace glassdock::snapshot
