#include "engine/daemon/guest_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/tracer.h"
#include "engine/vm/disk.h"
#include "engine/vm/drivers.h"
#include "engine/vm/figures.h"

namespace glassdock::daemon {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;
constexpr std::uint64_t usual_memory = 128 * mebibyte;
// A guest gets no more by itself. An initramfs of what fits here is unpacked sooner than a disk's drivers are loaded,
// and one much larger is not (docs/vm.md).
constexpr std::uint64_t most_usual_memory = 256 * mebibyte;

std::uint64_t in_mebibytes(std::uint64_t bytes) {
  return (bytes + mebibyte - 1) / mebibyte;
}

Error too_little(std::uint64_t given, std::uint64_t least) {
  return {ErrorKind::invalid_argument,
          fmt::format("{} of memory are too little for this guest", human_size(static_cast<double>(given))),
          fmt::format("it needs more than --memory {}m", in_mebibytes(least))};
}

class Maker {
 public:
  Maker(const RaceRequest& request, const snapshot::LayerStore& store, const Image& image, const vm::RunAs& who,
        const vm::StillWanted& still_wanted)
      : request_(request), store_(store), image_(image), who_(who), still_wanted_(still_wanted) {}

  GuestParts make() {
    const std::int64_t begin = trace::monotonic_ns();
    parts_.kernel = vm::load_kernel(request_.kernel);
    parts_.kernel_ns = trace::monotonic_ns() - begin;
    if (const std::uint64_t least = least_memory(0); request_.memory_bytes != 0 && request_.memory_bytes <= least) {
      throw too_little(request_.memory_bytes, least);
    }
    make_root();
    parts_.root_ns = trace::monotonic_ns() - begin - parts_.kernel_ns;
    choose_memory();
    return std::move(parts_);
  }

 private:
  std::uint64_t least_memory(std::uint64_t root_bytes) const {
    return vm::least_guest_memory(parts_.kernel.bytes, root_bytes);
  }

  void make_root() {
    if (request_.root == RootWish::initramfs) return make_initramfs();
    if (request_.root == RootWish::disk) return make_disk();
    const std::uint64_t given = request_.memory_bytes;
    const bool fits = least_memory(image_.bytes) <= (given != 0 ? given : most_usual_memory);
    if (fits && try_initramfs()) return;
    try {
      make_disk();
    } catch (const Error& fault) {
      // An initramfs that is larger than it was to be is better than none.
      if (fault.kind() == ErrorKind::cancelled || fits || !try_initramfs()) throw;
      parts_.root_remark = fault.what();
    }
  }

  // False where it would be too large: each file has a head besides its bytes, and our init is in it.
  bool try_initramfs() {
    try {
      make_initramfs();
      return true;
    } catch (const Error& fault) {
      if (fault.kind() != ErrorKind::not_supported) throw;
      return false;
    }
  }

  void make_initramfs() {
    // The files stand in memory twice until the kernel has unpacked them, and once more in ours.
    std::uint64_t most = vm::machine_memory("MemAvailable") / 4;
    if (request_.memory_bytes != 0) most = std::min(most, (request_.memory_bytes - least_memory(0)) / 2);
    parts_.root = vm::make_root(store_, image_.layers, most, still_wanted_);
  }

  void make_disk() {
    parts_.root = vm::make_disk_root(vm::load_drivers(parts_.kernel, vm::disk_drivers));
    vm::GuestDisk disk = vm::make_disk(store_, image_.layers, store_.folder(), who_, still_wanted_);
    parts_.root.disk = std::move(disk.file);
    parts_.root.disk_bytes = disk.bytes;
    parts_.root.entries = disk.entries;
  }

  void choose_memory() {
    const std::uint64_t least = least_memory(parts_.root.bytes), given = request_.memory_bytes;
    const std::uint64_t usual = parts_.on_disk() ? most_usual_memory : usual_memory;
    parts_.memory_bytes = given != 0 ? given : std::max(usual, in_mebibytes(least) * mebibyte);
    if (parts_.memory_bytes < least) throw too_little(given, least);
  }

  const RaceRequest& request_;
  const snapshot::LayerStore& store_;
  const Image& image_;
  const vm::RunAs& who_;
  const vm::StillWanted& still_wanted_;
  GuestParts parts_;
};

}  // namespace

GuestParts make_guest_parts(const RaceRequest& request, const snapshot::LayerStore& store, const Image& image,
                            const vm::RunAs& who, const vm::StillWanted& still_wanted) {
  return Maker(request, store, image, who, still_wanted).make();
}

}  // namespace glassdock::daemon
