// What the os room does where mounts and renames of others are in the way.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/open_in.h"
#include "tests/support/in_namespace.h"

namespace glassdock::os {
namespace {

namespace fs = std::filesystem;
using tests::World;

void require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what);
}

// A student who followed the plan's commands by hand has mounted a folder of the machine below the container's root.
void keeps_what_is_mounted(const char* target) {
  TempDir place("/tmp", "glassdock-mounts.");
  fs::create_directories(place.path() / "home");
  std::ofstream(place.path() / "home/work") << "precious";
  fs::create_directories(place.path() / "tree/usr/app");
  std::ofstream(place.path() / "tree/usr/file") << "";
  fs::path source = place.path() / "home";
  if (fs::is_regular_file(place.path() / target)) source /= "work";
  fs::path mounted = place.path() / target;
  require(::mount(source.c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) == 0, "cannot mount");
  std::string said;
  try {
    remove_tree(place.path() / "tree");
  } catch (const Error& refusal) {
    said = refusal.message();
  }
  require(said == "something is mounted at " + mounted.string(), "it said: " + said);
  require(read_file(place.path() / "home/work") == "precious", "the mounted file is harmed");
  require(::umount2(mounted.c_str(), 0) == 0, "cannot unmount");
  remove_tree(place.path() / "tree");
  require(!fs::exists(place.path() / "tree"), "not removed");
}

TEST(OsMounts, RemovingATreeCrossesNoMount) {
  World world = ::geteuid() == 0 ? World::root : World::single_id;
  for (const char* target : {"tree/usr/app", "tree/usr/file", "tree"}) {
    std::string said = tests::run_in(world, [&] { keeps_what_is_mounted(target); });
    if (said.rfind("SKIP", 0) == 0) GTEST_SKIP() << said;
    EXPECT_EQ(said, "") << target;
  }
}

TEST(OsMounts, ARenameElsewhereDisturbsNoResolution) {
  TempDir place("/tmp", "glassdock-mounts.");
  fs::create_directories(place.path() / "root/a/b");
  UniqueFd root = open_folder(place.path() / "root");
  std::atomic<bool> done = false;
  std::thread busy([&] {
    fs::path one = place.path() / "one", other = place.path() / "other";
    fs::create_directory(one);
    while (!done) {
      ::rename(one.c_str(), other.c_str());
      ::rename(other.c_str(), one.c_str());
    }
  });
  int failed = 0;
  for (int i = 0; i < 20'000; ++i) {
    UniqueFd found(open_in(root.get(), "a/../a/b/../../a/b", O_PATH, RESOLVE_IN_ROOT));
    failed += found ? 0 : 1;
  }
  done = true;
  busy.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace glassdock::os
