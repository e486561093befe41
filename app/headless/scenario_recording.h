#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "app/headless/options.h"
#include "engine/client/glass.h"
#include "engine/trace/recording.h"

namespace glassdock::headless {

// Keeps all that an engine tells of a play, with what was said meanwhile, by a thread of its own. What the player asks
// for its own judgement is left out.
class ScenarioRecorder {
 public:
  // Begins. `command` is for the recording's header. Throws Error.
  ScenarioRecorder(const std::filesystem::path& socket, const std::filesystem::path& file, const std::string& command);
  ~ScenarioRecorder();
  ScenarioRecorder(const ScenarioRecorder&) = delete;
  ScenarioRecorder& operator=(const ScenarioRecorder&) = delete;

  // Until the play's end was told. Throws what the thread met (a full disk), and Error(unavailable) where the engine
  // died before.
  void finish();

 private:
  void record();
  bool belongs(const trace::Event& event);

  trace::RecordingWriter writer_;
  client::GlassStream stream_;
  std::set<std::uint64_t> of_nobody_;  // spans below requests of no run; the thread's
  bool ended_ = false;                 // the thread's until it has ended
  std::exception_ptr failure_;         // likewise
  std::thread thread_;
};

// `scenario replay FILE`: a scenario's recording in words, with what was said in its place. At a terminal it stops at
// each step until Enter. Throws Error for a file that is none.
int replay_scenario(const Options& options, const std::string& file);

}  // namespace glassdock::headless
