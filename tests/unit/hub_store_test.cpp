#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <thread>
#include <utility>

#include "engine/base/error.h"
#include "engine/hub/conditions.h"
#include "engine/hub/manifest_links.h"
#include "engine/hub/refusal.h"
#include "engine/hub/repository_store.h"
#include "engine/hub/upload_store.h"
#include "engine/os/files.h"

using namespace glassdock;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::size_t count_files(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

struct StoreTest : testing::Test {
  os::TempDir folder{fs::temp_directory_path()};

  hub::RepositoryStore open() { return hub::RepositoryStore(os::real_system(), {}, folder.path()); }
  Digest put_blob(hub::RepositoryStore& store, const std::string& repository, const std::string& bytes) {
    fs::path path = folder.path() / "incoming";
    std::ofstream(path) << bytes;
    store.put_blob(repository, Digest::of(bytes), path);
    return Digest::of(bytes);
  }
};

using HubStore = StoreTest;

TEST_F(HubStore, a_blob_belongs_to_its_repository) {
  hub::RepositoryStore store = open();
  Digest digest = put_blob(store, "a/b", "bytes");
  EXPECT_TRUE(store.blob("a/b", digest));
  EXPECT_FALSE(store.blob("other", digest));
  EXPECT_FALSE(store.mount_blob("other", digest, "nobody"));
  EXPECT_TRUE(store.mount_blob("other", digest, "a/b"));
  EXPECT_EQ(store.blob("other", digest)->size, 5u);
}

// Does something once in the middle of a copy.
struct Interrupted : os::System {
  std::function<void()> once;
  int fsync(int fd) override {
    if (once) std::exchange(once, {})();
    return System::fsync(fd);
  }
};

TEST_F(HubStore, a_copy_keeps_nobody_waiting) {
  // A layout as the program brings it: its blobs are copied when they are mounted.
  os::TempDir brought{fs::temp_directory_path()};
  const Digest digest = Digest::of("bytes");
  constexpr char type[] = "application/vnd.oci.image.manifest.v1+json";
  const auto descriptor = [](const std::string& bytes, const char* media_type, const char* more) {
    return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}{}}})", media_type, Digest::of(bytes).text(),
                       bytes.size(), more);
  };
  const std::string manifest = fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":[]}})", type,
                                           descriptor("bytes", "application/vnd.oci.image.config.v1+json", ""));
  fs::create_directories(brought.path() / "blobs/sha256");
  for (const std::string& bytes : {std::string("bytes"), manifest}) {
    std::ofstream(brought.path() / "blobs/sha256" / Digest::of(bytes).hex()) << bytes;
  }
  std::ofstream(brought.path() / "index.json")
      << R"({"schemaVersion":2,"manifests":[)"
      << descriptor(manifest, type, R"(,"annotations":{"org.opencontainers.image.ref.name":"from:latest"})") << "]}";
  hub::ImageLayout layout = hub::ImageLayout::open(brought.path());
  Interrupted system;
  hub::RepositoryStore store(system, std::move(layout), folder.path());
  bool mounted = false;
  // In another thread: in this one it would be the same lock.
  system.once = [&] { std::thread([&] { mounted = store.mount_blob("two", digest, "from"); }).join(); };
  EXPECT_TRUE(store.mount_blob("one", digest, "from"));
  EXPECT_TRUE(mounted);
  EXPECT_EQ(store.blob("one", digest)->size, 5u);
  EXPECT_EQ(store.blob("two", digest)->size, 5u);
  EXPECT_EQ(count_files(folder.path()), 3u) << "the blob once, and two links";
}

TEST_F(HubStore, the_last_repository_takes_the_blob_with_it) {
  hub::RepositoryStore store = open();
  Digest digest = put_blob(store, "one", "bytes");
  ASSERT_TRUE(store.mount_blob("two", digest, "one"));
  EXPECT_EQ(store.remove_blob("one", digest), hub::Removal::removed);
  EXPECT_TRUE(store.blob("two", digest));
  EXPECT_EQ(store.remove_blob("two", digest), hub::Removal::removed);
  EXPECT_EQ(store.remove_blob("two", digest), hub::Removal::unknown);
  EXPECT_EQ(count_files(folder.path()), 0u);
}

TEST_F(HubStore, a_manifest_goes_with_its_tags) {
  hub::RepositoryStore store = open();
  hub::StoredManifest manifest{Digest::of("{}"), "type", "{}"};
  store.put_manifest("a", "one", manifest);
  store.put_manifest("a", "two", manifest);
  EXPECT_EQ(store.tags("a"), (std::vector<std::string>{"one", "two"}));
  store.put_manifest("a", "1.tmp.1", manifest);
  EXPECT_EQ(open().tags("a"), (std::vector<std::string>{"1.tmp.1", "one", "two"})) << "a tag like any other";
  EXPECT_EQ(store.remove_tag("a", "1.tmp.1"), hub::Removal::removed);
  EXPECT_EQ(store.manifest("a", "two")->bytes, "{}");
  EXPECT_EQ(store.manifest("a", manifest.digest.text())->media_type, "type");
  EXPECT_EQ(store.repositories(), std::vector<std::string>{"a"});
  EXPECT_EQ(store.remove_tag("a", "one"), hub::Removal::removed);
  EXPECT_EQ(store.remove_tag("a", "one"), hub::Removal::unknown);
  EXPECT_TRUE(store.manifest("a", "two"));
  EXPECT_EQ(store.remove_manifest("a", manifest.digest), hub::Removal::removed);
  EXPECT_FALSE(store.manifest("a", "two"));
  EXPECT_EQ(count_files(folder.path()), 0u);
}

TEST_F(HubStore, what_a_killed_daemon_left_is_removed_at_opening) {
  Digest kept;
  {
    hub::RepositoryStore store = open();
    kept = put_blob(store, "a", "kept");
  }
  std::ofstream(folder.path() / "blobs" / "sha256" / Digest::of("lost").hex()) << "lost";
  std::ofstream(folder.path() / "blobs" / "sha256" / (".tmp.123")) << "half";
  fs::create_directories(folder.path() / "repositories" / "a" / "_tags");
  std::ofstream(folder.path() / "repositories" / "a" / "_tags" / ".tmp.0123") << "half";
  hub::RepositoryStore store = open();
  EXPECT_TRUE(store.blob("a", kept));
  EXPECT_EQ(count_files(folder.path()), 2u);
}

// Fails with ENOSPC from a given write on.
struct FullDisk : os::System {
  std::size_t room = 0;
  ssize_t write(int fd, const void* data, std::size_t size) override {
    if (size > room) {
      errno = ENOSPC;
      return -1;
    }
    room -= size;
    return System::write(fd, data, size);
  }
};

TEST_F(HubStore, a_full_disk_leaves_no_part_behind) {
  FullDisk disk;
  disk.room = 100;
  hub::UploadStore uploads(disk, folder.path() / "uploads", 1h);
  {
    auto upload = uploads.begin("a");
    std::vector<std::byte> bytes(60);
    upload->write(bytes);
    try {
      upload->write(bytes);
      FAIL() << "written";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::no_space);
    }
  }
  EXPECT_EQ(count_files(folder.path()), 0u);
}

TEST_F(HubStore, uploads_are_one_requests_at_a_time_and_end_when_idle) {
  hub::UploadStore uploads(os::real_system(), folder.path() / "uploads", 0ms);
  auto upload = uploads.begin("a");
  std::string id = upload->id();
  EXPECT_THROW(uploads.take("a", id), hub::Refusal);
  uploads.keep(std::move(upload));
  EXPECT_THROW(uploads.take("b", id), hub::Refusal);
  upload = uploads.take("a", id);
  EXPECT_EQ(upload->id(), id);
  uploads.keep(std::move(upload));
  EXPECT_EQ(count_files(folder.path()), 1u);
  std::this_thread::sleep_for(2ms);
  uploads.remove_idle();
  EXPECT_THROW(uploads.take("a", id), hub::Refusal);
  EXPECT_EQ(count_files(folder.path()), 0u);
}

TEST_F(HubStore, too_many_open_uploads_are_refused) {
  hub::UploadStore uploads(os::real_system(), folder.path() / "uploads", 1h);
  try {
    for (int i = 0; i < 10'000; ++i) uploads.keep(uploads.begin("a"));
    FAIL() << "all were taken";
  } catch (const hub::Refusal& refusal) {
    EXPECT_EQ(refusal.status, 429);
  }
}

constexpr const char* oci_manifest = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* digest_text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string manifest_with(const std::string& more) {
  return std::string(R"({"schemaVersion":2,"config":{"mediaType":"x/y","digest":")") + digest_text +
         R"(","size":0},"layers":[])" + more + "}";
}

TEST(HubManifestLinks, are_read_from_any_artifact) {
  hub::ManifestLinks links = hub::read_links(
      manifest_with(std::string(R"(,"subject":{"mediaType":"a","digest":")") + digest_text + R"(","size":3})"),
      std::string(oci_manifest) + "; charset=utf-8");
  EXPECT_EQ(links.blobs.size(), 1u);
  EXPECT_EQ(links.artifact_type, "x/y");
  EXPECT_EQ(links.subject->text(), digest_text);
}

TEST(HubManifestLinks, refuse_what_is_none) {
  auto code = [](const std::string& json, const std::string& type) {
    try {
      hub::read_links(json, type);
    } catch (const hub::Refusal& refusal) {
      return refusal.code;
    }
    return std::string("taken");
  };
  EXPECT_EQ(code(manifest_with(""), oci_manifest), "taken");
  for (const std::string& json :
       {std::string("{"), std::string("[]"), std::string("{}"), manifest_with(R"(,"manifests":[])"),
        manifest_with(R"(,"mediaType":"application/vnd.oci.image.index.v1+json")"),
        std::string(R"({"config":{"digest":"md5:00","size":1},"layers":[]})")}) {
    EXPECT_EQ(code(json, oci_manifest), "MANIFEST_INVALID") << json;
  }
  EXPECT_EQ(code(manifest_with(""), "application/vnd.docker.distribution.manifest.v1+json"), "MANIFEST_INVALID");
  EXPECT_EQ(code(manifest_with(""), ""), "MANIFEST_INVALID");
}

TEST(HubConditions, hand_out_a_fault_so_many_times) {
  hub::Conditions conditions;
  hub::HubConditions cut;
  cut.fault = hub::Fault::cut_off;
  cut.fault_times = 2;
  conditions.set(cut);
  EXPECT_EQ(conditions.take_fault(true, false), hub::Fault::none);
  EXPECT_EQ(conditions.take_fault(true, true), hub::Fault::cut_off);
  EXPECT_EQ(conditions.take_fault(true, true), hub::Fault::cut_off);
  EXPECT_EQ(conditions.take_fault(true, true), hub::Fault::none);
}

TEST(HubConditions, a_wait_ends_when_the_hub_stops_or_the_line_gets_faster) {
  hub::Conditions conditions;
  hub::HubConditions slow;
  slow.bytes_per_second = 1;
  conditions.set(slow);
  std::thread faster([&] {
    std::this_thread::sleep_for(10ms);
    conditions.set({});
  });
  conditions.pace(1'000'000);  // eleven days
  faster.join();
  slow.latency = 24h;
  conditions.set(slow);
  std::thread stop([&] {
    std::this_thread::sleep_for(10ms);
    conditions.stop();
  });
  conditions.wait_latency();
  conditions.pace(1'000'000);
  stop.join();
}

}  // namespace
