// The real overlay over unpacked layers, as root and in user namespaces, and a disk that is really full.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

#include "engine/snapshot/container_layers.h"
#include "tests/support/compress.h"
#include "tests/support/in_namespace.h"
#include "tests/support/tar_builder.h"
#include "tests/support/unpacked.h"

namespace glassdock::snapshot {
namespace {

using namespace glassdock::tests;
namespace fs = std::filesystem;

#define SKIP_OR_EXPECT_GOOD(result)                                 \
  const std::string said = (result);                                \
  if (said.rfind("SKIP: ", 0) == 0) GTEST_SKIP() << said.substr(6); \
  EXPECT_EQ(said, "")

void check(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what);
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

void expect_names(const fs::path& folder, const std::set<std::string>& wanted) {
  const std::set<std::string> names = names_in(folder);
  check(names == wanted, folder.string() + " has " + joined(names) + "instead of " + joined(wanted));
}

void mount_overlay(const OverlayFolders& folders, const fs::path& target, bool rootless) {
  fs::create_directories(target);
  check(::chdir(folders.base.c_str()) == 0, "chdir");
  std::string options = "lowerdir=";
  for (const fs::path& lower : folders.lower) options += (options.back() == '=' ? "" : ":") + lower.string();
  options += ",upperdir=" + folders.upper.string() + ",workdir=" + folders.work.string();
  if (rootless) options += ",userxattr";
  check(::mount("overlay", target.c_str(), "overlay", 0, options.c_str()) == 0,
        std::string("SKIP: cannot mount overlay with ") + options + ": " + std::strerror(errno));
}

// Two layers, the upper of which takes away in each way that there is.
void layers_hide_what_they_take_away(const fs::path& data, bool rootless) {
  LayerStore store(os::real_system(), data / "layers", rootless);
  unpack(store,
         gzip(TarBuilder()
                  .file("plain")
                  .file("gone")
                  .file("dir/gone")
                  .file("dir/kept")
                  .file("opaque/old")
                  .file("opaque/sub/old")
                  .file("file becomes dir")
                  .file("dir becomes file/x")
                  .file("dir replaced/old")
                  .file("late/old")
                  .finish()),
         1);
  unpack(store,
         gzip(TarBuilder()
                  .file(".wh.gone", "")
                  .file("dir/.wh.gone", "")
                  .folder("opaque")
                  .file("opaque/.wh..wh..opq", "")
                  .file("opaque/new")
                  .file("file becomes dir/in")
                  .file("dir becomes file", "file")
                  .file(".wh.dir replaced", "")
                  .file("dir replaced/new")
                  .file("late/new")
                  .file("late/.wh..wh..opq", "")
                  .file("back", "new")
                  .file(".wh.back", "")
                  .finish()),
         2);
  ContainerLayers containers(os::real_system(), store, data);
  const fs::path merged = data / "merged";
  mount_overlay(containers.make("c", {1, 2}), merged, rootless);
  expect_names(merged,
               {"plain", "dir", "opaque", "file becomes dir", "dir becomes file", "dir replaced", "late", "back"});
  expect_names(merged / "dir", {"kept"});
  expect_names(merged / "opaque", {"new"});
  expect_names(merged / "late", {"new"});
  expect_names(merged / "file becomes dir", {"in"});
  expect_names(merged / "dir replaced", {"new"});
  check(os::read_file(merged / "dir becomes file") == "file", "a file takes a folder's place");
  check((status_of(merged).st_mode & 07777) == 0755, "the root's mode");
  std::ofstream(merged / "dir/kept") << "changed";
  fs::remove(merged / "plain");
  fs::remove_all(merged / "opaque");
  expect_names(merged / "dir", {"kept"});
  check(os::read_file(store.path(1) / "dir/kept") == "x", "a layer never changes");
  check(containers.upper_bytes("c") == 7, "the changed file counts, the whiteouts do not");
  check(::umount2(merged.c_str(), 0) == 0, "unmount");
  containers.remove("c");
  check(fs::is_empty(data / "containers/c"), "upper and work are gone");
  store.remove(1);
  store.remove(2);
  check(fs::is_empty(data / "layers"), "layers are gone");
}

// The data folder of a user namespace belongs to its root.
class OverlayTest : public testing::Test {
 protected:
  void give_to(unsigned id) {
    if (::geteuid() == 0) {
      ASSERT_EQ(::chown(folder_.path().c_str(), id, id), 0);
    }
  }
  // `work` finds the test's folder at /mnt/data: an ordinary user may not be allowed to pass the folders above it.
  std::string run(World world, const std::function<void(const fs::path&)>& work) {
    const fs::path before = fs::current_path();
    fs::current_path(folder_.path());
    const std::string said = run_in(world, [&] {
      check(::mount("tmpfs", "/mnt", "tmpfs", 0, "size=1m,mode=0755") == 0 && ::mkdir("/mnt/data", 0700) == 0 &&
                ::mount(".", "/mnt/data", nullptr, MS_BIND, nullptr) == 0,
            std::string("SKIP: bind the test's folder: ") + std::strerror(errno));
      work("/mnt/data");
    });
    fs::current_path(before);
    return said;
  }

  os::TempDir folder_{fs::current_path(), "overlay-test."};
};

TEST_F(OverlayTest, LayersHideWhatTheyTakeAwayAsRoot) {
  SKIP_OR_EXPECT_GOOD(run(World::root, [](const fs::path& data) { layers_hide_what_they_take_away(data, false); }));
}

TEST_F(OverlayTest, LayersHideWhatTheyTakeAwayInAUserNamespace) {
  give_to(first_id);
  SKIP_OR_EXPECT_GOOD(
      run(World::mapped_ids, [](const fs::path& data) { layers_hide_what_they_take_away(data, true); }));
}

TEST_F(OverlayTest, LayersHideWhatTheyTakeAwayWithASingleId) {
  give_to(first_id);
  SKIP_OR_EXPECT_GOOD(run(World::single_id, [](const fs::path& data) { layers_hide_what_they_take_away(data, true); }));
}

TEST_F(OverlayTest, AnOpaqueRootHidesAllLayersBelow) {
  SKIP_OR_EXPECT_GOOD(run(World::root, [](const fs::path& data) {
    LayerStore store(os::real_system(), data / "layers", false);
    unpack(store, TarBuilder().file("old").finish(), 1);
    unpack(store, TarBuilder().file(".wh..wh..opq", "").file("new").finish(), 2);
    ContainerLayers containers(os::real_system(), store, data);
    mount_overlay(containers.make("c", {1, 2}), data / "merged", false);
    expect_names(data / "merged", {"new"});
  }));
}

// Owners and devices as far as the ids go; what cannot be made is told.
void unpack_owners_and_devices(const fs::path& data, unsigned wanted_user, const std::string& wanted_left_out) {
  LayerStore store(os::real_system(), data / "layers", true);
  trace::Tracer tracer;
  const auto events = tracer.subscribe(false);
  const std::string layer = TarBuilder()
                                .add({.name = "owned", .mode = 06755, .user = 1000, .group = 50})
                                .add({.name = "null", .type = '3', .mode = 0666, .major = 1, .minor = 3})
                                .hard_link("zero", "null")
                                .add({.name = "fifo", .type = '6', .mode = 0600})
                                .add({.name = "a", .pax = {{"SCHILY.xattr.trusted.x", "1"}}})
                                .finish();
  unpack(store, layer, 1, 4096, {.tracer = &tracer});
  check(names_in(store.path(1)) == std::set<std::string>{"owned", "fifo", "a"}, joined(names_in(store.path(1))));
  const auto owned = status_of(store.path(1) / "owned");
  check(owned.st_uid == wanted_user, "owner is " + std::to_string(owned.st_uid));
  check(owned.st_mode == (S_IFREG | 06755), "mode");
  std::string left_out;
  while (const auto event = events->next(std::chrono::milliseconds(0))) {
    if (event->name != "snapshot.left-out") continue;
    for (const auto& argument : event->arguments) {
      left_out += argument.name + "=" + trace::argument_text(*event, argument.name) + " ";
    }
  }
  check(left_out == wanted_left_out, left_out);
}

TEST_F(OverlayTest, MappedOwnersAreSetAndDevicesLeftOut) {
  give_to(first_id);
  SKIP_OR_EXPECT_GOOD(run(World::mapped_ids, [](const fs::path& data) {
    unpack_owners_and_devices(data, 1000, "devices=1 links=1 attributes=1 owners=0 ");
  }));
}

TEST_F(OverlayTest, WithASingleIdAllFilesBelongToIt) {
  give_to(first_id);
  SKIP_OR_EXPECT_GOOD(run(World::single_id, [](const fs::path& data) {
    unpack_owners_and_devices(data, 0, "devices=1 links=1 attributes=1 owners=1 ");
  }));
}

TEST_F(OverlayTest, AFullDiskIsOneClearErrorAndIsNotFullAfterwards) {
  SKIP_OR_EXPECT_GOOD(run(::geteuid() == 0 ? World::root : World::single_id, [](const fs::path& data) {
    const fs::path small = data / "small";
    fs::create_directory(small);
    check(::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=2m,nr_inodes=100") == 0, "SKIP: mount tmpfs");
    LayerStore store(os::real_system(), small / "layers", false);
    struct statvfs before, after;
    check(::statvfs(small.c_str(), &before) == 0, "statvfs");
    TarBuilder many;
    for (int number = 0; number < 200; ++number) many.file(std::to_string(number), "");
    for (const std::string& tar : {TarBuilder().file("big", std::string(8 << 20, 'b')).finish(), many.finish()}) {
      try {
        unpack(store, gzip(tar), 1);
        check(false, "the disk is not full");
      } catch (const Error& error) {
        check(error.kind() == ErrorKind::no_space, error.what());
        check(error.hint().find(small.string()) != std::string::npos, "the hint names the place: " + error.hint());
      }
      check(fs::is_empty(store.folder()), "nothing is left");
    }
    check(::statvfs(small.c_str(), &after) == 0, "statvfs");
    check(before.f_bfree == after.f_bfree && before.f_ffree == after.f_ffree, "space is free again");
  }));
}

}  // namespace
}  // namespace glassdock::snapshot
