#include "app/headless/lab_engine.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>

#include "app/headless/engine_commands.h"
#include "app/headless/session.h"
#include "app/lessons/world.h"
#include "engine/base/error.h"
#include "engine/client/engine.h"
#include "engine/os/files.h"

namespace glassdock::headless {
namespace {

namespace fs = std::filesystem;

// Until none is there: one may be made while others are removed.
void remove_all_containers(client::Engine& engine) {
  for (;;) {
    const std::vector<std::string> ids = lessons::containers_in(engine, {});
    if (ids.empty()) return;
    for (const std::string& id : ids) {
      try {
        engine.remove(id, true, true);
      } catch (const client::EngineError& error) {
        if (error.kind() != ErrorKind::not_found) throw;
      }
    }
  }
}

void clean_up(const client::Place& place, const fs::path& folder) {
  try {
    client::Engine engine(place.socket);
    remove_all_containers(engine);
  } catch (const Error&) {
    // No engine was started, or it has died: then there is nobody to ask.
  }
  try {
    end_engine(place);
  } catch (const Error&) {
    // It ends by itself once nobody asks it.
  }
  os::remove_tree(folder);
}

// The caretaker's life. What the terminal or a service manager sends to the program is not meant for it.
[[noreturn]] void take_care(UniqueFd watched, const client::Place& place, const fs::path& folder) {
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  // Whoever reads what the program prints waits for its end, not for this one's.
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) ::dup2(nowhere, fd);
  char byte = 0;
  while (::read(watched.get(), &byte, 1) < 0 && errno == EINTR) continue;
  try {
    clean_up(place, folder);
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

client::Place place_within(const fs::path& folder, const Options& options) {
  Options at = options;
  at.place = {.data = (folder / "data").native(), .socket = {}};
  return place_of(at);
}

}  // namespace

LabEngine::LabEngine(const Options& options) {
  os::TempDir folder(fs::temp_directory_path(), "glassdock-lab.");
  place_ = place_within(folder.path(), options);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error::from_errno(errno, "pipe", "for the caretaker");
  UniqueFd watched(ends[0]);
  alive_.reset(ends[1]);
  caretaker_ = ::fork();
  if (caretaker_ < 0) throw Error::from_errno(errno, "fork", "the caretaker");
  if (caretaker_ == 0) {
    alive_.reset();
    take_care(std::move(watched), place_, folder.path());
  }
  folder_ = folder.release();
}

LabEngine::~LabEngine() {
  alive_.reset();
  while (::waitpid(caretaker_, nullptr, 0) < 0 && errno == EINTR) continue;
}

}  // namespace glassdock::headless
