// A real tree of this machine, packed by tar in each of its formats: unpacked by us and by tar -x, then compared.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/snapshot/layer_store.h"
#include "tests/support/unpacked.h"

namespace glassdock::snapshot {
namespace {

using namespace glassdock::tests;
namespace fs = std::filesystem;

std::string attributes_of(const fs::path& path) {
  char names[4096];
  const ssize_t size = ::llistxattr(path.c_str(), names, sizeof names);
  std::set<std::string> sorted;
  for (ssize_t at = 0; at < size; at += static_cast<ssize_t>(std::strlen(names + at)) + 1) sorted.insert(names + at);
  std::string text;
  for (const std::string& name : sorted) text += name + "=" + attribute_of(path, name.c_str()) + ";";
  return text;
}

// All that a program can see of a file, but its times of access and change. `first_names` tells hard links.
std::string describe(const fs::path& root, const fs::path& name, std::map<ino_t, std::string>& first_names) {
  const auto status = status_of(root / name);
  std::string text = fmt::format("{:o} {}:{} {}.{:09}", status.st_mode, status.st_uid, status.st_gid,
                                 status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  if (S_ISREG(status.st_mode)) {
    text += fmt::format(" {} {}", status.st_size, Digest::of(os::read_file(root / name, 1 << 30)).short_hex());
  }
  if (S_ISLNK(status.st_mode)) text += " -> " + fs::read_symlink(root / name).string();
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) text += fmt::format(" device {}", status.st_rdev);
  if (!S_ISDIR(status.st_mode) && status.st_nlink > 1) {
    text += " same as " + first_names.emplace(status.st_ino, name.string()).first->second;
  }
  return text + " " + attributes_of(root / name);
}

std::map<std::string, std::string> describe_tree(const fs::path& root) {
  std::set<fs::path> names;
  for (const auto& entry : fs::recursive_directory_iterator(root)) names.insert(entry.path().lexically_relative(root));
  std::map<ino_t, std::string> first_names;
  std::map<std::string, std::string> described;
  for (const fs::path& name : names) described[name.string()] = describe(root, name, first_names);
  return described;
}

int shell(const std::string& command) {
  return std::system(command.c_str());
}

void must(int result) {
  if (result != 0) throw std::runtime_error(std::strerror(errno));
}

// Files of kinds that a machine's own folders do not have.
void make_odd_files(const fs::path& folder) {
  fs::create_directories(folder / "dir/sub");
  std::ofstream(folder / "setuid") << "#!";
  std::ofstream(folder / "dir/sub/한글 e\xcc\x81") << "name";
  std::ofstream(folder / std::string(240, 'l')) << "long";
  std::ofstream sparse(folder / "sparse");
  sparse.seekp(50 << 20);
  sparse << "end";
  sparse.close();
  must(::truncate((folder / "sparse").c_str(), 60 << 20));
  fs::create_hard_link(folder / "setuid", folder / "dir/hard");
  fs::create_symlink(std::string(200, 't'), folder / "long link");
  must(::mkfifo((folder / "fifo").c_str(), 0640));
  must(::mknod((folder / "null").c_str(), S_IFCHR | 0666, 0x103));
  must(::lchown((folder / "setuid").c_str(), 12, 34));
  must(::lchown((folder / "long link").c_str(), 3'000'000, 3'000'001));
  must(::chmod((folder / "setuid").c_str(), 06711));
  must(::chmod((folder / "dir").c_str(), 02770));
  must(::chmod((folder / "dir/sub").c_str(), 01777));
  must(::setxattr((folder / "dir/hard").c_str(), "user.note", "hello", 5, 0));
  must(::setxattr((folder / "dir").c_str(), "user.folder", "\0\1", 2, 0));
  const timespec old[2] = {{5, 0}, {987654321, 123456789}};
  must(::utimensat(AT_FDCWD, (folder / "dir").c_str(), old, 0));
}

class TreeTest : public testing::TestWithParam<const char*> {};

TEST_P(TreeTest, IsTheSameAsTarMakesIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "owners and devices need root";
  os::TempDir folder(fs::current_path(), "tree-test.");
  const fs::path work = folder.path();
  make_odd_files(work / "odd");
  fs::create_directory(work / "by-tar");
  // Each from its own parent, so that no folder is in the tar that tar itself would make on the way.
  std::string trees;
  for (const fs::path tree : {"/etc/alternatives", "/usr/share/zoneinfo", "/usr/sbin"}) {
    if (fs::is_directory(tree)) trees += " -C " + tree.parent_path().string() + " " + tree.filename().string();
  }
  const std::string where = shell_quote(work.string());
  ASSERT_EQ(shell(fmt::format("tar --numeric-owner {1} -cf {0}/tar -C {0} odd {2}", where, GetParam(), trees)), 0);
  ASSERT_EQ(shell(fmt::format("tar --xattrs --xattrs-include='*' --numeric-owner -C {0}/by-tar -xpf {0}/tar", where)),
            0);
  LayerStore store(os::real_system(), work / "layers", false);
  const std::string tar = os::read_file(work / "tar", std::size_t{4} << 30);
  EXPECT_EQ(unpack(store, tar, 1).diff_id, Digest::of(tar));
  const auto wanted = describe_tree(work / "by-tar");
  const auto made = describe_tree(store.path(1));
  EXPECT_GT(wanted.size(), 100u);
  EXPECT_EQ(made.size(), wanted.size());
  std::size_t different = 0;
  for (const auto& [name, description] : wanted) {
    const auto found = made.find(name);
    if (found != made.end() && found->second == description) continue;
    if (++different > 10) continue;
    ADD_FAILURE() << name << "\n tar: " << description
                  << "\n  we: " << (found == made.end() ? "nothing" : found->second);
  }
  EXPECT_EQ(different, 0u);
}

INSTANTIATE_TEST_SUITE_P(Formats, TreeTest,
                         testing::Values("--format=pax --xattrs --xattrs-include='*'", "--format=gnu",
                                         "--format=pax --sparse", "--format=gnu --sparse"));

}  // namespace
}  // namespace glassdock::snapshot
