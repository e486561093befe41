// Lectures, which chain scenarios: their format, its schema, and what they chain.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/lessons/common_format.h"
#include "app/scenarios/lecture.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "tests/support/fault_of.h"
#include "tests/support/places.h"
#include "tests/support/yaml_example.h"

namespace glassdock::scenarios {
namespace {

using ::testing::HasSubstr;
using testing::Slip;

const std::string folder = source_path("scenarios");
const std::string shipped = source_path("scenarios/lectures/containers-in-45-minutes.yaml");

Lecture lecture_with(const std::string& what, const std::string& with) {
  lessons::Source source = testing::source_with(os::read_file(shipped), what, with);
  return parse_lecture(source);
}

TEST(Lecture, ChainsScenariosWithinItsMinutes) {
  for (const std::string& file : lessons::yaml_files(lectures_in(folder))) {
    EXPECT_TRUE(is_lecture(lessons::read_source(file)));
    const Lecture lecture = load_lecture(file);
    EXPECT_EQ(scenarios_of(lecture, folder).size(), lecture.chain.size());
  }
  EXPECT_EQ(load_lecture(shipped).minutes, 45);
  EXPECT_FALSE(is_lecture(lessons::read_source(std::string(folder) + "/cleaning-up.yaml")));
}

TEST(Lecture, SaysWhichPartIsMissingOrTooLong) {
  const Lecture missing = lecture_with("scenario: noisy-neighbour", "scenario: nosy-neighbour");
  const Error gone = tests::fault_of([&] { scenarios_of(missing, folder); });
  EXPECT_THAT(gone.message(), ::testing::ContainsRegex("a\\.yaml:[0-9]+:[0-9]+: there is no scenario nosy-neighbour"));
  EXPECT_THAT(gone.hint(), HasSubstr("did you mean noisy-neighbour?"));
  const Lecture hasty = lecture_with("minutes: 45", "minutes: 20");
  EXPECT_THAT(tests::fault_of([&] { scenarios_of(hasty, folder); }).message(), HasSubstr("and the lecture has 20"));
}

TEST(Lecture, IsInTheTableOfTheDocsWithWhatItChains) {
  const std::string page = os::read_file(source_path("docs/scenarios.md"));
  for (const std::string& file : lessons::yaml_files(lectures_in(folder))) {
    const Lecture lecture = load_lecture(file);
    std::vector<std::string> names;
    for (const LecturePart& part : lecture.chain) names.push_back("`" + part.scenario + "`");
    EXPECT_THAT(page, HasSubstr(fmt::format("| `{}` | {} | {} |", lecture.id, lecture.minutes, join(names, ", "))));
  }
}

class LectureSlips : public ::testing::TestWithParam<Slip> {};

TEST_P(LectureSlips, IsRefusedAtItsPlaceWithASuggestion) {
  testing::expect_refused(GetParam(), os::read_file(shipped), parse_lecture);
}

INSTANTIATE_TEST_SUITE_P(
    Each, LectureSlips,
    ::testing::Values(Slip{"UnknownKey", "chain:", "chian:", "chian", "unknown key \"chian\"", "did you mean chain?"},
                      Slip{"UnknownKeyOfAPart", "    notes:", "    note:", "note:", "unknown key \"note\"",
                           "did you mean notes?"},
                      Slip{"NoMinutes", "minutes: 45\n", "", "version", "the key \"minutes\" is missing"},
                      Slip{"WrongName", "scenario: noisy-neighbour", "scenario: Noisy", "Noisy", "a name of small"},
                      Slip{"NewerVersion", "version: 1", "version: 2", "2\ntitle", "version 2 of the format"}),
    testing::name_of);

TEST(Lecture, HasItsSchemaInTheFolderOfLectures) {
  EXPECT_EQ(os::read_file(lectures_in(folder) / "lecture.schema.json"), lecture_schema())
      << "write it anew: glassdock scenario schema lecture > scenarios/lectures/lecture.schema.json";
}

}  // namespace
}  // namespace glassdock::scenarios
