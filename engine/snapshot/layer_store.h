// snapshot: image layers become folders, and folders become a container's root filesystem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/os/system.h"
#include "engine/trace/tracer.h"

namespace glassdock::snapshot {

// What a layer may cost before it is refused: a gzip stream of 64 MiB can hold 64 GiB, a tar of 1 GiB a million files.
struct UnpackLimits {
  std::uint64_t max_bytes = std::uint64_t{64} << 30;  // of the inflated tar stream
  std::uint64_t max_entries = 2'000'000;              // a large image has some hundred thousand
};

struct UnpackedLayer {
  Digest diff_id;  // of the inflated tar, bytes after its end included (OCI image spec, config.md#layer-diffid)
  std::uint64_t bytes = 0;    // of the regular files in it
  std::uint64_t entries = 0;  // of the tar
};

class LayerWriter;

// The folder of unpacked layers: FOLDER/NUMBER is the root of one layer in overlay's own form (a whiteout is a
// character device 0/0, an opaque folder carries an extended attribute). Numbers keep overlay's option string short.
// What a layer is unpacked into until it is whole stands beside them with the prefix "unpack.". Any thread may call;
// one number is written or removed by one caller at a time.
class LayerStore {
 public:
  // Makes the folder where it is missing and removes what a killed daemon left half unpacked; what cannot be removed is
  // told on stderr, and left to the next store. `rootless` writes user.overlay.* attributes (overlay's mount option
  // userxattr) and leaves devices out. `system` outlives the store.
  LayerStore(os::System& system, std::filesystem::path folder, bool rootless, UnpackLimits limits = {});

  // A new layer; passes the gate "snapshot.unpack" first. A span of that name tells of `subject` (the blob's digest),
  // with the command that does the same by hand, from the first bytes on that are written.
  // `context` outlives the writer. Throws Error where the staging folder cannot be made.
  std::unique_ptr<LayerWriter> begin(const trace::Context& context, std::string_view subject,
                                     std::string_view plain_command = {});

  bool has(std::uint64_t number) const;
  std::vector<std::uint64_t> numbers() const;  // all that there are
  std::filesystem::path path(std::uint64_t number) const { return folder_ / std::to_string(number); }
  // Removing is two steps, for a layer may have many files: detach() takes it from its number at once and returns the
  // folder that it is now, empty where the layer is missing; discard() deletes that folder, and where nobody does, the
  // next store on this folder does. No mounted overlay may use the layer. remove() does both.
  std::filesystem::path detach(std::uint64_t number);
  static void discard(const std::filesystem::path& detached);
  void remove(std::uint64_t number);

  const std::filesystem::path& folder() const noexcept { return folder_; }
  bool rootless() const noexcept { return rootless_; }

 private:
  os::System& system_;
  std::filesystem::path folder_;
  bool rootless_;
  UnpackLimits limits_;
};

// Unpacks one layer while it is written. Two threads of its own: one inflates and hashes, one makes the files; both
// end with finish() or the destructor. All queues together hold less than 6 MiB. One thread calls.
//
// What is refused, with Error(corrupt): a stream that is no gzip, zstd or tar, or cut short; a name or a hard link that
// climbs out of the layer with ".."; a name below something that is no folder. Absolute names count from the layer's
// root. A symbolic link among a name's folders is followed as inside a container (openat2(2) RESOLVE_IN_ROOT): never
// out. Device nodes that may not be made (rootless, no CAP_MKNOD), hard links to them, and extended attributes that the
// file system refuses are left out, told by one event "snapshot.left-out". Overlay's own attributes are never taken
// from a layer. Folders that a layer needs and does not list get mode 0755 and root as owner, as docker has it.
class LayerWriter {
 public:
  virtual ~LayerWriter() = default;  // removes what was not committed
  // The next bytes of the layer as the registry has it: gzip (several members too), zstd or plain, told by magic
  // number. Copies them; blocks while the queue is full. Throws Error as soon as the layer is known to be bad, full
  // disk and cancelled run included; then only the destructor may follow.
  virtual void write(std::span<const std::byte> compressed) = 0;
  // Waits until the whole layer is on disk (not synced). Throws like write, and Error(corrupt) where the tar is not
  // the expected one; an empty digest expects nothing. Only a layer that is right is told as unpacked.
  virtual UnpackedLayer finish(const Digest& expected_diff_id = {}) = 0;
  // After finish(): the layer is store.path(number) from now on, in one step, told as "snapshot.commit". Throws
  // Error(conflict) where it exists.
  virtual void commit(std::uint64_t number) = 0;
};

}  // namespace glassdock::snapshot
