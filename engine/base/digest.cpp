#include "engine/base/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock {
namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::size_t hex_digits = 64;  // 32 bytes

}  // namespace

Digest Digest::parse(std::string_view text) {
  Digest digest;
  if (text.substr(0, prefix.size()) != prefix || text.size() != prefix.size() + hex_digits ||
      !is_hex(text.substr(prefix.size()))) {
    throw Error(ErrorKind::invalid_argument, fmt::format("invalid digest \"{}\"", text.substr(0, 128)),
                "a digest is sha256: and 64 hex digits");
  }
  digest.hex_ = text.substr(prefix.size());
  return digest;
}

Digest Digest::of(std::string_view bytes) {
  Hasher hasher;
  hasher.update(bytes.data(), bytes.size());
  return hasher.finish();
}

struct Hasher::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(const void* data, std::size_t size) {
  EVP_DigestUpdate(state_->context, data, size);
}

Digest Hasher::finish() {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context, bytes, &size);
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
  Digest digest;
  for (unsigned int i = 0; i < size; ++i) digest.hex_ += fmt::format("{:02x}", bytes[i]);
  return digest;
}

}  // namespace glassdock
