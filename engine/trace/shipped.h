// Recordings that come with the program, for machines that cannot make them: share/glassdock/recordings.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/trace/recording.h"

namespace glassdock::trace {

// Beside the program, as the build and an installation have it. Throws as os::program_folder().
std::filesystem::path shipped_recordings_folder();

struct ShippedRecording {
  std::filesystem::path file;
  RecordingHeader header;
  std::string accelerator;  // of the machines in it, "TCG" or "KVM"; empty: it has none
};

// Those of a folder, by the names of their files; what is no recording is passed over. Without the folder there are
// none.
std::vector<ShippedRecording> find_recordings(const std::filesystem::path& folder);

// "2026-03-01T09:00:00.000000000Z" as "2026-03-01".
std::string day_of(const RecordingHeader& header);
// "lab-07, 2 CPUs, 4.13 GB, x86_64" as "lab-07".
std::string host_of(const RecordingHeader& header);

}  // namespace glassdock::trace
