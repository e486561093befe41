#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

namespace glassdock::tests {

// With the common alphabet and its padding (RFC 4648, 4), by another implementation than the engine's reader.
inline std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                                       static_cast<int>(bytes.size()))));
  return text;
}

}  // namespace glassdock::tests
