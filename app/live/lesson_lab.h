#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "engine/client/place.h"

namespace glassdock::live {

// What has come of what the lab was asked for. Each with why it could not be done; empty: it was.
struct LabNews {
  bool ready = false;  // the lab is as at the step's start
  std::optional<lessons::Verdict> verdict;
  std::optional<lessons::Judgement> gate;
  std::string fault;
  bool any() const { return ready || verdict || gate || !fault.empty(); }
};

// The lab of a lesson that is played in the studio, on an engine for lessons alone; its own thread asks that engine, so
// that whoever draws never waits. All functions are called by one thread and return at once; the destructor waits for
// what is asked just then.
class LessonLab {
 public:
  // `folder` is where lines begin: the lab's alone, and emptied by each reset. `wake` is called from another thread
  // whenever there is news.
  LessonLab(client::Place place, std::filesystem::path folder, std::function<void()> wake);
  ~LessonLab();
  LessonLab(const LessonLab&) = delete;
  LessonLab& operator=(const LessonLab&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // An empty folder, no containers but for what `lines` make, and of images only these.
  void reset(std::vector<std::string> images, std::vector<std::string> lines);
  void judge(lessons::Step step, lessons::Observed observed);
  // What is expected while a gate holds.
  void judge_gate(lessons::Conditions conditions, lessons::Observed observed);
  LabNews take();

 private:
  using Job = std::function<void()>;
  void work();
  void order(Job job);
  template <typename What, typename Judge>
  void order_look(std::optional<What> LabNews::*part, Judge judge);
  void make_ready(const std::vector<std::string>& images, const std::vector<std::string>& lines);
  void run_quietly(const std::string& line);
  bool ends();

  const client::Place place_;
  const std::filesystem::path folder_;
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::deque<Job> jobs_;
  LabNews news_;
  std::thread thread_;
};

}  // namespace glassdock::live
