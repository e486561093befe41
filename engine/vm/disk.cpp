#include "engine/vm/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/find_program.h"
#include "engine/os/memory_file.h"

namespace glassdock::vm {
namespace {

std::string own_path(int fd) {
  return fmt::format("/proc/self/fd/{}", fd);
}

// Whoever has a descriptor may write it now: mksquashfs is another user.
UniqueFd make_nameless_file(const std::filesystem::path& folder) {
  UniqueFd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) file = os::begin_memory_file("guest-disk");
  if (::fchmod(file.get(), 0666) != 0) throw Error::from_errno(errno, "chmod", "the guest's disk");
  return file;
}

// The same file, for nobody to write any more.
UniqueFd reopen_to_read(const UniqueFd& file) {
  if (::fchmod(file.get(), 0444) != 0) throw Error::from_errno(errno, "chmod", "the guest's disk");
  UniqueFd reader(::open(own_path(file.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) throw Error::from_errno(errno, "open", "the guest's disk");
  return reader;
}

std::vector<std::string> mksquashfs_words(const std::filesystem::path& program, int disk) {
  // -noI to -noX: nothing is compressed. mksquashfs(1).
  return {program.native(), "-",    own_path(disk),  "-tar",           "-noappend",    "-no-recovery", "-noI", "-noD",
          "-noF",           "-noX", "-no-fragments", "-no-duplicates", "-no-progress", "-quiet",       "-mem", "128M"};
}

// What it said, when it failed.
Error failed(int said, int status) {
  std::array<char, 4096> text;
  const ssize_t got = ::pread(said, text.data(), text.size(), 0);
  const std::string words(trim({text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))}));
  const std::string how =
      WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status)) : fmt::format("code {}", WEXITSTATUS(status));
  return {ErrorKind::internal, fmt::format("the guest's disk cannot be made: mksquashfs ended with {}{}{}", how,
                                           words.empty() ? "" : ": ", words.substr(0, words.find('\n')))};
}

bool has_ended(const Process& process) {
  // Its descriptors are closed a moment before.
  constexpr int patience_ms = 1000;
  pollfd end{process.pidfd(), POLLIN, 0};
  return ::poll(&end, 1, patience_ms) > 0;
}

}  // namespace

GuestDisk make_disk(const snapshot::LayerStore& store, const std::vector<std::uint64_t>& layers,
                    const std::filesystem::path& folder, const RunAs& who, const StillWanted& still_wanted) {
  const std::filesystem::path program = os::find_program("mksquashfs");
  if (program.empty()) {
    throw Error(ErrorKind::not_found, "there is no mksquashfs, which makes a guest's disk", get_squashfs_command);
  }
  GuestDisk disk;
  const UniqueFd file = make_nameless_file(folder), said = os::begin_memory_file("mksquashfs-said");
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for mksquashfs");
  UniqueFd source(pipe[0]), sink(pipe[1]);
  Process::Plan plan;
  plan.words = mksquashfs_words(program, Process::first_descriptor);
  plan.who = who;
  plan.descriptors = {file.get()};
  plan.input = source.get();
  plan.output = said.get();
  Process maker(plan);
  source.reset();
  try {
    RootArchive archive(RootArchive::Format::tar, sink.get(), std::numeric_limits<std::uint64_t>::max());
    archive.add_layers(store, layers, still_wanted);
    archive.finish();
    disk.entries = archive.entries();
  } catch (const Error& fault) {
    // Where the maker has ended nothing can be written to it, and its own words say more.
    if (fault.kind() != ErrorKind::internal || !has_ended(maker)) throw;
  }
  sink.reset();
  if (const int status = maker.reap(); status != 0) throw failed(said.get(), status);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) throw Error::from_errno(errno, "stat", "the guest's disk");
  disk.bytes = static_cast<std::uint64_t>(info.st_size);
  disk.file = reopen_to_read(file);
  return disk;
}

}  // namespace glassdock::vm
