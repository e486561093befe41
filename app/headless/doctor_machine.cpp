#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <pwd.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/headless/child_probe.h"
#include "app/headless/doctor.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/client/spawn.h"
#include "engine/os/cgroups.h"
#include "engine/os/files.h"
#include "engine/os/find_program.h"

namespace glassdock::headless {
namespace {

namespace fs = std::filesystem;

constexpr char cgroup_root[] = "/sys/fs/cgroup";

// subuid(5): "NAME or UID:FIRST:COUNT".
std::optional<std::string> first_subordinate_id(const char* file) {
  std::string id = std::to_string(::geteuid());
  for (const std::string& line : split(os::try_read_file(file).value_or(""), '\n')) {
    auto fields = split(line, ':');
    if (fields.size() == 3 && (fields[0] == id || fields[0] == user_name())) return fields[1];
  }
  return std::nullopt;
}

// Lets newuidmap map one subordinate id for a child that waits in a new user namespace.
bool newuidmap_works(const fs::path& program, const std::string& first) {
  int ready[2], done[2];
  if (::pipe2(ready, O_CLOEXEC) != 0) return false;
  UniqueFd ready_read(ready[0]), ready_write(ready[1]);
  if (::pipe2(done, O_CLOEXEC) != 0) return false;
  UniqueFd done_read(done[0]), done_write(done[1]);
  pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) {
    char byte = ::unshare(CLONE_NEWUSER) == 0;
    done_write.reset();
    if (::write(ready_write.get(), &byte, 1) == 1 && ::read(done_read.get(), &byte, 1) == 0) ::_exit(0);
    ::_exit(1);
  }
  char separate = 0;
  bool mapped = false;
  if (::read(ready_read.get(), &separate, 1) == 1 && separate != 0) {
    std::string target = std::to_string(pid), own = std::to_string(::geteuid());
    mapped = in_child([&] {
               ::execl(program.c_str(), program.c_str(), target.c_str(), "0", own.c_str(), "1", "1", first.c_str(), "1",
                       nullptr);
               return 127;
             }) == 0;
  }
  done_write.reset();
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return mapped;
}

// The folder of this process's own cgroup in the hierarchy of `controller` ("" is cgroup v2's), as cgroups(7) has it.
fs::path own_cgroup(std::string_view controller) {
  for (const std::string& line : split(os::try_read_file("/proc/self/cgroup").value_or(""), '\n')) {
    auto fields = split(line, ':');  // id, controllers, path
    if (fields.size() < 3) continue;
    for (const std::string& one : fields[1].empty() ? std::vector<std::string>{""} : split(fields[1], ',')) {
      if (one != controller) continue;
      fs::path root = cgroup_root;
      if (!controller.empty()) root /= controller;
      return root / fs::path(fields[2]).relative_path();
    }
  }
  return {};
}

bool can_make_cgroup_in(const fs::path& folder) {
  fs::path probe = folder / fmt::format("glassdock-doctor-{}", ::getpid());
  if (folder.empty() || ::mkdir(probe.c_str(), 0755) != 0) return false;
  ::rmdir(probe.c_str());
  return true;
}

constexpr std::string_view delegate_command =
    "sudo mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | "
    "sudo tee /etc/systemd/system/user@.service.d/delegate.conf && sudo systemctl daemon-reload, then log in again";
// What is delegated is the cgroup of the user's own services. A login by ssh or on a console stands beside that, in
// session-N.scope, and may not move its processes there.
constexpr std::string_view user_services = "user@";
constexpr std::string_view start_as_service = ", and run: systemd-run --user --scope glassdock engine start";

struct Limit {
  const char* controller;
  const char* flag;
};
constexpr std::array limits{Limit{"cpu", "--cpus"}, Limit{"memory", "-m"}, Limit{"pids", "--pids-limit"}};

// What the engine does as docker's: it refuses --cpus, and runs without the other two after a WARNING.
std::string without(const std::vector<std::string>& flags) {
  std::vector<std::string> warned;
  std::string refused;
  for (const std::string& flag : flags) {
    if (flag == limits[0].flag) {
      refused = flag + " is refused";
    } else {
      warned.push_back(flag);
    }
  }
  if (warned.empty()) return refused;
  return fmt::format("{}{}{} {}", refused, refused.empty() ? "" : ", ", join(warned, " and "),
                     warned.size() == 1 ? "only gives a warning" : "only give a warning");
}

// Whether the cgroup can hand the controller down to those of containers: not while other processes stand in it
// (cgroups(7), "no internal processes"), which root's engine at the tree's top need not mind.
bool hands_down(const fs::path& cgroup, const char* controller) {
  auto names = [&](const char* file) {
    return " " + std::string(trim(os::try_read_file(cgroup / file).value_or(""))) + " ";
  };
  const std::string word = fmt::format(" {} ", controller);
  if (names("cgroup.controllers").find(word) == std::string::npos) return false;
  if (::geteuid() == 0 || names("cgroup.subtree_control").find(word) != std::string::npos) return true;
  const std::string inside(trim(os::try_read_file(cgroup / "cgroup.procs").value_or("")));
  return inside.empty() || inside == std::to_string(::getpid());
}

std::string delegation(bool as_service) {
  return std::string(delegate_command) + std::string(as_service ? "" : start_as_service);
}

// Containers are well without limits of disks, which few ask for.
Finding with_io(int version, bool io, std::string mend) {
  if (io) return {Health::good, "cgroups", fmt::format("version {} with cpu, memory, pids, io", version), {}};
  return {Health::good, "cgroups",
          fmt::format("version {} with cpu, memory, pids; limits of disks (--device-read-bps) only give a warning",
                      version),
          std::move(mend)};
}

enum class Hierarchy { none, unified, old };

Hierarchy hierarchy() {
  struct statfs root {};
  if (::statfs(cgroup_root, &root) != 0) return Hierarchy::none;
  return static_cast<std::uint64_t>(root.f_type) == CGROUP2_SUPER_MAGIC ? Hierarchy::unified : Hierarchy::old;
}

Finding examine_unified_cgroups() {
  // Where the engine takes its controllers from.
  const fs::path highest = os::highest_writable_cgroup(own_cgroup(""), cgroup_root);
  const bool may_make = can_make_cgroup_in(highest);
  std::vector<std::string> missing;
  for (const Limit& limit : limits) {
    if (!may_make || !hands_down(highest, limit.controller)) missing.push_back(limit.flag);
  }
  const bool as_service = ::geteuid() == 0 || own_cgroup("").string().find(user_services) != std::string::npos;
  if (missing.empty()) {
    if (hands_down(highest, "io")) return with_io(2, true, {});
    return with_io(2, false, ::geteuid() == 0 ? "" : delegation(as_service));
  }
  const char* why =
      may_make ? "version 2, but not every controller may be used here" : "version 2, but none may be made here";
  return {Health::limited, "cgroups", fmt::format("{}: {}", why, without(missing)), delegation(as_service)};
}

Finding examine_old_cgroups() {
  std::vector<std::string> missing;
  for (const Limit& limit : limits) {
    if (!can_make_cgroup_in(own_cgroup(limit.controller))) missing.push_back(limit.flag);
  }
  if (missing.empty()) return with_io(1, can_make_cgroup_in(own_cgroup("blkio")), {});
  return {Health::limited, "cgroups", fmt::format("version 1, and none may be made here: {}", without(missing)),
          ::geteuid() == 0 ? "" : "sudo glassdock …, or boot with systemd.unified_cgroup_hierarchy=1"};
}

}  // namespace

std::string user_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry ? entry->pw_name : std::to_string(::geteuid());
}

fs::path nearest_folder(fs::path folder) {
  std::error_code error;
  while (!fs::is_directory(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

Finding examine_subordinate_ids() {
  std::string mend =
      fmt::format("sudo apt install uidmap && sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {}",
                  user_name());
  auto user = first_subordinate_id("/etc/subuid");
  auto group = first_subordinate_id("/etc/subgid");
  fs::path program = os::find_program("newuidmap");
  constexpr std::string_view consequence = "containers have one user id only, and files of others become yours";
  if (!user || !group) {
    return {Health::limited, "subordinate ids",
            fmt::format("no line for you in /etc/{}: {}", user ? "subgid" : "subuid", consequence), mend};
  }
  if (program.empty()) {
    return {Health::limited, "subordinate ids", fmt::format("there is no newuidmap: {}", consequence), mend};
  }
  if (!newuidmap_works(program, *user)) {
    return {Health::limited, "subordinate ids", fmt::format("{} fails: {}", program.native(), consequence),
            "sudo apt install --reinstall uidmap"};
  }
  return {Health::good, "subordinate ids", "newuidmap gives your containers user ids of their own", {}};
}

Finding examine_cgroups() {
  switch (hierarchy()) {
    case Hierarchy::unified:
      return examine_unified_cgroups();
    case Hierarchy::old:
      return examine_old_cgroups();
    case Hierarchy::none:
      break;
  }
  return {Health::limited, "cgroups", "not mounted: " + without({"--cpus", "-m", "--pids-limit"}),
          "sudo mount -t cgroup2 none /sys/fs/cgroup"};
}

Finding examine_devices() {
  if (hierarchy() == Hierarchy::unified || can_make_cgroup_in(own_cgroup("devices"))) {
    return {Health::good, "devices", "a cgroup says which of them a container opens", {}};
  }
  return {Health::limited, "devices",
          "no cgroup says which may be opened: containers may make no device node, and theirs do not open",
          "boot with systemd.unified_cgroup_hierarchy=1"};
}

Finding examine_disk(const client::Place& place) {
  constexpr std::uint64_t little = 1'000'000'000;  // some images and their layers
  fs::path folder = nearest_folder(place.data);
  if (::access(folder.c_str(), W_OK) != 0) {
    return {Health::broken, "data folder", fmt::format("{} cannot be written", folder.native()),
            "glassdock --data DIR …"};
  }
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) {
    return {Health::broken, "data folder", fmt::format("{}: {}", folder.native(), std::strerror(errno)),
            "glassdock --data DIR …"};
  }
  std::uint64_t free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  std::string says = fmt::format("{} free for {}", human_size(static_cast<double>(free)), place.data.native());
  if (free < little) return {Health::limited, "data folder", says, "glassdock docker rmi, or --data DIR elsewhere"};
  return {Health::good, "data folder", says, {}};
}

Finding examine_engine(const client::Place& place) {
  fs::path program = client::find_engine_program();
  if (!program.has_parent_path() && os::find_program("glassdockd").empty()) {
    return {Health::broken, "engine", "glassdockd stands neither beside glassdock nor in PATH", "scripts/run"};
  }
  try {
    if (client::engine_answers(place.socket)) {
      return {Health::good, "engine", fmt::format("answers at {}", place.socket.native()), {}};
    }
    fs::path folder = place.socket.parent_path();
    std::error_code error;
    if (fs::exists(folder, error)) client::make_socket_folder(place, ::geteuid());
    return {Health::good, "engine", fmt::format("none runs; a command starts one at {}", place.socket.native()), {}};
  } catch (const Error& error) {
    return {Health::broken, "engine", error.message(), error.hint()};
  }
}

}  // namespace glassdock::headless
