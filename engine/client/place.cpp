#include "engine/client/place.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/error.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"

namespace glassdock::client {
namespace {

namespace fs = std::filesystem;

// The specification: relative paths in these variables are invalid and to be ignored.
std::optional<fs::path> folder_in(const EnvironmentLookup& environment, const std::string& name) {
  auto value = environment(name);
  if (!value || value->empty() || (*value)[0] != '/') return std::nullopt;
  return fs::path(*value);
}

fs::path data_folder(uid_t user, const EnvironmentLookup& environment) {
  if (user == 0) return "/var/lib/glassdock";
  if (auto data = folder_in(environment, "XDG_DATA_HOME")) return *data / "glassdock";
  if (auto home = folder_in(environment, "HOME")) return *home / ".local/share/glassdock";
  throw Error(ErrorKind::invalid_argument, "there is no HOME to keep the engine's data in", "set HOME, or give --data");
}

fs::path socket_folder(uid_t user, const EnvironmentLookup& environment) {
  if (user == 0) return "/run/glassdock";
  if (auto runtime = folder_in(environment, "XDG_RUNTIME_DIR")) return *runtime / "glassdock";
  return fmt::format("/tmp/glassdock-{}", user);
}

constexpr const char* elsewhere = "name another with --socket";

// Nothing where there is none.
std::optional<struct stat> look_at(const fs::path& folder) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) == 0) return status;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw Error::from_errno(errno, "stat", folder.native());
}

// What listens in a folder of somebody else's, or in one that others write into, could be anybody.
void check_folder(const fs::path& folder, const struct stat& status, bool mine) {
  mine = mine && S_ISDIR(status.st_mode);
  if (mine && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
  throw Error(ErrorKind::permission,
              fmt::format("the socket's folder {} {}", folder.native(),
                          mine ? "can be written by others" : "does not belong to you"),
              mine ? fmt::format("chmod 700 {}", folder.native()) : elsewhere);
}

}  // namespace

Place find_place(uid_t user, const PlaceWish& wish, const EnvironmentLookup& environment) {
  Place place;
  place.data = wish.data.empty() ? data_folder(user, environment) : fs::absolute(wish.data).lexically_normal();
  auto named = environment("GLASSDOCK_SOCKET");
  if (!wish.socket.empty()) {
    place.socket = fs::absolute(wish.socket);
  } else if (!wish.data.empty()) {
    place.socket = place.data / "engine.sock";
  } else if (named && !named->empty()) {
    place.socket = fs::absolute(*named);
  } else {
    place.socket = socket_folder(user, environment) / "engine.sock";
  }
  http::check_unix_path(place.socket);
  return place;
}

void make_socket_folder(const Place& place, uid_t user) {
  fs::path folder = place.socket.parent_path();
  os::make_folders(folder, 0700);
  std::optional<struct stat> status = look_at(folder);
  if (!status) throw Error::from_errno(ENOENT, "stat", folder.native());
  check_folder(folder, *status, status->st_uid == user);
}

UniqueFd connect_engine(const fs::path& socket) {
  fs::path folder = socket.parent_path();
  uid_t self = ::geteuid();
  std::optional<struct stat> status = look_at(folder);
  if (status) check_folder(folder, *status, status->st_uid == self || status->st_uid == 0 || self == 0);
  UniqueFd connection = http::connect_unix(socket);
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    throw Error::from_errno(errno, "getsockopt SO_PEERCRED", socket.native());
  }
  bool trusted = peer.uid == self || peer.uid == 0 || (self == 0 && status && peer.uid == status->st_uid);
  if (trusted) return connection;
  throw Error(ErrorKind::permission, fmt::format("what listens on {} is user {}'s", socket.native(), peer.uid),
              elsewhere);
}

}  // namespace glassdock::client
