// A lesson in the studio's window, on the engine for lessons alone of a learner's home.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/os/files.h"
#include "tests/gui/studio_window.h"
#include "tests/support/places.h"

namespace glassdock::testing {

class StudioLessonWindow : public StudioWindow {
 protected:
  ~StudioLessonWindow() override {
    // The engine is in the learner's home; its containers would outlive it.
    const std::string ids = glassdock({"docker", "ps", "-aq"}).out;
    std::vector<std::string> remove{"docker", "rm", "-f"};
    for (const std::string& id : split(trim(ids), '\n')) remove.push_back(id);
    if (!trim(ids).empty()) glassdock(remove);
    glassdock({"engine", "stop"});
  }
  Outcome glassdock(std::vector<std::string> words) const {
    words.insert(words.begin(),
                 {"/usr/bin/env", "-u", "XDG_STATE_HOME", "HOME=" + home_.path().string(), program_path("glassdock"),
                  "--data", home_.path() / ".local/state/glassdock/lessons/engine"});
    return run(words);
  }
  std::filesystem::path progress_file() const { return home_.path() / ".local/state/glassdock/lessons/progress.json"; }
  std::string progress() const { return os::read_file(progress_file()); }
  void leave() {
    studio_->send_signal(SIGTERM);  // whoever has the keys
    studio_->finish();
    studio_.reset();
  }
};

}  // namespace glassdock::testing
