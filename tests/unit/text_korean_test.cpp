#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "app/text/korean.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::text {
namespace {

// The sources of what is said, with literals that go on in the next line put together.
std::string sources() {
  std::string all;
  for (const char* room : {"app/headless", "app/text", "engine/client", "engine/trace", "engine/os"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(GLASSDOCK_SOURCE_DIR) / room)) {
      if (entry.path().extension() == ".cpp" && entry.path().filename() != "korean.cpp") {
        all += os::read_file(entry.path());
      }
    }
  }
  return std::regex_replace(all, std::regex("\"\\s*\n\\s*\""), "");
}

// A sentence may be put together from parts: each piece between values and stops must stand in the sources.
TEST(Korean, HasNoRowForWhatNobodySays) {
  const std::string said = sources();
  for (const KoreanRow& row : korean_rows()) {
    const std::string english = std::regex_replace(std::string(row.english), std::regex("\""), "\\\"");
    for (const std::string& part : split(std::regex_replace(english, std::regex("\\{\\}|[:;,()]"), "\n"), '\n')) {
      const std::string piece(trim(part));
      EXPECT_NE(said.find(piece), std::string::npos) << row.english << ": \"" << piece << "\"";
    }
  }
}

TEST(Korean, NamesEveryValueOnceOrNotAtAll) {
  const std::regex place("[{\\[]([0-9])[}\\]]");
  for (const KoreanRow& row : korean_rows()) {
    const std::string english(row.english), korean(row.korean);
    const std::regex value("\\{\\}");
    const auto values = std::distance(std::sregex_iterator(english.begin(), english.end(), value), {});
    std::set<int> named;
    for (std::sregex_iterator it(korean.begin(), korean.end(), place), end; it != end; ++it) {
      const int number = std::stoi((*it)[1]);
      EXPECT_LT(number, values) << row.korean;
      EXPECT_TRUE(named.insert(number).second) << row.korean;
    }
  }
}

TEST(Korean, PutsValuesWhereTheyBelong) {
  EXPECT_EQ(korean("there is no command \"rnu\""), "\"rnu\"라는 명령은 없어요");
  EXPECT_EQ(korean("no overlay mount in /a (Invalid argument): layers are copied, which is slower and takes more room"),
            "/a: overlay 마운트가 안 돼요(Invalid argument). 레이어를 복사해요. 더 느리고 자리를 더 써요");
  EXPECT_EQ(korean("not mounted: --cpus is refused"), "마운트되지 않았어요. --cpus: 거절돼요");
  EXPECT_EQ(korean("socket is no regular file"), "socket: 보통 파일이 아니에요") << "a file's name is no word of ours";
}

TEST(Korean, LeavesWhatItDoesNotKnow) {
  EXPECT_EQ(korean("No such container: x"), "No such container: x");
  EXPECT_EQ(korean(""), "");
}

}  // namespace
}  // namespace glassdock::text
