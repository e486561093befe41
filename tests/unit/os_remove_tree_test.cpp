#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "engine/os/files.h"

namespace glassdock::os {
namespace {

namespace fs = std::filesystem;

TEST(RemoveTree, TakesEverythingAndFollowsNoLink) {
  TempDir place("/tmp", "glassdock-remove.");
  fs::create_directories(place.path() / "tree/a/b/c");
  fs::create_directories(place.path() / "outside");
  std::ofstream(place.path() / "outside/kept") << "kept";
  std::ofstream(place.path() / "tree/a/file") << "text";
  fs::create_directory_symlink(place.path() / "outside", place.path() / "tree/a/link");
  ASSERT_EQ(::mkfifo((place.path() / "tree/a/b/fifo").c_str(), 0600), 0);
  remove_tree(place.path() / "tree/");
  EXPECT_FALSE(fs::exists(place.path() / "tree"));
  EXPECT_TRUE(fs::exists(place.path() / "outside/kept"));
}

TEST(RemoveTree, TakesAFileOrALinkAsItIs) {
  TempDir place("/tmp", "glassdock-remove.");
  std::ofstream(place.path() / "file") << "text";
  fs::create_symlink("file", place.path() / "link");
  remove_tree(place.path() / "link");
  EXPECT_TRUE(fs::exists(place.path() / "file"));
  remove_tree(place.path() / "file");
  EXPECT_TRUE(fs::is_empty(place.path()));
}

TEST(RemoveTree, WhatIsMissingIsFine) {
  EXPECT_NO_THROW(remove_tree("/tmp/glassdock-no-such-folder/nor-this"));
}

// A container may nest folders deeper than a process may have descriptors, and deeper than a path may be long.
TEST(RemoveTree, NoDepthUsesUpTheDescriptors) {
  TempDir place("/tmp", "glassdock-remove.");
  fs::create_directory(place.path() / "tree");
  UniqueFd folder = open_folder(place.path() / "tree");
  for (int depth = 0; depth < 3000; ++depth) {
    ASSERT_EQ(::mkdirat(folder.get(), "deep", 0700), 0);
    folder.reset(::openat(folder.get(), "deep", O_PATH | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(folder);
  }
  folder.reset();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_NO_THROW(remove_tree(place.path() / "tree"));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(fs::exists(place.path() / "tree"));
}

// Overlay's work folder has no rights at all, and folders of a layer may have few.
TEST(RemoveTree, AnOwnerOpensWhatIsClosedEvenToItself) {
  TempDir place("/tmp", "glassdock-remove.");
  constexpr uid_t somebody = 54321;  // root may go in anyway
  const bool root = ::geteuid() == 0;
  fs::create_directories(place.path() / "tree/closed/within");
  fs::create_directory(place.path() / "tree/read-only");
  std::ofstream(place.path() / "tree/read-only/file") << "text";
  for (const char* name : {"", "tree", "tree/closed", "tree/closed/within", "tree/read-only", "tree/read-only/file"}) {
    ASSERT_TRUE(!root || ::lchown((place.path() / name).c_str(), somebody, somebody) == 0);
  }
  ASSERT_EQ(::chmod((place.path() / "tree/closed").c_str(), 0), 0);
  ASSERT_EQ(::chmod((place.path() / "tree/read-only").c_str(), 0555), 0);
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (root && ::setresuid(somebody, somebody, somebody) != 0) ::_exit(2);
    try {
      remove_tree(place.path() / "tree");
    } catch (const std::exception&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(fs::exists(place.path() / "tree"));
}

}  // namespace
}  // namespace glassdock::os
