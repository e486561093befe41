#include "engine/vm/root.h"

#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "engine/os/memory_file.h"
#include "engine/vm/guest.h"

extern "C" const char glassdock_guest_init_begin[];
extern "C" const char glassdock_guest_init_end[];

namespace glassdock::vm {
namespace {

constexpr char memory_name[] = "guest-root";

void add_init(RootArchive& archive) {
  archive.add_folder(guest::folder);
  archive.add_file(guest::init_name, {glassdock_guest_init_begin,
                                      static_cast<std::size_t>(glassdock_guest_init_end - glassdock_guest_init_begin)});
}

void finish(RootArchive& archive, GuestRoot& root) {
  archive.finish();
  root.bytes = archive.bytes();
  os::seal_memory_file(root.file.get());
}

}  // namespace

GuestRoot make_root(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                    std::uint64_t most_bytes, const StillWanted& still_wanted) {
  GuestRoot root;
  root.file = os::begin_memory_file(memory_name);
  RootArchive archive(RootArchive::Format::initramfs, root.file.get(), most_bytes);
  add_init(archive);
  archive.add_layers(store, layers, still_wanted);
  finish(archive, root);
  root.entries = archive.entries();
  return root;
}

GuestRoot make_disk_root(const std::vector<Driver>& drivers) {
  GuestRoot root;
  root.file = os::begin_memory_file(memory_name);
  RootArchive archive(RootArchive::Format::initramfs, root.file.get(), std::numeric_limits<std::uint64_t>::max());
  add_init(archive);
  archive.add_folder(guest::driver_folder);
  for (std::size_t i = 0; i < drivers.size(); ++i) {
    archive.add_file(fmt::format("{}/{:02}", guest::driver_folder, i), drivers[i].bytes);
  }
  finish(archive, root);
  return root;
}

std::uint64_t least_guest_memory(std::uint64_t kernel_bytes, std::uint64_t root_bytes) {
  // Page tables, the kernel's own heap, and the processes: Debian's cloud kernel comes up in less than this.
  constexpr std::uint64_t kernel_needs = 40 << 20;
  return kernel_bytes + 2 * root_bytes + kernel_needs;
}

}  // namespace glassdock::vm
