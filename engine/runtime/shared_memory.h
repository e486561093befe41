#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "engine/base/unique_fd.h"
#include "engine/plan/plan.h"
#include "engine/trace/ring.h"

namespace glassdock::runtime {

// The plan's bytes in a memfd that nobody can change any more (memfd_create(2), F_ADD_SEALS). Throws Error.
UniqueFd seal_plan(std::string_view bytes);

// A memfd with an empty trace::SharedState. Throws Error.
UniqueFd make_shared_state();

// A mapping of a whole memfd, unmapped by the destructor.
class Mapping {
 public:
  Mapping() = default;
  // Throws Error, also where the file is smaller than `least_bytes`.
  Mapping(int fd, bool writable, std::size_t least_bytes);
  Mapping(Mapping&& other) noexcept
      : address_(std::exchange(other.address_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(address_, other.address_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Mapping();
  void* address() const noexcept { return address_; }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  void* address_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace glassdock::runtime
