#include "app/scenarios/lecture.h"

#include <fmt/format.h>

#include "app/lessons/common_format.h"
#include "engine/base/text.h"

namespace glassdock::scenarios {
namespace {

namespace fs = std::filesystem;
using lessons::Kind;
using lessons::list;
using lessons::maybe;
using lessons::needed;
using lessons::record;
using lessons::Source;

Kind<LecturePart> part_kind() {
  using T = LecturePart;
  return record<T>("A scenario of the lecture.",
                   {needed<T>("scenario", &T::scenario, lessons::id_kind(), "Its name: that of its file."),
                    needed<T>("say", &T::say, lessons::say_kind(), "What leads to it."),
                    maybe<T>("notes", &T::notes, lessons::say_kind(), "For the presenter alone.")},
                   {}, {.begin = [](T& part, Mark mark) { part.mark = mark; }, .check = {}});
}

Kind<Lecture> lecture_kind() {
  using T = Lecture;
  return record<T>(
      "A lecture of Glassdock: scenarios one after the other. docs/scenarios.md explains it.",
      {needed<T>("version", &T::version, lessons::version_kind(), "Of the format."),
       needed<T>("title", &T::title, lessons::title_kind(), "What it is called."),
       needed<T>("goal", &T::goal, lessons::say_kind(), "What a class has seen afterwards."),
       needed<T>("minutes", &T::minutes, lessons::minutes_kind(), "How long it takes; its scenarios fit in."),
       needed<T>("chain", &T::chain, list(part_kind()), "Its scenarios, one after the other."),
       maybe<T>("then", &T::then, lessons::say_kind(), "The last words.")});
}

fs::path find_part(const std::string& name, const fs::path& beside, const fs::path& folder) {
  for (const fs::path& where : {beside, folder}) {
    fs::path file = where / (name + ".yaml");
    if (fs::exists(file)) return file;
  }
  return {};
}

std::string meant_part(const std::string& name, const fs::path& folder) {
  if (!fs::is_directory(folder)) return {};
  std::vector<std::string> names;
  for (const std::string& file : lessons::yaml_files(folder)) names.push_back(fs::path(file).stem());
  const std::string_view meant = meant_name(name, {names.begin(), names.end()});
  return meant.empty() ? fmt::format("known: {}", join(names, ", ")) : fmt::format("did you mean {}?", meant);
}

}  // namespace

bool is_lecture(const Source& source) {
  return lessons::parse_yaml(source).find("chain") != nullptr;
}

Lecture parse_lecture(const Source& source) {
  Lecture lecture = lessons::read_whole<lecture_kind>(source);
  lecture.file = source.name;
  lecture.id = lessons::id_of(source.name);
  return lecture;
}

Lecture load_lecture(const fs::path& file) {
  return parse_lecture(lessons::read_source(file));
}

std::string lecture_schema() {
  return lessons::schema_text(lecture_kind(), "Glassdock lecture");
}

std::vector<Scenario> scenarios_of(const Lecture& lecture, const fs::path& folder) {
  std::vector<Scenario> all;
  int minutes = 0;
  const auto fault = [&](Mark mark, const std::string& what, std::string hint) {
    return Error(ErrorKind::invalid_argument, fmt::format("{}:{}:{}: {}", lecture.file, mark.line, mark.column, what),
                 std::move(hint));
  };
  for (const LecturePart& part : lecture.chain) {
    const fs::path file = find_part(part.scenario, fs::path(lecture.file).parent_path(), folder);
    if (file.empty()) {
      throw fault(part.mark, "there is no scenario " + part.scenario, meant_part(part.scenario, folder));
    }
    all.push_back(load_scenario(file));
    minutes += all.back().minutes;
    if (minutes <= lecture.minutes) continue;
    throw fault(
        part.mark,
        fmt::format("up to here the scenarios take {} minutes, and the lecture has {}", minutes, lecture.minutes),
        "leave one out, or give the lecture more minutes");
  }
  return all;
}

fs::path lectures_in(const fs::path& scenarios) {
  return scenarios / "lectures";
}

}  // namespace glassdock::scenarios
