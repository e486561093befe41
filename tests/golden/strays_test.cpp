// Containers that the database does not have, or that an engine in another cgroup made: they are found and ended, and
// what they wrote is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "engine/base/text.h"
#include "engine/plan/host.h"
#include "tests/golden/held_run.h"
#include "tests/golden/processes.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

void lose_database(const RealEngine& engine) {
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(engine.data() / fmt::format("glassdock.db{}", part));
}

std::string run_detached(const RealEngine& engine, const std::string& script) {
  return std::string(trim(engine.docker({"run", "-d", "alpine", "sh", "-c", script}).out));
}

class Strays : public ::testing::TestWithParam<Owner> {
 protected:
  void SetUp() override {
    if (std::string why = RealEngine::missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    engine_.emplace(GetParam());
  }
  fs::path folder(const std::string& id) const { return engine_->data() / "containers" / id; }
  fs::path kept(const std::string& id) const { return folder("lost+found") / id; }
  // Of a script that writes it.
  void wait_for_file(const std::string& id) const {
    ASSERT_TRUE(comes_true([&] { return os::try_read_file(folder(id) / "upper/file").value_or("") == "kept\n"; }));
  }
  std::optional<RealEngine> engine_;
};

TEST_P(Strays, OfALostDatabaseAreEndedAndWhatTheyWroteIsKept) {
  const std::string id = run_detached(*engine_, "echo kept > /file; sleep 1000");
  const ProcessMark process(first_process(*engine_, id));
  wait_for_file(id);
  engine_->kill();
  lose_database(*engine_);
  engine_->start();
  EXPECT_FALSE(process.alive());
  EXPECT_EQ(os::read_file(kept(id) / "upper/file"), "kept\n");
  EXPECT_FALSE(fs::exists(folder(id)));
  EXPECT_EQ(engine_->docker({"run", "--rm", "alpine", "echo", "anew"}).out, "anew\n");
  engine_->kill();
  engine_->start();
  EXPECT_TRUE(fs::exists(kept(id) / "upper/file"));
}

TEST_P(Strays, OfAnOlderDatabaseAreKeptWithOneLineEach) {
  const std::string old = run_detached(*engine_, "sleep 1000");
  const ProcessMark old_process(first_process(*engine_, old));
  engine_->stop();
  const fs::path database = engine_->data() / "glassdock.db", copy = engine_->folder() / "copy";
  fs::copy_file(database, copy);
  engine_->start();
  const std::string running = run_detached(*engine_, "echo kept > /file; sleep 1000");
  const std::string ended = run_detached(*engine_, "echo kept > /file");
  const ProcessMark process(first_process(*engine_, running));
  wait_for_file(running);
  wait_for_file(ended);
  engine_->kill();
  lose_database(*engine_);
  fs::copy_file(copy, database);
  if (GetParam() != Owner::self) {
    ASSERT_EQ(::chown(database.c_str(), ordinary_id, ordinary_id), 0);
  }

  engine_->start();
  EXPECT_TRUE(old_process.alive()) << "the database has it";
  EXPECT_EQ(engine_->docker({"ps", "-q", "--no-trunc"}).out, old + "\n");
  EXPECT_FALSE(process.alive());
  for (const std::string& id : {running, ended}) EXPECT_EQ(os::read_file(kept(id) / "upper/file"), "kept\n");
  EXPECT_EQ(engine_->docker({"rm", "-f", old}).code, 0);
  const std::string said = engine_->stop().err;
  for (const std::string& id : {running, ended}) {
    EXPECT_THAT(
        said,
        HasSubstr(fmt::format(
            "container {}: no record of it is left; it is ended, and its files are in {}, without its image's layers",
            id.substr(0, 12), kept(id).string())));
  }
  engine_->start();
  EXPECT_THAT(engine_->stop().err, Not(HasSubstr("no record"))) << "told once";
}

TEST_P(Strays, OfAnotherBootAreNotTakenForOthersProcesses) {
  const std::string id = run_detached(*engine_, "echo kept > /file; sleep 1000");
  wait_for_file(id);
  const ProcessMark process(first_process(*engine_, id)), monitor(parent_of(process.pid()));
  engine_->kill();
  ASSERT_EQ(::kill(monitor.pid(), SIGKILL), 0);
  ASSERT_TRUE(comes_true([&] { return !process.alive() && !monitor.alive(); }));
  const Program other(engine_->as_owner({"/bin/sleep", "1000"}));
  const std::string stat = os::read_file(fmt::format("/proc/{}/stat", other.pid()));
  const std::string start_time = split(std::string_view(stat).substr(stat.rfind(')') + 2), ' ').at(19);
  std::ofstream(folder(id) / "status") << "started " << other.pid() << " " << start_time << "\nexecuted 1700\n";
  std::ofstream(engine_->data() / "boot-id") << "00000000-0000-0000-0000-000000000000\n";
  lose_database(*engine_);
  engine_->start();
  EXPECT_TRUE(ProcessMark(other.pid()).alive());
  EXPECT_TRUE(fs::exists(kept(id) / "upper/file"));
}

TEST_P(Strays, ThatNeverRanLeaveNothing) {
  const std::string id(64, 'a');
  ASSERT_EQ(testing::run(engine_->as_owner({"/bin/mkdir", "-p", (folder(id) / "upper").string()})).code, 0);
  engine_->kill();
  engine_->start();
  EXPECT_FALSE(fs::exists(folder(id)));
  EXPECT_FALSE(fs::exists(kept(id)));
}

INSTANTIATE_TEST_SUITE_P(Owners, Strays, ::testing::Values(Owner::self, Owner::ordinary_user),
                         [](const auto& one) { return std::string(to_string(one.param)); });

constexpr char only_on_v1[] = "root's containers stand below the engine's own cgroup on v1 only";

// A cgroup of v1's pids tree, below this process's own, which comes back to its own at the end.
class ElsewhereInPids {
 public:
  explicit ElsewhereInPids(const char* name) : folder_(home() / fmt::format("glassdock-test-{}-{}", ::getpid(), name)) {
    std::filesystem::create_directory(folder_);
  }
  ~ElsewhereInPids() {
    enter(folder_.parent_path());
    EXPECT_TRUE(comes_true([&] { return ::rmdir(folder_.c_str()) == 0; })) << folder_;
  }
  ElsewhereInPids(const ElsewhereInPids&) = delete;
  ElsewhereInPids& operator=(const ElsewhereInPids&) = delete;

  static bool possible() { return ::geteuid() == 0 && plan::probe_host("/").cgroups == plan::CgroupLayout::v1; }
  static std::filesystem::path home() {
    return std::filesystem::path(plan::probe_host("/").cgroup_folders["pids"]).parent_path();
  }
  void enter() const { enter(folder_); }
  std::ptrdiff_t below() const {
    using std::filesystem::recursive_directory_iterator;
    return std::count_if(recursive_directory_iterator(folder_), recursive_directory_iterator(),
                         [](const auto& entry) { return entry.is_directory(); });
  }

 private:
  static void enter(const std::filesystem::path& folder) {
    std::ofstream procs(folder / "cgroup.procs");
    procs << ::getpid() << std::flush;
    EXPECT_TRUE(procs) << folder;
  }
  std::filesystem::path folder_;
};

TEST(DaemonElsewhere, FindsTheCgroupsOfTheOneBefore) {
  if (!ElsewhereInPids::possible()) GTEST_SKIP() << only_on_v1;
  const ElsewhereInPids first("a"), second("b");
  first.enter();
  RealEngine engine;
  ASSERT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  const std::string id(trim(engine.docker({"run", "-d", "--name", "left", "alpine", "sleep", "1000"}).out));
  const ProcessMark child(first_process(engine, id)), monitor(parent_of(child.pid()));
  EXPECT_EQ(first.below(), 2) << "the engine's, and in it the container's";
  engine.kill();
  ASSERT_EQ(::kill(monitor.pid(), SIGKILL), 0);
  second.enter();
  engine.start();
  EXPECT_TRUE(comes_true([&] { return !child.alive(); }));
  EXPECT_EQ(engine.docker({"rm", "-f", "left"}).code, 0);
  EXPECT_EQ(first.below(), 0);
}

TEST(DaemonElsewhere, EndsContainersWithoutARecordWhereTheOneBeforeWas) {
  if (!ElsewhereInPids::possible()) GTEST_SKIP() << only_on_v1;
  const ElsewhereInPids first("a"), second("b");
  first.enter();
  RealEngine engine;
  const ProcessMark child(first_process(engine, run_detached(engine, "sleep 1000")));
  EXPECT_EQ(first.below(), 2) << "the engine's, and in it the container's";
  engine.kill();
  lose_database(engine);
  second.enter();
  engine.start();
  EXPECT_FALSE(child.alive());
  EXPECT_EQ(first.below(), 0);
}

}  // namespace
}  // namespace glassdock::golden
