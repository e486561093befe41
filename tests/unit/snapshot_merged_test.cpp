// Layers as one tree, without a mount.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <fstream>

#include "engine/os/files.h"
#include "engine/snapshot/merged_tree.h"
#include "engine/snapshot/overlay_names.h"

namespace glassdock::snapshot {
namespace {

using ::testing::ElementsAre;

class MergedTree : public ::testing::Test {
 protected:
  std::filesystem::path in(int layer, const std::string& name) {
    const std::filesystem::path path = store_.path(static_cast<std::uint64_t>(layer)) / name;
    os::make_folders(path.parent_path(), 0755);
    return path;
  }
  void file(int layer, const std::string& name) { std::ofstream(in(layer, name)) << layer; }
  // "name=layer" of each entry; folders end in a slash.
  std::vector<std::string> merged(const std::vector<std::uint64_t>& layers) {
    std::vector<std::string> found;
    walk_merged(store_, layers, [&](const MergedEntry& entry) {
      const std::string relative = entry.path.lexically_relative(store_.folder());
      found.push_back(entry.name + (S_ISDIR(entry.status.st_mode) ? "/" : "=" + relative.substr(0, 1)));
    });
    return found;
  }
  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-merged."};
  LayerStore store_{os::real_system(), folder_.path() / "layers", false};
};

TEST_F(MergedTree, UpperFilesHideLowerOnesAndFoldersAreMerged) {
  file(1, "etc/a");
  file(1, "etc/b");
  file(2, "etc/b");
  file(2, "etc/c");
  file(1, "x/inside");
  file(2, "x");  // a file in a folder's place
  file(1, "y");
  file(2, "y/inside");  // and the other way round
  EXPECT_THAT(merged({1, 2}), ElementsAre("etc/", "etc/a=1", "etc/b=2", "etc/c=2", "x=2", "y/", "y/inside=2"));
  EXPECT_THAT(merged({1}), ElementsAre("etc/", "etc/a=1", "etc/b=1", "x/", "x/inside=1", "y=1"));
}

TEST_F(MergedTree, WhiteoutsAndOpaqueFoldersHide) {
  if (::geteuid() != 0) GTEST_SKIP() << "trusted.* attributes are root's";
  file(1, "gone/a");
  file(1, "opaque/low");
  file(1, "kept");
  file(2, "opaque/high");
  ASSERT_EQ(::mknod(in(2, "gone").c_str(), S_IFCHR, makedev(0, 0)), 0);
  if (::setxattr(in(2, "opaque").c_str(), opaque_attribute(false), "y", 1, 0) != 0) {
    GTEST_SKIP() << "no trusted.* attributes on this file system";
  }
  EXPECT_THAT(merged({1, 2}), ElementsAre("kept=1", "opaque/", "opaque/high=2"));
  file(3, "gone/new");
  EXPECT_THAT(merged({1, 2, 3}), ElementsAre("gone/", "gone/new=3", "kept=1", "opaque/", "opaque/high=2"))
      << "what a whiteout hid stays hidden behind a new folder";
}

}  // namespace
}  // namespace glassdock::snapshot
