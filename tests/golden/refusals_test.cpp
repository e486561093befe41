// What the engine can't work with: its folder, its socket, its disk, its rights. Each gets one line that says what to
// do, the right exit code, and leaves nothing behind.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "engine/base/text.h"
#include "tests/golden/held_run.h"
#include "tests/golden/processes.h"
#include "tests/golden/real_engine.h"
#include "tests/golden/refusal.h"
#include "tests/support/in_namespace.h"
#include "tests/support/private_mounts.h"
#include "tests/support/sanitizers.h"

namespace glassdock::golden {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

void expect_refused(const RealEngine& engine, const std::function<Outcome()>& command, int code, const Words& says) {
  EXPECT_EQ(refused(engine, command, code, says), "");
}

// Started and ended by `glassdock`: the files that stay with a folder are there, and its keeper has gone.
void use_once(const RealEngine& engine) {
  const Traces before = engine.traces();
  for (const char* verb : {"start", "stop"}) {
    const Outcome outcome = engine.glassdock({"engine", verb});
    if (outcome.code != 0) throw std::runtime_error(outcome.err);
  }
  if (const std::string left = engine.differs_but_for_files(before); !left.empty()) throw std::runtime_error(left);
}

// Writes into `file` until not a byte more fits.
void fill_disk(const std::filesystem::path& file) {
  UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  for (std::size_t step = 1 << 20; step > 0; step /= 2) {
    const std::string bytes(step, 'f');
    while (::write(fd.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
  if (!fd || errno != ENOSPC) throw std::runtime_error("cannot fill the disk of " + file.string());
}

class Refusals : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
};

// Most of it needs mounts of its own.
class RefusalsOfDisks : public Refusals {
 protected:
  void SetUp() override {
    Refusals::SetUp();
    if (!IsSkipped() && ::geteuid() != 0) GTEST_SKIP() << "needs root to mount";
  }
};

TEST_P(Refusals, CountersSeeTheContainersProcessAndTheKeeper) {
  RealEngine engine(GetParam());
  ASSERT_EQ(engine.docker({"run", "--rm", "alpine", "true"}).code, 0);
  const Traces before = engine.traces();
  ASSERT_EQ(engine.docker({"run", "-d", "--name", "leak", "alpine", "sleep", "1000"}).code, 0);
  EXPECT_THAT(difference(before, engine.traces()), HasSubstr("left behind: process sleep\n"));
  if (engine.owner() == Owner::ordinary_user) {
    EXPECT_THAT(before.processes, Contains("glassdock-keep"));
  }
  EXPECT_EQ(engine.docker({"rm", "-f", "leak"}).code, 0);
  EXPECT_EQ(engine.differs_from(before), "");
}

// A proxy where nobody listens: docker.io is out of reach, whatever the network.
TEST_P(Refusals, MistypedImage) {
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  RealEngine engine(GetParam());
  ::unsetenv("https_proxy");
  ASSERT_EQ(engine.docker({"run", "--rm", "alpine", "true"}).code, 0);
  const std::string out_of_reach = "registry-1.docker.io cannot be reached: ";
  const Words no_image = {"Unable to find image 'alpin:latest' locally\n",
                          "the built-in hub has no image alpin, only alpine, busybox and hello-world", out_of_reach,
                          "(did you mean alpine?)"};
  expect_refused(
      engine,
      [&] {
        return engine.docker({"run", "alpin", "ls"});
      },
      125, no_image);
  const Words no_tag = {"Unable to find image 'alpine:3.99' locally\n",
                        "the built-in hub has no alpine:3.99, only the tags 3 and latest; ", out_of_reach};
  expect_refused(
      engine,
      [&] {
        return engine.docker({"run", "alpine:3.99", "ls"});
      },
      125, no_tag);
  const Words nothing_like_it = {"the built-in hub has no image nginx, only alpine, busybox and hello-world",
                                 "is there a network, and does the registry answer?"};
  expect_refused(
      engine,
      [&] {
        return engine.docker({"run", "nginx"});
      },
      125, nothing_like_it);
}

TEST_P(Refusals, SecondDaemonOnTheSameFolder) {
  RealEngine engine(GetParam());
  const std::string holder =
      fmt::format("another engine (pid {}) already uses {}", engine.pid(), engine.data().string());
  expect_refused(engine, [&] { return engine.refused_start(engine.folder() / "other"); }, 1,
                 {holder, "give another --data"});
  EXPECT_EQ(engine.docker({"run", "--rm", "alpine", "echo", "goes on"}).out, "goes on\n");
}

TEST_P(Refusals, SecondDaemonAtTheSameSocket) {
  RealEngine engine(GetParam());
  RealEngine other(GetParam(), {}, Begin::later);
  use_once(other);
  expect_refused(other, [&] { return other.refused_start(engine.socket()); }, 1,
                 {"another engine answers on " + engine.socket().string(), "--socket"});
  EXPECT_EQ(engine.docker({"run", "--rm", "alpine", "echo", "goes on"}).out, "goes on\n");
}

TEST_P(Refusals, SocketPathTooLong) {
  RealEngine engine(GetParam(), {}, Begin::later);
  const std::filesystem::path socket = engine.folder() / std::string(100, 's');
  const std::string size = fmt::format("{} bytes", socket.string().size());
  expect_refused(engine, [&] { return engine.refused_start(socket); }, 1, {size, "107", "--socket"});
  expect_refused(engine,
                 [&] {
                   return engine.glassdock({"--socket", socket.string(), "docker", "ps"});
                 },
                 125, {size, "107", "--socket"});
}

TEST_P(Refusals, DamagedMetadata) {
  RealEngine engine(GetParam(), {}, Begin::later);
  use_once(engine);
  for (const char* log : {"-wal", "-shm"}) std::filesystem::remove(engine.data() / fmt::format("glassdock.db{}", log));
  std::ofstream(engine.data() / "glassdock.db") << std::string(8192, 'x');
  expect_refused(engine, [&] { return engine.refused_start(engine.socket()); }, 1,
                 {"file is not a database", "move it away"});
  expect_refused(engine, [&] { return engine.docker({"ps"}); }, 125, {"file is not a database", "engine.log"});
  EXPECT_FALSE(std::filesystem::exists(engine.socket()));
}

TEST_P(Refusals, DataFolderThatOthersMayRead) {
  using std::filesystem::perms;
  RealEngine engine(GetParam(), {}, Begin::later);
  use_once(engine);
  const auto mode = [](const std::filesystem::path& path) { return std::filesystem::status(path).permissions(); };
  const std::filesystem::path database = engine.data() / "glassdock.db";
  EXPECT_EQ(mode(database), perms::owner_read | perms::owner_write);
  std::filesystem::permissions(engine.data(), perms{0755});
  std::filesystem::permissions(database, perms{0644});
  engine.start();
  EXPECT_EQ(mode(engine.data()), perms{0700});
  for (const char* file : {"", "-wal", "-shm"}) EXPECT_EQ(mode(database.string() + file), perms{0600}) << file;
  engine.stop();

  RealEngine other(GetParam(), {}, Begin::later);
  ASSERT_EQ(testing::run(other.as_owner({"/bin/mkdir", "-p", (other.data() / "of-others").string()})).code, 0);
  std::filesystem::permissions(other.data(), perms{0777});
  expect_refused(other, [&] { return other.refused_start(other.socket()); }, 1,
                 {"others may write in the data folder", "chmod 700"});
  EXPECT_EQ(mode(other.data()), perms{0777}) << "it has something else in it";
}

TEST_P(RefusalsOfDisks, ReadOnlyDataFolder) {
  tests::PrivateMounts mounts;
  RealEngine engine(GetParam(), {}, Begin::later);
  use_once(engine);
  const auto read_only = tests::MountedOver::read_only(engine.data());
  expect_refused(engine, [&] { return engine.refused_start(engine.socket()); }, 1, {"Read-only file system", "--data"});
  expect_refused(engine, [&] { return engine.docker({"ps"}); }, 125, {"Read-only file system", "--data"});
  expect_refused(engine,
                 [&] {
                   return engine.docker({"run", "alpine", "true"});
                 },
                 125, {"Read-only file system", "--data"});
}

// The engine's open files forbid the whole folder to become read-only (mount(2), EBUSY); where the blobs are it can.
TEST(RefusalsOfTheMachine, StoreTurnsReadOnlyUnderTheEngine) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount";
  tests::PrivateMounts mounts;
  RealEngine engine;
  ASSERT_EQ(engine.docker({"version"}).code, 0);
  const auto store = tests::MountedOver::read_only(engine.data() / "content");
  expect_refused(engine,
                 [&] {
                   return engine.docker({"run", "-q", "alpine", "true"});
                 },
                 125, {"Read-only file system", "--data"});
  expect_refused(engine,
                 [&] {
                   return engine.docker({"pull", "-q", "alpine"});
                 },
                 1, {"Read-only file system", "--data"});
  engine.stop();
}

TEST_P(RefusalsOfDisks, FullDisk) {
  tests::PrivateMounts mounts;
  RealEngine engine(GetParam(), {}, Begin::later);
  constexpr std::size_t small = 2 << 20, large = 32 << 20;
  const auto disk = tests::MountedOver::tmpfs(engine.data(), small);
  engine.start();
  expect_refused(engine,
                 [&] {
                   return engine.docker({"run", "-q", "alpine", "true"});
                 },
                 125, {"No space left on device", "docker rmi"});

  const std::string more = fmt::format("size={}", large);
  ASSERT_EQ(::mount(nullptr, engine.data().c_str(), nullptr, MS_REMOUNT, more.c_str()), 0);
  ASSERT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  const std::filesystem::path filler = engine.folder() / "data/filler";
  fill_disk(filler);
  expect_refused(engine,
                 [&] {
                   return engine.docker({"run", "alpine", "true"});
                 },
                 125, {"No space left on device", "docker rmi"});
  expect_refused(engine,
                 [&] {
                   return engine.docker({"pull", "-q", "hello-world"});
                 },
                 1, {"No space left on device", "docker rmi"});

  constexpr std::size_t hole = 1 << 20, output = 3 << 20;
  std::filesystem::resize_file(filler, std::filesystem::file_size(filler) - hole);
  const Outcome outcome = engine.docker({"run", "--name", "wordy", "alpine", "sh", "-c",
                                         fmt::format("head -c {} /dev/zero | tr '\\0' 'y'; exit 7", output)});
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_EQ(outcome.out.size(), output) << "its client gets all of it";
  EXPECT_LT(std::filesystem::space(engine.data()).available, hole) << "the log was to fill the disk";
  EXPECT_THAT(engine.docker({"ps", "-a"}).out, HasSubstr("Exited (7)"));
  EXPECT_EQ(engine.docker({"rm", "wordy"}).code, 0);
  engine.stop();

  // What was stopped starts again: what makes room is its to do. A new database needs some.
  fill_disk(filler);
  engine.start();
  EXPECT_EQ(engine.docker({"ps", "-aq"}).out, "");
  engine.stop();
  for (const char* suffix : {"-wal", "-shm"})
    std::filesystem::remove(engine.data() / ("glassdock.db" + std::string(suffix)));
  fill_disk(filler);
  expect_refused(engine, [&] { return engine.refused_start(engine.socket()); }, 1,
                 {"No space left on device", "make room"});
  std::filesystem::remove(filler);
  engine.start();
  EXPECT_EQ(engine.docker({"run", "--rm", "alpine", "echo", "room"}).out, "room\n");
  engine.stop();
}

// The docker run's client is attached before the start: that may not hide the launcher's answer.
TEST(RefusalsOfTheMachine, NoRoomForAMonitor) {
  RealEngine engine;
  ASSERT_EQ(engine.docker({"run", "--rm", "alpine", "true"}).code, 0);
  const pid_t launcher = launcher_of(engine);
  const ProcessMark spare(spare_of(launcher));
  rlimit before{};
  ASSERT_EQ(::prlimit(launcher, RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit few{7, before.rlim_max};  // its own four, a pipe, and too little for what a monitor wants
  ASSERT_EQ(::prlimit(launcher, RLIMIT_NOFILE, &few, nullptr), 0);
  ASSERT_EQ(::kill(spare.pid(), SIGKILL), 0);
  ASSERT_TRUE(comes_true([&] { return !spare.alive(); }));
  for (int i = 0; i < 3; ++i) {
    const Outcome refused = engine.docker({"run", "--rm", "alpine", "true"});
    EXPECT_EQ(refused.code, 125);
    EXPECT_THAT(refused.err, HasSubstr("no monitor can be made for it: Too many open files"));
  }
  ASSERT_EQ(::prlimit(launcher, RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_EQ(engine.docker({"run", "--rm", "alpine", "echo", "goes on"}).out, "goes on\n");
  EXPECT_EQ(engine.docker({"ps", "-aq"}).out, "");
}

TEST(RefusalsOfTheMachine, NoUserNamespaces) {
  if (const char* why = tests::no_user_namespace()) GTEST_SKIP() << why;
  if (std::string why = RealEngine::missing(Owner::ordinary_user); !why.empty()) GTEST_SKIP() << why;
  const std::string wrong = tests::run_in(tests::World::mapped_ids, [] {
    RealEngine engine(Owner::ordinary_user, {}, Begin::later);
    use_once(engine);
    std::ofstream("/proc/sys/user/max_user_namespaces") << "0\n";
    const Words says = {"user namespace", "sudo sysctl -w user.max_user_namespaces=15000"};
    std::string faults = refused(
        engine, [&] { return engine.refused_start(engine.socket()); }, 1, says);
    faults += refused(
        engine, [&] { return engine.docker({"ps"}); }, 125, says);
    if (!faults.empty()) throw std::runtime_error(faults);
  });
  EXPECT_EQ(wrong, "");
}

// The keeper looks through the containers while it has the lock of the engine that died: many folders make it slow.
TEST(RestartAtOnce, FindsTheFolderFreeThoughTheKeeperLooksThroughIt) {
  if (const char* why = tests::no_user_namespace()) GTEST_SKIP() << why;
  if (std::string why = RealEngine::missing(Owner::ordinary_user); !why.empty()) GTEST_SKIP() << why;
  RealEngine engine(Owner::ordinary_user);
  constexpr int folders = 20'000;
  for (int i = 0; i < folders; ++i) std::filesystem::create_directory(engine.data() / fmt::format("containers/{}", i));
  engine.kill();
  engine.start();
  EXPECT_EQ(engine.docker({"version"}).code, 0);
}

TEST_P(Refusals, AnIdleEngineEndsAfterItsLastContainerAndLeavesNothing) {
  RealEngine engine(GetParam(), {"--idle-exit", "1"}, Begin::later);
  Traces before = engine.traces();
  engine.start();
  ASSERT_EQ(engine.docker({"run", "-d", "--rm", "alpine", "sleep", "3"}).code, 0);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_EQ(engine.docker({"version"}).code, 0) << "ended under its container";
  const ProcessMark daemon(engine.pid());
  ASSERT_TRUE(comes_true([&] { return !daemon.alive(); })) << "stays without anybody";
  EXPECT_EQ(engine.wait_for_end().code, 0);
  EXPECT_FALSE(std::filesystem::exists(engine.socket()));
  EXPECT_TRUE(std::filesystem::is_empty(engine.data() / "containers"));
  before.files = engine.traces().files;  // what it keeps: images, metadata
  EXPECT_EQ(engine.differs_from(before), "");
}

std::string owner_name(const ::testing::TestParamInfo<Owner>& one) {
  return one.param == Owner::self ? "Own" : "OrdinaryUser";
}
INSTANTIATE_TEST_SUITE_P(Owners, Refusals, ::testing::Values(Owner::self, Owner::ordinary_user), owner_name);
INSTANTIATE_TEST_SUITE_P(Owners, RefusalsOfDisks, ::testing::Values(Owner::self, Owner::ordinary_user), owner_name);

}  // namespace
}  // namespace glassdock::golden
