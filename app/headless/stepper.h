#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include "app/headless/options.h"
#include "engine/base/unique_fd.h"
#include "engine/client/glass.h"
#include "engine/trace/text_view.h"

namespace glassdock::headless {

// What holds the run next once the gate is open, as far as it was asked to be held.
enum class Ahead { next_gate, named_place, end };

// Asks the user at each held gate: Enter goes on to what is ahead, c runs to the end, q gives up, anything else
// explains these. One thread, but for wake().
class Stepper {
 public:
  // `input`: where the answers are typed: stdin, or the terminal itself when stdin belongs to the container.
  Stepper(std::filesystem::path socket, UniqueFd input, trace::TextOptions text, const Options& options);
  // Returns once the gate is open again; false when the user gave the run up. At the end of input the run goes on
  // without holding.
  bool ask(const std::string& run, const trace::Event& event, const client::Held& held, Ahead ahead);
  // Shows a gate that is let go together with the one that is asked about next.
  void show(const trace::Event& event, const client::Held& held);
  // Any thread: the question that waits and all that follow are left unanswered. What is written next begins a line.
  void wake();

 private:
  void release(const std::string& run, const client::Held& held);

  client::Glass glass_;
  UniqueFd input_;
  UniqueFd woken_;                       // eventfd(2)
  std::atomic<bool> left_alone_{false};  // woken
  std::atomic<bool> asking_{false};      // the prompt stands at the end of the screen
  trace::TextOptions text_;
  const Options& options_;
};

// What is shown at a held gate: what stands, what comes next, and what to look at from another terminal. The command
// that does the next thing by hand stands with the event that tells it.
// `glassdock`: the word, with the options that reach the engine, and a blank.
std::string held_text(const trace::Event& event, const client::Held& held, const trace::TextOptions& options,
                      std::string_view glassdock = "glassdock ");

// The input for a Stepper.
UniqueFd open_answers(bool stdin_is_taken);

}  // namespace glassdock::headless
