#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
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
  log->open({disk.writes.get()});
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
    log->open({file.get()});
    EXPECT_EQ(os::read_file(path), left) << "nothing to write yet";
    log->append(1, "next\n", 5);
    const bool torn = !left.empty() && left.back() != '\n';
    EXPECT_THAT(os::read_file(path), StartsWith(left + (torn ? "\n" : "") + "{\"log\":\"next\\n\""));
  }
}

// A log of its own folder, of files of at least `most_bytes`.
class Rotating : public ::testing::Test {
 protected:
  void open(std::uint64_t most_bytes, std::uint32_t most_files) {
    file_.reset(::open((folder_.path() / "log").c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    place_ = os::open_folder(folder_.path());
    log_ = std::make_unique<LogWriter>();
    log_->open({file_.get(), place_.get(), most_bytes, most_files});
  }
  void write(int first, int last) {
    for (int i = first; i <= last; ++i) {
      const std::string line = std::to_string(i) + "\n";
      log_->append(1, line.data(), line.size());
    }
  }
  // The numbers of the lines of a file, "1 2 3".
  std::string lines(const char* name) const {
    std::string numbers;
    for (const std::string& line : split(os::try_read_file(folder_.path() / name).value_or("-"), '\n')) {
      if (line.empty()) continue;
      constexpr std::size_t begin = 8;  // {"log":"
      if (!numbers.empty()) numbers += ' ';
      numbers += line == "-" ? line : line.substr(begin, line.find('\\') - begin);
    }
    return numbers;
  }

  os::TempDir folder_{"/tmp", "glassdock-log."};
  UniqueFd file_, place_;
  std::unique_ptr<LogWriter> log_;
};

TEST_F(Rotating, EachLineIsInOneFileAndTheOldestGo) {
  open(1, 3);  // as docker: a file that has its bytes takes no further line
  write(1, 3);
  EXPECT_EQ(lines("log.2") + "|" + lines("log.1") + "|" + lines("log"), "1|2|3");
  write(4, 5);
  EXPECT_EQ(lines("log.2") + "|" + lines("log.1") + "|" + lines("log"), "3|4|5");
  EXPECT_EQ(lines("log.3"), "-");
}

TEST_F(Rotating, LinesOfOneWriteGoToSeveralFiles) {
  open(1, 4);
  log_->append(1, "1\n2\n3\n", 6);
  EXPECT_EQ(lines("log.2") + "|" + lines("log.1") + "|" + lines("log"), "1|2|3");
}

TEST_F(Rotating, OneFileBeginsAnew) {
  open(1, 1);
  write(1, 3);
  EXPECT_EQ(lines("log"), "3");
  EXPECT_EQ(lines("log.1"), "-");
}

TEST_F(Rotating, AWriterBehindAnotherGoesOnWithItsFile) {
  open(1, 3);
  write(1, 1);
  open(1, 3);
  write(2, 2);
  EXPECT_EQ(lines("log.1") + "|" + lines("log"), "1|2");
}

// A monitor that was killed between two renames.
TEST_F(Rotating, OneThatWasCutOffLosesNothing) {
  open(1, 4);
  write(1, 3);
  std::filesystem::rename(folder_.path() / "log.2", folder_.path() / "log.3");
  open(1, 4);
  write(4, 4);
  EXPECT_EQ(lines("log.3") + "|" + lines("log.2") + "|" + lines("log.1") + "|" + lines("log"), "1|2|3|4");
  std::filesystem::rename(folder_.path() / "log", folder_.path() / "log.moved");
  write(5, 6);
  EXPECT_EQ(lines("log"), "6") << "without a current file the next one is made all the same";
}

TEST_F(Rotating, NoFileStaysOpenBehindTheWriter) {
  const auto lowest_free = [] {
    const UniqueFd next(::dup(STDIN_FILENO));
    return next.get();
  };
  open(1, 3);
  const int before = lowest_free();
  write(1, 2);
  log_.reset();
  EXPECT_EQ(lowest_free(), before);
}

TEST_F(Rotating, WaitsForWhoOpensTheFiles) {
  open(1, 3);
  write(1, 1);
  {
    const UniqueFd reader = os::open_folder(folder_.path());
    ASSERT_EQ(::flock(reader.get(), LOCK_SH), 0);
    write(2, 2);
    EXPECT_EQ(lines("log"), "1 2") << "nobody waits: the line goes where it can";
  }
  write(3, 3);
  EXPECT_EQ(lines("log.1") + "|" + lines("log"), "1 2|3");
}

TEST(LogWriter, AChunkEndsBetweenCharacters) {
  for (std::size_t before : {1u, 2u, 3u}) {
    os::TempDir folder("/tmp", "glassdock-log.");
    UniqueFd file(::open((folder.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    auto log = std::make_unique<LogWriter>();
    log->open({file.get()});
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
  log->open({file.get()});
  std::string text = std::string(LogWriter::chunk - 3, 'a') + "\x80\x80\x80" + std::string(3, 'b') + "\n";
  log->append(1, text.data(), text.size());
  std::string written = os::read_file(folder.path() / "log");
  EXPECT_THAT(written, HasSubstr("a\\ufffd\\ufffd\\ufffd\",\"stream\""));
  EXPECT_THAT(written, HasSubstr("{\"log\":\"bbb\\n\""));
}

}  // namespace
}  // namespace glassdock::runtime
