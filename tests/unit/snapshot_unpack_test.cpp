// What a layer's entries become.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "engine/snapshot/container_layers.h"
#include "tests/support/compress.h"
#include "tests/support/tar_builder.h"
#include "tests/support/unpacked.h"

namespace glassdock::snapshot {
namespace {

using namespace glassdock::tests;
using testing::HasSubstr;
namespace fs = std::filesystem;

class UnpackTest : public testing::Test {
 protected:
  fs::path layer(std::uint64_t number = 1) const { return store_.path(number); }
  std::string content(const std::string& name) const { return os::read_file(layer() / name); }

  // In the build folder: /tmp may be a tmpfs without attributes.
  os::TempDir folder_{fs::current_path(), "snapshot-test."};
  LayerStore store_{os::real_system(), folder_.path() / "layers", ::geteuid() != 0};
};

#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "owners, devices and trusted attributes need root"

TEST_F(UnpackTest, FilesFoldersAndLinksHaveTheirContentModesAndTimes) {
  NEEDS_ROOT();
  const std::string tar = TarBuilder()
                              .add({.name = "./", .type = '5', .mode = 0711, .modified = 1'500'000'000})
                              .add({.name = "etc/", .type = '5', .mode = 01775, .user = 3, .group = 4, .modified = 1})
                              .add({.name = "etc/passwd", .content = "root", .mode = 0640, .group = 42})
                              .add({.name = "etc/su", .content = "#!", .mode = 06755, .user = 1000, .group = 1001})
                              .symlink("etc/link", "../../../outside")
                              .hard_link("etc/again", "etc/passwd")
                              .add({.name = "etc/pipe", .type = '6', .mode = 0622})
                              .file("etc/empty", "")
                              .finish();
  const UnpackedLayer unpacked = unpack(store_, tar, 1);
  EXPECT_EQ(unpacked.entries, 8u);
  EXPECT_EQ(unpacked.bytes, 6u);
  EXPECT_EQ(unpacked.diff_id, Digest::of(tar));
  EXPECT_EQ(content("etc/passwd"), "root");
  EXPECT_EQ(content("etc/empty"), "");
  EXPECT_EQ(status_of(layer()).st_mode, S_IFDIR | 0711u);
  EXPECT_EQ(status_of(layer()).st_mtime, 1'500'000'000);
  const auto folder = status_of(layer() / "etc");
  EXPECT_EQ(folder.st_mode, S_IFDIR | 01775u);
  EXPECT_EQ(folder.st_uid, 3u);
  EXPECT_EQ(folder.st_gid, 4u);
  EXPECT_EQ(folder.st_mtime, 1);
  const auto su = status_of(layer() / "etc/su");
  EXPECT_EQ(su.st_mode, S_IFREG | 06755u);
  EXPECT_EQ(su.st_uid, 1000u);
  EXPECT_EQ(su.st_gid, 1001u);
  EXPECT_EQ(su.st_mtime, 1'600'000'000);
  EXPECT_EQ(fs::read_symlink(layer() / "etc/link"), "../../../outside");
  EXPECT_EQ(status_of(layer() / "etc/link").st_mtime, 1'600'000'000);
  EXPECT_EQ(status_of(layer() / "etc/again").st_ino, status_of(layer() / "etc/passwd").st_ino);
  EXPECT_EQ(status_of(layer() / "etc/pipe").st_mode, S_IFIFO | 0622u);
}

TEST_F(UnpackTest, LayersComePlainOrAsGzipOrZstdInPiecesOfAnySize) {
  std::string big(3'000'000, 'a');
  for (std::size_t at = 0; at < big.size(); at += 7) big[at] = static_cast<char>(at * 31 >> 5);
  const std::string tar = TarBuilder().file("a", "hello").file("b", big).finish();
  const std::string half = tar.substr(0, tar.size() / 2);
  const std::string rest = tar.substr(tar.size() / 2);
  const std::vector<std::string> forms = {tar,
                                          gzip(tar),
                                          gzip(tar, "9"),
                                          zstd(tar),
                                          gzip(half) + gzip(rest),
                                          zstd(half) + zstd(rest),
                                          gzip(tar) + std::string(700, '\0')};
  std::uint64_t number = 1;
  for (const std::string& form : forms) {
    for (std::size_t piece : {std::size_t{997}, std::size_t{262144}, form.size()}) {
      EXPECT_EQ(unpack(store_, form, number, piece).diff_id, Digest::of(tar));
      EXPECT_TRUE(os::read_file(layer(number) / "b") == big);
      ++number;
    }
  }
  unpack(store_, gzip(TarBuilder().file("a").finish()), number, 1);
  EXPECT_EQ(os::read_file(layer(number) / "a"), "x");
}

TEST_F(UnpackTest, BytesAfterTheArchivesEndCountForTheDigest) {
  const std::string tar = TarBuilder().file("a").finish() + std::string(10 * 1024 * 1024, 'z');
  EXPECT_EQ(unpack(store_, gzip(tar), 1).diff_id, Digest::of(tar));
}

TEST_F(UnpackTest, AnEmptyLayerIsATarOfZeros) {
  const std::string tar(1024, '\0');
  EXPECT_EQ(unpack(store_, gzip(tar), 1).entries, 0u);
  EXPECT_TRUE(fs::is_empty(layer()));
  EXPECT_EQ(status_of(layer()).st_mode, S_IFDIR | 0755u);
}

TEST_F(UnpackTest, LongNamesAndPaxRecordsAreTaken) {
  const std::string folder(90, 'd'), file(200, 'f'), target(300, 't');
  const std::string tar = TarBuilder()
                              .file(folder + "/" + file, "long")
                              .add({.name = "short", .type = '2', .target = target})
                              .add({.name = "x",
                                    .content = "pax",
                                    .pax = {{"path", folder + "/pax-name"}, {"mtime", "1234567890.123456789"}}})
                              .finish();
  unpack(store_, tar, 1);
  EXPECT_EQ(content(folder + "/" + file), "long");
  EXPECT_EQ(fs::read_symlink(layer() / "short"), target);
  EXPECT_EQ(content(folder + "/pax-name"), "pax");
  EXPECT_EQ(status_of(layer() / folder / "pax-name").st_mtim.tv_sec, 1234567890);
  EXPECT_EQ(status_of(layer() / folder / "pax-name").st_mtim.tv_nsec, 123456789);
}

TEST_F(UnpackTest, NamesAreBytesAndStayAsTheyAre) {
  const std::vector<std::string> names = {"e\xcc\x81 decomposed",
                                          "\xc3\xa9 composed",
                                          "\xed\x95\x9c\xea\xb8\x80",
                                          "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",
                                          "latin \xe9",
                                          "line\nfeed",
                                          "back\\slash"};
  TarBuilder plain, pax;
  for (const std::string& name : names) {
    plain.file(name, name);
    pax.add({.name = "x", .content = name, .pax = {{"path", name}}});
    pax.add({.name = "x", .type = '2', .target = "t", .pax = {{"path", name + ".link"}, {"linkpath", name}}});
    pax.add({.name = "x", .type = '1', .target = "t", .pax = {{"path", name + ".hard"}, {"linkpath", name}}});
  }
  unpack(store_, plain.finish(), 1);
  unpack(store_, pax.finish(), 2);
  for (const std::string& name : names) {
    EXPECT_EQ(os::read_file(layer(1) / name), name);
    EXPECT_EQ(os::read_file(layer(2) / name), name);
    EXPECT_EQ(fs::read_symlink(layer(2) / (name + ".link")).string(), name);
    EXPECT_EQ(os::read_file(layer(2) / (name + ".hard")), name);
  }
}

TEST_F(UnpackTest, SparseFilesKeepTheirHoles) {
  // GNU sparse 1.0 in pax: the map stands in front of the data (GNU tar manual, "Storing Sparse Files").
  std::string map = "1\n1048576\n4\n";
  map.resize(512, '\0');
  const std::string tar = TarBuilder()
                              .add({.name = "GNUSparseFile.0/s",
                                    .content = map + "data",
                                    .pax = {{"GNU.sparse.major", "1"},
                                            {"GNU.sparse.minor", "0"},
                                            {"GNU.sparse.name", "sparse"},
                                            {"GNU.sparse.realsize", "33554432"}}})
                              .finish();
  unpack(store_, tar, 1);
  const auto status = status_of(layer() / "sparse");
  EXPECT_EQ(status.st_size, 33554432);
  EXPECT_LT(status.st_blocks * 512, 1024 * 1024);
  EXPECT_EQ(content("sparse").substr(1048576, 5), std::string("data\0", 5));
}

TEST_F(UnpackTest, AttributesAreKeptButOverlaysOwnAreNot) {
  NEEDS_ROOT();
  const std::string capability("\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  const std::string tar =
      TarBuilder()
          .add({.name = "ping",
                .content = "elf",
                .mode = 0755,
                .user = 7,
                .pax = {{"SCHILY.xattr.security.capability", capability},
                        {"SCHILY.xattr.user.note", "hello"},
                        {"SCHILY.xattr.trusted.overlay.redirect", "/etc"},
                        {"SCHILY.xattr.user.overlay.redirect", "/etc"}}})
          .add({.name = "dir",
                .type = '5',
                .pax = {{"SCHILY.xattr.user.note", "folder"}, {"SCHILY.xattr.trusted.overlay.opaque", "y"}}})
          .add({.name = "link", .type = '2', .target = "x", .pax = {{"SCHILY.xattr.user.no", "1"}}})
          .finish();
  unpack(store_, tar, 1);
  EXPECT_EQ(attribute_of(layer() / "ping", "security.capability"), capability);
  EXPECT_EQ(attribute_of(layer() / "ping", "user.note"), "hello");
  EXPECT_EQ(attribute_of(layer() / "ping", "trusted.overlay.redirect"), "");
  EXPECT_EQ(attribute_of(layer() / "ping", "user.overlay.redirect"), "");
  EXPECT_EQ(attribute_of(layer() / "dir", "user.note"), "folder");
  EXPECT_EQ(attribute_of(layer() / "dir", "trusted.overlay.opaque"), "");
}

TEST_F(UnpackTest, DevicesAreWhatTheTarSays) {
  NEEDS_ROOT();
  const std::string tar = TarBuilder()
                              .add({.name = "null", .type = '3', .mode = 0666, .major = 1, .minor = 3})
                              .add({.name = "loop", .type = '4', .mode = 0660, .group = 6, .major = 7, .minor = 1})
                              .finish();
  unpack(store_, tar, 1);
  EXPECT_EQ(status_of(layer() / "null").st_mode, S_IFCHR | 0666u);
  EXPECT_EQ(status_of(layer() / "null").st_rdev, makedev(1, 3));
  EXPECT_EQ(status_of(layer() / "loop").st_mode, S_IFBLK | 0660u);
  EXPECT_EQ(status_of(layer() / "loop").st_gid, 6u);
}

TEST_F(UnpackTest, FoldersThatAreNotListedAreMade) {
  unpack(store_, TarBuilder().file("a/b/c/file").finish(), 1);
  EXPECT_EQ(content("a/b/c/file"), "x");
  EXPECT_EQ(status_of(layer() / "a/b").st_mode, S_IFDIR | 0755u);
}

TEST_F(UnpackTest, ALaterEntryReplacesAnEarlierOneOfAnyType) {
  const std::string tar = TarBuilder()
                              .file("file-file", "old")
                              .file("file-file", "new")
                              .folder("dir-file")
                              .file("dir-file/inside")
                              .file("dir-file", "file now")
                              .file("file-dir")
                              .folder("file-dir")
                              .file("file-dir/inside", "in")
                              .symlink("link-dir", "nowhere")
                              .folder("link-dir")
                              .file("link-dir/inside", "in")
                              .symlink("link-file", "file-file")
                              .file("link-file", "no link")
                              .file("file-link")
                              .symlink("file-link", "t")
                              .file("kept")
                              .hard_link("file-hard", "kept")
                              .file("dir-hard/x")
                              .hard_link("dir-hard", "kept")
                              .folder("dir-dir", 0700)
                              .file("dir-dir/kept", "k")
                              .folder("dir-dir", 0750)
                              .folder("deep")
                              .file("deep/er/file")
                              .file("deep", "flat")
                              .folder("a")
                              .file("a/b/c")
                              .file("a", "gone")
                              .folder("a")
                              .file("a/b/c", "again")
                              .finish();
  unpack(store_, tar, 1);
  EXPECT_EQ(content("file-file"), "new");
  EXPECT_EQ(content("dir-file"), "file now");
  EXPECT_EQ(content("file-dir/inside"), "in");
  EXPECT_EQ(content("link-dir/inside"), "in");
  EXPECT_EQ(content("link-file"), "no link");
  EXPECT_EQ(fs::read_symlink(layer() / "file-link"), "t");
  EXPECT_EQ(status_of(layer() / "file-hard").st_nlink, 3u);
  EXPECT_EQ(content("dir-hard"), "x");
  EXPECT_EQ(content("dir-dir/kept"), "k");
  EXPECT_EQ(status_of(layer() / "dir-dir").st_mode, S_IFDIR | 0750u);
  EXPECT_EQ(content("deep"), "flat");
  EXPECT_EQ(content("a/b/c"), "again");
}

TEST_F(UnpackTest, WhiteoutsAndOpaqueFoldersHaveOverlaysForm) {
  NEEDS_ROOT();
  const std::string tar = TarBuilder()
                              .file(".wh.gone", "")
                              .file("dir/.wh.gone too", "")
                              .folder("opaque")
                              .file("opaque/.wh..wh..opq", "")
                              .file("opaque/new")
                              .file("late/new")
                              .file("late/.wh..wh..opq", "")
                              .file("same")
                              .file(".wh.same", "")
                              .file("sub/x")
                              .file(".wh.sub", "")
                              .file(".wh.then", "")
                              .folder("then")
                              .file("then/x")
                              .file(".wh.file", "")
                              .file("file", "back")
                              .file(".wh.implied", "")
                              .file("implied/x")
                              .file(".wh..wh.plnk/1.2", "")
                              .file(".wh..wh.aufs", "")
                              .finish();
  unpack(store_, tar, 1);
  EXPECT_EQ(status_of(layer() / "gone").st_mode & S_IFMT, static_cast<mode_t>(S_IFCHR));
  EXPECT_EQ(status_of(layer() / "gone").st_rdev, makedev(0, 0));
  EXPECT_EQ(status_of(layer() / "dir/gone too").st_rdev, makedev(0, 0));
  for (const char* name : {"opaque", "late", "sub", "then", "implied"}) {
    EXPECT_EQ(attribute_of(layer() / name, "trusted.overlay.opaque"), "y") << name;
    EXPECT_EQ(attribute_of(layer() / name, "user.overlay.opaque"), "y") << name << ", for trials";
    EXPECT_FALSE(fs::is_empty(layer() / name)) << name;
  }
  EXPECT_EQ(attribute_of(layer() / "dir", "trusted.overlay.opaque"), "");
  EXPECT_EQ(content("same"), "x") << "a whiteout hides lower layers, not its own";
  EXPECT_EQ(content("file"), "back");
  for (const auto& entry : fs::recursive_directory_iterator(layer())) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(testing::StartsWith(".wh.")));
  }
}

TEST_F(UnpackTest, ALayerWhoseRootIsOpaqueHidesAllBelowIt) {
  NEEDS_ROOT();
  unpack(store_, TarBuilder().file("bottom").finish(), 1);
  unpack(store_, TarBuilder().file(".wh..wh..opq", "").file("top").finish(), 2);
  unpack(store_, TarBuilder().file("more").finish(), 3);
  ContainerLayers containers(os::real_system(), store_, folder_.path());
  const OverlayFolders folders = containers.folders("c1", {1, 2, 3});
  EXPECT_EQ(folders.lower, (std::vector<fs::path>{"layers/3", "layers/2"}));
}

TEST_F(UnpackTest, ALinkAmongTheFoldersIsFollowedInsideTheLayerOnly) {
  const std::string tar = TarBuilder()
                              .folder("usr/lib")
                              .symlink("lib", "usr/lib")
                              .file("lib/a", "in usr")
                              .symlink("abs", "/usr/lib")
                              .file("abs/b", "in usr too")
                              .symlink("up", "../../../../usr/lib")
                              .file("up/c", "still inside")
                              .finish();
  unpack(store_, tar, 1);
  EXPECT_EQ(content("usr/lib/a"), "in usr");
  EXPECT_EQ(content("usr/lib/b"), "in usr too");
  EXPECT_EQ(content("usr/lib/c"), "still inside");
}

TEST_F(UnpackTest, AbsoluteNamesCountFromTheLayersRoot) {
  unpack(store_, TarBuilder().file("/srv/app", "in").hard_link("//srv/./again", "/srv/app").file("a/../b").finish(), 1);
  EXPECT_EQ(content("srv/app"), "in");
  EXPECT_EQ(content("srv/again"), "in");
  EXPECT_EQ(content("b"), "x");
}

}  // namespace
}  // namespace glassdock::snapshot
