// The store's folder, what is refused, and what is left after failures: nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "engine/snapshot/container_layers.h"
#include "tests/support/compress.h"
#include "tests/support/failing_system.h"
#include "tests/support/tar_builder.h"
#include "tests/support/unpacked.h"

namespace glassdock::snapshot {
namespace {

using namespace glassdock::tests;
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class LayerStoreTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_FALSE(fs::exists(folder_.path() / "evil")); }
  void expect_refused(const std::string& layer, const std::string& why) {
    EXPECT_THAT(unpack_error(store_, layer), AllOf(HasSubstr("sha256:test"), HasSubstr(why)));
    EXPECT_TRUE(fs::is_empty(store_.folder())) << why;
  }

  os::TempDir folder_{fs::current_path(), "snapshot-test."};
  FailingSystem system_;
  LayerStore store_{system_, folder_.path() / "layers", ::geteuid() != 0, {.max_bytes = 64 << 20, .max_entries = 1000}};
};

TEST_F(LayerStoreTest, WhatIsNoTarIsRefused) {
  for (const std::string& bytes :
       {std::string("hello, this is text"), std::string(), std::string("#mtree\n./x type=file\n"), std::string(1, '\0'),
        std::string(100'000, 'q'), gzip("not a tar"), zstd(std::string(5000, 'n')), gzip("")}) {
    expect_refused(bytes, "no tar archive");
  }
}

TEST_F(LayerStoreTest, DamagedAndCutStreamsAreRefused) {
  const std::string tar = TarBuilder().file("a", std::string(5000, 'a')).file("b").finish();
  const std::string packed = gzip(tar);
  for (std::size_t size : {std::size_t{2}, std::size_t{11}, packed.size() / 2, packed.size() - 8, packed.size() - 1}) {
    expect_refused(packed.substr(0, size), "gzip stream is cut short");
  }
  const std::string frame = zstd(tar);
  for (std::size_t size : {std::size_t{4}, std::size_t{9}, frame.size() - 1}) {
    expect_refused(frame.substr(0, size), "zstd stream is cut short");
  }
  std::string wrong = packed;
  wrong[wrong.size() - 8] ^= 1;
  expect_refused(wrong, "checksum");
  expect_refused(packed + "garbage", "gzip");
  expect_refused(packed + std::string(10, '\0') + "garbage", "followed by something else");
  expect_refused(tar.substr(0, 2000), "damaged after entry 1");
  std::string header = tar;
  header[512 + 5120 + 3] ^= 1;
  expect_refused(header, "damaged after entry 1");
}

TEST_F(LayerStoreTest, NothingClimbsOutOfTheLayer) {
  expect_refused(TarBuilder().file("../evil").finish(), "climbs out of the layer");
  expect_refused(TarBuilder().file("a/../../evil").finish(), "climbs out of the layer");
  expect_refused(TarBuilder().file("/../evil").finish(), "climbs out of the layer");
  expect_refused(TarBuilder().file("a").hard_link("b", "../../evil").finish(), "climbs out of the layer");
  expect_refused(TarBuilder().folder("..").finish(), "climbs out of the layer");
  expect_refused(TarBuilder().symlink("..", "x").finish(), "climbs out of the layer");
  expect_refused(TarBuilder().symlink("l", folder_.path().string()).file("l/evil").finish(), "leads to no folder");
  expect_refused(TarBuilder().symlink("l", "..").symlink("m", "l/..").file("m/../../evil").finish(), "climbs out");
  expect_refused(TarBuilder().symlink("a", "b").symlink("b", "a").file("a/evil").finish(), "leads to no folder");
  expect_refused(TarBuilder().symlink("l", "/proc/self/root" + folder_.path().string()).file("l/evil").finish(),
                 "leads to no folder");
  expect_refused(TarBuilder().hard_link("passwd", "/etc/passwd").finish(), "no file of the layer");
  expect_refused(TarBuilder().symlink("etc", "/etc").hard_link("passwd", "etc/passwd").finish(),
                 "no file of the layer");
  expect_refused(TarBuilder().folder("d").hard_link("e", "d").finish(), "no file of the layer");
  expect_refused(TarBuilder().file(".wh...", "").finish(), "hides nothing");
  expect_refused(TarBuilder().file("a/.wh..", "").finish(), "hides nothing");
  expect_refused(TarBuilder().file("f").file("f/evil").finish(), "no folder");
  expect_refused(TarBuilder().symlink("./", "/etc").finish(), "root");
}

TEST_F(LayerStoreTest, AFileThroughALinkToTheRootStaysInside) {
  const std::string outside = (folder_.path() / "evil").string();
  unpack(store_, TarBuilder().symlink("l", "/../../..").file("l/evil", "inside").file("l" + outside).finish(), 1);
  EXPECT_EQ(os::read_file(store_.path(1) / "evil"), "inside");
  EXPECT_EQ(os::read_file(store_.path(1).string() + outside), "x");
}

TEST_F(LayerStoreTest, BombsAreRefused) {
  expect_refused(gzip(TarBuilder().file("zeros", std::string(65 << 20, '\0')).finish()),
                 "inflates to more than 64 MiB");
  TarBuilder many;
  for (int number = 0; number < 1001; ++number) many.file(std::to_string(number), "");
  expect_refused(many.finish(), "more than 1000 entries");
  expect_refused(TarBuilder().header({.name = "x", .type = 'x'}, std::uint64_t{4} << 30).finish(), "no tar archive");
  expect_refused(TarBuilder().file("a").header({.name = "L", .type = 'L'}, std::uint64_t{4} << 30).finish(), "damaged");
  expect_refused(TarBuilder().file(std::string(300, 'n')).finish(), "too long");
  expect_refused(TarBuilder().add({.name = "a", .user = 4294967295}).finish(), "no user or group id");
  expect_refused(TarBuilder().add({.name = "a", .group = 5'000'000'000}).finish(), "no user or group id");
}

TEST_F(LayerStoreTest, EveryCallThatFailsLeavesNothingBehind) {
  if (::geteuid() != 0) GTEST_SKIP() << "devices and owners need root";
  const std::string layer = gzip(TarBuilder()
                                     .folder("d")
                                     .add({.name = "d/f", .content = "content", .user = 5})
                                     .symlink("d/s", "t")
                                     .hard_link("d/h", "d/f")
                                     .file("d/.wh.gone", "")
                                     .add({.name = "fifo", .type = '6', .mode = 0666})
                                     .file("implied/.wh..wh..opq", "")
                                     .file("d/f", "again")
                                     .add({.name = "x", .content = "1", .pax = {{"SCHILY.xattr.user.a", "b"}}})
                                     .finish());
  unpack(store_, layer, 1);
  store_.remove(1);
  const auto once = system_.counts();
  EXPECT_GE(once.size(), 9u);
  for (const auto& [name, count] : once) {
    for (std::uint64_t number = 1; number <= count; ++number) {
      if (name == "renameat" && number > 1) continue;  // the second one is remove()'s
      system_.fail(name, number, ENOSPC);
      try {
        unpack(store_, layer, 1);
        ADD_FAILURE() << name << " " << number << " did not fail";
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space) << error.what();
      }
      system_.fail(name, 0, 0);
      EXPECT_TRUE(fs::is_empty(store_.folder())) << name << " " << number;
    }
  }
}

TEST_F(LayerStoreTest, AFullDiskIsToldWhileTheLayerIsStillBeingWritten) {
  system_.fail_from("write", 3, ENOSPC);
  const auto writer = store_.begin({}, "sha256:test");
  const std::string tar = TarBuilder().file("big", std::string(40 << 20, 'b')).finish();
  EXPECT_THROW(
      {
        for (std::size_t at = 0; at < tar.size(); at += 65536) {
          writer->write(bytes_of(std::string_view(tar).substr(at, 65536)));
        }
      },
      Error);
}

TEST_F(LayerStoreTest, ALayerThatIsNotCommittedIsGone) {
  {
    const auto writer = store_.begin({}, "a");
    writer->write(bytes_of(TarBuilder().file("a").finish()));
    EXPECT_FALSE(fs::is_empty(store_.folder()));
  }
  EXPECT_TRUE(fs::is_empty(store_.folder()));
  {
    const auto writer = store_.begin({}, "b");
    writer->write(bytes_of(TarBuilder().file("a").finish()));
    writer->finish();
  }
  EXPECT_TRUE(fs::is_empty(store_.folder()));
  store_.begin({}, "c");
  EXPECT_TRUE(fs::is_empty(store_.folder()));
}

TEST_F(LayerStoreTest, NumbersAreTakenOnceAndRemoved) {
  const std::string tar = TarBuilder().file("a").finish();
  unpack(store_, tar, 7);
  EXPECT_TRUE(store_.has(7));
  EXPECT_FALSE(store_.has(8));
  EXPECT_THROW(unpack(store_, tar, 7), Error);
  EXPECT_EQ(entries_below(store_.folder()), 2u);
  store_.remove(7);
  store_.remove(7);
  EXPECT_TRUE(fs::is_empty(store_.folder()));
}

TEST_F(LayerStoreTest, OpeningRemovesWhatAKilledDaemonLeft) {
  unpack(store_, TarBuilder().file("a").finish(), 3);
  fs::create_directories(store_.folder() / "unpack.0123456789ab/sub/folder");
  LayerStore again(system_, store_.folder(), store_.rootless());
  EXPECT_TRUE(again.has(3));
  EXPECT_EQ(entries_below(store_.folder()), 2u);
}

TEST_F(LayerStoreTest, EventsTellTheUnpackingAndTheWhiteouts) {
  if (::geteuid() != 0) GTEST_SKIP() << "opaque folders need root";
  trace::Tracer tracer;
  const auto events = tracer.subscribe(true);
  const std::string tar = TarBuilder().file("a", "12345").file(".wh.b", "").file("c/.wh..wh..opq", "").finish();
  const UnpackedLayer unpacked = unpack(store_, tar, 1, 1000, {.tracer = &tracer});
  std::vector<std::string> told;
  while (const auto event = events->next(std::chrono::milliseconds(0))) {
    told.push_back(event->name + " " + event->subject + " " + std::string(trace::to_string(event->kind)));
    EXPECT_EQ(event->evidence.size(), event->kind == trace::Kind::instant ? 1u : 0u);
    if (event->kind != trace::Kind::end) continue;
    EXPECT_EQ(trace::argument_text(*event, "bytes"), "5");
    EXPECT_EQ(trace::argument_text(*event, "entries"), "3");
    EXPECT_EQ(trace::argument_text(*event, "diff_id"), unpacked.diff_id.text());
  }
  EXPECT_THAT(told, testing::ElementsAre("snapshot.unpack sha256:test begin", "snapshot.whiteout /b instant",
                                         "snapshot.whiteout /c instant", "snapshot.unpack sha256:test end",
                                         "snapshot.commit sha256:test instant"));
}

TEST_F(LayerStoreTest, AContainersFoldersAreMadeMeasuredAndRemoved) {
  unpack(store_, TarBuilder().file("a").finish(), 1);
  unpack(store_, TarBuilder().file("b").finish(), 2);
  ContainerLayers containers(system_, store_, folder_.path());
  const OverlayFolders folders = containers.make("c1", {1, 2});
  EXPECT_EQ(folders.base, folder_.path());
  EXPECT_EQ(folders.lower, (std::vector<fs::path>{"layers/2", "layers/1"}));
  EXPECT_EQ(containers.folders("c1", {1, 2, 1}).lower, (std::vector<fs::path>{"layers/1", "layers/2"}))
      << "overlay refuses a folder that comes twice";
  EXPECT_EQ(status_of(folders.base / folders.upper).st_mode, S_IFDIR | 0755u);
  EXPECT_EQ(status_of(folders.base / folders.work).st_mode, S_IFDIR | 0700u);
  fs::create_directories(folders.base / folders.upper / "x/y");
  os::write_file_atomically(system_, folders.base / folders.upper / "x/y/f", std::string(1234, 'f'));
  fs::create_hard_link(folders.base / folders.upper / "x/y/f", folders.base / folders.upper / "again");
  fs::create_directory_symlink("/usr", folders.base / folders.upper / "usr");
  EXPECT_EQ(containers.upper_bytes("c1"), 1234u);
  EXPECT_THROW(containers.make("c1", {1}), Error);
  EXPECT_EQ(containers.upper_bytes("c1"), 1234u) << "a refused make must not touch the container that is there";
  containers.remove("c1");
  containers.remove("c1");
  EXPECT_TRUE(fs::is_empty(folder_.path() / "containers/c1"));
  EXPECT_EQ(containers.upper_bytes("c1"), 0u);
  EXPECT_THROW(containers.make("c2", {1, 5}), Error);
  EXPECT_FALSE(fs::exists(folder_.path() / "containers/c2"));
  system_.fail("mkdirat", 2, ENOSPC);
  EXPECT_THROW(containers.make("c3", {1}), Error);
  EXPECT_TRUE(fs::is_empty(folder_.path() / "containers/c3"));
}

}  // namespace
}  // namespace glassdock::snapshot
