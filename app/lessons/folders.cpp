#include "app/lessons/folders.h"

#include <cstdlib>

#include "app/lessons/progress.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/find_program.h"
#include "engine/os/system.h"

namespace glassdock::lessons {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

fs::path shipped_folder(std::string_view kind) {
  return os::program_folder().parent_path() / "share/glassdock" / kind;
}

bool is_file_name(std::string_view word) {
  return word.find('/') != std::string_view::npos || ends_with(word, ".yaml");
}

fs::path lessons_state_folder() {
  const fs::path folder = state_folder(variable("XDG_STATE_HOME"), variable("HOME"));
  if (folder.empty()) {
    throw Error(ErrorKind::not_found, "there is no HOME to keep progress in", "set XDG_STATE_HOME to a folder");
  }
  return folder / "lessons";
}

fs::path progress_file() {
  return lessons_state_folder() / "progress.json";
}

fs::path recordings_folder(const fs::path& progress_file) {
  return progress_file.parent_path() / "recordings";
}

void record_step(const fs::path& progress_file, const std::string& lesson, const std::string& step,
                 const StepRecording& recording) {
  const fs::path folder = recordings_folder(progress_file) / lesson;
  os::make_folders(folder);
  os::write_file_atomically(os::real_system(), folder / (step + ".json"), to_json(recording));
}

}  // namespace glassdock::lessons
