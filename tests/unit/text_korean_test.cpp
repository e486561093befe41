#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "app/text/korean.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/support/places.h"

namespace glassdock::text {
namespace {

// The sources of what is said, with literals that go on in the next line put together.
std::string sources() {
  std::string all;
  for (const char* rooms : {"app/headless", "app/lessons", "app/live", "app/scenarios", "app/text", "engine"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_path(rooms))) {
      const bool table = starts_with(entry.path().filename().string(), "korean");
      if (entry.path().extension() == ".cpp" && !table) all += os::read_file(entry.path());
    }
  }
  return std::regex_replace(all, std::regex("\"\\s*\n\\s*\""), "");
}

std::vector<KoreanRow> all_rows() {
  std::vector<KoreanRow> rows(korean_rows().begin(), korean_rows().end());
  rows.insert(rows.end(), refusal_rows().begin(), refusal_rows().end());
  return rows;
}

// A sentence may be put together from parts: each piece between values and stops must stand in the sources.
TEST(Korean, HasNoRowForWhatNobodySays) {
  const std::string said = sources();
  for (const KoreanRow& row : all_rows()) {
    const std::string english = std::regex_replace(std::string(row.english), std::regex("\""), "\\\"");
    for (const std::string& part : split(std::regex_replace(english, std::regex("\\{\\}|[:;,()]"), "\n"), '\n')) {
      const std::string piece(trim(part));
      EXPECT_NE(said.find(piece), std::string::npos) << row.english << ": \"" << piece << "\"";
    }
  }
}

TEST(Korean, NamesEveryValueOnceOrNotAtAll) {
  const std::regex place("[{\\[]([0-9])[}\\]]");
  for (const KoreanRow& row : all_rows()) {
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
  EXPECT_EQ(korean("not mounted: --cpus is refused, -m and --pids-limit only give a warning"),
            "마운트되지 않았어요. --cpus: 거절돼요. -m, --pids-limit: 경고만 하고 제한하지 않아요");
  EXPECT_EQ(korean("socket is no regular file"), "socket: 보통 파일이 아니에요") << "a file's name is no word of ours";
}

TEST(KoreanRefusal, KeepsDockersWordsAndSaysTheHint) {
  EXPECT_EQ(
      korean_refusal("unable to start container process: exec: \"(a)\": permission denied (it lacks the right to be "
                     "executed: chmod +x, where the image is built)"),
      "unable to start container process: exec: \"(a)\": permission denied (실행 권한이 없어요. 이미지를 만드는 "
      "곳에서 chmod +x를 하세요)");
  EXPECT_EQ(
      korean_refusal("the built-in hub has no image alpin, only alpine and busybox; registry-1.docker.io cannot be "
                     "reached: dial tcp (x) (did you mean alpine?)"),
      "내장 허브에 없는 이미지예요: alpin. 있는 것: alpine, busybox; registry-1.docker.io: 닿을 수 없어요: dial "
      "tcp (x) (혹시 alpine?)");
  EXPECT_EQ(korean_refusal("docker: 'stop' is not supported by this version of Glassdock. It has: run, ps.\n"
                           "See 'docker --help'."),
            "docker: 이 버전의 Glassdock에는 아직 없어요: 'stop'. 있는 것: run, ps.\nSee 'docker --help'.");
  for (const char* dockers :
       {"No such container: x", "Minimum memory limit allowed is 6MB", "unknown flag: --mem\nSee 'docker run --help'.",
        "invalid reference format: repository name (library/Alpine) must be lowercase", ""}) {
    EXPECT_EQ(korean_refusal(dockers), dockers);
  }
}

// A hint of the engine that has no row would stand in English between Korean words.
TEST(KoreanRefusal, KnowsEveryHintOfAStartThatFailed) {
  const std::string source = os::read_file(source_path("engine/daemon/start_failure.cpp"));
  const std::regex hint("_code,\\s*\"([^\"]+)\"\\)");
  int hints = 0;
  for (std::sregex_iterator it(source.begin(), source.end(), hint), end; it != end; ++it, ++hints) {
    EXPECT_NE(korean_refusal((*it)[1].str()), (*it)[1].str());
  }
  EXPECT_GE(hints, 6);
}

TEST(Korean, LeavesWhatItDoesNotKnow) {
  EXPECT_EQ(korean("No such container: x"), "No such container: x");
  EXPECT_EQ(korean(""), "");
}

}  // namespace
}  // namespace glassdock::text
