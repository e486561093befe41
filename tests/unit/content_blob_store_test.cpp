#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "engine/base/error.h"
#include "engine/content/blob_store.h"
#include "engine/os/files.h"
#include "tests/support/failing_system.h"

namespace glassdock::content {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::size_t files_below(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

class BlobStoreTest : public testing::Test {
 protected:
  os::TempDir folder_{fs::temp_directory_path(), "glassdock-blobs."};
  tests::FailingSystem system_;
  BlobStore store_{system_, folder_.path()};
  const std::string content_ = "what a layer holds";
  const Digest digest_ = Digest::of(content_);
};

TEST_F(BlobStoreTest, KeepsWhatWasVerified) {
  BlobWriter writer = store_.begin(digest_, content_.size());
  writer.write(bytes_of(content_.substr(0, 5)));
  EXPECT_FALSE(store_.has(digest_));
  EXPECT_EQ(writer.size(), 5u);
  writer.write(bytes_of(content_.substr(5)));
  writer.commit();
  EXPECT_EQ(store_.size(digest_), content_.size());
  EXPECT_EQ(store_.read(digest_, 100), content_);
  EXPECT_EQ(store_.list(), std::vector<Digest>{digest_});
  EXPECT_GE(system_.count("fsync"), 2u) << "file and folder";
  store_.put(digest_, content_);  // once more is fine
  const auto detached = store_.detach(digest_);
  EXPECT_FALSE(store_.has(digest_));
  EXPECT_EQ(store_.detach(digest_), "") << "a missing one is fine";
  store_.put(digest_, content_);
  store_.discard(detached);
  EXPECT_TRUE(store_.has(digest_)) << "it came again before the old one was deleted";
  store_.discard(store_.detach(digest_));
  EXPECT_EQ(files_below(folder_.path()), 0u);
}

TEST_F(BlobStoreTest, RefusesOtherBytesAndLeavesNothing) {
  for (std::string wrong : {std::string("what a layer hOlds"), std::string("short")}) {
    BlobWriter writer = store_.begin(digest_, content_.size());
    writer.write(bytes_of(wrong));
    try {
      writer.commit();
      ADD_FAILURE() << "taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
      EXPECT_EQ(error.message(), "filesystem layer verification failed for digest " + digest_.text());
      EXPECT_THAT(error.hint(), HasSubstr(Digest::of(wrong).text()));
    }
  }
  {
    BlobWriter writer = store_.begin(digest_, content_.size());
    EXPECT_THROW(writer.write(bytes_of(content_ + "more")), Error);
  }
  EXPECT_EQ(files_below(folder_.path()), 0u);
}

TEST_F(BlobStoreTest, LeavesNothingWhateverCallFails) {
  for (const char* call : {"openat", "write", "fsync", "renameat"}) {
    for (int error_number : {ENOSPC, EROFS, EIO}) {
      system_.fail(call, 1, error_number);
      try {
        store_.put(digest_, content_);
        ADD_FAILURE() << call << " was not called";
      } catch (const Error& error) {
        EXPECT_EQ(error.error_number(), error_number) << call;
        EXPECT_EQ(error.kind() == ErrorKind::no_space, error_number == ENOSPC) << call;
        EXPECT_EQ(error.hint().find("--data") != std::string::npos, error_number == EROFS) << call;
      }
      EXPECT_EQ(files_below(folder_.path()), 0u) << call;
    }
  }
  store_.put(digest_, content_);
  EXPECT_TRUE(store_.has(digest_));
}

TEST_F(BlobStoreTest, RemovesWhatAKilledDaemonLeft) {
  std::ofstream(folder_.path() / "ingest" / "half") << "half a blob";
  store_.put(digest_, content_);
  BlobStore again(system_, folder_.path());
  EXPECT_TRUE(again.has(digest_));
  EXPECT_EQ(files_below(folder_.path()), 1u);
}

TEST_F(BlobStoreTest, PassesOverWhatIsNoBlob) {
  const fs::path blobs = store_.path(digest_).parent_path();
  fs::create_directory(blobs / "lost+found");
  std::ofstream(blobs / "core") << "x";
  store_.put(digest_, content_);
  std::vector<std::string> foreign;
  EXPECT_EQ(store_.list([&](const std::string& name) { foreign.push_back(name); }), std::vector<Digest>{digest_});
  EXPECT_THAT(foreign, testing::UnorderedElementsAre("core", "lost+found"));
  EXPECT_EQ(store_.list(), std::vector<Digest>{digest_});
}

TEST_F(BlobStoreTest, FindsDamageWhenItReads) {
  store_.put(digest_, content_);
  fs::permissions(store_.path(digest_), fs::perms::owner_write, fs::perm_options::add);
  std::ofstream(store_.path(digest_)) << "something else";
  EXPECT_THROW(store_.read(digest_, 100), Error);
}

TEST_F(BlobStoreTest, SaysWhatToDoAboutAFolderThatCannotBeUsed) {
  std::ofstream(folder_.path() / "file") << "x";
  try {
    BlobStore store(system_, folder_.path() / "file" / "below");
    ADD_FAILURE() << "opened";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("Not a directory"));
  }
}

}  // namespace
}  // namespace glassdock::content
