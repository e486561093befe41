// The keeper of an ordinary user's namespaces, made by a process that gave root up.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/id_map.h"
#include "engine/os/record_lock.h"
#include "engine/runtime/keeper.h"
#include "engine/runtime/protocol.h"
#include "tests/support/in_namespace.h"

namespace glassdock::runtime {
namespace {

namespace fs = std::filesystem;
using tests::World;

void require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what);
}

void become(unsigned id) {
  require(::setgroups(0, nullptr) == 0 && ::setresgid(id, id, id) == 0 && ::setresuid(id, id, id) == 0,
          "cannot become an ordinary user");
  require(::prctl(PR_SET_DUMPABLE, 1) == 0, "not dumpable");
}

// Runs `work` as that user with a keeper of its own, which ends with the process; what() of its exception.
std::string with_keeper(unsigned id, const fs::path& data, const std::function<void(const Privileges&)>& work) {
  int said[2];
  require(::pipe2(said, O_CLOEXEC) == 0, "pipe");
  pid_t child = ::fork();
  if (child == 0) {
    std::string text;
    try {
      become(id);
      UniqueFd lock(::open((data / "engine.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
      struct flock whole {};
      whole.l_type = F_WRLCK;
      require(lock && ::fcntl(lock.get(), F_SETLK, &whole) == 0, "cannot lock");
      work(enter_keeper(data, data / "engine.lock"));
    } catch (const std::exception& error) {
      text = error.what();
    }
    ::_exit(::write(said[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(said[1]);
  std::string text;
  char bytes[1024];
  for (ssize_t got; (got = ::read(said[0], bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<std::size_t>(got));
  ::close(said[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

os::TempDir data_of(unsigned id) {
  os::TempDir data("/tmp", "glassdock-keeper.");
  require(::chown(data.path().c_str(), id, id) == 0, "chown");
  return data;
}

TEST(Keeper, SeesWhatTheMachineMountsLater) {
  std::string said = tests::run_in(World::root, [] {
    require(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr) == 0, "share");  // as systemd does
    os::TempDir data = data_of(tests::first_id);
    fs::path media = data.path() / "media";
    fs::create_directory(media);
    int entered[2], mounted[2];
    require(::pipe2(entered, O_CLOEXEC) == 0 && ::pipe2(mounted, O_CLOEXEC) == 0, "pipe");
    pid_t machine = ::fork();
    if (machine == 0) {
      char byte = 0;
      bool good = ::read(entered[0], &byte, 1) == 1 && ::mount("t", media.c_str(), "tmpfs", 0, "mode=755") == 0;
      std::ofstream(media / "file") << "late";
      ::_exit(good && ::write(mounted[1], "m", 1) == 1 ? 0 : 1);
    }
    std::string text = with_keeper(tests::first_id, data.path(), [&](const Privileges& privileges) {
      require(privileges.rootless && privileges.keeper > 0, "no keeper");
      char byte = 'e';
      require(::write(entered[1], &byte, 1) == 1 && ::read(mounted[0], &byte, 1) == 1, "the other process is gone");
      require(fs::exists(media / "file"), "the late mount is not seen");
      fs::create_directory(data.path() / "own");
      require(::mount("t", (data.path() / "own").c_str(), "tmpfs", 0, nullptr) == 0, "own mount");
    });
    ::waitpid(machine, nullptr, 0);
    ::umount2(media.c_str(), MNT_DETACH);
    require(os::read_file("/proc/self/mountinfo").find("/own ") == std::string::npos, "a mount of its own came out");
    require(text.empty(), text);
  });
  if (said.rfind("SKIP", 0) == 0) GTEST_SKIP() << said;
  EXPECT_EQ(said, "");
}

// Whether it stands in the kernel's queue for a lock: "1: -> POSIX ADVISORY WRITE PID …" (proc(5), /proc/locks).
bool waits_for_a_lock(pid_t pid) {
  for (const std::string& line : split(os::read_file("/proc/locks"), '\n')) {
    if (line.find("->") == std::string::npos) continue;
    if (line.find(" WRITE " + std::to_string(pid) + " ") != std::string::npos) return true;
  }
  return false;
}

TEST(Keeper, WaitsForTheEndOfAMonitorAndNotForItsLock) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become an ordinary user";
  std::string said = tests::run_in(World::root, [] {
    os::TempDir data = data_of(tests::first_id);
    std::string text = with_keeper(tests::first_id, data.path(), [&](const Privileges& privileges) {
      const fs::path folder = data.path() / "containers" / "one";
      fs::create_directories(folder);
      int locked[2], over[2];
      require(::pipe2(locked, O_CLOEXEC) == 0 && ::pipe2(over, O_CLOEXEC) == 0, "pipe");
      pid_t monitor = ::fork();
      if (monitor == 0) {
        ::close(over[1]);
        int lock = ::open((folder / lock_file).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        char byte = 'l';
        bool good = os::take_record_lock(lock) == 0 && ::write(locked[1], &byte, 1) == 1;
        ::_exit(good && ::read(over[0], &byte, 1) == 0 ? 0 : 1);
      }
      char byte;
      require(::read(locked[0], &byte, 1) == 1, "the monitor is gone");
      using namespace std::chrono;
      constexpr milliseconds tick{10}, a_while{300};
      const auto last = steady_clock::now() + seconds(10);
      while (!waits_for_a_lock(privileges.keeper) && steady_clock::now() < last) std::this_thread::sleep_for(tick);
      UniqueFd engine(::open((data.path() / "engine.lock").c_str(), O_RDWR | O_CLOEXEC));
      os::drop_record_lock(engine.get());
      while (waits_for_a_lock(privileges.keeper) && steady_clock::now() < last) std::this_thread::sleep_for(tick);
      for (auto end = steady_clock::now() + a_while; steady_clock::now() < end; std::this_thread::sleep_for(tick)) {
        require(!waits_for_a_lock(privileges.keeper), "it waits for the monitor's lock");
        require(::waitpid(privileges.keeper, nullptr, WNOHANG) == 0, "it ended before the monitor");
      }
      ::close(over[1]);
      ::waitpid(monitor, nullptr, 0);
      require(::waitpid(privileges.keeper, nullptr, 0) == privileges.keeper, "it does not end");
    });
    require(text.empty(), text);
  });
  if (said.rfind("SKIP", 0) == 0) GTEST_SKIP() << said;
  EXPECT_EQ(said, "");
}

TEST(Keeper, AHalfMappedNamespaceIsThrownAway) {
  const passwd* nobody = ::getpwnam("nobody");
  if (::geteuid() != 0 || !nobody) GTEST_SKIP() << "needs root and a user \"nobody\"";
  if (::access("/usr/bin/newuidmap", X_OK) != 0 || ::access("/etc/subuid", F_OK) != 0) GTEST_SKIP() << "no newuidmap";
  unsigned id = nobody->pw_uid;
  std::string said = tests::run_in(World::root, [id] {
    os::TempDir data = data_of(id);
    std::ofstream(data.path() / "ids") << "nobody:2000000:65536\n";
    ::chmod((data.path() / "ids").c_str(), 0644);
    for (const char* file : {"/etc/subuid", "/etc/subgid"}) {
      require(::mount((data.path() / "ids").c_str(), file, nullptr, MS_BIND, nullptr) == 0, "bind over the id files");
    }
    std::ofstream(data.path() / "newgidmap") << "#!/bin/sh\nexit 1\n";
    ::chmod((data.path() / "newgidmap").c_str(), 0755);
    ::setenv("PATH", (data.path().string() + ":/usr/bin:/bin").c_str(), 1);
    std::string text = with_keeper(id, data.path(), [](const Privileges& privileges) {
      require(os::own_mapped_ids() == 1, "not mapped to one id");
      require(os::mapped_ids(os::read_file("/proc/self/gid_map")) == 1, "not mapped to one group");
      require(::getuid() == 0, "not root");
      require(privileges.remark.find("newgidmap") != std::string::npos, "no word why: " + privileges.remark);
    });
    require(text.empty(), text);
  });
  if (said.rfind("SKIP", 0) == 0) GTEST_SKIP() << said;
  EXPECT_EQ(said, "");
}

}  // namespace
}  // namespace glassdock::runtime
