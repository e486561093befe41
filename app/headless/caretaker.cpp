#include "app/headless/caretaker.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "app/headless/engine_commands.h"
#include "app/lessons/world.h"
#include "app/live/lab_engine.h"
#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/client/engine.h"
#include "engine/os/files.h"

namespace glassdock::headless {
namespace {

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

}  // namespace

int take_care(const std::filesystem::path& folder) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  // Whoever reads what the player prints waits for its end, not for this one's.
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere.get(), fd);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR) continue;
  const client::Place place = live::lab_place(folder);
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
  return 0;
}

}  // namespace glassdock::headless
