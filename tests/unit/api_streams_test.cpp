// What the API reads and sends in pieces.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <future>

#include "engine/api/log_file.h"
#include "engine/api/progress_stream.h"
#include "engine/base/error.h"
#include "engine/http/server.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"

namespace glassdock::api {
namespace {

class LogFile : public ::testing::Test {
 protected:
  std::string read(const LogWish& wish) const {
    std::string all;
    LogReader(open_log(path()), wish).read([&](const LogLine& line) { all += line.text; });
    return all;
  }
  std::filesystem::path path() const { return folder_.path() / "log"; }
  void write(std::string_view text) const { os::write_file_atomically(os::real_system(), path(), text); }
  void write_rotated(int number, std::string_view text) const {
    os::write_file_atomically(os::real_system(), path().string() + "." + std::to_string(number), text);
  }
  // As the monitor does, with room for one more.
  void rotate() const {
    std::filesystem::rename(path(), path().string() + ".1");
    write("");
  }

 private:
  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-log."};
};

std::string stored(const std::string& text, const char* stream = "stdout") {
  return R"({"log":")" + text + R"(","stream":")" + stream + R"(","time":"t"})" + "\n";
}

TEST_F(LogFile, AnyLengthComesWholeAndTheTailIsItsEnd) {
  std::string file, all;
  for (int i = 0; i < 5000; ++i) {
    std::string text = std::to_string(i) + std::string(static_cast<std::size_t>(i % 7) * 400, 'x') + ";";
    file += stored(text);
    all += text;
  }
  file += R"({"log":"half)";
  write(file);
  EXPECT_EQ(read({}), all);
  for (std::uint64_t count : {1u, 2u, 77u, 4999u, 5000u, 6000u}) {
    std::string last = read({true, true, count});
    const std::string first = std::to_string(count >= 5000 ? 0 : 5000 - count);
    EXPECT_EQ(last.substr(0, first.size()), first) << count;
    EXPECT_EQ(last, all.substr(all.size() - last.size())) << count;
    EXPECT_EQ(std::count(last.begin(), last.end(), ';'), static_cast<long>(std::min<std::uint64_t>(count, 5000)));
  }
  EXPECT_EQ(read({true, true, 0}), "");
}

// As the library reads it, whatever way a line is read.
TEST_F(LogFile, EveryEscapeAndEveryOrderIsRead) {
  for (const char* text : {R"(a\n)", R"(\"\\\/\b\f\n\r\t)", R"(\\")", R"(\u001b[1m\u00e9)", "gr\xc3\xbc\xc3\x9f",
                           R"(\q)", "\x01", R"(\)", "\xff", "", R"(","stream":"stderr)"}) {
    const std::string line = stored(text);
    const auto known = nlohmann::json::parse(line, nullptr, false);
    write(line);
    EXPECT_EQ(read({}), known.is_object() ? known.value("log", "") : "") << text;
  }
  write(R"({"time":"t","stream":"stderr","log":"e"})"
        "\n"
        R"({ "log":"o", "stream":"stdout", "time":"t", "attrs":{"a":"b"} })"
        "\n"
        R"({"log":"n","stream":"stdout","time":"t"},)"
        "\n");
  EXPECT_EQ(read({}), "eo");
  EXPECT_EQ(read({.output = false}), "e");
}

TEST_F(LogFile, TheTailCountsOnlyWhatIsAskedFor) {
  write(stored("a") + stored("b") + stored("no", "stderr") + stored("no", "stderr"));
  EXPECT_EQ(read({true, false, 1}), "b");
  EXPECT_EQ(read({false, true, 1}), "no");
  EXPECT_EQ(read({true, false, 5}), "ab");
}

TEST_F(LogFile, TheBoundsCutWhatTheTailHasLeft) {
  std::string file;
  for (const char* second : {"1", "2", "3", "4"}) {
    file +=
        R"({"log":")" + std::string(second) + R"(","stream":"stdout","time":"1970-01-01T00:00:0)" + second + "Z\"}\n";
  }
  write(file + stored("t"));
  constexpr std::int64_t second_ns = 1'000'000'000;
  EXPECT_EQ(read({.since_ns = 2 * second_ns}), "234t") << "a line without a time is older than nothing";
  EXPECT_EQ(read({.until_ns = 2 * second_ns}), "12");
  EXPECT_EQ(read({.since_ns = 2 * second_ns + 1, .until_ns = 3 * second_ns}), "3");
  EXPECT_EQ(read({.tail = 3, .since_ns = 1}), "34t");
  EXPECT_EQ(read({.tail = 3, .until_ns = 2 * second_ns}), "");
}

// Nothing of it is sent, so that nobody would learn from the client that it has gone.
TEST_F(LogFile, AReaderWhoHasGoneEndsALongSearch) {
  constexpr int most_asked = 3;
  std::string file;
  while (file.size() < 1024 * 1024) file += stored(std::string(1000, 'x'), "stderr");
  write(stored("first") + file + stored("last"));
  for (const auto& tail : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(2)}) {
    int asked = 0;
    std::string told;
    LogReader reader(open_log(path()), {.errors = false, .tail = tail}, [&] { return ++asked == most_asked; });
    reader.read([&](const LogLine& line) { told += line.text; });
    EXPECT_EQ(told, tail ? "" : "first");
    EXPECT_TRUE(reader.over());
    EXPECT_EQ(asked, most_asked);
  }
}

TEST_F(LogFile, ARotatedFileThatIsOlderThanWhatIsAskedForIsPassedOver) {
  const auto line = [](const char* text, const char* second) {
    return R"({"log":")" + std::string(text) + R"(","stream":"stdout","time":"1970-01-01T00:01:)" + second + "Z\"}\n";
  };
  constexpr std::int64_t second_ns = 1'000'000'000;
  write_rotated(1, line("older", "00") + line("not read", "59"));
  write(line("now", "50"));
  const timespec written[] = {{0, UTIME_OMIT}, {60, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (path().string() + ".1").c_str(), written, 0), 0);
  EXPECT_EQ(read({.since_ns = 63 * second_ns}), "now");
  EXPECT_EQ(read({.since_ns = 61 * second_ns}), "not readnow") << "its clock may be a little behind";
  EXPECT_EQ(read({}), "oldernot readnow");
}

TEST_F(LogFile, WhatComesLaterIsReadOnFromThere) {
  write(stored("old") + stored("a") + R"({"log":"b)");
  LogReader reader(open_log(path()), {.tail = 1});
  std::string all;
  const auto take = [&](const LogLine& line) { all += line.text; };
  reader.read(take);
  EXPECT_EQ(all, "a");
  std::ofstream(path(), std::ios::app) << R"(c","stream":"stderr","time":"t"})"
                                       << "\n"
                                       << stored("d");
  reader.read(take);
  EXPECT_EQ(all, "abcd");
  reader.read(take);
  EXPECT_EQ(all, "abcd");
}

TEST_F(LogFile, RotatedFilesComeFirstTheOldestBeforeAll) {
  write_rotated(10, stored("a") + stored("b"));
  write_rotated(9, stored("c") + R"({"log":"cut)");
  write_rotated(1, stored("d"));  // between 9 and 1 a rotation was cut off
  write(stored("e"));
  os::write_file_atomically(os::real_system(), path().string() + ".new", stored("no"));
  EXPECT_EQ(read({}), "abcde");
  EXPECT_EQ(read({.tail = 1}), "e");
  EXPECT_EQ(read({.tail = 2}), "de");
  EXPECT_EQ(read({.tail = 4}), "bcde");
  EXPECT_EQ(read({.tail = 9}), "abcde");
  EXPECT_EQ(read({.tail = 0}), "");
  std::filesystem::remove(path());
  EXPECT_EQ(read({}), "abcd") << "a rotation was cut off before its last step";
}

TEST_F(LogFile, WhoFollowsReadsOnInTheNextFile) {
  write(stored("a"));
  LogReader reader(open_log(path()), {});
  std::string all;
  const auto take = [&](const LogLine& line) { all += line.text; };
  reader.read(take);
  std::ofstream(path(), std::ios::app) << stored("b");
  rotate();
  std::ofstream(path(), std::ios::app) << stored("c");
  reader.read(take);
  EXPECT_EQ(all, "abc") << "what was written between the last look and the rotation too";
  rotate();
  reader.read(take);
  rotate();
  rotate();
  std::ofstream(path(), std::ios::app) << stored("d");
  reader.read(take);
  EXPECT_EQ(all, "abcd");
}

TEST_F(LogFile, WhoFollowsALogThatIsNotThereYetReadsItFromItsBegin) {
  LogReader reader(open_log(path()), {});
  std::string all;
  const auto take = [&](const LogLine& line) { all += line.text; };
  reader.read(take);
  write(stored("a"));
  reader.read(take);
  EXPECT_EQ(all, "a");
}

TEST_F(LogFile, WhatCannotBeOpenedIsNotTakenForAnEmptyLog) {
  std::filesystem::create_directory(path());
  EXPECT_THROW(open_log(path()), Error);
  std::filesystem::remove(path());
  std::filesystem::create_symlink("elsewhere", path());
  EXPECT_THROW(open_log(path()), Error);
}

TEST_F(LogFile, NoFileAndNoLogHaveNoLines) {
  EXPECT_EQ(read({}), "");
  write(std::string(1'000'000, 'z') + "\n" + stored("after"));
  EXPECT_EQ(read({}), "after");
  EXPECT_EQ(read({true, true, 9}), "after");
}

TEST_F(LogFile, AHalfLineIsPassedOver) {
  write(stored("before") + R"({"log":"ha)" + "\n" + stored("after"));
  EXPECT_EQ(read({}), "beforeafter");
  EXPECT_EQ(read({true, true, 2}), "beforeafter");
}

TEST(Progress, OfABarOnlyTheLastStateWaits) {
  std::deque<daemon::PullProgress> waiting;
  for (std::uint64_t i = 1; i <= 3; ++i) ProgressStream::queue(waiting, {"a", "Downloading", i, 3});
  ProgressStream::queue(waiting, {"b", "Downloading", 1, 9});
  ProgressStream::queue(waiting, {"a", "Download complete"});
  ProgressStream::queue(waiting, {"b", "Downloading", 2, 9});
  ASSERT_EQ(waiting.size(), 3u);
  EXPECT_EQ(waiting[0].current, 3u);
  EXPECT_EQ(waiting[1].current, 2u);
  EXPECT_EQ(waiting[2].status, "Download complete");
}

TEST(Progress, AClientThatDoesNotReadKeepsNobody) {
  os::TempDir folder(std::filesystem::temp_directory_path(), "glassdock-progress.");
  const std::filesystem::path path = folder.path() / "s";
  std::promise<void> said;
  http::Server server(http::listen_unix(path), [&](http::Request&, http::ResponseWriter& answer) {
    ProgressStream progress(answer);
    // More than any socket holds.
    for (int i = 0; i < 20'000; ++i) progress.say({std::to_string(i), std::string(200, 'x')});
    said.set_value();
    progress.finish();
  });
  UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::string request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  ASSERT_EQ(::write(client.get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
  constexpr std::chrono::minutes far_too_long{2};
  EXPECT_EQ(said.get_future().wait_for(far_too_long), std::future_status::ready);
}

}  // namespace
}  // namespace glassdock::api
