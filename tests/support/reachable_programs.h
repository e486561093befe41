// The built programs where another user may execute them: a source tree in root's home is closed to everybody else.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <memory>

#include "engine/os/files.h"

namespace glassdock::testing {

// `build`/bin itself where every folder on the way lets others through; otherwise a copy of bin/ and of the share/
// beside it, which ends with this process.
inline const std::filesystem::path& programs_for_others(const std::filesystem::path& bin) {
  namespace fs = std::filesystem;
  static std::unique_ptr<os::TempDir> copy;
  static const fs::path folder = [&] {
    bool open = true;
    for (fs::path part = bin; open && part.has_relative_path(); part = part.parent_path()) {
      struct stat info {};
      open = ::stat(part.c_str(), &info) == 0 && (info.st_mode & S_IXOTH) != 0;
    }
    if (open) return bin;
    copy = std::make_unique<os::TempDir>("/tmp", "glassdock-programs.");
    ::chmod(copy->path().c_str(), 0755);
    for (const char* name : {"bin", "share"}) {
      fs::copy(bin.parent_path() / name, copy->path() / name, fs::copy_options::recursive);
    }
    return copy->path() / "bin";
  }();
  return folder;
}

}  // namespace glassdock::testing
