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

#include "app/lessons/faults.h"
#include "app/lessons/lesson.h"
#include "app/lessons/player.h"
#include "app/live/call.h"
#include "app/scenarios/player.h"
#include "engine/client/place.h"

namespace glassdock::live {

// What has come of what the lab was asked for. Each with why it could not be done; empty: it was.
struct LabNews {
  bool ready = false;  // the lab is as it was wished
  std::string info;    // then, where it was asked for: the answer to GET /info
  std::optional<lessons::Verdict> verdict;
  std::optional<scenarios::Verdict> scenario_verdict;
  std::optional<std::vector<lessons::Fault>> gate;
  int told = 0;  // so many orders to tell the engine something are done
  std::string fault;
  bool any() const { return ready || verdict || scenario_verdict || gate || told > 0 || !fault.empty(); }
};

// The lab of what is played in the studio, on an engine for it alone; its own thread asks that engine, so
// that whoever draws never waits. All functions are called by one thread and return at once; the destructor breaks off
// what is asked just then.
class Lab {
 public:
  // `folder` is where lines begin: the lab's alone, and emptied by each reset. `wake` is called from another thread
  // whenever there is news.
  Lab(client::Place place, std::filesystem::path folder, std::function<void()> wake);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // An empty folder, no containers but for what `lines` make, and of images only these.
  // `asks_info`: LabNews tells what the engine says of itself, too.
  void reset(std::vector<std::string> images, std::vector<std::string> lines, bool asks_info);
  void judge(lessons::Step step, lessons::Observed observed);
  void judge(scenarios::Step step, lessons::Observed observed);
  // What is expected while a gate holds.
  void judge_gate(lessons::Conditions conditions, lessons::Observed observed);
  void tell(std::vector<scenarios::Order> orders);
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
  Call call_;
  std::thread thread_;
};

}  // namespace glassdock::live
