#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/runtime/launcher/log_writer.h"

namespace glassdock::runtime {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A small pipe that takes a part of a write and then no more, as a full disk does.
struct FullDisk {
  UniqueFd reads, writes;
  FullDisk() {
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) ::abort();
    reads.reset(ends[0]);
    writes.reset(ends[1]);
    ::fcntl(writes.get(), F_SETPIPE_SZ, 4096);
  }
  std::string take() {
    std::string text(1 << 20, 0);
    ssize_t got = ::read(reads.get(), text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
};

TEST(LogWriter, AfterAHalfLineTheNextStandsAlone) {
  FullDisk disk;
  auto log = std::make_unique<LogWriter>();
  log->open(disk.writes.get());
  std::string half = std::string(6000, 'x') + "\n";
  log->append(1, half.data(), half.size());
  std::string there = disk.take();
  ASSERT_THAT(there, StartsWith("{\"log\":\"xxx"));
  ASSERT_EQ(there.find('\n'), std::string::npos) << "the disk was to be full in the middle";
  log->append(1, "next\n", 5);
  there += disk.take();
  std::vector<std::string> lines = split(there, '\n');
  ASSERT_GE(lines.size(), 2u);
  EXPECT_THAT(lines[1], StartsWith("{\"log\":\"next\\n\",\"stream\":\"stdout\""));
  log->append(1, "more\n", 5);
  EXPECT_THAT(disk.take(), StartsWith("{\"log\":\"more")) << "once is enough";
}

TEST(LogWriter, AHalfLineOfAWriterBeforeIsEnded) {
  os::TempDir folder("/tmp", "glassdock-log.");
  const std::string path = (folder.path() / "log").string();
  const std::string whole = "{\"log\":\"whole\\n\",\"stream\":\"stdout\",\"time\":\"t\"}\n";
  for (const std::string& left : {std::string(), whole, whole + "{\"log\":\"ha"}) {
    os::write_file_atomically(os::real_system(), path, left);
    UniqueFd file(::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
    auto log = std::make_unique<LogWriter>();
    log->open(file.get());
    EXPECT_EQ(os::read_file(path), left) << "nothing to write yet";
    log->append(1, "next\n", 5);
    const bool torn = !left.empty() && left.back() != '\n';
    EXPECT_THAT(os::read_file(path), StartsWith(left + (torn ? "\n" : "") + "{\"log\":\"next\\n\""));
  }
}

TEST(LogWriter, AChunkEndsBetweenCharacters) {
  for (std::size_t before : {1u, 2u, 3u}) {
    os::TempDir folder("/tmp", "glassdock-log.");
    UniqueFd file(::open((folder.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    auto log = std::make_unique<LogWriter>();
    log->open(file.get());
    // U+1F433 in four bytes, `before` of which would fall into the first chunk.
    std::string text = std::string(LogWriter::chunk - before, 'a') + "\xF0\x9F\x90\xB3 end\n";
    log->append(2, text.data(), text.size());
    std::string written = os::read_file(folder.path() / "log");
    EXPECT_EQ(written.find("ufffd"), std::string::npos) << before;
    EXPECT_THAT(written, HasSubstr("{\"log\":\"\xF0\x9F\x90\xB3 end\\n\"")) << before;
  }
}

TEST(LogWriter, WhatIsNoTextIsReplacedAlsoAtAChunksEnd) {
  os::TempDir folder("/tmp", "glassdock-log.");
  UniqueFd file(::open((folder.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  auto log = std::make_unique<LogWriter>();
  log->open(file.get());
  std::string text = std::string(LogWriter::chunk - 3, 'a') + "\x80\x80\x80" + std::string(3, 'b') + "\n";
  log->append(1, text.data(), text.size());
  std::string written = os::read_file(folder.path() / "log");
  EXPECT_THAT(written, HasSubstr("a\\ufffd\\ufffd\\ufffd\",\"stream\""));
  EXPECT_THAT(written, HasSubstr("{\"log\":\"bbb\\n\""));
}

}  // namespace
}  // namespace glassdock::runtime
