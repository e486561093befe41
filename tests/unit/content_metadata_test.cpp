#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "engine/base/error.h"
#include "engine/content/metadata.h"
#include "engine/content/sqlite.h"
#include "engine/os/files.h"

namespace glassdock::content {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class MetadataTest : public testing::Test {
 protected:
  os::TempDir folder_{fs::temp_directory_path(), "glassdock-metadata."};
  fs::path file_ = folder_.path() / "metadata.db";
  const Digest image_ = Digest::of("image");
  const Digest other_ = Digest::of("other");
  const Digest manifest_ = Digest::of("manifest");

  void execute(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_F(MetadataTest, KeepsImagesAndTheirNames) {
  {
    Metadata metadata(file_);
    metadata.put_image({image_, manifest_, 100, 42},
                       {"docker.io/library/a:latest", "docker.io/library/a@" + manifest_.text()});
    metadata.put_image({other_, manifest_, 200, 43}, {"docker.io/library/b:latest"});
  }
  Metadata metadata(file_);
  auto row = metadata.image(image_);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->manifest, manifest_);
  EXPECT_EQ(row->bytes, 42u);
  EXPECT_EQ(metadata.images().at(0).id, other_) << "the newest first";
  EXPECT_EQ(metadata.find_reference("docker.io/library/a:latest"), image_);
  EXPECT_EQ(metadata.find_reference("docker.io/library/c:latest"), std::nullopt);
  // A name moves, and the image that had it stays.
  metadata.put_image({other_, manifest_, 200, 43}, {"docker.io/library/a:latest"});
  EXPECT_EQ(metadata.find_reference("docker.io/library/a:latest"), other_);
  EXPECT_THAT(metadata.references(image_), ElementsAre("docker.io/library/a@" + manifest_.text()));
  EXPECT_TRUE(metadata.remove_reference("docker.io/library/b:latest"));
  EXPECT_FALSE(metadata.remove_reference("docker.io/library/b:latest"));
  metadata.hide_image(image_);
  EXPECT_TRUE(metadata.image(image_)->hidden);
  EXPECT_TRUE(metadata.references(image_).empty());
  metadata.put_image(*row, {"docker.io/library/a:1"});
  EXPECT_FALSE(metadata.image(image_)->hidden);
  metadata.remove_image(image_);
  EXPECT_FALSE(metadata.image(image_));
  EXPECT_EQ(metadata.references().size(), 1u);
}

TEST_F(MetadataTest, KeepsWhatALayerHoldsAndKnowsThatOfAnOlderFormatNot) {
  {
    Metadata metadata(file_);
    metadata.put_layer({image_, metadata.reserve_layer(), 10, 312});
    EXPECT_EQ(metadata.layer(image_)->entries, 312u);
  }
  // As the first format had it.
  execute("ALTER TABLE layers DROP COLUMN entries; PRAGMA user_version=1;");
  Metadata metadata(file_);
  ASSERT_EQ(metadata.layers().size(), 1u);
  EXPECT_EQ(metadata.layers()[0].bytes, 10u);
  EXPECT_EQ(metadata.layers()[0].entries, 0u);
  metadata.put_layer({other_, metadata.reserve_layer(), 20, 7});
  EXPECT_EQ(metadata.layer(other_)->entries, 7u);
}

TEST_F(MetadataTest, NeverGivesALayerNumberTwice) {
  std::uint64_t first = 0, second = 0;
  {
    Metadata metadata(file_);
    first = metadata.reserve_layer();
    metadata.put_layer({image_, first, 10});
    metadata.remove_layers({image_});
    second = metadata.reserve_layer();
    EXPECT_GT(second, first);
    EXPECT_FALSE(metadata.layer(image_));
  }
  Metadata metadata(file_);
  EXPECT_THAT(metadata.pending_layers(), ElementsAre(second));
  metadata.forget_pending_layer(second);
  EXPECT_TRUE(metadata.pending_layers().empty());
  std::uint64_t third = metadata.reserve_layer();
  EXPECT_GT(third, second);
  metadata.put_layer({image_, third, 10});
  EXPECT_EQ(metadata.layer(image_)->number, third);
  EXPECT_EQ(metadata.layers().size(), 1u);
  EXPECT_THROW(metadata.put_layer({other_, third + 100, 10}), Error);
}

TEST_F(MetadataTest, KeepsContainersInTheOrderOfTheirMaking) {
  Metadata metadata(file_);
  metadata.put_container({"b", "first", "{}", "created"});
  metadata.put_container({"a", "second", "{}", "created"});
  metadata.update_container("b", "running");
  EXPECT_EQ(metadata.container("b")->state, "running");
  EXPECT_EQ(metadata.containers().at(0).name, "first");
  auto kind_of = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::internal;
  };
  EXPECT_EQ(kind_of([&] { metadata.put_container({"c", "first", "{}", ""}); }), ErrorKind::conflict);
  EXPECT_EQ(kind_of([&] { metadata.rename_container("b", "second"); }), ErrorKind::conflict);
  EXPECT_EQ(kind_of([&] { metadata.update_container("x", ""); }), ErrorKind::not_found);
  metadata.rename_container("b", "third");
  metadata.remove_container("a");
  ASSERT_EQ(metadata.containers().size(), 1u);
  EXPECT_EQ(metadata.containers()[0].name, "third");
}

TEST_F(MetadataTest, IsItsOwnersOnly) {
  const fs::path files[] = {file_, file_.string() + "-wal", file_.string() + "-shm"};
  const auto readable = fs::perms::owner_read | fs::perms::owner_write;
  for (int round = 0; round < 2; ++round) {
    Metadata metadata(file_);
    metadata.put_container({"a" + std::to_string(round), "name" + std::to_string(round), "{}", ""});
    for (const fs::path& file : files) {
      EXPECT_EQ(fs::status(file).permissions(), readable) << file;
      fs::permissions(file, readable | fs::perms::group_read | fs::perms::others_read);  // as it once was made
    }
  }
}

TEST_F(MetadataTest, KeepsWhatAKilledProcessWrote) {
  pid_t child = ::fork();
  if (child == 0) {
    Metadata metadata(file_);
    metadata.put_container({"a", "name", "{}", "created"});
    metadata.put_image({image_, manifest_, 1, 1}, {"docker.io/library/a:latest"});
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  Metadata metadata(file_);
  EXPECT_TRUE(metadata.container("a"));
  EXPECT_TRUE(metadata.image(image_));
}

TEST_F(MetadataTest, CheckpointsAsideWhileContainersAreWritten) {
  Metadata metadata(file_);
  metadata.put_container({"a", "name", "{}", ""});
  const std::string state(3000, 'x');
  for (int i = 0; i < 4000; ++i) metadata.update_container("a", state);
  auto wal_bytes = [&] { return fs::file_size(file_.string() + "-wal"); };
  // 4,000 commits are some 30 MB of log when nothing is ever carried over.
  for (int i = 0; i < 100 && wal_bytes() > 16 * 1024 * 1024; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    metadata.update_container("a", state);
  }
  EXPECT_LT(wal_bytes(), 16u * 1024 * 1024);
}

TEST_F(MetadataTest, TakesCallsFromManyThreads) {
  Metadata metadata(file_);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        std::string id = std::to_string(t) + "." + std::to_string(i);
        metadata.put_container({id, id, "{}", ""});
        metadata.put_image({Digest::of(id), manifest_, 1, 1}, {"docker.io/library/x:" + id});
        metadata.update_container(id, "done");
      }
    });
  }
  threads.clear();
  EXPECT_EQ(metadata.containers().size(), 200u);
  EXPECT_EQ(metadata.images().size(), 200u);
}

// Another process writes. An engine whose readers waited for its own writer would come back only when that gives up.
TEST_F(MetadataTest, LooksUpWhatAStartNeedsWhileAnImageIsWritten) {
  Metadata metadata(file_);
  metadata.put_image({image_, manifest_, 1, 1}, {"docker.io/library/a:latest"});
  metadata.put_container({"a", "name", "{}", ""});
  sqlite::Connection other(file_, "FULL");
  sqlite::Transaction transaction(other);
  std::jthread writer([&] { EXPECT_NO_THROW(metadata.put_reference("docker.io/library/b:latest", image_)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it waits for the other by then
  EXPECT_EQ(metadata.find_reference("docker.io/library/a:latest"), image_);
  EXPECT_TRUE(metadata.image(image_));
  EXPECT_TRUE(metadata.container("a"));
  transaction.commit();
}

TEST_F(MetadataTest, SaysWhatItWasAtWhenItsDiskIsFull) {
  sqlite::Connection connection(file_, "FULL");
  connection.execute("CREATE TABLE t(x TEXT); PRAGMA max_page_count=3");
  const std::string large(100'000, 'x');
  try {
    connection.prepare("INSERT INTO t VALUES(?)").bind({large}).run();
    ADD_FAILURE() << "written";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::no_space);
    EXPECT_EQ(error.message(), "write " + file_.string() + ": No space left on device");
    EXPECT_THAT(error.hint(), HasSubstr("docker rmi"));
  }
  EXPECT_THROW(connection.execute("INSERT INTO t VALUES(hex(zeroblob(100000)))"), Error);
}

TEST_F(MetadataTest, RefusesWhatItCannotRead) {
  { Metadata metadata(file_); }
  execute("PRAGMA user_version=99");
  try {
    Metadata metadata(file_);
    ADD_FAILURE() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_supported);
    EXPECT_THAT(error.what(), HasSubstr("written by a newer Glassdock (format 99, this one knows 2)"));
  }
  fs::path noise = folder_.path() / "noise.db";
  std::ofstream(noise) << std::string(10000, 'n');
  try {
    Metadata metadata{noise};
    ADD_FAILURE() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  }
  try {
    Metadata metadata(folder_.path() / "no" / "such" / "folder.db");
    ADD_FAILURE() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::permission);
    EXPECT_THAT(error.hint(), HasSubstr("--data"));
  }
}

}  // namespace
}  // namespace glassdock::content
