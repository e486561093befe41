#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace glassdock {

// The keys that take a client off a container's terminal, in their order: docker's --detach-keys. Plain data, also for
// programs without a heap.
struct DetachKeys {
  static constexpr std::size_t most = 16;  // docker has no bound; nobody types so many

  unsigned char keys[most] = {};
  std::size_t count = 0;    // 0: nothing detaches
  std::size_t matched = 0;  // of them, typed last and kept back

  // Looks for them in what is typed. Writes into `out` what is to go on and answers its length: keys that may be the
  // beginning of the sequence stay back until it is known. `detached`: the sequence is whole, and what follows it is
  // lost. `out` has room for `size` and `most` bytes; `in` may be `out + most`. As docker's (moby/term, proxy.go), a
  // key that breaks the sequence does not begin it anew.
  std::size_t pass(const char* in, std::size_t size, char* out, bool& detached) noexcept {
    std::size_t written = 0;
    detached = false;
    for (std::size_t i = 0; i < size; ++i) {
      const char byte = in[i];
      if (count > 0 && static_cast<unsigned char>(byte) == keys[matched]) {
        detached = ++matched == count;
        if (detached) return written;
        continue;
      }
      std::memcpy(out + written, keys, matched);
      written += matched;
      matched = 0;
      out[written++] = byte;
    }
    return written;
  }
};

inline constexpr char default_detach_keys[] = "ctrl-p,ctrl-q";

// "ctrl-p,ctrl-q", "a,ctrl-@,DEL". Throws Error(invalid_argument) "Unknown character: 'WORD'", as docker calls it.
DetachKeys parse_detach_keys(std::string_view text);

}  // namespace glassdock
