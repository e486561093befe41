#include "engine/runtime/init_file.h"

#include <sys/stat.h>

#include <string_view>

#include "engine/os/files.h"

extern "C" const char glassdock_init_begin[];
extern "C" const char glassdock_init_end[];

namespace glassdock::runtime {

void write_init(os::System& system, const std::filesystem::path& path) {
  constexpr mode_t for_everybody = 0755;
  const std::string_view bytes(glassdock_init_begin,
                               static_cast<std::size_t>(glassdock_init_end - glassdock_init_begin));
  struct stat found {};
  const bool stands = ::lstat(path.c_str(), &found) == 0 && (found.st_mode & 07777) == for_everybody &&
                      os::try_read_file(path, bytes.size()) == bytes;
  if (!stands) os::write_file_atomically(system, path, bytes, for_everybody);
}

}  // namespace glassdock::runtime
