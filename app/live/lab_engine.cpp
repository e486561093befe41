#include "app/live/lab_engine.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "engine/base/error.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"
#include "engine/os/find_program.h"

namespace glassdock::live {
namespace {

namespace fs = std::filesystem;

// The pipe is its standard input. In a session of its own: what a terminal sends to this program is not meant for it.
pid_t start_caretaker(const UniqueFd& pipe, const fs::path& folder) {
  const std::vector<std::string> arguments{os::program_folder() / "glassdock-lesson", "caretaker", folder};
  const std::vector<char*> words = os::argument_pointers(arguments);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, pipe.get(), STDIN_FILENO);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, arguments[0].c_str(), &files, &attributes, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw Error::from_errno(error, "execute", arguments[0],
                            "glassdock-lesson plays lessons and scenarios; install it beside glassdock");
  }
  return child;
}

}  // namespace

client::Place lab_place(const fs::path& folder) {
  return client::find_place(::geteuid(), {.data = folder / "data", .socket = {}},
                            [](const std::string&) { return std::optional<std::string>(); });
}

LabEngine::LabEngine() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) throw Error::from_errno(error.value(), "find", "the folder for temporary files", "TMPDIR names it");
  os::TempDir folder(parent, "glassdock-lab.");
  place_ = lab_place(folder.path());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for the caretaker");
  const UniqueFd watched(ends[0]);
  alive_.reset(ends[1]);
  caretaker_ = start_caretaker(watched, folder.path());
  folder_ = folder.release();
}

LabEngine::~LabEngine() {
  constexpr int patience_ms = 5000;
  alive_.reset();
  const UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, caretaker_, 0)));
  pollfd wait{end.get(), POLLIN, 0};
  while (::poll(&wait, 1, patience_ms) < 0 && errno == EINTR) continue;
  ::waitpid(caretaker_, nullptr, WNOHANG);
}

}  // namespace glassdock::live
