#include "engine/base/random_id.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <cerrno>
#include <vector>

#include "engine/base/error.h"

namespace glassdock {

std::string random_hex(std::size_t digits) {
  std::vector<unsigned char> bytes((digits + 1) / 2);
  std::size_t have = 0;
  while (have < bytes.size()) {
    ssize_t got = ::getrandom(bytes.data() + have, bytes.size() - have, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw Error::from_errno(errno, "getrandom", "");
    }
    have += static_cast<std::size_t>(got);
  }
  std::string text;
  for (unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  text.resize(digits);
  return text;
}

}  // namespace glassdock
