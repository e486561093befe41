#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "engine/os/files.h"
#include "engine/trace/json.h"
#include "engine/trace/recording.h"
#include "tests/support/fault_of.h"

namespace glassdock::trace {
namespace {

namespace fs = std::filesystem;

RecordingHeader header() {
  RecordingHeader header;
  header.machine = "lab-07, 2 CPUs, 4.00 GB, x86_64";
  header.kernel = "Linux 6.1";
  header.glassdock = "0.1.0";
  header.mode = "rootless";
  header.command = "docker run alpine ls";
  header.started = "2026-03-01T09:00:00.000000000Z";
  header.monotonic_ns = 5;
  header.realtime_ns = 1'772'355'600'000'000'000;
  return header;
}

Event event(std::uint64_t sequence) {
  Event event;
  event.sequence = sequence;
  event.time_ns = static_cast<std::int64_t>(sequence) * 1000;
  event.name = "x.y";
  event.subject = "한글 \x01";
  return event;
}

// Writes at most `room` bytes in all, then says that the disk is full.
struct SmallDisk : os::System {
  ssize_t write(int fd, const void* data, std::size_t size) override {
    if (room == 0) return errno = ENOSPC, -1;
    const ssize_t put = os::System::write(fd, data, std::min(size, room));
    room -= static_cast<std::size_t>(put);
    return put;
  }
  std::size_t room = 0;
};

class RecordingTest : public testing::Test {
 protected:
  fs::path path(std::string_view name = "run.gdtrace") const { return folder_.path() / name; }
  void put(std::string_view bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }
  std::string fault() const {
    try {
      const Recording recording(path());
      for (std::size_t i = 0; i < recording.size(); ++i) recording.event(i);
    } catch (const Error& error) {
      kind_ = error.kind();
      return error.what();
    }
    return "";
  }
  std::string without_folder(std::string text) const {
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }

  os::TempDir folder_{fs::temp_directory_path(), "recording."};
  mutable ErrorKind kind_{};
};

TEST_F(RecordingTest, WhatWasWrittenIsRead) {
  std::vector<Event> events = {event(1), event(2), event(3)};
  {
    RecordingWriter writer(os::real_system(), path(), header());
    writer.append(events[0]);
    writer.append(std::span(events).subspan(1));
  }
  const Recording recording(path());
  EXPECT_EQ(recording.header(), header());
  EXPECT_EQ(recording.events(), events);
  EXPECT_EQ(recording.notice(), "");
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(RecordingTest, HeaderOfThisMachineComesBack) {
  const RecordingHeader made = make_header("root", "docker run \"x\"");
  EXPECT_EQ(header_from_json_line(to_json_line(made)), made);
  EXPECT_THAT(made.started, testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z"));
  EXPECT_THAT(made.kernel, testing::StartsWith("Linux "));
}

TEST_F(RecordingTest, LinesSurviveAKilledRecorder) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    RecordingWriter writer(os::real_system(), path(), header());
    for (std::uint64_t i = 1; i <= 100; ++i) writer.append(event(i));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Recording(path()).events().size(), 100u);
}

TEST_F(RecordingTest, ACutLastLineIsLeftOutWithANotice) {
  const std::string whole =
      to_json_line(header()) + "\n" + to_json_line(event(1)) + "\n" + to_json_line(event(2)) + "\n";
  const std::size_t second = whole.find('\n', whole.find('\n') + 1) + 1;
  for (std::size_t length = second + 1; length < whole.size() - 1; ++length) {
    put(std::string_view(whole).substr(0, length));
    const Recording recording(path());
    EXPECT_EQ(recording.size(), 1u);
    EXPECT_EQ(without_folder(recording.notice()),
              "run.gdtrace:3: the last line is cut off (the recorder was stopped hard); that event is left out");
  }
  put(std::string_view(whole).substr(0, whole.size() - 1));  // only the line feed is missing: the event is whole
  EXPECT_EQ(Recording(path()).size(), 2u);
}

TEST_F(RecordingTest, EachBrokenFileHasItsLine) {
  EXPECT_THAT(fault(), testing::HasSubstr("No such file"));
  EXPECT_EQ(kind_, ErrorKind::not_found);
  put("");
  EXPECT_EQ(without_folder(fault()), "run.gdtrace:1: the file is empty (one is made by glassdock --trace FILE)");
  put("#!/bin/sh\n");
  EXPECT_EQ(without_folder(fault()),
            "run.gdtrace:1: not a Glassdock recording (one is made by glassdock --trace FILE)");
  put("{\"format\":\"other\",\"version\":1}\n");
  EXPECT_THAT(fault(), testing::HasSubstr("run.gdtrace:1: not a Glassdock recording"));
  EXPECT_EQ(kind_, ErrorKind::corrupt);
  const std::string line = to_json_line(header());
  for (std::size_t length = 1; length < line.size(); ++length) {
    put(std::string_view(line).substr(0, length));
    EXPECT_THAT(fault(), testing::HasSubstr("run.gdtrace:1: the recording's header is damaged or cut off"));
  }
  put("{\"format\":\"glassdock-trace\",\"version\":7,\"machine\":{\"now\":\"an object\"}}\n");
  EXPECT_EQ(without_folder(fault()),
            "run.gdtrace:1: recording version 7 is newer than this program understands (1) (update glassdock)");
  EXPECT_EQ(kind_, ErrorKind::not_supported);
  put("{\"format\":\"glassdock-trace\",\"version\":0}\n");
  EXPECT_THAT(fault(), testing::HasSubstr("there is no recording version 0"));
  put(line + "\n" + to_json_line(event(1)) + "\nbroken\n" + to_json_line(event(2)) + "\n");
  EXPECT_EQ(without_folder(fault()),
            "run.gdtrace:3: column 1: '{' expected (the recording is damaged there: record again)");
  EXPECT_EQ(Recording(path()).event(2).sequence, 2u);
  EXPECT_THROW(Recording{folder_.path()}, Error);
}

TEST_F(RecordingTest, AHugeFileOfNothingIsRefusedAtOnce) {
  constexpr std::uintmax_t huge = 1ull << 38;  // of holes; read through, it would take minutes
  put("");
  std::error_code unsupported;
  fs::resize_file(path(), huge, unsupported);
  if (unsupported) GTEST_SKIP() << "no file of 256 GiB can be made here: " << unsupported.message();
  EXPECT_THAT(fault(), testing::HasSubstr("run.gdtrace:1: not a Glassdock recording"));
  put(to_json_line(header()) + "\n" + to_json_line(event(1)) + "\n");
  fs::resize_file(path(), huge);
  EXPECT_EQ(without_folder(fault()),
            "run.gdtrace:3: the line is longer than 4 MiB (the recording is damaged there: record again)");
}

TEST_F(RecordingTest, AFileOfEmptyLinesIsRefused) {
  put(to_json_line(header()) + std::string(2'000'000, '\n'));
  EXPECT_THAT(without_folder(fault()), testing::StartsWith("run.gdtrace:1002: too many lines are no events"));
}

TEST_F(RecordingTest, AFileThatWasShortenedIsReadNoMore) {
  const std::string whole = to_json_line(header()) + "\n" + to_json_line(event(1)) + "\n";
  put(whole);
  const Recording recording(path());
  EXPECT_EQ(recording.event(0).sequence, 1u);
  fs::resize_file(path(), 10);
  EXPECT_THAT(tests::fault_of([&] { recording.event(0); }).message(), testing::HasSubstr("has become shorter"));
}

TEST_F(RecordingTest, AnOlderRecordingIsReplacedAndItsReaderKeepsIt) {
  { RecordingWriter(os::real_system(), path(), header()).append(event(1)); }
  const Recording old(path());
  { RecordingWriter writer(os::real_system(), path(), header()); }
  EXPECT_EQ(old.event(0).sequence, 1u);
  EXPECT_EQ(Recording(path()).size(), 0u);
}

TEST_F(RecordingTest, AnyOtherFileIsKept) {
  put("precious");
  try {
    RecordingWriter writer(os::real_system(), path(), header());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::conflict);
    EXPECT_THAT(error.what(), testing::HasSubstr("is no recording; it is not overwritten"));
  }
  EXPECT_EQ(os::read_file(path()), "precious");
  fs::remove(path());
  fs::create_symlink("nowhere", path());
  EXPECT_THROW(RecordingWriter(os::real_system(), path(), header()), Error);
  EXPECT_THROW(RecordingWriter(os::real_system(), path("no/folder"), header()), Error);
}

TEST_F(RecordingTest, AFullDiskLeavesWholeLines) {
  const std::size_t head = to_json_line(header()).size() + 1;
  const std::size_t line = to_json_line(event(1)).size() + 1;
  SmallDisk disk;
  disk.room = head + line + line / 2;
  RecordingWriter writer(disk, path(), header());
  writer.append(event(1));
  try {
    writer.append(event(2));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::no_space);
    EXPECT_THAT(error.what(), testing::HasSubstr("run.gdtrace"));
  }
  EXPECT_THROW(writer.append(event(3)), Error);
  EXPECT_EQ(fs::file_size(path()), head + line);
  EXPECT_EQ(Recording(path()).size(), 1u);
}

TEST_F(RecordingTest, WithoutRoomForTheHeaderNoFileIsLeft) {
  SmallDisk disk;
  disk.room = 10;
  EXPECT_THROW(RecordingWriter(disk, path(), header()), Error);
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(RecordingTest, EnvironmentIsHiddenUnlessAsked) {
  RecordingHeader typed = header();
  typed.command = "docker run -e KEY=word alpine";
  Event told = event(1);
  told.arguments = {{"env", std::string("KEY=word")}};
  { RecordingWriter(os::real_system(), path(), typed).append(told); }
  EXPECT_THAT(os::read_file(path()), testing::Not(testing::HasSubstr("word")));
  { RecordingWriter(os::real_system(), path(), typed, {.show_environment = true}).append(told); }
  EXPECT_EQ(Recording(path()).header().command, typed.command);
  EXPECT_EQ(Recording(path()).event(0), told);
}

}  // namespace
}  // namespace glassdock::trace
