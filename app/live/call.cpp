#include "app/live/call.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "engine/base/error.h"
#include "engine/client/place.h"

namespace glassdock::live {

client::Glass Call::glass(const std::filesystem::path& socket) {
  return client::Glass(socket, [this](const std::filesystem::path& path) { return connect(path); });
}

client::Engine Call::engine(const std::filesystem::path& socket) {
  client::Engine engine(socket, {}, [this](const std::filesystem::path& path) { return connect(path); });
  engine.set_aside();
  return engine;
}

UniqueFd Call::connect(const std::filesystem::path& socket) {
  UniqueFd connection = client::connect_engine(socket);
  UniqueFd duplicate(::fcntl(connection.get(), F_DUPFD_CLOEXEC, 0));
  if (!duplicate) throw Error::from_errno(errno, "duplicate", "a connection to the engine");
  std::lock_guard lock(mutex_);
  if (broken_) throw Error(ErrorKind::cancelled, "the engine is not asked any longer");
  connections_.push_back(std::move(duplicate));
  return connection;
}

void Call::done() {
  std::lock_guard lock(mutex_);
  connections_.clear();
}

void Call::break_off() {
  std::lock_guard lock(mutex_);
  broken_ = true;
  for (const UniqueFd& connection : connections_) ::shutdown(connection.get(), SHUT_RDWR);
}

}  // namespace glassdock::live
