#include "app/headless/lesson_assess.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "app/headless/lab.h"
#include "app/headless/terminal.h"
#include "app/lessons/assessment.h"
#include "app/lessons/folders.h"
#include "app/lessons/misconceptions.h"
#include "app/lessons/say.h"
#include "app/text/tables.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/words.h"

namespace glassdock::headless {
namespace {

using lessons::said;
using lessons::Say;
namespace fs = std::filesystem;

std::vector<fs::path> json_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) throw Error::from_errno(error.value(), "read the folder", folder.native());
  std::sort(files.begin(), files.end());
  return files;
}

// Of a folder that others may have filled: what is no file would be waited for, a pipe for ever.
std::string read_json_file(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) throw Error(ErrorKind::invalid_argument, "it is no regular file");
  return os::read_file(file);
}

std::string name_of_learner(const std::string& given) {
  if (!given.empty()) return given;
  const char* user = std::getenv("USER");
  return user && *user ? user : "learner";
}

void print_table(trace::Language language, const std::vector<std::vector<lessons::GradedLesson>>& all) {
  std::vector<std::vector<std::string>> rows{{said(Say::grade_learner, language), said(Say::grade_lesson, language),
                                              said(Say::grade_finished, language), said(Say::grade_right, language),
                                              said(Say::grade_hints, language), said(Say::grade_remarks, language)}};
  for (const auto& learner : all) {
    for (const lessons::GradedLesson& one : learner) {
      rows.push_back({trace::visible(one.learner), fmt::format("{} {}", one.number, trace::visible(one.lesson)),
                      said(one.finished ? Say::grade_yes : Say::grade_no, language),
                      fmt::format("{}/{}", one.right, one.scored), std::to_string(one.hints),
                      trace::visible(join(one.remarks, "; "))});
    }
  }
  write_out(STDOUT_FILENO, text::table(rows));
  const auto counts = lessons::commonest(all);
  if (counts.empty()) return;
  write_out(STDOUT_FILENO, "\n" + said(Say::grade_commonest, language) + "\n");
  for (const lessons::MisconceptionCount& count : counts) {
    const auto* found = lessons::find_misconception(count.id);
    const bool korean = language == trace::Language::korean;
    write_out(STDOUT_FILENO, fmt::format("{:4}  {}\n", count.learners, korean ? found->korean : found->english));
  }
}

}  // namespace

int export_lessons(const Options& options, const fs::path& progress_file, const lessons::Progress& progress,
                   const std::string& file, const std::string& name) {
  if (progress.empty()) {
    throw Error(ErrorKind::not_found, "no lesson was begun here, so there is nothing to hand in",
                "glassdock lesson run 1 begins the first");
  }
  lessons::HandedIn handed_in{.learner = name_of_learner(name), .progress = progress, .recordings = {}};
  for (const auto& [id, lesson] : progress) {
    const fs::path folder = lessons::recordings_folder(progress_file) / id;
    if (!fs::is_directory(folder)) continue;
    for (const fs::path& one : json_files(folder)) {
      try {
        handed_in.recordings[id][one.stem()] = lessons::recording_from_json(read_json_file(one));
      } catch (const Error& error) {
        write_out(STDERR_FILENO,
                  "glassdock: " +
                      said(Say::recording_left_out, options.language, one.native(), trace::visible(error.message())) +
                      "\n");
      }
    }
  }
  constexpr mode_t mode = 0644;
  os::write_file_atomically(os::real_system(), file, lessons::to_json(handed_in), mode);
  write_out(STDOUT_FILENO, said(Say::exported, options.language, file, handed_in.learner, progress.size()) + "\n");
  return 0;
}

int grade_lessons(const Options& options, const std::string& folder, bool csv) {
  const std::vector<lessons::Lesson> here = lessons::load_lessons(lessons::shipped_folder("lessons"));
  std::vector<std::vector<lessons::GradedLesson>> all;
  bool understood = true;
  for (const fs::path& file : json_files(folder)) {
    try {
      all.push_back(lessons::grade(lessons::handed_in_from_json(read_json_file(file)), here));
    } catch (const Error& error) {
      understood = false;
      write_out(STDERR_FILENO,
                "glassdock: " +
                    said(Say::not_handed_in, options.language, file.native(), trace::visible(error.message())) + "\n");
    }
  }
  if (csv) {
    write_out(STDOUT_FILENO, lessons::to_csv(all));
  } else {
    print_table(options.language, all);
  }
  return understood ? 0 : 1;
}

}  // namespace glassdock::headless
