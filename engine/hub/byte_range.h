#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glassdock::hub {

// Bytes `first` to `last`, both within.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t length() const { return last - first + 1; }
  bool operator==(const ByteRange&) const = default;
};

// The Range of a request (RFC 9110, 14.2) on `size` bytes: "bytes=0-499", "bytes=500-", "bytes=-500". Nothing for no
// header, and for what a server may pass over: other units, several ranges, malformed ones. Throws
// Refusal(416) where no byte of it exists.
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size);

// The Content-Range of a chunk that is uploaded, "0-499" (OCI distribution-spec, "Pushing a blob in chunks"). Nothing
// for a malformed one.
std::optional<ByteRange> parse_chunk_range(std::string_view header);

}  // namespace glassdock::hub
