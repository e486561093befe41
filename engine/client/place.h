#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/unique_fd.h"

namespace glassdock::client {

// Where an engine keeps its data and listens.
struct Place {
  std::filesystem::path data;
  std::filesystem::path socket;
};

// What was asked for on the command line; empty: nothing.
struct PlaceWish {
  std::string data;
  std::string socket;
};

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

// The engine of `user`. root: /var/lib/glassdock and /run/glassdock. Others: $XDG_DATA_HOME (or ~/.local/share) and
// $XDG_RUNTIME_DIR (or a folder of one's own in /tmp), as the XDG base directory specification has it.
// $GLASSDOCK_SOCKET names another socket. An engine with data of its own (wish.data) listens in that folder unless a
// socket is named. Throws Error(invalid_argument) when the path of the socket is longer than a Unix socket's can be
// (unix(7)).
Place find_place(uid_t user, const PlaceWish& wish, const EnvironmentLookup& environment);

// Makes the socket's folder, 0700, if it is missing. Throws Error(permission) when somebody else owns it or could write
// into it: what listens there could be anybody.
void make_socket_folder(const Place& place, uid_t user);

// A connection to the engine that listens there. It must be this user's own or root's, and so must the socket's folder,
// writable by nobody else; root may also reach the engine of the folder's owner. Throws Error: unavailable where nobody
// answers, permission where somebody else would (SO_PEERCRED, unix(7)).
UniqueFd connect_engine(const std::filesystem::path& socket);
// What makes a connection in its place, for an owner who wants to shut it down.
using Connect = std::function<UniqueFd(const std::filesystem::path& socket)>;

}  // namespace glassdock::client
