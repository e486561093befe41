#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/headless/lab.h"
#include "app/headless/options.h"
#include "app/lessons/say.h"
#include "app/scenarios/draft.h"
#include "app/scenarios/scenario.h"

namespace glassdock::headless {

// Makes a scenario of what its author does, by what is typed to standard input; a pipe will do. Each line runs in the
// lab and becomes a step with what came of it; the file is written anew after each. One thread.
class ScenarioAuthor {
 public:
  // `file` is the scenario's, which the author makes. All outlive it.
  ScenarioAuthor(const Options& options, Lab& lab, std::filesystem::path file, std::vector<std::string> images);

  // Until the author is done, or the end of input. Then all of it is played once more, and what did not come out the
  // same is left out. False where it was left, or no step was kept. Throws Error.
  bool make();

 private:
  enum class Way { on, done, left };

  Way take(const std::string& line);
  // A word of the author's own: true where the line is one.
  bool take_word(const std::string& word, const std::string& rest);
  // The same while the line is held at `gate`.
  bool take_word_at_gate(const std::string& gate, const std::string& word, const std::string& rest);
  void hold(const std::string& gates);
  void set_hub(const std::string& keys);
  void run(const std::string& line);
  void hold_here(const trace::Event& event, const client::Held& held);
  void undo();
  void save() const;
  bool confirm();
  // Without the conditions that did not hold when it was played.
  void drop_unmet(const scenarios::Scenario& played, std::size_t step, std::vector<lessons::Mark> unmet);
  // Where the author leaves.
  void say_what_is_kept() const;
  void tell(const std::string& text) const;
  template <typename... Values>
  std::string said(lessons::Say line, const Values&... values) const;

  const Options& options_;
  Lab& lab_;
  const std::filesystem::path file_;
  scenarios::Draft draft_;
  scenarios::DraftStep next_;                      // what was said of the line to come
  std::vector<std::string> reached_;               // gates, by the line that runs
  std::map<std::string, lessons::Words> said_at_;  // what was said at them
  scenarios::Standing standing_;                   // what the lab has now
};

// `scenario author NEW.yaml`. 0: the file is written. Throws Error where it is there already.
int author_scenario(const Options& options, const std::string& file, std::vector<std::string> images);
// `scenario from RECORDING`: a draft of it, to standard output. Throws Error for a file that is none.
int draft_from_recording(const std::string& recording);

}  // namespace glassdock::headless
