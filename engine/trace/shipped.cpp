#include "engine/trace/shipped.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/os/find_program.h"

namespace glassdock::trace {
namespace {

namespace fs = std::filesystem;

std::string accelerator_of(const Recording& recording) {
  for (std::size_t i = 0; i < recording.size(); ++i) {
    const Event event = recording.event(i);
    if (event.name == "vm.accelerator") return argument_text(event, "accelerator");
  }
  return {};
}

}  // namespace

fs::path shipped_recordings_folder() {
  return os::program_folder().parent_path() / "share/glassdock/recordings";
}

std::vector<ShippedRecording> find_recordings(const fs::path& folder) {
  std::vector<ShippedRecording> all;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().extension() != ".gdtrace") continue;
    try {
      const Recording recording(entry.path());
      all.push_back({entry.path(), recording.header(), accelerator_of(recording)});
    } catch (const Error&) {
      continue;  // whoever opens it is told why
    }
  }
  std::sort(all.begin(), all.end(),
            [](const ShippedRecording& a, const ShippedRecording& b) { return a.file.filename() < b.file.filename(); });
  return all;
}

std::string day_of(const RecordingHeader& header) {
  return header.started.substr(0, header.started.find('T'));
}

std::string host_of(const RecordingHeader& header) {
  return header.machine.substr(0, header.machine.find(','));
}

}  // namespace glassdock::trace
