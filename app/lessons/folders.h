#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "app/lessons/recording.h"

namespace glassdock::lessons {

// Where what belongs to lessons and scenarios is.

// The files that come with the program, "lessons" or "scenarios": beside it as the build and an installation have them.
std::filesystem::path shipped_folder(std::string_view kind);
// Whether what somebody typed is a file, not the name of one that comes with the program.
bool is_file_name(std::string_view word);
// Where progress and the engine of lessons are kept. Throws Error where there is no HOME.
std::filesystem::path lessons_state_folder();
// What learners have answered. Throws Error as above.
std::filesystem::path progress_file();
// Where the recordings of a lesson's steps are kept, STEP.json in a folder for each lesson: beside progress.json.
std::filesystem::path recordings_folder(const std::filesystem::path& progress_file);
// Writes a step's recording there. Throws Error.
void record_step(const std::filesystem::path& progress_file, const std::string& lesson, const std::string& step,
                 const StepRecording& recording);

}  // namespace glassdock::lessons
