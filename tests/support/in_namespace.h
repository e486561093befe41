#pragma once

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

namespace glassdock::tests {

// In which world a piece of a test runs. All get a mount namespace of their own, so that no mount reaches the machine.
enum class World {
  root,        // the caller's user namespace; needs root
  mapped_ids,  // a user namespace with 65536 ids from `first_id`, as newuidmap makes one; needs root to set up
  single_id,   // a user namespace whose root is `first_id` and that has no other id; needs no rights
};
inline constexpr unsigned first_id = 2'000'000;  // above what distributions hand out; nobody's files

namespace detail {

inline void write_text(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool good = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!good) throw std::runtime_error("cannot write " + path + ": " + std::strerror(error));
}

inline void must(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("SKIP: ") + what + ": " + std::strerror(errno));
}

inline void enter(World world, const int (&gate)[2], const int (&mapped)[2]) {
  if (world == World::single_id && ::geteuid() == 0) {
    must(::setgroups(0, nullptr) == 0 && ::setresgid(first_id, first_id, first_id) == 0 &&
             ::setresuid(first_id, first_id, first_id) == 0,
         "become an ordinary user");
    must(::prctl(PR_SET_DUMPABLE, 1) == 0, "own /proc/self again");
  }
  const std::string user = std::to_string(::geteuid()), group = std::to_string(::getegid());
  must(::unshare(world == World::root ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0, "make namespaces");
  char byte = 'u';
  if (::write(gate[1], &byte, 1) != 1 || ::read(mapped[0], &byte, 1) != 1) throw std::runtime_error("the test is gone");
  if (world == World::single_id) {
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", "0 " + user + " 1");
    write_text("/proc/self/gid_map", "0 " + group + " 1");
  }
  if (world != World::root) {
    must(::setresgid(0, 0, 0) == 0 && ::setresuid(0, 0, 0) == 0, "become root of the user namespace");
  }
  must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
}

}  // namespace detail

// Runs `work` in a child process in that world and gives what() of its exception, "" where it ends well. What begins
// with "SKIP: " says what this machine lacks. gtest's own checks do not cross the process: `work` throws.
// A descriptor opened before leads into the old mount namespace; the current folder is carried over.
inline std::string run_in(World world, const std::function<void()>& work) {
  if (world != World::single_id && ::geteuid() != 0) return "SKIP: needs root";
  int said[2], gate[2], mapped[2];
  if (::pipe2(said, O_CLOEXEC) != 0 || ::pipe2(gate, O_CLOEXEC) != 0 || ::pipe2(mapped, O_CLOEXEC) != 0) return "pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(said[0]);
    ::close(gate[0]);
    ::close(mapped[1]);
    std::string text;
    try {
      detail::enter(world, gate, mapped);
      work();
    } catch (const std::exception& error) {
      text = *error.what() ? error.what() : "failed";
    }
    const bool told = ::write(said[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(told ? 0 : 1);
  }
  ::close(said[1]);
  ::close(gate[1]);
  ::close(mapped[0]);
  std::string text;
  char bytes[4096];
  if (::read(gate[0], bytes, 1) == 1) {
    try {
      const std::string process = "/proc/" + std::to_string(child);
      if (world == World::mapped_ids) {
        const std::string map = "0 " + std::to_string(first_id) + " 65536";
        detail::write_text(process + "/uid_map", map);
        detail::write_text(process + "/gid_map", map);
      }
      if (::write(mapped[1], "m", 1) != 1) text = "cannot tell the child";
    } catch (const std::exception& error) {
      text = error.what();
    }
  }
  ::close(mapped[1]);
  for (ssize_t got; (got = ::read(said[0], bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<std::size_t>(got));
  ::close(said[0]);
  ::close(gate[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (text.empty() && status != 0) text = "the child died with status " + std::to_string(status);
  return text;
}

}  // namespace glassdock::tests
