#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace glassdock {

// A content address "sha256:<64 lower-case hex digits>" (OCI image spec, descriptor.md#digests). Only sha256 is taken.
class Digest {
 public:
  Digest() = default;
  // Throws Error(invalid_argument) on anything else.
  static Digest parse(std::string_view text);
  static Digest of(std::string_view bytes);

  bool empty() const noexcept { return hex_.empty(); }
  const std::string& hex() const noexcept { return hex_; }
  std::string text() const { return hex_.empty() ? std::string() : "sha256:" + hex_; }
  std::string short_hex() const { return hex_.substr(0, 12); }  // as docker prints ids
  auto operator<=>(const Digest&) const = default;

 private:
  friend class Hasher;
  std::string hex_;
};

// SHA-256 over a stream. One thread at a time.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  void update(const void* data, std::size_t size);
  void update(std::span<const std::byte> bytes) { update(bytes.data(), bytes.size()); }
  // Ends the stream; the hasher then starts a new one.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glassdock
